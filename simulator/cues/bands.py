"""Band levels of speech every 10 ms: what speech activity and filled pauses look at.

Conventions
-----------
Frames of 16 ms stand every 10 ms, centred on their hop, as in `framing`. Only 190 to 3750 Hz counts, so that a
telephone copy and a wideband copy of the same speech read alike. Power 1.0 is a full-scale square wave.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ
from simulator.cues.framing import HOP
from simulator.ports import Samples

WINDOW = 256
CHUNK = 10 * RATE_HZ
"""Samples worked on at once, so that scratch memory stays flat however long the call is."""
BAND_EDGES_HZ = (190, 375, 750, 1250, 2000, 2750, 3750)
SMALLEST_POWER = 1e-12
"""Reads -120 dB; digital silence is never minus infinity."""


def band_powers(samples: Samples) -> NDArray[np.float32]:
    """Return the power of each band every 10 ms, full-scale square wave 1.0, shape (n // 160, 6)."""
    window = np.hanning(WINDOW).astype(np.float32)
    lead = (WINDOW - HOP) // 2
    fold = _fold()
    scale = np.float32(2 / (WINDOW * float(np.sum(window**2)) * 32768.0**2))
    found = [np.zeros((0, len(BAND_EDGES_HZ) - 1), np.float32)]
    frames = len(samples) // HOP
    for first in range(0, frames, CHUNK // HOP):
        count = min(CHUNK // HOP, frames - first)
        start, stop = first * HOP - lead, (first + count - 1) * HOP - lead + WINDOW
        piece = np.zeros(stop - start, np.float32)
        here = samples[max(0, start) : stop]
        at = max(0, start) - start
        piece[at : at + len(here)] = here
        framed = np.lib.stride_tricks.sliding_window_view(piece, WINDOW)[::HOP] * window
        spectrum = np.fft.rfft(framed, axis=1)[:, : len(fold)]
        power = (spectrum.real**2 + spectrum.imag**2) @ fold * scale
        found.append(power.astype(np.float32, copy=False))
    return np.concatenate(found)


def _fold() -> NDArray[np.float32]:
    edges = [round(hz * WINDOW / RATE_HZ) for hz in BAND_EDGES_HZ]
    fold = np.zeros((edges[-1], len(edges) - 1), np.float32)
    for band, (low, high) in enumerate(pairwise(edges)):
        fold[low:high, band] = 1
    return fold


def decibels(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return powers in dB, never below -120."""
    return (10 * np.log10(np.maximum(power, SMALLEST_POWER))).astype(np.float32, copy=False)
