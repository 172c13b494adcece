"""The room that all pages share: whose calls are where, which recognizer listens, who is on a call just now."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import HTTPConnection

from simulator.errors import InputError
from simulator.headset.preflight import Preflight, is_fresh
from simulator.lab.errand import Errand
from simulator.ports import Recognizer
from simulator.private import make_folder, write_private
from simulator.recording.folder import find_calls
from simulator.records.database.opening import Records
from simulator.records.lists.index import CallIndex
from simulator.report.history import History, read_history
from simulator.session.trainees import Notify
from simulator.speech.recognition.recognizers import open_recognizer

CHECK = "browser-check.json"
MOST_ENDING = 2
"""Earlier calls of one person that may still be scored while they begin another; each takes memory and a thread."""
CLOSING_S = 20.0
"""How long calls may take to be scored when the room closes: a system that shuts down waits some 30 s or more."""


class SeatCheck(BaseModel):
    """What the last check at this seat found, and whether it was made with echo cancellation."""

    model_config = ConfigDict(frozen=True)

    preflight: Preflight
    echo_cancellation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who looks at a page.

    Parameters
    ----------
    person : str
        The name for whom calls are filed in the records; "" files nothing.
    calls : Path
        Where their call folders are kept.
    folder : Path
        Where their seat's check is kept.
    """

    person: str
    calls: Path
    folder: Path

    def call(self, name: str) -> Path | None:
        """Return the folder of a call of theirs by its name; None if they have none of that name."""
        return next((path for path in find_calls(self.calls) if path.name == name), None)

    def history(self) -> History:
        """Return their scored calls."""
        return read_history(self.calls) if self.calls.is_dir() else History(calls=())

    def check(self) -> SeatCheck | None:
        """Return the check of their seat in the last 24 hours, if there was one."""
        try:
            kept = SeatCheck.model_validate_json((self.folder / CHECK).read_bytes())
        except (OSError, ValidationError):
            return None
        return kept if is_fresh(kept.preflight) else None

    def keep_check(self, found: SeatCheck) -> None:
        """Keep what a check found, for the calls that follow."""
        make_folder(self.folder)
        write_private(self.folder / CHECK, found.model_dump_json(by_alias=True, indent=1) + "\n")


@dataclass(slots=True, kw_only=True)
class Room:
    """What the pages share.

    Parameters
    ----------
    owner : Visitor
        Whose room it is, where nobody signs in.
    database : str or None
        Which records calls are filed in; None for the user's own.
    most_calls : int
        How many calls this machine takes at once.
    records : Records or None
        The same, open, where assignments are kept.
    index : CallIndex
        Of these records.
    """

    owner: Visitor
    database: str | None = None
    most_calls: int = 1
    records: Records | None = None
    index: CallIndex = field(default_factory=CallIndex)
    errands: dict[str, Errand] = field(default_factory=dict)
    _recognizer: Recognizer | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _admitting: threading.Lock = field(default_factory=threading.Lock)

    def visitor(self, connection: HTTPConnection) -> Visitor:
        """Return who asks: whoever the gate let in, else the owner."""
        found: Visitor | None = getattr(connection.state, "visitor", None)
        return found if found is not None else self.owner

    def recognizer(self, notify: Notify) -> Recognizer:
        """Return the recognizer that all calls here share; opened once."""
        with self._opening:
            if self._recognizer is None:
                self._recognizer = open_recognizer("auto", model=None, notify=notify)
            return self._recognizer

    def admit(self, errand: Errand) -> None:
        """Take in an errand; whoever begins a new one has left their earlier one.

        Raises
        ------
        InputError
            If the room is full, or earlier calls of theirs are still being scored.
        """
        with self._admitting:  # or two that come at once would both take the last seat
            self._admit(errand)

    def _admit(self, errand: Errand) -> None:
        for token, other in list(self.errands.items()):
            if other.over:
                del self.errands[token]
            elif other.owner == errand.owner:
                other.hang_up()
        if sum(other.owner == errand.owner for other in self.errands.values()) > MOST_ENDING:
            raise InputError("your earlier calls are still being scored; try again in a minute")
        if sum(other.owner != errand.owner for other in self.errands.values()) >= self.most_calls:
            raise InputError(
                f"{self.most_calls} of {self.most_calls} seats of this machine are taken; try again in a minute"
            )
        self.errands[errand.token] = errand

    def close(self) -> None:
        """End every call; each is kept, and scored now if that is soon done, else when the room is opened again."""
        for errand in self.errands.values():
            errand.hang_up()
        until = time.monotonic() + CLOSING_S
        for errand in self.errands.values():
            errand.join(until - time.monotonic())
