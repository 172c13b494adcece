"""What the seats of other servers of the same records do, for the live view. With SQLite there are no others.

Theory of operation
-------------------
Once a second each server tells, over the database, what its seats do: a word for each seat, then one that ends the
list. A server that is closed says so. One that is silent for `SILENT_S` has died, hangs, or has lost the database; its
last list stays in view, marked, until it is started again, or for `KEPT_S`.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from simulator.errors import InputError
from simulator.records.database.wire import Wire

Seat: TypeAlias = dict[str, Any]
EVERY_S, SILENT_S, AGAIN_S, KEPT_S = 1.0, 5.0, 5.0, 3_600.0
MOST_POINTS, MOST_CHARACTERS = 60, 200
"""Of the anger line and of the last words: a word on the wire is short."""


@dataclass(slots=True)
class _Server:
    """Another server as it was last heard."""

    name: str
    heard: float = field(default_factory=time.monotonic)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    seats: tuple[Seat, ...] = ()
    coming: list[Seat] = field(default_factory=list)


class Neighbours:
    """Tells what the seats here do and hears what those of other servers do, in a thread of its own.

    Parameters
    ----------
    name : str
        Of this server, as people know it.
    here : callable
        Returns what the seats of this server do.
    connect : callable
        Opens the wire.
    """

    def __init__(
        self, name: str, here: Callable[[], Sequence[Seat]], connect: Callable[[], AbstractContextManager[Wire]]
    ) -> None:
        self._name, self._here, self._connect = name, here, connect
        self._run = secrets.token_hex(8)
        self._others: dict[str, _Server] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="neighbours", daemon=True)

    def start(self) -> None:
        """Begin to tell and to hear."""
        self._thread.start()

    def close(self) -> None:
        """Tell the others that this server closes."""
        self._closing.set()
        self._thread.join(2 * EVERY_S + AGAIN_S)

    def seats(self) -> list[Seat]:
        """Return what the seats of other servers do, or did when their server was last heard."""
        now, found = time.monotonic(), []
        with self._lock:
            for other in self._others.values():
                if now - other.heard > KEPT_S:
                    continue
                silent = now - other.heard > SILENT_S
                more = {"server": other.name, "coachable": False} | ({"stage": "silent"} if silent else {})
                found += [each | more for each in other.seats]
        return found

    def silent(self) -> list[dict[str, Any]]:
        """Return the servers that do not answer: name, since when, local time, and how many of their seats worked."""
        now = time.monotonic()
        with self._lock:
            return [
                {"server": each.name, "since": f"{each.at.astimezone():%H:%M:%S}", "seats": len(each.seats)}
                for each in self._others.values()
                if SILENT_S < now - each.heard <= KEPT_S
            ]

    def take(self, word: str) -> None:
        """Take in a word from the wire."""
        told = json.loads(word)
        run = told["run"]
        if run == self._run:
            return
        with self._lock:
            for before, other in list(self._others.items()):
                if other.name == told["server"] and before != run:
                    del self._others[before]  # it was started again
            if told["is"] == "closed":
                self._others.pop(run, None)
                return
            server = self._others.setdefault(run, _Server(told["server"]))
            server.heard, server.at = time.monotonic(), datetime.now(UTC)
            if told["is"] == "seat":
                server.coming.append(told["seat"])
            else:
                server.seats, server.coming = tuple(server.coming), []

    def _work(self) -> None:
        while not self._closing.is_set():
            try:
                with self._connect() as wire:
                    self._talk(wire)
            except InputError:
                self._closing.wait(AGAIN_S)

    def _talk(self, wire: Wire) -> None:
        while not self._closing.is_set():
            for seat in self._here():
                wire.tell(self._word("seat", seat=_short(seat)))
            wire.tell(self._word("all"))
            for word in wire.hear(EVERY_S):
                self.take(word)
        wire.tell(self._word("closed"))

    def _word(self, what: str, **more: Any) -> str:
        return json.dumps({"is": what, "run": self._run, "server": self._name, **more})


def _short(seat: Seat) -> Seat:
    words = {name: str(seat.get(name, ""))[-MOST_CHARACTERS:] for name in ("you", "customer")}
    return seat | words | {"anger": list(seat.get("anger", ()))[-MOST_POINTS:]}
