"""Which headset this person uses: chosen once, remembered in one small file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.datafile import read_text
from simulator.errors import InputError
from simulator.private import home, make_folder, write_private

NAME = "headset.json"


class HeadsetSettings(BaseModel):
    """The remembered choice.

    Parameters
    ----------
    microphone, earphone
        A device's name, part of a name, or number as text; None for the system's own.
    rate_hz
        A sample rate to insist on; None to let the device decide.
    preflight
        What the last `hotseat check` found with this headset (`headset.preflight.Preflight`).
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    microphone: str | None = None
    earphone: str | None = None
    rate_hz: int | None = Field(default=None, ge=8_000, le=192_000)
    preflight: dict[str, Any] | None = None


def settings_path() -> Path:
    """Return where the choice is remembered."""
    return home() / NAME


def read_settings() -> HeadsetSettings:
    """Return the remembered choice; the system's own devices if nothing was ever chosen.

    Raises
    ------
    InputError
        If the file is there and cannot be understood.
    """
    path = settings_path()
    if not path.exists():
        return HeadsetSettings()
    try:
        return HeadsetSettings.model_validate_json(read_text(path))
    except ValidationError as error:
        raise InputError(f"{path} cannot be understood; delete it, then: hotseat devices --use NAME") from error


def write_settings(settings: HeadsetSettings) -> None:
    """Remember a choice."""
    path = settings_path()
    make_folder(path.parent)
    write_private(path, settings.model_dump_json(indent=1) + "\n")
