"""`events.jsonl`: one event a line, in the order of happening, append-only."""

from __future__ import annotations

import os
from pathlib import Path

from simulator.errors import InputError
from simulator.event_json import from_json, to_json
from simulator.events import Event
from simulator.files import MOST_TEXT, read_file
from simulator.private import write_private

LOG = "events.jsonl"


def line(event: Event) -> bytes:
    """Return one line of the log."""
    return (to_json(event) + "\n").encode()


def read_log(folder: Path) -> tuple[Event, ...]:
    """Return every event of a call.

    Raises
    ------
    InputError
        If the log is missing or a line is no event; the message names the line.
    """
    path = folder / LOG
    events = []
    for number, raw in enumerate(_bytes(path).splitlines(), 1):
        try:
            events.append(from_json(raw.decode()))
        except (InputError, UnicodeDecodeError) as error:
            raise InputError(f"{path}:{number}: {error}; mend the folder with: hotseat recover {folder}") from error
    return tuple(events)


def salvage_log(folder: Path) -> tuple[list[Event], int]:
    """Return the events that can be read, and how many lines cannot (a torn last line, a page lost to a power cut)."""
    path = folder / LOG
    events: list[Event] = []
    lost = 0
    for raw in _bytes(path).split(b"\n") if os.path.lexists(path) else []:
        if not raw:
            continue
        try:
            events.append(from_json(raw.decode()))
        except (InputError, UnicodeDecodeError):
            lost += 1
    return events, lost


def write_log(folder: Path, events: list[Event]) -> None:
    """Write a mended log whole."""
    write_private(folder / LOG, b"".join(line(event) for event in events))


def is_exactly(folder: Path, events: list[Event]) -> bool:
    """Return whether the log on disk holds these events and nothing else."""
    path = folder / LOG
    return os.path.lexists(path) and _bytes(path) == b"".join(line(event) for event in events)


def _bytes(path: Path) -> bytes:
    try:
        return read_file(path, MOST_TEXT)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
