"""What a customer does where nothing is said to them: asks into a silence, waits on hold, lets an agent think."""

from __future__ import annotations

from simulator.customer.character import Character
from simulator.customer.closing import Closing
from simulator.customer.memory import Turn
from simulator.customer.speaking import Speaking
from simulator.ports import Move, Wait

MOST_SILENCES = 4
"""Asked into silence this often in a row, they hang up."""
MOST_UNCLEAR = 5
"""Nothing understood this often in a row, they hang up."""
STATED = ("answer", "choose", "repeat", "say_back")
"""After these lines a few words are the agent's own note of what they heard."""
MOST_ASIDES = 4
"""They let the agent think aloud this often before they press on."""


class Waiting:
    """Waits for one customer."""

    def __init__(self, character: Character, speak: Speaking, closing: Closing) -> None:
        self._c, self._m = character, character.memory
        self._speak, self._closing = speak, closing

    def silence(self) -> Move:
        """Ask into a silence, or give up on it."""
        if self._m.accepted:
            return self._closing.close()
        if self._m.silence_level == "warn" and self._c.mood.anger < 60:
            return Wait()
        self._m.silences += 1
        if self._c.mood.lost or self._m.silences > MOST_SILENCES:
            calm = self._c.mood.anger < 60 and "given_a_solution" in self._c.needs.met
            return self._speak.end("unresolved" if calm else "hung_up", "nobody answered")
        if self._m.silences > 1 and self._c.unsaid() and self._m.turns and self._m.last_purpose != "vent":
            return self._speak.vent()
        return self._speak.line("hello" if self._m.turns == 0 and self._m.silences < 2 else "are_you_there")

    def thinking(self, turn: Turn) -> Move | None:
        """Leave an agent alone who thinks aloud about what was just said, or takes it down."""
        last = self._m.last_purpose
        stated = last in STATED or (last.startswith("press_") and not turn.acts)
        if not turn.aside or not stated or self._m.accepted or self._m.reacted["thinking"] >= MOST_ASIDES:
            return None
        self._m.reacted["thinking"] += 1
        return self._speak.line("thinking")

    def hold(self) -> Move:
        """Wait on hold, and now and then say something into it."""
        self._m.reacted["hold"] += 1
        return self._speak.line("in_hold") if self._m.reacted["hold"] % 3 == 2 else Wait()

    def hold_over(self) -> Move:
        """Notice that the hold runs past what was promised."""
        self._m.reacted["over"] += 1
        if self._c.mood.lost or self._m.reacted["over"] > 2:
            return self._speak.end("hung_up", "the customer was left on hold")
        return self._speak.line("hold_over")

    def unclear(self) -> Move:
        """Answer a turn in which nothing could be understood."""
        self._m.next_turn()
        self._m.unclear += 1
        if self._m.unclear >= MOST_UNCLEAR:
            return self._speak.end("hung_up", "the customer could not understand a word")
        return self._speak.line("unclear")

    def hurry(self) -> Move:
        """End a call that has run out of time."""
        if self._m.accepted:
            return self._closing.close()
        return self._speak.end("unresolved", "the call ran out of time")
