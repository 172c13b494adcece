"""A voice pack as an engine: lines rendered ahead with a natural voice, delivered as the band of anger asks.

It speaks only what is in the pack, so that one voice speaks the whole call.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ, Span, gaps, to_seconds
from simulator.errors import InputError, ModelError
from simulator.speech import anger
from simulator.speech.breaths import breath
from simulator.speech.natural.voice_pack import VoicePack, parts_of
from simulator.speech.profiles import Delivery, VoiceProfile
from simulator.speech.recognition.word_times import word_spans
from simulator.speech.rendering import Rendering
from simulator.speech.shaping import silences

OVERSAMPLED = 2
"""Pitch marks fall on whole samples; twice as many make a smoother voice."""
BETWEEN_S = 0.3
"""Silence between two lines that are said as one."""


class PackRenderer:
    """One profile, spoken from a pack.

    Raises
    ------
    InputError
        If the profile has no natural voice.
    """

    notes: tuple[str, ...] = ()

    def __init__(self, profile: VoiceProfile, pack: VoicePack) -> None:
        if profile.kokoro is None:
            raise InputError(f"the voice {profile.name!r} has no [kokoro] style, so no pack can speak for it")
        self._pack = pack
        self._semitones = profile.kokoro.pitch_semitones - profile.pitch_semitones
        self.identity = f"pack {pack.style} {pack.identity} anger {anger.VERSION} {self._semitones:+g}"

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak one line; see `Renderer`. Words are timed by the letters' share of what is not silent."""
        parts = parts_of(text, self._pack)
        if not parts:
            raise ModelError(
                f"{self._pack.path} does not hold the line {text!r}; type: hotseat voices prepare SCENARIO"
            )
        rate_hz = RATE_HZ * OVERSAMPLED
        gap = np.zeros(round(BETWEEN_S * rate_hz), np.float32)
        pieces: list[NDArray[np.float32]] = []
        for part in parts:
            pieces += [self._part(part, delivery), gap]
        line = np.concatenate(pieces[:-1])
        drawn = breath(text, line, rate_hz, sharpness=anger.liveliness(delivery))
        coarse = line[::OVERSAMPLED]
        words = word_spans(text, (), voiced=gaps(silences(coarse), Span(0, len(coarse))))
        starts = [found.start() for found in re.finditer(r"\S+", text)]
        late_s = len(drawn) / rate_hz
        onsets = tuple((at, late_s + to_seconds(span.start)) for at, (_, span) in zip(starts, words, strict=False))
        return Rendering(samples=np.concatenate((drawn, line)), rate_hz=rate_hz, onsets=onsets)

    def close(self) -> None:
        """Close the pack."""
        self._pack.close()

    def _part(self, text: str, delivery: Delivery) -> NDArray[np.float32]:
        import soxr

        line = self._pack.line(text)
        finer = soxr.resample(line.samples, RATE_HZ, RATE_HZ * OVERSAMPLED).astype(np.float32)
        semitones = delivery.pitch_semitones + self._semitones
        return anger.deliver(finer, RATE_HZ * OVERSAMPLED, line.f0_hz, delivery, semitones=semitones)
