"""What a customer presses for: the next need that is open, unless the agent has just served it."""

from __future__ import annotations

from simulator.customer.character import Character
from simulator.customer.closing import ACCEPT_BELOW, Closing
from simulator.customer.memory import Turn
from simulator.customer.speaking import Speaking
from simulator.events import Need
from simulator.ports import Move, Say

LEFT_OPEN = ("not_yet", "yes_but", "closed_too_soon", "still_angry")
"""Lines which say that something is missing, and not what."""
SERVED = 0.4
"""A need that an act serves by so many points is not pressed in the answer to it."""


class Pressing:
    """Presses the needs of one customer."""

    def __init__(self, character: Character, speak: Speaking, closing: Closing) -> None:
        self._c, self._m = character, character.memory
        self._speak, self._closing = speak, closing

    def _served(self, turn: Turn) -> set[Need]:
        """Return the needs that a turn has served, however little it was worth."""
        needs, served = self._c.needs, {*self._m.early}
        served |= {need for need in needs.open if any(needs.points_of(act, need) >= SERVED for act in turn.acts)}
        if turn.offers or turn.other_offer or turn.has("solution", "options", "escalation") or turn.passed_on:
            served.add("given_a_solution")
        if turn.passed_on or turn.has("timeline", "next_steps", "follow_up", "options", "escalation"):
            served.add("told_what_happens_next")
        if turn.passed_on or turn.has("escalation"):
            served.add("taken_responsibility_for")  # somebody was named
        return served | ({"agreed"} if turn.suits else set())

    def _next_need(self) -> Need | None:
        """Return the need to press now: in the story's order, but none more than twice while another is open."""
        served = self._served(self._m.last_turn)
        left: list[Need] = [need for need in self._c.needs.open if need != "agreed" and need not in served]
        if not left:
            return None
        return min(left, key=lambda need: (self._m.reacted[f"press_{need}"] // 2, left.index(need)))

    def press(self, turn: Turn) -> Move | None:
        """Press on after a turn; sigh where it gave nothing, and go where too many have."""
        self._m.fruitless = 0 if turn.helped else self._m.fruitless + 1
        if self._m.fruitless > self._c.patience:
            return self._speak.end("unresolved", "the customer saw no point in going on")
        if self._m.fruitless == 1 and "fruitless" in turn.notes and self._speak.fresh("sigh"):
            return self._speak.line("sigh", more=True)
        return self.press_on()

    def next(self) -> Need | None:
        """Return what to press in answer to the last turn, or None where that has just served all that is open."""
        if self._closing.settled():
            return None if "agreed" in self._served(self._m.last_turn) else "agreed"
        return self._next_need()

    def left_open(self) -> bool:
        """Return whether they have just said that something is missing, and perhaps what."""
        named = self._m.named_in == self._m.turns - 1
        return not self._c.unsaid() and (named or self._m.last_purpose in LEFT_OPEN)

    def named(self, move: Move | None) -> Move | None:
        """Return an answer to a proposal; a "not yet" with nothing to press behind it asks whether that will do."""
        unnamed = isinstance(move, Say) and move.purpose == "not_yet" and not self._c.unsaid()
        if not unnamed or self.next() is not None or not self._speak.fresh("other_offer"):
            return move
        self._m.doubted = True
        return self._speak.line("other_offer")

    def nags(self, need: Need) -> bool:
        """Return whether pressing `need` now would say the same thing two turns in a row."""
        return self._m.pressed_in == (need, self._m.turns - 1)

    def press_on(self) -> Move:
        """Press the next unmet need, or give up where it has been pressed too often."""
        if not self._c.needs.open:
            return self._closing.agree() if self._c.mood.anger < ACCEPT_BELOW else self._speak.line("go_on")
        need = self.next()
        if need is None:
            return self._speak.line("noted")
        if self._m.reacted[f"press_{need}"] > self._c.patience:
            return self._speak.end("unresolved", "the customer saw no point in going on")
        self._m.pressed = need
        if self._m.last_purpose in LEFT_OPEN:
            self._m.named_in = self._m.turns
        self._m.pressed_in = (need, self._m.turns)
        self._m.reacted[f"press_{need}"] += 1
        half = need == "apologised_to" and self._m.done["apology"] > 0
        return self._speak.line("press_better_apology" if half else f"press_{need}")
