"""A voice pack as an engine: lines rendered ahead with a natural voice, delivered as the band of anger asks.

It speaks only what is in the pack, so that one voice speaks the whole call.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ
from simulator.errors import InputError, ModelError
from simulator.speech import anger
from simulator.speech.profiles import Delivery, VoiceProfile
from simulator.speech.rendering import Rendering
from simulator.speech.voice_pack import VoicePack

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
        """Speak one line; see `Renderer`. Words are not timed."""
        parts = self._pack.parts(text)
        if not parts:
            raise ModelError(
                f"{self._pack.path} does not hold the line {text!r}; type: hotseat voices prepare SCENARIO"
            )
        gap = np.zeros(round(BETWEEN_S * RATE_HZ * OVERSAMPLED), np.float32)
        pieces: list[NDArray[np.float32]] = []
        for part in parts:
            pieces += [self._part(part, delivery), gap]
        return Rendering(samples=np.concatenate(pieces[:-1]), rate_hz=RATE_HZ * OVERSAMPLED)

    def close(self) -> None:
        """Close the pack."""
        self._pack.close()

    def _part(self, text: str, delivery: Delivery) -> NDArray[np.float32]:
        import soxr

        line = self._pack.line(text)
        finer = soxr.resample(line.samples, RATE_HZ, RATE_HZ * OVERSAMPLED).astype(np.float32)
        semitones = delivery.pitch_semitones + self._semitones
        return anger.deliver(finer, RATE_HZ * OVERSAMPLED, line.f0_hz, delivery, semitones=semitones)
