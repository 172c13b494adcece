"""Syllable nuclei: voiced peaks of loudness between dips. They count syllables without any words.

Conventions
-----------
A nucleus is one moment, in samples of the call clock, at a frame's centre. Loudness is the level under a window of
64 ms effective length, every 10 ms.

Metrics
-------
A peak of the level is a nucleus when it stands above the threshold (25 dB below the recording's loud moments), the
level falls by more than 2 dB before the next peak, and it is voiced.

Deviations from the published script: level every 10 ms, not 16; a peak is voiced when the pitch track is, in its frame
or the next to either side, or when its own period reaches the voicing threshold (creaky and hoarse syllables, which the
track leaves out), where the script follows pitch from 30 Hz with threshold 0.25; a recording's last peak counts too.

References
----------
.. [1] N. H. de Jong and T. Wempe (2009), "Praat script to detect syllable nuclei and measure speech rate
   automatically", Behavior Research Methods 41(2), 385-390.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.cues.signal.framing import HOP
from simulator.cues.signal.level import LOWEST_DBFS, level_track
from simulator.cues.signal.periodicity import strength_at
from simulator.cues.signal.pitch import VOICING_THRESHOLD
from simulator.ports import Samples

NUCLEI_MIN_PITCH_HZ = 50.0
"""Sets the window of the level that peaks are looked for in: 64 ms [1]_."""
NUCLEI_DEPTH_DB = 25.0
"""Peaks farther than this below the loud moments are no nuclei [1]_."""
LOUD_PERCENTILE = 99.0
"""The level of the loud moments: this percentile of all frames [1]_."""
LEAST_DIP_DB = 2.0
"""Level must fall by more than this between two nuclei [1]_."""


def find_nuclei(samples: Samples, f0_hz: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return where syllables have their nuclei.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    f0_hz : np.ndarray, float32, shape (n // 160,), Hz
        Pitch of every frame, NaN where unvoiced (`pitch.pitch_track`).

    Returns
    -------
    nuclei : np.ndarray, int, shape (count,), samples
        In order.

    Examples
    --------
    >>> find_nuclei(np.zeros(16000, np.int16), np.full(100, np.nan, np.float32))
    array([], dtype=int64)
    """
    level = level_track(samples, min_pitch_hz=NUCLEI_MIN_PITCH_HZ)
    if len(level) < 3:
        return np.empty(0, np.intp)
    loud = float(np.percentile(level.astype(np.float64), LOUD_PERCENTILE))
    peaks = _peaks(level, max(loud - NUCLEI_DEPTH_DB, float(level.min()), LOWEST_DBFS))
    peaks = peaks[level[peaks] - np.minimum.reduceat(level, peaks) > LEAST_DIP_DB]
    track = ~np.isnan(f0_hz)
    voiced = track[peaks] | track[peaks - 1] | track[peaks + 1]
    voiced[~voiced] = strength_at(samples, peaks[~voiced]) > VOICING_THRESHOLD
    return peaks[voiced] * HOP + HOP // 2


def _peaks(level: NDArray[np.float32], threshold: float) -> NDArray[np.intp]:
    inner = level[1:-1]
    return 1 + np.flatnonzero((inner > level[:-2]) & (inner >= level[2:]) & (inner > threshold))
