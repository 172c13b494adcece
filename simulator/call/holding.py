"""Announced holds, from "one moment" to the trainee's return: what was asked, what was promised, who is back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from simulator.clock import from_seconds

COURTESY = from_seconds(4)
"""Thanks or "one moment", said this soon after a hold began, does not end it."""
COURTESIES = frozenset({"gratitude", "hold_request", "acknowledgement"})
"""The acts of such a word."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A hold that was announced; `promised` samples if a time was named."""

    promised: int | None


class Holding:
    """The hold that was asked for, the one that runs, and the return from it."""

    def __init__(self) -> None:
        self._asked: Announced | None = None
        self._running = Announced(promised=None)
        self._lasted: int | None = None

    @property
    def asked(self) -> bool:
        """Whether a hold was announced that has not begun."""
        return self._asked is not None

    @property
    def back(self) -> bool:
        """Whether the trainee is back from a hold, and has not been answered yet."""
        return self._lasted is not None

    def ask(self, promised: int | None) -> None:
        """Remember an announced hold; `promised` samples if a time was named."""
        self._asked = Announced(promised)

    def begin(self) -> int | None:
        """Begin the hold that was asked for; return how long it was promised to last."""
        assert self._asked is not None
        self._running, self._asked = self._asked, None
        return self._running.promised

    def came_back(self, lasted: int) -> None:
        """Note that the trainee speaks again after a hold of `lasted` samples."""
        self._lasted = lasted

    def goes_on(self, acts: Collection[str]) -> bool:
        """Return whether the trainee's word was mere courtesy, so that the same hold is asked for again."""
        if self._lasted is None or self._lasted > COURTESY or set(acts) - COURTESIES:
            return False
        self._lasted, self._asked = None, self._running
        return True

    def answered(self) -> None:
        """Note that the customer has taken the trainee back."""
        self._lasted = None
