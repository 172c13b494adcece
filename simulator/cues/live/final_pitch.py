"""Final pitch: people lower their pitch at the end of a turn.

Conventions
-----------
The fall is the median F0 of the last voiced 50 ms against the median of the last 4 s, in semitones: -6 is half an
octave lower. It is None where too little is voiced, or the end is an octave off (a tracking error, a creak, a cough).

References
----------
.. [1] S. Duncan (1972), "Some signals and rules for taking speaking turns in conversations", JPSP 23(2).
.. [2] A. Gravano, J. Hirschberg (2011), "Turn-taking cues in task-oriented dialogue", Computer Speech & Language 25(3).
"""

from __future__ import annotations

from collections import deque

import numpy as np

from simulator.clock import BLOCK, from_seconds
from simulator.cues.signal.pitch import pitch_track
from simulator.ports import Samples

MEMORY = from_seconds(4)
"""Length of the speech that the end is compared with."""
LAST_FRAMES = 5
"""Voiced frames of 10 ms that make the end."""
FEWEST_FRAMES = 15
"""Fewer voiced frames give no fall."""
OCTAVE_SEMITONES = 12.0
"""An end this far from the rest is a tracking error, a creak or a cough."""


class FinalPitch:
    """Keeps the last seconds of a voice and returns how they ended (`ports.Melody`)."""

    def __init__(self) -> None:
        self._blocks: deque[Samples] = deque(maxlen=MEMORY // BLOCK)

    def accept(self, block: Samples) -> None:
        """Take in one block, int16, shape (320,)."""
        self._blocks.append(block)

    def fall(self) -> float | None:
        """Return the fall at the end of the last speech, in semitones; None where it cannot be measured."""
        kept = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)
        f0_hz = pitch_track(kept).f0_hz
        voiced = f0_hz[~np.isnan(f0_hz)]
        if len(voiced) < FEWEST_FRAMES:
            return None
        semitones = float(12 * np.log2(np.median(voiced[-LAST_FRAMES:]) / np.median(voiced)))
        return None if abs(semitones) >= OCTAVE_SEMITONES else round(semitones, 2)
