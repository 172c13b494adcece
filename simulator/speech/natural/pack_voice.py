"""A voice pack as an engine: lines rendered ahead with a natural voice, delivered as the band of anger asks.

It speaks only what is in the pack, so that one voice speaks the whole call.
"""

from __future__ import annotations

import hashlib
import json
import re

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ, Span, gaps, to_seconds
from simulator.errors import InputError, ModelError
from simulator.speech import anger
from simulator.speech.breaths import breath
from simulator.speech.natural.voice_pack import PackedLine, VoicePack, parts_of
from simulator.speech.profiles import Delivery, VoiceProfile
from simulator.speech.psola import HOP_S, Curve
from simulator.speech.recognition.word_times import word_spans
from simulator.speech.rendering import Rendering
from simulator.speech.shaping import silences

OVERSAMPLED = 2
"""Pitch marks fall on whole samples; twice as many make a smoother voice."""
BETWEEN_S = 0.3
"""Silence between two lines that are said as one."""
FADE_S = 0.06
"""How far around a marked word its weight fades: words are found to about this."""


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
        marks = hashlib.sha256(json.dumps(pack.emphasis, sort_keys=True).encode()).hexdigest()[:12]
        self.identity = f"pack {pack.style} {pack.identity} anger {anger.VERSION} {self._semitones:+g} {marks}"

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak one line; see `Renderer`. Words are timed by their lengths between the pauses."""
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
        words = _timed(text, line[::OVERSAMPLED])
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
        marked = self._marked(text, line)
        return anger.deliver(finer, RATE_HZ * OVERSAMPLED, line.f0_hz, delivery, semitones=semitones, marked=marked)

    def _marked(self, text: str, line: PackedLine) -> Curve | None:
        """Return 1 in the words that the scenario marks, falling to 0 around them, every 10 ms; None without any."""
        numbers = self._pack.emphasis.get(text, ())
        if not numbers:
            return None
        times_s = (np.arange(len(line.f0_hz)) + 0.5) * HOP_S
        marked = np.zeros(len(times_s))
        words = _timed(text, line.samples)
        for number in numbers:
            start_s, stop_s = (to_seconds(edge) for edge in (words[number][1].start, words[number][1].stop))
            outside = np.maximum(np.maximum(start_s - times_s, times_s - stop_s), 0) / FADE_S
            marked = np.maximum(marked, np.where(outside < 1, 0.5 + 0.5 * np.cos(np.pi * outside), 0))
        return marked


def _timed(text: str, samples: NDArray[np.float32]) -> tuple[tuple[str, Span], ...]:
    return word_spans(text, (), voiced=gaps(silences(samples), Span(0, len(samples))))
