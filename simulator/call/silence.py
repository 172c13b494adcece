"""Silence on the trainee's account: dead air, and holds that were announced.

Theory of operation
-------------------
The clock of dead air runs while nobody speaks and it is the trainee's move. It warns at 3 s, counts at 5 s and fails
at 10 s. An announced hold stops it for as long as was promised; beyond that the hold is over its time.

The bounds and their source stand in `simulator.overlap`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.clock import Span, from_ms, from_seconds
from simulator.events import DeadAir, HoldEnded, HoldStarted
from simulator.overlap import DEAD_AIR_COUNT, DEAD_AIR_FAIL, DEAD_AIR_WARN

LEVELS: tuple[tuple[int, Literal["warn", "count", "fail"]], ...] = (
    (DEAD_AIR_WARN, "warn"),
    (DEAD_AIR_COUNT, "count"),
    (DEAD_AIR_FAIL, "fail"),
)
"""Dead air, by length."""
UNSPECIFIED_HOLD = from_seconds(60)
"""A hold with no time named may last this long."""
HOLD_TICK = from_seconds(12)
"""The customer on hold makes a sound about this often, at most."""
GOODBYE = from_ms(1500)
"""After the customer's last word the trainee has this long to begin a goodbye."""
LINGER = from_ms(1000)
"""Time for a "goodbye" that follows the trainee's last words after a pause."""
LONGEST_GOODBYE = from_seconds(12)
"""A goodbye is cut short after this."""


@dataclass(slots=True)
class _Hold:
    start: int
    promised: int | None
    next_tick: int

    @property
    def limit(self) -> int:
        return self.start + (UNSPECIFIED_HOLD if self.promised is None else self.promised)


class Silence:
    """How long nobody has spoken, and whether that was announced."""

    def __init__(self) -> None:
        self._since = 0
        self._told = 0
        self._asked = 0
        self._hold: _Hold | None = None

    def broken(self, at: int) -> None:
        """Somebody speaks, or it is not the trainee's move: the clock starts anew at `at`."""
        self._since, self._told, self._asked = at, 0, 0

    def step(self, at: int) -> DeadAir | None:
        """Return the dead air that has just reached a level."""
        if self._hold is not None or self._told >= len(LEVELS) or at - self._since < LEVELS[self._told][0]:
            return None
        level = LEVELS[self._told][1]
        self._told += 1
        return DeadAir(at=at, span=Span(self._since, at), level=level)

    def asks(self, at: int) -> Literal["silence", "hold", "hold_over"] | None:
        """Return why the customer should say something into the silence now, if they should."""
        if self._hold is not None:
            if at < self._hold.next_tick:
                return None
            over = at >= self._hold.limit
            self._hold.next_tick = at + HOLD_TICK if over else min(at + HOLD_TICK, self._hold.limit)
            return "hold_over" if over else "hold"
        if at - self._since < DEAD_AIR_COUNT * (self._asked + 1):
            return None
        self._asked += 1
        return "silence"

    def hold(self, at: int, promised: int | None) -> HoldStarted:
        """Begin an announced hold."""
        self._hold = _Hold(at, promised, at + HOLD_TICK)
        if promised is not None:
            self._hold.next_tick = min(self._hold.next_tick, at + promised)
        return HoldStarted(at=at, promised=promised)

    def end_hold(self, at: int, *, returned: bool) -> HoldEnded | None:
        """End the hold, if there is one: the trainee is back, or the customer has given up."""
        if self._hold is None:
            return None
        hold, self._hold = self._hold, None
        over = 0 if hold.promised is None else max(0, at - hold.start - hold.promised)
        return HoldEnded(at=at, span=Span(hold.start, max(at, hold.start + 1)), over=over, returned=returned)


class LeaveTaking:
    """How long the trainee has for a goodbye after the customer's last word."""

    def __init__(self) -> None:
        self._since = 0
        self._until = 0

    def begin(self, at: int) -> None:
        """Note that the customer's last word has been heard."""
        self._since = at

    def linger(self, at: int) -> None:
        """Note that the trainee said something: a "goodbye" may follow it after a pause."""
        self._until = at + LINGER

    def over(self, at: int) -> bool:
        """Return whether the call may end while the trainee is silent."""
        return at >= min(max(self._since + GOODBYE, self._until), self._since + LONGEST_GOODBYE)

    def too_long(self, at: int) -> bool:
        """Return whether the call ends although the trainee is still speaking."""
        return at - self._since >= LONGEST_GOODBYE
