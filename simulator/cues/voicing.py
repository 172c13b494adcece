"""How strongly single frames repeat with the period of a voice, where a whole pitch track is not wanted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulator.cues.framing import HOP
from simulator.cues.periodicity import WINDOW, find_candidates
from simulator.ports import Samples

REGION = 6000
"""Frames called into memory at once, for a long recording may lie on disk."""


def strength_at(samples: Samples, frames: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return the strongest normalised autocorrelation of some frames.

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
    bounds = np.searchsorted(frames, np.arange(0, int(frames[-1]) + REGION, REGION)).tolist()
    for first, last in pairwise([*bounds, len(frames)]):
        if first == last:
            continue
        begin = int(starts[first])
        part = samples[begin : int(starts[last - 1]) + WINDOW]
        found = find_candidates(part, starts[first:last] - begin).strength.max(axis=1)
        strength[first:last] = np.maximum(found, 0)
    return strength
