"""What a user keeps so as not to type it again: `config.toml` in their data folder, and the firm's own files.

What is typed comes first, then the environment, then this file. The headset is chosen apart (`headset.settings`).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal

from pydantic import Field

from simulator.datafile import DataModel, read_toml
from simulator.private import home, make_folder, write_private

NAME = "config.toml"
SITE = "HOTSEAT_SITE"


class Settings(DataModel):
    """The content of the file; every key may be left out."""

    person: str | None = Field(default=None, description="whose calls are taken on this machine")
    recognizer: Literal["auto", "vosk", "whisper"] | None = Field(default=None, description="who listens")
    rubric: str | None = Field(default=None, description="by which practice calls are scored")
    folder: str | None = Field(default=None, description="where calls are kept")
    site: str | None = Field(default=None, description="where your own scenarios and rubrics are, on a share too")
    lms: str | None = Field(default=None, description="the home page of the accounts in your LMS, for xAPI")


def settings_path() -> Path:
    """Return where the settings are kept."""
    return home() / NAME


def read_settings() -> Settings:
    """Return the settings; empty where there is no such file.

    Raises
    ------
    InputError
        If the file cannot be understood.
    """
    path = settings_path()
    return read_toml(path, Settings) if path.is_file() else Settings()


def write_settings(settings: Settings) -> None:
    """Keep settings."""
    path = settings_path()
    make_folder(path.parent)
    values = settings.model_dump(exclude_none=True)
    # a JSON string is a TOML string too
    write_private(path, "".join(f"{name} = {json.dumps(str(value))}\n" for name, value in values.items()))


def site_folder(kind: str = "") -> Path:
    """Return the folder of a firm's own files, or one kind of them: "scenarios" or "rubrics".

    It is `HOTSEAT_SITE`, else what the settings say, else `site` in the user's data folder.
    """
    chosen = os.environ.get(SITE) or read_settings().site
    root = Path(chosen).expanduser() if chosen else home() / "site"
    return root / kind if kind else root
