"""The customer's side of the call: lines begun, cut off, finished, and what comes after each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulator.call.mouth import Mouth
from simulator.call.parts import Parts
from simulator.clock import BLOCK, Span, from_ms
from simulator.events import Act, Event, Heard, LineEnded, LineStarted, Yielded
from simulator.overlap import judge_yield
from simulator.ports import HangUp, Move, Occasion, Samples, Say

CONTINUE_AFTER = from_ms(700)
"""The pause between two lines of one vent: room for an "I see", no longer than a breath."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A turn that ended while the customer was speaking; it is answered at sample `due`, once they are silent."""

    heard: Heard
    acts: tuple[Act, ...]
    due: int = 0


class CustomerSide:
    """What the customer says and does."""

    def __init__(self, parts: Parts, log: Callable[[Event], None], *, round_trip: int) -> None:
        self._parts = parts
        self._log = log
        self._round_trip = round_trip
        self._mouth = Mouth()
        self.goes_on_at: int | None = None
        self.last: Say | None = None
        self.cut_in = False
        self._cut_in_at: int | None = None

    @property
    def speaking(self) -> bool:
        """Whether a line is being said, or is still on its way to the trainee's ear."""
        return self._mouth.speaking

    @property
    def sending(self) -> bool:
        """Whether there is more of a line to be sent off."""
        return self._mouth.speaking and self._mouth.left > 0

    @property
    def line(self) -> int:
        """The number of the line being said, or of the last one."""
        return self._mouth.line

    @property
    def span(self) -> Span:
        """Where the present line stands on the call clock, if nobody cuts it off."""
        return Span(self._mouth.start, max(self._mouth.start + 1, self._mouth.stop))

    def move(self, at: int, occasion: Occasion, heard: Heard | None = None, acts: tuple[Act, ...] = ()) -> Move:
        """Ask the customer for their next move, and begin the line if it is one."""
        move = self._parts.customer.move(at, occasion, heard=heard, acts=acts)
        self.goes_on_at = None
        if isinstance(move, Say):
            self.say(move, at)
        return move

    def say(self, say: Say, at: int, *, cut_in: bool = False) -> None:
        """Begin a line; `cut_in` where it is said into the trainee's turn on purpose."""
        self.cut_in = cut_in
        self._mouth.begin(say, self._parts.voice.speak(say.text, say.band), at + self._round_trip)
        if cut_in:
            self._cut_in_at = self._mouth.start
        self._log(
            LineStarted(
                at=at,
                line=self._mouth.line,
                id=say.id,
                purpose=say.purpose,
                text=say.text,
                band=say.band,
                stop=self._mouth.stop,
            )
        )

    def finish(self, at: int) -> LineEnded | None:
        """Close the line if it has been heard to its end, and return the event."""
        if not self._mouth.speaking or at < self._mouth.stop:
            return None
        self.last = self._mouth.say
        span, said, completed = self._mouth.finish()
        if self.last is not None and self.last.more and completed:
            self.goes_on_at = at + max(0, CONTINUE_AFTER - self._round_trip)
        ended = LineEnded(at=at, line=self._mouth.line, span=span, completed=completed, said=said)
        self._log(ended)
        return ended

    def react_to_cut(self) -> bool:
        """Take an interruption in character; return whether the customer stops."""
        style = self._parts.customer.when_cut_off()
        if style == "stop":
            self._mouth.cut()
        elif style == "raise_voice":
            self._mouth.raise_voice()
        return style == "stop"

    def yielded(self, stop: int, at: int) -> Yielded | None:
        """Return how soon the trainee, silent since `stop`, gave way to a line said into their turn, if one was."""
        if self._cut_in_at is None:
            return None
        after = max(0, stop - self._cut_in_at)
        self._cut_in_at = None
        return Yielded(at=at, line=self.line, after=after, verdict=judge_yield(after))

    def give_way(self) -> None:
        """Stop: both began at once, or the call is over."""
        if self._mouth.speaking:
            self._mouth.cut()

    def next_block(self) -> Samples:
        """Return the next block for the earphone."""
        return self._mouth.next_block() if self._mouth.speaking else np.zeros(BLOCK, np.int16)

    def ending(self) -> HangUp | None:
        """Return how the call ends if the last line was the customer's last word."""
        if self.last is None or self.last.outcome is None:
            return None
        return HangUp(outcome=self.last.outcome, reason=self.last.reason or self.last.purpose)
