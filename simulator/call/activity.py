"""Is the trainee speaking? A detector's probability and the level above the room, with onset and hangover.

Theory of operation
-------------------
A block counts as speech when the detector thinks so *and* its level stands clear of the room's noise floor. The
floor is the lowest smoothed level of the last seconds (minimum statistics [1]_): talk falls silent between words, a
hubbub does not. While the customer speaks, what leaks from the earphone into the microphone raises the bar.

Detectors take a drawn-out "uuuh" for noise after a while. In a quiet room, sound nearly as loud as the speech before
it is the wearer's: it is no speech here, so overlaps are judged without it, but the turn is not over while it lasts.

References
----------
.. [1] R. Martin (2001), "Noise power spectral density estimation based on optimal smoothing and minimum
   statistics", IEEE Trans. Speech and Audio Processing 9(5).
"""

from __future__ import annotations

from collections import deque

import numpy as np

from simulator.clock import BLOCK, Span, from_ms
from simulator.events import SpeechEnded, SpeechStarted
from simulator.ports import Samples

SPEECH_PROBABILITY = 0.5
"""The detector's published threshold."""
SILENCE_PROBABILITY = 0.35
"""Below this a speech block has ended: the detector's threshold less 0.15, as its authors advise."""
ONSET_BLOCKS = 3
"""Speech blocks among the last four that make an onset: 60 ms, longer than a click or a key."""
HANGOVER = from_ms(160)
"""Silence after which a stretch of speech is over: longer than a stop consonant, shorter than a pause."""
ABOVE_FLOOR_DB = 8.0
"""Speech stands at least this far above the room."""
QUIETEST_DBFS = -58.0
"""Nothing below this is taken for the wearer of a headset."""
LOUDEST_ROOM_DBFS = -36.0
"""A steady level above this is a voice that never pauses, not a room."""
FLOOR_MEMORY = from_ms(4000)
"""How far back the room's lowest level is remembered."""
LEAK_MARGIN_DB = 6.0
"""Speech stands at least this far above what leaks from the earphone."""
DRAWN_OUT_DB = 12.0
"""Sound no more than this below the usual level of the speech is the wearer's voice: breath is 20 dB below and more."""
DRAWN_OUT = from_ms(100)
"""... if it lasts this long: a knock does not."""
QUIET_ROOM_DB = 25.0
"""... and the room lies this far below the speech: in a hubbub, loud sound is anybody's."""
USUAL_LEVEL = 0.05
"""Weight of one block in the usual level of the speech: about 0.4 s."""


def level_dbfs(block: Samples) -> float:
    """Return the RMS level of a block, dB re a full-scale square wave; -120 at most for silence."""
    scaled = block.astype(np.float64) / 32768.0
    return float(10 * np.log10(np.mean(scaled * scaled) + 1e-12))


class Activity:
    """The trainee's speech, block by block.

    Parameters
    ----------
    leak_db : float or None, dB
        The customer's level in the microphone against what was played, from the pre-flight, below 0 (-30: 30 dB
        quieter); None if nothing comes back.
    """

    def __init__(self, *, leak_db: float | None = None) -> None:
        self._leak_db = leak_db
        self._levels: deque[float] = deque(maxlen=FLOOR_MEMORY // BLOCK)
        self._smooth: float | None = None
        self._recent: deque[bool] = deque([False] * 4, maxlen=4)
        self._played: deque[float] = deque(maxlen=from_ms(300) // BLOCK)
        self.speaking = False
        self.onset = 0
        self.last_speech = 0
        self.last_voice = 0
        """Where sound as loud as the speech before it ended."""
        self._usual: float | None = None
        self._loud = 0

    @property
    def floor_dbfs(self) -> float:
        """The room's noise floor, dBFS, as known now."""
        return min(*self._levels, LOUDEST_ROOM_DBFS) if self._levels else -120.0

    @property
    def stirring(self) -> bool:
        """Whether one of the last blocks was speech: an onset may be about to be heard."""
        return any(self._recent)

    def step(
        self, block: Samples, probability: float, at: int, *, played: Samples
    ) -> SpeechStarted | SpeechEnded | None:
        """Take in one block that ends at `at`, with what the earphone played meanwhile.

        Returns
        -------
        SpeechStarted, SpeechEnded or None
            What changed.
        """
        level = level_dbfs(block)
        self._smooth = level if self._smooth is None else self._smooth + 0.25 * (level - self._smooth)
        self._levels.append(self._smooth)
        self._played.append(level_dbfs(played))
        needed = SILENCE_PROBABILITY if self.speaking else SPEECH_PROBABILITY
        speech = probability >= needed and level >= self._bar()
        self._recent.append(speech)
        self._follow(level, at, speech=speech)
        if speech and (self.speaking or sum(self._recent) >= ONSET_BLOCKS):
            return self._heard(at)
        if self.speaking and at - self.last_speech >= HANGOVER:
            self.speaking = False
            return SpeechEnded(at=at, span=Span(self.onset, self.last_speech))
        return None

    def _follow(self, level: float, at: int, *, speech: bool) -> None:
        """Follow the usual level of the speech, and sound nearly as loud as that."""
        if speech and self.speaking:
            self._usual = level if self._usual is None else self._usual + USUAL_LEVEL * (level - self._usual)
        if self._usual is None or level < max(self._usual - DRAWN_OUT_DB, self._bar()):
            self._loud = 0
            return
        self._loud += BLOCK
        if self._loud >= DRAWN_OUT and self.floor_dbfs <= self._usual - QUIET_ROOM_DB:
            self.last_voice = at

    def _bar(self) -> float:
        bar = max(QUIETEST_DBFS, self.floor_dbfs + ABOVE_FLOOR_DB)
        if self._leak_db is not None:
            bar = max(bar, max(self._played) + self._leak_db + LEAK_MARGIN_DB)
        return bar - (6.0 if self.speaking else 0.0)

    def _heard(self, at: int) -> SpeechStarted | None:
        self.last_speech = at
        if self.speaking:
            return None
        first = next(n for n, speech in enumerate(self._recent) if speech)
        self.speaking = True
        self.onset = max(0, at - (len(self._recent) - first) * BLOCK)
        return SpeechStarted(at=at, onset=self.onset)
