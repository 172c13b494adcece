"""How a call comes to its end: the customer's yes, what they say to whatever follows it, and the last word."""

from __future__ import annotations

from simulator.customer.character import Character
from simulator.customer.memory import Turn
from simulator.customer.speaking import Speaking
from simulator.events import Outcome
from simulator.ports import Move
from simulator.vocabulary import HARMFUL

ACCEPT_BELOW = 55
"""Angrier than this, nobody agrees to anything."""
FORGIVEN = frozenset(("heard", "understood", "apologised_to", "taken_responsibility_for"))
"""What somebody who has calmed down no longer insists upon."""
FORGIVES_BELOW = 25
"""Calmer than this, they let go of what FORGIVEN names."""
WON_BELOW = 40
"""Angrier than this at the end, they are not won back."""
MOST_CLOSING = 6
"""Once agreed, they go after this many more turns even if nobody says goodbye."""
LONGEST_FAREWELL = 40
"""A turn of more words than this does not close the call, whatever it ends with."""
NEWS = (
    *("apology", "ownership", "empathy"),
    *("follow_up", "personalisation", "assurance", "solution", "next_steps", "timeline", "gratitude"),
)
"""What an agent may add after the yes; answered by a softening line where one is left, else taken note of."""
MATTERS = ("clarifying_question", "open_question", "escalation", "consult")
"""Acts that open something: with one of these beside it, "anything else?" does not end the call."""
CLOSED: dict[Outcome, str] = {
    "won_back": "the customer was satisfied",
    "escalated": "the case was passed on, and the customer knows to whom",
    "unresolved": "the call was closed with something left open",
    "hung_up": "the customer had had enough",
    "incomplete": "the call was cut off",
}
"""Why a call that was closed in good order ended as it did."""


class Closing:
    """The end of one call."""

    def __init__(self, character: Character, speak: Speaking) -> None:
        self._c, self._m, self._speak = character, character.memory, speak

    def settled(self) -> bool:
        """Return whether nothing is missing but their own yes."""
        left = set(self._c.needs.open) - {"agreed"}
        return not left or (left <= FORGIVEN and self._c.mood.anger < FORGIVES_BELOW)

    def won(self) -> bool:
        """Return whether a customer who goes now goes content."""
        missing = set(self._c.needs.open) - {"agreed"}
        if not missing <= FORGIVEN:
            return False
        return self._c.mood.anger < (WON_BELOW if len(missing) <= 1 else FORGIVES_BELOW)

    def agree(self) -> Move:
        """Say yes, gladly or not; asked whether anything is missing, say that nothing is."""
        self.accept()
        asked = self._m.last_turn.asks_for_more and self._speak.fresh("nothing_more")
        kind = "nothing_more" if asked else "accept"
        return self._speak.line(kind if self.won() else "accept_grudging")

    def accept(self) -> None:
        """Take the matter as agreed."""
        self._c.needs.give("agreed", 1.0)
        self._m.accepted = True
        if self._m.escalated and not self._m.remedied:
            self._m.outcome = "escalated"

    def take_back(self, worst: str) -> None:
        """Take the yes back from an agent who breaks their word, or makes the customer as angry as before."""
        if not self._m.accepted or (worst != "promise_broken" and self._c.mood.anger < ACCEPT_BELOW):
            return
        self._m.accepted, self._m.outcome, self._m.closing_turns = False, None, 0
        self._c.needs.lose("agreed")
        if worst != "promise_broken":
            self._c.needs.lose("apologised_to")  # whoever was insulted wants to hear a sorry for that, too

    def close(self) -> Move:
        """End the call in the way it has come to; to a goodbye they say goodbye, and not that there is nothing else."""
        passed_on = self._m.escalated and self._m.accepted
        outcome = self._m.outcome or ("won_back" if self.won() else "escalated" if passed_on else "unresolved")
        kind = ""
        thanks = outcome != "escalated" or self.won()  # who goes unhappy does not praise
        if self._m.accepted and thanks and not self._m.last_turn.asks_for_more:
            kind = "bye"
        elif self._m.accepted and outcome == "unresolved":
            kind = "close"  # who has said yes, if grudgingly, does not threaten to leave
        return self._speak.end(outcome, CLOSED[outcome], kind=kind)

    def turn(self, turn: Turn) -> Move | None:
        """Answer an agent who closes, or who goes on after the customer's yes."""
        asks_for_more = turn.asks_for_more
        if not self._m.accepted:
            asks_for_more = asks_for_more and not turn.asked
            if asks_for_more or says_goodbye(turn, self._m.turns):
                return self._early(turn, says_goodbye(turn, self._m.turns))
            return None
        if turn.has(*HARMFUL, "hold_request") or "promise_broken" in turn.notes or turn.forbidden:
            return None
        if turn.suits:
            self._c.needs.give("agreed", 1.0)
        self._m.closing_turns += not (turn.asks or turn.offers or turn.other_offer)
        goodbye = says_goodbye(turn, self._m.turns)
        if turn.asked and not goodbye:
            return None
        opens = turn.has(*MATTERS) or self._m.put_off
        self._m.put_off = False
        if asks_for_more and not goodbye and opens and self._speak.fresh("nothing_more"):
            return self._speak.line("nothing_more")
        if asks_for_more or goodbye or self._m.closing_turns > MOST_CLOSING:
            return self.close()
        return self._go_on(turn)

    def _early(self, turn: Turn, goodbye: bool) -> Move | None:
        """Answer an agent who closes before the customer has said yes."""
        if goodbye and self.settled():
            if self._c.mood.anger < ACCEPT_BELOW:
                self.accept()
            return self.close()
        offered = self.settled() or "given_a_solution" in self._c.needs.met
        if offered and not goodbye and self._c.mood.anger < ACCEPT_BELOW:
            return self.agree()
        if goodbye and self._m.reacted["closed_too_soon"]:
            return self._speak.end("unresolved", "the agent closed the call with the matter open")
        self._m.reacted["closed_too_soon"] += 1
        return self._speak.line("closed_too_soon", more=True) if not self.settled() else None

    def _go_on(self, turn: Turn) -> Move:
        """Say something to what an agent adds after the yes."""
        if turn.suits and self._speak.fresh("suits_fine"):
            return self._speak.line("suits_fine")
        for act in NEWS:
            kind = f"after_{act}"
            if act in turn.sure and self._m.reacted[kind] < 1 and self._speak.fresh(kind):
                self._m.reacted[kind] += 1
                return self._speak.line(kind)
        good = turn.sure & {*NEWS} or turn.offers or turn.facts or turn.passed_on
        if not good and not turn.aside:
            return self._speak.line("taken_in" if self._speak.fresh("taken_in") else "neutral")
        return self._speak.line("noted" if turn.aside or self._m.closing_turns % 2 == 0 else "thanks")


def says_goodbye(turn: Turn, turns: int) -> bool:
    """Return whether the agent takes leave: not in the first words of a call, nor in a long speech."""
    short = turn.words < LONGEST_FAREWELL or turn.has("gratitude", "next_steps")  # a summary may be long
    return turn.farewell and turns > 1 and short and turn.asked is None
