"""How soon each model answers on this machine: measured once, kept, and asked when a live call opens its ear.

Method
------
A model takes in a recorded turn in blocks and is then asked for the words, `RUNS` times; the median counts. What it
takes in slower than the sound lasts would be behind in a call, so that time is part of the answer. A measured time
holds for one model (by its hash) on one machine (by its name and processors).
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from simulator.clock import BLOCK, to_seconds
from simulator.datafile import DataModel, read_text
from simulator.errors import InputError
from simulator.ports import Recognizer, Samples
from simulator.private import home, make_folder, write_private
from simulator.speech.models import folder_sha256

NAME = "answer-times.json"
IN_TIME_MS = 400.0
"""An answer after this long is in time for a live call: with the 160 ms until a pause is noticed, the customer replies
0.6 s after the last word where the turn is over."""
RUNS = 3


class Measured(DataModel):
    """How soon one model answered, and where."""

    sha256: str
    answer_ms: float = Field(ge=0)
    processors: int
    machine: str


class _Kept(DataModel):
    models: dict[str, Measured] = Field(default={})


def measure_answer(recognizer: Recognizer, samples: Samples) -> float:
    """Return how long after the end of a recorded turn a recognizer has its words, ms: the median of `RUNS`.

    Parameters
    ----------
    recognizer : Recognizer
    samples : int16, shape (n,), 16 kHz
    """
    took = []
    for _ in range(RUNS + 1):
        stream = recognizer.open(0)
        began = time.perf_counter()
        for at in range(0, len(samples), BLOCK):
            stream.accept(samples[at : at + BLOCK])
        behind = max(0.0, time.perf_counter() - began - to_seconds(len(samples)))
        asked = time.perf_counter()
        stream.finish()
        took.append(1000 * (behind + time.perf_counter() - asked))
        stream.close()
    return round(statistics.median(took[1:]), 1)  # the first one loads what a call has loaded


def keep(folder: Path, sha256: str, answer_ms: float) -> None:
    """Keep the measured time of the model in `folder`, which has this hash."""
    here = Measured(sha256=sha256, answer_ms=answer_ms, processors=_processors(), machine=_machine())
    kept = _Kept(models={**_read().models, str(folder): here})
    make_folder(home())
    write_private(home() / NAME, kept.model_dump_json(indent=1) + "\n")


def measured_ms(folder: Path) -> float | None:
    """Return how soon a model answers here; None where that was not measured, or of another model or machine."""
    found = _read().models.get(str(folder))
    if found is None or (found.processors, found.machine) != (_processors(), _machine()):
        return None
    return found.answer_ms if found.sha256 == folder_sha256(folder) else None


def in_time(folders: Sequence[Path]) -> Path:
    """Return the last of `folders`, smallest model first, that was measured to answer in time; else the first.

    Parameters
    ----------
    folders : sequence of Path, at least one
    """
    for folder in reversed(folders[1:]):
        answer_ms = measured_ms(folder)
        if answer_ms is not None and answer_ms <= IN_TIME_MS:
            return folder
    return folders[0]


def _read() -> _Kept:
    path = home() / NAME
    if not path.exists():
        return _Kept()
    try:
        return _Kept.model_validate_json(read_text(path))
    except (ValidationError, InputError):
        return _Kept()  # a time that cannot be read is measured again


def _processors() -> int:
    return os.cpu_count() or 1


def _machine() -> str:
    return platform.node()
