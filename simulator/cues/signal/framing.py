"""Frames every 10 ms, and the short-time energy that level and syllable nuclei share.

Conventions
-----------
Samples are int16, mono, 16 kHz (`ports.Samples`). Frame ``i`` stands for samples ``[160 i, 160 i + 160)`` and its
centre lies at sample ``160 i + 80``: 5 ms, 15 ms, 25 ms ... A trailing part shorter than one frame has no frame.
A *grain* is 2.5 ms: the resolution at which energy is summed before a window is laid over it.

Metrics
-------
- `frame_times_ms`: the time axis of every track;
- `frames_in`, `runs_of`: from stretches of time to frames, and from frames to runs of them;
- `Energy`: sums and sums of squares by grain, exact, so that a stream and a batch agree to the last bit;
- `smooth_power`: mean square under a window, about the plain mean of that window, at every frame.

References
----------
.. [1] Praat manual, "Sound: To Intensity...": Kaiser-20 window, effective duration 3.2 / minimum pitch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.clock import Span
from simulator.errors import InputError
from simulator.ports import Samples

HOP = 160
"""Samples from one frame to the next: 10 ms."""
HOP_MS = 10.0
"""Milliseconds from one frame to the next."""
GRAIN = 40
"""Samples in one grain of energy: 2.5 ms."""
GRAINS_PER_HOP = HOP // GRAIN
FULL_SCALE = 32768.0
"""The int16 value that counts as 1.0."""
SMALLEST_POWER = 1e-4
"""Mean squares (int16 units) below this are rounding, not sound: -130 dBFS."""
CHUNK = 1024 * GRAIN
"""Samples summed at a time: 2.56 s, so that scratch memory stays in the cache."""


@dataclass(frozen=True, slots=True)
class Energy:
    """Energy by grain: `sums` of samples and of `squares`, float64, exact integers, shape (grains,)."""

    sums: NDArray[np.float64]
    squares: NDArray[np.float64]

    def __add__(self, other: Energy) -> Energy:
        return Energy(np.concatenate([self.sums, other.sums]), np.concatenate([self.squares, other.squares]))

    def __getitem__(self, part: slice) -> Energy:
        return Energy(self.sums[part], self.squares[part])

    def __len__(self) -> int:
        return len(self.sums)


def check_samples(samples: ArrayLike) -> Samples:
    """Return `samples` as they are, or refuse them.

    Raises
    ------
    InputError
        If they are not a one-dimensional int16 array.
    """
    checked = np.asanyarray(samples)
    if checked.dtype != np.int16 or checked.ndim != 1:
        raise InputError(
            f"audio must be int16, one channel, shape (n,); got {checked.dtype}, shape {checked.shape}: "
            "read files with simulator.recording.audio.read_audio"
        )
    return checked


def frame_times_ms(count: int) -> NDArray[np.float64]:
    """Return the centres of `count` frames, in milliseconds.

    Examples
    --------
    >>> frame_times_ms(3)
    array([ 5., 15., 25.])
    """
    return np.arange(count, dtype=np.float64) * HOP_MS + HOP_MS / 2


def frames_in(spans: Iterable[Span], count: int) -> NDArray[np.bool_]:
    """Return which of `count` frames begin and end inside one of the spans.

    Examples
    --------
    >>> frames_in([Span(160, 480), Span(640, 800)], 6).nonzero()[0]
    array([1, 2, 4])
    """
    inside = np.zeros(count, np.bool_)
    for span in spans:
        inside[span.start // HOP : span.stop // HOP] = True
    return inside


def runs_of(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first frame of each run of True, and the frame after its last.

    Examples
    --------
    >>> runs_of(np.array([False, True, True, False, True]))
    (array([1, 4]), array([3, 5]))
    """
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return edges[::2], edges[1::2]


def energy_of(samples: Samples) -> Energy:
    """Return sums and sums of squares of consecutive grains; a trailing part shorter than a grain is left out.

    Every partial sum is an integer below 2**53, so the result does not depend on how the audio was cut up.

    Examples
    --------
    >>> energy_of(np.full(80, 3, np.int16)).squares
    array([360., 360.])
    """
    count = len(samples) // GRAIN
    sums, squares = np.empty(count), np.empty(count)
    ones = np.ones(GRAIN)
    step = CHUNK // GRAIN
    for first in range(0, count, step):
        stop = min(first + step, count)
        part = samples[first * GRAIN : stop * GRAIN].astype(np.float64).reshape(-1, GRAIN)
        sums[first:stop] = part @ ones
        np.multiply(part, part, out=part)
        squares[first:stop] = part @ ones
    return Energy(sums, squares)


def kaiser_weights(min_pitch_hz: float) -> NDArray[np.float64]:
    """Return Praat's intensity window for a lowest pitch, by grain, around a frame's centre, summing to one.

    Examples
    --------
    >>> len(kaiser_weights(100.0)), round(float(kaiser_weights(100.0).sum()), 9)
    (26, 1.0)
    """
    half_s = 3.2 / min_pitch_hz
    half = int(np.ceil(half_s * 16_000 / GRAIN))
    at = (np.arange(-half, half) + 0.5) * GRAIN / 16_000 / half_s
    weights = np.i0((2 * np.pi**2 + 0.5) * np.sqrt(np.clip(1 - at**2, 0, None))) * (np.abs(at) < 1)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def smooth_power(energy: Energy, weights: NDArray[np.float64], *, before: int, frames: int) -> NDArray[np.float64]:
    """Return the mean square under a window, about the window's plain mean, at each of `frames` frames.

    Parameters
    ----------
    energy : Energy
        Grains around the frames; grains that a window reaches for and that are not there count as absent: the
        rest of the window is scaled up.
    weights : np.ndarray, float64, shape (2 h,)
        Window by grain, from h grains before the frame's centre to h after it.
    before : int >= 0
        Grains in `energy` before the first frame begins; the first frame's centre is 2 grains further on.
    frames : int >= 0
        How many frames.

    Returns
    -------
    power : np.ndarray, float64, shape (frames,)
        In squared int16 units; 0 for silence and for a constant offset.
    """
    half = len(weights) // 2
    first = before + GRAINS_PER_HOP // 2 - half
    last = first + len(weights) + GRAINS_PER_HOP * max(frames - 1, 0)
    left, right = max(0, -first), max(0, last - len(energy))
    first += left
    sums, squares = np.pad(energy.sums, (left, right)), np.pad(energy.squares, (left, right))
    weight, there = np.full(frames, weights.sum()), np.full(frames, float(len(weights)))
    if left or right:
        inside = np.pad(np.ones(len(energy)), (left, right))
        weight, there = _laid_over(inside, weights, first, frames), _window_sum(inside, len(weights), first, frames)
    mean = _window_sum(sums, len(weights), first, frames) / np.maximum(there * GRAIN, 1)
    scale = np.maximum(weight * GRAIN, 1e-12)
    power = _laid_over(squares, weights, first, frames) / scale
    power += mean * (mean - 2 * _laid_over(sums, weights, first, frames) / scale)
    # Rounding leaves up to 1e-6 where a constant should leave nothing.
    return np.asarray(np.where(power < SMALLEST_POWER, 0.0, power), dtype=np.float64)


def _laid_over(
    grains: NDArray[np.float64], weights: NDArray[np.float64], first: int, frames: int
) -> NDArray[np.float64]:
    # Tap by tap, so that the order of additions, and with it the last bit, is the same for every length.
    total = np.zeros(frames)
    for tap, value in enumerate(weights, first):
        total += value * grains[tap : tap + GRAINS_PER_HOP * frames : GRAINS_PER_HOP]
    return total


def _window_sum(grains: NDArray[np.float64], width: int, first: int, frames: int) -> NDArray[np.float64]:
    # Sums of integers below 2**53: exact, so running totals may be subtracted.
    running = np.concatenate([np.zeros(1), np.cumsum(grains)])
    starts = first + GRAINS_PER_HOP * np.arange(frames)
    return np.asarray(running[starts + width] - running[starts], dtype=np.float64)
