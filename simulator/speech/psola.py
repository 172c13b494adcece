"""Other pitch and pace for speech that is there already, by pitch-synchronous overlap and add; its timbre stays.

Each period of the voice is cut out with a window two periods long and set down again, closer together for a higher
pitch, more often for a slower pace. No library does this without the GPL (Praat, Rubber Band) or keeps the speaker's
size while the melody's range changes.

Conventions
-----------
Curves have one value every `HOP_S`, at the middle of each frame, as pitch tracks have. F0 is 0 where there is no voice.

References
----------
E. Moulines, F. Charpentier (1990), "Pitch-synchronous waveform processing techniques for text-to-speech synthesis using
diphones", Speech Communication 9, 453-467.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]
HOP_S = 0.01
LOWEST_HZ, HIGHEST_HZ = 50.0, 700.0
"""F0 is kept in this range, before and after."""
UNVOICED_S = 0.005
"""Distance of the marks where there is no voice."""
LEEWAY = 0.2
"""A period may differ by this much from what the pitch track says."""


def respeak(
    samples: NDArray[np.float32], rate_hz: float, *, f0_hz: Curve, wanted_hz: Curve, pace: Curve
) -> NDArray[np.float32]:
    """Return the speech with the pitch `wanted_hz`, said `pace` times as fast.

    Parameters
    ----------
    samples : float32, shape (n,)
    rate_hz : float
        At least 16,000; a mark falls on a whole sample, so more is smoother.
    f0_hz, wanted_hz : float, shape (frames,)
        The pitch there is and the pitch there is to be; both 0 without voice.
    pace : float, shape (frames,)
        Above 1 is faster; local, in the time of `samples`.

    Returns
    -------
    samples : float32, shape (m,)
    """
    marks, voiced = _marks(samples, rate_hz, f0_hz)
    if len(marks) < 3:
        return samples
    times = (np.arange(len(pace)) + 0.5) * HOP_S * rate_hz
    elapsed = np.concatenate(([0.0], np.cumsum(HOP_S * rate_hz / pace)))
    frames = np.arange(len(pace) + 1) * HOP_S * rate_hz
    until = float(np.interp(marks[-1], frames, elapsed))
    ratio = np.where((f0_hz > 0) & (wanted_hz > 0), np.clip(wanted_hz, LOWEST_HZ, HIGHEST_HZ) / np.maximum(f0_hz, 1), 1)
    at_mark = np.where(voiced, np.interp(marks, times, ratio), 1.0)
    output = np.zeros(int(until) + int(rate_hz * 0.05), np.float32)
    when, previous = float(np.interp(marks[0], frames, elapsed)), -1
    while when < until:
        into = np.interp(when, elapsed, frames)
        chosen = _nearest(marks, into)
        _set_down(output, samples, marks, chosen, round(when), backwards=chosen == previous and not voiced[chosen])
        previous = chosen
        before, after = marks[max(0, chosen - 1)], marks[min(len(marks) - 1, chosen + 1)]
        period = (after - before) / (min(len(marks) - 1, chosen + 1) - max(0, chosen - 1))
        when += max(period / at_mark[chosen], rate_hz / HIGHEST_HZ / 2)
    return output


def _nearest(marks: NDArray[np.int64], at: float) -> int:
    after = int(np.searchsorted(marks, at))
    if after in (0, len(marks)):
        return min(after, len(marks) - 1)
    return after if marks[after] - at < at - marks[after - 1] else after - 1


def _set_down(
    output: NDArray[np.float32],
    samples: NDArray[np.float32],
    marks: NDArray[np.int64],
    chosen: int,
    place: int,
    *,
    backwards: bool,
) -> None:
    """Add the grain around one mark; noise that is said twice is turned round, or it would buzz."""
    at = marks[chosen]
    left = int(at - marks[chosen - 1]) if chosen else int(marks[1] - at)
    right = int(marks[chosen + 1] - at) if chosen + 1 < len(marks) else left
    left, right = min(left, at, place), min(right, len(samples) - at, len(output) - place)
    grain = samples[at - left : at + right] * _window(left, right)
    if backwards and left == right:
        grain = grain[::-1]
    output[place - left : place + right] += grain


@lru_cache(maxsize=4096)
def _window(left: int, right: int) -> NDArray[np.float32]:
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(left) / max(left, 1))
    fall = 0.5 + 0.5 * np.cos(np.pi * np.arange(right) / max(right, 1))
    window: NDArray[np.float32] = np.concatenate((rise, fall)).astype(np.float32)
    window.setflags(write=False)
    return window


def _marks(samples: NDArray[np.float32], rate_hz: float, f0_hz: Curve) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the marks in order, and which are of the voice."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], f0_hz > 0, [False])).astype(np.int8)))
    voiced = [mark for start, stop in edges.reshape(-1, 2) for mark in _periods(samples, rate_hz, f0_hz, start, stop)]
    step = round(UNVOICED_S * rate_hz)
    filled: list[int] = []
    known: list[bool] = []
    last = -step
    for mark in [*voiced, len(samples)]:
        gap = mark - last
        # a hole wider than the longest period has no voice in it
        if gap > 2 * rate_hz / LOWEST_HZ or mark == len(samples) or last < 0:
            inside = range(last + step, mark - step // 2, step)
            filled += inside
            known += [False] * len(inside)
        if mark < len(samples):
            filled.append(mark)
            known.append(True)
        last = mark
    return np.array(filled, np.int64), np.array(known, np.bool_)


def _periods(samples: NDArray[np.float32], rate_hz: float, f0_hz: Curve, start: int, stop: int) -> list[int]:
    """Return one mark for each period of one stretch of voice, on the same side of the wave throughout."""
    hop = HOP_S * rate_hz
    first, last = int(start * hop), min(int(stop * hop), len(samples))
    stretch = samples[first:last]
    if len(stretch) < rate_hz / HIGHEST_HZ:
        return []
    if -stretch.min() > stretch.max():
        stretch = -stretch
    periods = rate_hz / np.clip(f0_hz[start:stop], LOWEST_HZ, HIGHEST_HZ)
    loudest = int(np.argmax(stretch))

    def walk(at: int, direction: int) -> list[int]:
        found: list[int] = []
        while True:
            period = periods[min(int(at / hop), len(periods) - 1)]
            low = at + period * (1 - LEEWAY) if direction > 0 else at - period * (1 + LEEWAY)
            high = low + 2 * LEEWAY * period
            if low < 0 or high >= len(stretch):
                return found
            window = stretch[int(low) : int(high) + 1]
            at = int(low) + int(np.argmax(window))
            found.append(at)

    inside = [*reversed(walk(loudest, -1)), loudest, *walk(loudest, 1)]
    return [first + at for at in inside]
