"""Band levels of speech every 10 ms, for speech activity and filled pauses.

Conventions
-----------
There is a frame of 16 ms every 10 ms, centred on its hop, as in `framing`. Only 190 to 3750 Hz counts, so that a
telephone copy and a wideband copy of the same speech read alike. Power 1.0 is a full-scale square wave.

Theory of operation
-------------------
Of 129 bins of the Fourier transform 57 are wanted, so they are summed directly, as two products of matrices: three
times as fast as the whole fast transform. The window is symmetric, so each product takes half a window: the cosines
see the sum, the sines the difference, of samples that stand equally far from the middle.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ
from simulator.cues.signal.framing import HOP
from simulator.ports import Samples

WINDOW = 256
CHUNK = 10 * RATE_HZ
"""Samples processed at once, so that scratch memory does not grow with the call."""
BAND_EDGES_HZ = (190, 375, 750, 1250, 2000, 2750, 3750)
SMALLEST_POWER = 1e-12
"""Reads -120 dB; digital silence is never minus infinity."""

_HALF = WINDOW // 2
_EDGES = [round(hz * WINDOW / RATE_HZ) for hz in BAND_EDGES_HZ]


def band_powers(samples: Samples) -> NDArray[np.float32]:
    """Return the power of each band every 10 ms, full-scale square wave 1.0, shape (n // 160, 6)."""
    if len(samples) < HOP:
        return np.empty((0, len(BAND_EDGES_HZ) - 1), np.float32)
    cosines, sines, fold = _transform()
    lead = (WINDOW - HOP) // 2
    frames = len(samples) // HOP
    found = np.empty((frames, len(BAND_EDGES_HZ) - 1), np.float32)
    for first in range(0, frames, CHUNK // HOP):
        count = min(CHUNK // HOP, frames - first)
        start, stop = first * HOP - lead, (first + count - 1) * HOP - lead + WINDOW
        piece = np.zeros(stop - start, np.float32)
        here = samples[max(0, start) : stop]
        at = max(0, start) - start
        piece[at : at + len(here)] = here
        framed = np.lib.stride_tricks.sliding_window_view(piece, WINDOW)[::HOP]
        early, late = framed[:, :_HALF], framed[:, : _HALF - 1 : -1]
        power = np.square((early + late) @ cosines)
        power += np.square((early - late) @ sines)
        found[first : first + count] = power @ fold
    return found


@lru_cache(maxsize=1)
def _transform() -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return cosines and sines under half the window, and what sums their squares into bands of power."""
    window = np.hanning(WINDOW)
    angle = 2 * np.pi / WINDOW * np.outer(np.arange(_HALF) - (WINDOW - 1) / 2, np.arange(_EDGES[0], _EDGES[-1]))
    fold = np.zeros((_EDGES[-1] - _EDGES[0], len(_EDGES) - 1))
    for band, (low, high) in enumerate(pairwise(_EDGES)):
        fold[low - _EDGES[0] : high - _EDGES[0], band] = 2 / (WINDOW * np.sum(window**2) * 32768.0**2)
    half = window[:_HALF, None]
    cosines, sines = half * np.cos(angle), half * np.sin(angle)
    return cosines.astype(np.float32), sines.astype(np.float32), fold.astype(np.float32)


def decibels(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return powers in dB, never below -120."""
    return (10 * np.log10(np.maximum(power, SMALLEST_POWER))).astype(np.float32, copy=False)
