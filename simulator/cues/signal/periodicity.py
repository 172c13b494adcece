"""Candidates for the period of the voice in one frame: peaks of the normalised autocorrelation.

Conventions
-----------
One frame is a window of 40 ms, three periods of the lowest pitch. Candidates of a frame stand in `SLOTS` columns, in
no set order; an empty slot has strength ``-inf`` and pitch 0 (as log2 of Hz). Pitch is kept as log2 of Hz because
costs and intervals are octaves.

Metrics
-------
- strength: autocorrelation of the windowed frame over that of the window itself, at its interpolated maximum; 1 for a
  perfectly periodic sound, r = h / (1 + h) for a harmonics-to-noise power ratio h.
- score: by which candidates of a frame are weighed against each other. Strength, less a little for each octave below
  the ceiling [1]_, less a little for what it lacks, against the best candidate of the frame, in *evenness*: the
  autocorrelation of the same frame with its spectrum compressed to the root of power and without the lowest bins
  [2]_. Strength alone takes the second harmonic for the voice where a telephone or a low first formant makes it
  stand out, and a multiple of the period where the noise rumbles; the many weak harmonics know better. Where strength
  is clear, evenness has no say: of two voices at once it would follow whichever has more harmonics.

References
----------
.. [1] P. Boersma (1993), "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of
   a sampled sound", Proceedings of the Institute of Phonetic Sciences 17, Amsterdam: steps 3.1 to 3.10.
.. [2] T. Tolonen and M. Karjalainen (2000), "A computationally efficient multipitch analysis model", IEEE Transactions
   on Speech and Audio Processing 8(6): autocorrelation of a compressed spectrum.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ
from simulator.cues.signal.framing import HOP
from simulator.ports import Samples

Array: TypeAlias = NDArray[np.float64]

PITCH_FLOOR_HZ = 75.0
"""Lowest pitch looked for, Hz (Praat's standard)."""
PITCH_CEILING_HZ = 600.0
"""Highest pitch looked for, Hz (Praat's standard)."""
WINDOW = round(3 * RATE_HZ / PITCH_FLOOR_HZ)
"""Samples in one analysis window: three longest periods, 40 ms [1]_."""
SLOTS = 8
"""Candidates kept in each frame."""
WEAKEST = 0.225
"""A peak lower than this, half the voicing threshold, is no candidate [1]_."""
OCTAVE_COST = 0.01
"""Score a candidate loses for each octave below the ceiling: the shortest of equal periods wins [1]_."""
EVENNESS_WEIGHT = 0.25
"""Score a candidate loses for each 1.0 that it falls short of the frame's best in evenness ..."""
MOST_LACKING = 0.15
"""... up to this much: evenness decides between periods that strength leaves within 0.04 of each other."""
EVENNESS_FLOOR_HZ = 250.0
"""Evenness leaves out what lies below: rumble; a voice lower than that has harmonics above."""

# Samples in the transform: what wraps around adds at most 0.001 to the strength of the lowest pitch, 0 above 110 Hz.
_SIZE = 768
_SHORTEST = int(RATE_HZ / PITCH_CEILING_HZ)
_LONGEST = int(np.ceil(RATE_HZ / PITCH_FLOOR_HZ))
_RUMBLE = round(EVENNESS_FLOOR_HZ * _SIZE / RATE_HZ)
_TAPS = 8  # samples each side in the interpolation of a peak
_LAGS = _LONGEST + _TAPS + 1
_FINE = 64  # steps in a sample to which the interpolation's weights are tabulated
_BATCH = 128  # frames at a time: scratch of about 2 MB
_REGION = 6000  # frames read into memory at once: a long recording is mapped from disk


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates of consecutive frames: `log2_hz`, `strength` and `score`, float32, shape (frames, SLOTS)."""

    log2_hz: NDArray[np.float32]
    strength: NDArray[np.float32]
    score: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.strength)

    def __getitem__(self, part: slice) -> Candidates:
        return Candidates(self.log2_hz[part], self.strength[part], self.score[part])


def _window() -> tuple[Array, NDArray[np.float32], NDArray[np.float32], NDArray[np.complex128]]:
    window = np.hanning(WINDOW + 2)[1:-1]
    size = np.abs(np.fft.rfft(window, 2 * WINDOW))
    own, compressed = np.fft.irfft(size**2)[:_LAGS], np.fft.irfft(size)[:_LAGS]
    # The window's own transform, to take the mean out of a frame; beyond these bins it has died away.
    lobe = np.fft.rfft(window, _SIZE)[:8]
    # Half of the window's fall is left in the evenness, so that of a period and its double the period is ahead.
    half = np.sqrt(compressed[0] / compressed)
    return window, (own[0] / own).astype(np.float32), half.astype(np.float32), lobe / lobe[0]


def _sinc_table() -> NDArray[np.float32]:
    # Weights of 17 samples for the value at -1.25 to 1.25 samples from the middle one.
    shift = np.arange(-1.25 * _FINE, 1.25 * _FINE + 1) / _FINE
    distance = np.arange(-_TAPS, _TAPS + 1) - shift[:, None]
    taper = np.cos(np.clip(distance / (_TAPS + 1), -1, 1) * np.pi / 2) ** 2
    return np.asarray(np.sinc(distance) * taper, dtype=np.float32)


_HANN, _WINDOW_INVERSE, _EVENNESS_INVERSE, _LOBE = _window()
_WEIGHTS = _sinc_table()


def no_candidates(frames: int) -> Candidates:
    """Return `frames` frames without a candidate."""
    shape = (frames, SLOTS)
    nothing = (np.full(shape, -np.inf, np.float32) for _ in range(2))
    return Candidates(np.zeros(shape, np.float32), *nothing)


def find_candidates(samples: Samples, starts: NDArray[np.intp]) -> Candidates:
    """Return the candidates of windows of `samples`.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), n >= WINDOW
    starts : np.ndarray, int, shape (frames,)
        Where each window starts, 0 to n - WINDOW.

    Returns
    -------
    Candidates
        Of ``len(starts)`` frames. Each frame depends on its own window alone.
    """
    found = no_candidates(len(starts))
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)
    padded = np.zeros((min(_BATCH, len(starts)), _SIZE))
    power = np.zeros((len(padded), _SIZE // 2 + 1), np.complex64)
    for first in range(0, len(starts), _BATCH):
        here = starts[first : first + _BATCH]
        np.multiply(windows[here], _HANN, out=padded[: len(here), :WINDOW])
        _add_peaks(*_autocorrelations(padded[: len(here)], power[: len(here)]), found[first : first + _BATCH])
    return found


def strength_at(samples: Samples, frames: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return the strongest normalised autocorrelation of some frames, where no whole pitch track is wanted.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    frames : np.ndarray, int, shape (count,)
        Frame numbers, in order.

    Returns
    -------
    strength : np.ndarray, float32, shape (count,)
        0 to 1; 0 where nothing repeats, or the recording is shorter than a window.

    Examples
    --------
    >>> buzz = np.tile(np.arange(-80, 80, dtype=np.int16), 100)
    >>> bool(strength_at(buzz, np.array([50]))[0] > 0.9)
    True
    """
    strength = np.zeros(len(frames), np.float32)
    if len(samples) < WINDOW or not len(frames):
        return strength
    starts = np.clip(frames * HOP + HOP // 2 - WINDOW // 2, 0, len(samples) - WINDOW)
    bounds = np.searchsorted(frames, np.arange(0, int(frames[-1]) + _REGION, _REGION)).tolist()
    for first, last in pairwise([*bounds, len(frames)]):
        if first < last:
            begin = int(starts[first])
            part = samples[begin : int(starts[last - 1]) + WINDOW]
            found = find_candidates(part, starts[first:last] - begin).strength.max(axis=1)
            strength[first:last] = np.maximum(found, 0)
    return strength


def _autocorrelations(frames: Array, power: NDArray[np.complex64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the normalised autocorrelation, and the evenness, at lags 0 to `_LAGS` - 1 of windowed and padded frames.

    `power` is scratch, its imaginary part zero.
    """
    spectrum = np.fft.rfft(frames, axis=1)
    # The first bin is the sum under the window, so this takes the windowed mean out.
    spectrum[:, : len(_LOBE)] -= spectrum[:, :1].real * _LOBE
    parts = spectrum.view(np.float64)
    np.multiply(parts, parts, out=parts)
    np.add(parts[:, ::2], parts[:, 1::2], out=power.real)
    ratio = np.fft.irfft(power, _SIZE, axis=1)[:, :_LAGS].astype(np.float32, copy=False)
    np.sqrt(power.real, out=power.real)
    power[:, :_RUMBLE] = 0
    even = np.fft.irfft(power, _SIZE, axis=1)[:, :_LAGS].astype(np.float32, copy=False)
    least = np.float32(1e-9)
    return (
        np.asarray(ratio * (_WINDOW_INVERSE / np.maximum(ratio[:, :1], least))),
        np.asarray(even * (_EVENNESS_INVERSE / np.maximum(even[:, :1], least))),
    )


def _add_peaks(ratio: NDArray[np.float32], even: NDArray[np.float32], out: Candidates) -> None:
    inner = ratio[:, _SHORTEST : _LONGEST + 1]
    mask = inner > WEAKEST
    mask &= inner > ratio[:, _SHORTEST - 1 : _LONGEST]
    mask &= inner >= ratio[:, _SHORTEST + 1 : _LONGEST + 2]
    at = np.flatnonzero(mask)
    row = at // mask.shape[1]
    lag = at - row * mask.shape[1]
    period, strength = _interpolate(ratio, row, lag + _SHORTEST)
    inside = (period >= RATE_HZ / PITCH_CEILING_HZ) & (period <= RATE_HZ / PITCH_FLOOR_HZ)
    row, period, strength = row[inside], period[inside], strength[inside]
    log2_hz = np.log2(np.float32(RATE_HZ) / period)
    score = strength - np.float32(OCTAVE_COST) * (np.float32(np.log2(PITCH_CEILING_HZ)) - log2_hz)
    score -= np.float32(EVENNESS_WEIGHT) * _lack(even, row, period)
    rank = _rank(row)
    if rank.max(initial=0) >= SLOTS:
        order = np.lexsort((-score, row))
        best = np.sort(order[rank < SLOTS])
        row, log2_hz, strength, score = row[best], log2_hz[best], strength[best], score[best]
        rank = _rank(row)
    out.log2_hz[row, rank] = log2_hz
    out.strength[row, rank] = strength
    out.score[row, rank] = score


def _lack(even: NDArray[np.float32], row: NDArray[np.intp], period: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how far each candidate's evenness lies below the best in its row, `MOST_LACKING` at most.

    `row` is in order.
    """
    if not len(row):
        return np.empty(0, np.float32)
    at = row * even.shape[1] + period.astype(np.intp)
    flat = even.reshape(-1)
    found = np.maximum(flat[at], flat[at + 1])
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    best = np.maximum.reduceat(found, starts)
    lack = np.repeat(best, np.diff(np.append(starts, len(row)))) - found
    return np.asarray(np.minimum(lack, np.float32(MOST_LACKING)), np.float32)


def _rank(row: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return how many entries of the same row stand before each; `row` is in order."""
    many = np.bincount(row)
    first = np.cumsum(many) - many
    return np.arange(len(row)) - first[row]


def _interpolate(
    ratio: NDArray[np.float32], row: NDArray[np.intp], lag: NDArray[np.intp]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the position (samples) and height of each peak: a parabola finds it, a windowed sinc refines it."""
    near = ratio.reshape(-1)[(row * ratio.shape[1] + lag)[:, None] + np.arange(-_TAPS, _TAPS + 1)]
    shift, _ = _vertex(near[:, _TAPS - 1], near[:, _TAPS], near[:, _TAPS + 1])
    quarter = _FINE // 4
    middle = np.round(shift * _FINE).astype(np.intp) + _FINE + quarter
    fine, height = _vertex(*(np.einsum("ij,ij->i", near, _WEIGHTS[middle + by]) for by in (-quarter, 0, quarter)))
    period = lag + (middle - _FINE - quarter + quarter * fine) / np.float32(_FINE)
    # A correlation cannot exceed 1; an interpolated one that does is folded back [1]_.
    return period.astype(np.float32), np.where(height > 1, 1 / np.maximum(height, 1), height)


def _vertex(
    before: NDArray[np.float32], at: NDArray[np.float32], after: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return where a parabola through three points peaks, -1 to 1 steps from the middle, and how high."""
    curve = np.minimum(before - 2 * at + after, np.float32(-1e-6))
    shift = np.clip(np.float32(0.5) * (before - after) / curve, -1, 1)
    return shift, at - np.float32(0.25) * (before - after) * shift
