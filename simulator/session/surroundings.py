"""What a trainee hears behind the customer: the place they call from, and how they listen while the trainee explains.

A calm customer says "mm" or hums, an irritated one sighs, an angry one draws breath sharply.

It reaches the earphone alone. The engine does not know of it and neither track holds it, so it is never taken for a
line of the customer's, an overlap or a reply, and nobody's score depends on it.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from simulator.clock import BLOCK, from_ms, from_seconds
from simulator.cues.signal.pitch import pitch_track
from simulator.customer.voicing import BACKCHANNELS
from simulator.events import Band, Event, LineStarted, MoodMoved, SpeechEnded, SpeechStarted, TurnEnded
from simulator.ports import Samples
from simulator.speech.breaths import hum, intake, sigh
from simulator.speech.places import PlaceSound
from simulator.speech.voice import CachedVoice
from simulator.vocabulary import BANDS

CALM: tuple[Band, ...] = ("content", "cool", "irritated")
"""An angry customer does not encourage anybody with words."""
HUM_DB, SIGH_DB, INTAKE_DB = -9.0, -16.0, -17.0
"""What is no word, against the voice's level in the same band."""
EXPLAINED = from_seconds(4)
"""The trainee must have spoken for this long in their turn ..."""
APART = from_seconds(7)
"""... and the last "mm" be this long ago."""
LONGEST_PAUSE = from_ms(1200)
"""It comes as the trainee goes on after a pause up to this long: the turn is surely not over."""
SOFTER = 0.6
"""Against the same voice when it speaks."""


class Surroundings:
    """The sounds around one customer.

    Parameters
    ----------
    place : PlaceSound
    backchannels : mapping of Band to sequence of samples
        What may be heard of the customer while they listen, by band; none for a band in which they are silent.
    band : Band
        The mood at the start.
    seed : int
    """

    def __init__(
        self, place: PlaceSound, backchannels: Mapping[Band, Sequence[Samples]], *, band: Band, seed: int
    ) -> None:
        self._place, self._backchannels, self._seed = place, backchannels, seed
        self._band = band
        self._saying: Samples = np.zeros(0, np.int16)
        self._spoken, self._paused_at, self._last = 0, -1, -APART

    def notice(self, event: Event) -> None:
        """Take in what happened in the call."""
        if isinstance(event, MoodMoved):
            self._band = event.band
        elif isinstance(event, LineStarted | TurnEnded):
            self._spoken, self._paused_at = 0, -1
            self._saying = np.zeros(0, np.int16)
        elif isinstance(event, SpeechEnded):
            self._spoken += event.span.duration
            self._paused_at = event.span.stop
        elif isinstance(event, SpeechStarted):
            self._go_on(event)

    def over(self, block: Samples, at: int, *, customer_speaking: bool) -> Samples:
        """Return the customer's block that begins at `at` with what is around it."""
        total = block.astype(np.int32) + self._place.block(at)
        if customer_speaking:
            self._saying = np.zeros(0, np.int16)
        part, self._saying = self._saying[:BLOCK], self._saying[BLOCK:]
        total[: len(part)] += part
        heard: Samples = np.clip(total, -32768, 32767).astype(np.int16)
        return heard

    def _go_on(self, event: SpeechStarted) -> None:
        choices = self._backchannels.get(self._band, ())
        paused = self._paused_at >= 0 and event.onset - self._paused_at <= LONGEST_PAUSE
        if choices and paused and self._spoken >= EXPLAINED and event.at - self._last >= APART:
            self._last = event.at
            self._saying = choices[zlib.crc32(f"{self._seed}/{event.at}".encode()) % len(choices)]


def backchannels_of(voice: CachedVoice) -> dict[Band, list[Samples]]:
    """Return what is heard of a customer while they listen, by band: words where they are calm, and other sounds."""
    said = {
        band: [np.round(voice.speak(text, band).samples * SOFTER).astype(np.int16) for text in BACKCHANNELS]
        for band in CALM
    }
    return {band: said.get(band, []) + _wordless(voice, band) for band in BANDS}


def _wordless(voice: CachedVoice, band: Band) -> list[Samples]:
    if band in ("content", "cool"):
        f0_hz = np.nanmedian(pitch_track(voice.speak(BACKCHANNELS[0], band).samples).f0_hz)
        made, below_db = [hum(float(f0_hz))] if np.isfinite(f0_hz) else [], HUM_DB
    elif band == "irritated":
        made, below_db = [sigh(1), sigh(2)], SIGH_DB
    else:
        made, below_db = [intake(1), intake(2)], INTAKE_DB
    size = 32767 * 10 ** ((voice.profile.delivery(band).level_dbfs + below_db) / 20)
    return [np.round(np.clip(sound * size, -32767, 32767)).astype(np.int16) for sound in made]
