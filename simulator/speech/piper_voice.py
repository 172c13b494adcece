"""Piper as a voice: more natural than the system's, an optional extra (`hotseat[piper]`; Piper is under the GPL).

The one model that comes as a Python package is Joe, an American man; other men are made by moving his pitch. Piper's
own randomness is turned off, so that the same line gives the same samples. It cannot change the pitch range.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import Any

import numpy as np

from simulator.errors import InputError, ModelError
from simulator.speech.profiles import Delivery, VoiceProfile
from simulator.speech.rendering import Rendering

OWN_RATE_WPM = 236
"""How fast Joe speaks unasked, measured over 20 sentences."""
SEMITONES_PER_OCTAVE = 12


class PiperRenderer:
    """One profile spoken by Piper; the model is loaded when the first line is missing.

    Raises
    ------
    InputError
        If the profile has no Piper voice.
    ModelError
        If Piper or the model's package is not installed.
    """

    notes: tuple[str, ...] = ("Piper cannot change the pitch range, so anger does not make the melody livelier",)

    def __init__(self, profile: VoiceProfile) -> None:
        if profile.piper is None:
            raise InputError(f"the voice {profile.name!r} has no Piper voice; choose one that has, or leave Piper out")
        self._profile, self._chosen = profile, profile.piper
        package = self._chosen.model.replace("_", "-")
        try:
            versions = [f"{name} {importlib.metadata.version(name)}" for name in ("piper-tts", package)]
        except importlib.metadata.PackageNotFoundError as error:
            raise ModelError(f'{error.name} is not installed; type: pip install "hotseat[piper]"') from error
        self.identity = " ".join(versions)
        self._voice: Any = None

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak one line; see `Renderer`. Words are not timed."""
        from piper.config import SynthesisConfig

        semitones = delivery.pitch_semitones - self._profile.pitch_semitones + self._chosen.pitch_semitones
        ratio = 2 ** (semitones / SEMITONES_PER_OCTAVE)
        config = SynthesisConfig(
            length_scale=OWN_RATE_WPM / delivery.rate_wpm * ratio,
            noise_scale=0.0,
            noise_w_scale=0.0,
            normalize_audio=False,
        )
        chunks = list(self._loaded().synthesize(text, config))
        if not chunks:
            raise InputError(f"Piper finds nothing to say in {text!r}")
        samples = np.concatenate([chunk.audio_float_array for chunk in chunks]).astype(np.float32)
        return Rendering(samples=samples, rate_hz=chunks[0].sample_rate * ratio)

    def close(self) -> None:
        """Free the model."""
        self._voice = None

    def _loaded(self) -> Any:
        if self._voice is None:
            from piper import PiperVoice

            model = importlib.import_module(self._chosen.model)
            self._voice = PiperVoice.load(model.model_path(), model.config_path())
        return self._voice
