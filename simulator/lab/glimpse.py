"""What an instructor sees of a seat while it works: stage, floor, anger, seconds, last words, a raised hand."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.clock import to_ms
from simulator.events import Event, FloorChanged, Heard, LineEnded, LineStarted, MoodMoved

POINTS = 200
"""Of the anger line: the latest."""
STAGES = ("preparing", "ringing", "live", "scoring", "over", "unanswered", "failed", "ready", "found")
"""What a seat is told that changes its stage."""


@dataclass(slots=True)
class Glimpse:
    """Written by the call's thread and read by the pages; each assignment is whole by itself.

    `anger` holds pairs of milliseconds on the call clock and 0 to 100.
    """

    stage: str = "preparing"
    at_ms: float = 0.0
    floor: str = "open"
    anger: tuple[tuple[float, float], ...] = ()
    you: str = ""
    customer: str = ""
    hand: bool = False
    _anger: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=POINTS))

    def told(self, what: str) -> None:
        """Take in what the seat was told."""
        if what in STAGES:
            self.stage = what

    def take(self, at: int, events: Sequence[Event]) -> None:
        """Take in what happened by sample `at`.

        Examples
        --------
        >>> seen = Glimpse()
        >>> seen.take(16_000, [FloorChanged(at=16_000, before="open", after="customer")])
        >>> seen.floor, seen.at_ms
        ('customer', 1000.0)
        """
        self.at_ms = to_ms(at)
        for event in events:
            if isinstance(event, FloorChanged):
                self.floor = event.after
            elif isinstance(event, Heard):
                self.you = event.text
            elif isinstance(event, LineStarted):
                self.customer = event.text
            elif isinstance(event, LineEnded):
                self.customer = event.said
            elif isinstance(event, MoodMoved):
                self._anger.append((to_ms(event.at), round(event.anger, 1)))
                self.anger = tuple(self._anger)

    def as_json(self) -> dict[str, Any]:
        """Return what a page shows, as plain values."""
        names = ("stage", "at_ms", "floor", "anger", "you", "customer", "hand")
        return {name: getattr(self, name) for name in names}
