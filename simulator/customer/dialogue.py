"""What the customer says next: the first rule that applies, in the order of the design.

Leave; close; react to a harmful act; answer a direct question; vent what is unsaid; accept; react to a kindness;
press the next unmet need; give up. Lines come from the scenario first and the shared banks second.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.customer.answering import Answering
from simulator.customer.closing import ACCEPT_BELOW, Closing
from simulator.customer.feeling import SOLVING
from simulator.customer.memory import Turn
from simulator.customer.pressing import LEFT_OPEN, Pressing
from simulator.customer.speaking import Speaking
from simulator.customer.waiting import Waiting
from simulator.ports import Move, Wait
from simulator.vocabulary import HARMFUL, REMEDIES

if TYPE_CHECKING:
    from simulator.customer.character import Character

KINDNESSES = (
    "ownership",
    "apology",
    "reflection",
    "empathy",
    "rapport",
    "assurance",
    "personalisation",
    "follow_up",
    "options",
    "solution",
    "consult",
    "willingness",
    "gratitude",
)
"""What may be answered with a softening line; the first of them that has one unheard for this band."""
TAKES_ON = (*REMEDIES, "willingness", "follow_up", "next_steps", "timeline", "escalation")
"""Beside one of these, taking responsibility says who will see to it; else it only owns up to a fault."""
LISTENS = ("reflection", "empathy")
"""Answered before anything else where the fault is owned up to and nothing is taken on."""
VOICE_HARMS = ("raised_voice", "sharp", "rushing")
"""Ways of speaking that the customer remarks upon, once each."""
MOST_ABUSE = 4
"""After this many insults even an abusive caller has run out of them."""
MOST_REMARKS = 3
"""They remark upon a worn phrase this often; then they only press on."""
HEARD_FIRST = ("ownership", "apology", "reflection", "empathy", "consult")
"""Kindnesses that get a word even while there is more to tell."""
MOST_SOFTENED = 2
"""They answer the same kind of kindness with a softening line this often."""
IDLE = frozenset(("rapport", "gratitude", "acknowledgement"))
"""A turn with no other act, no question, offer or fact in it is idle talk,"""
LONG_ENOUGH = 8
"""if it has so many words; a shorter one is thinking aloud."""
VAGUE = ("unknown_", "how_mean")
"""Answers to what was not understood; asked right after something was said to be missing, they say what it is."""
GOES_ON = ("correct", "understood", "how_feel", "still_there")
"""Answers that leave the customer the floor for the rest of the story."""
MOST_LINES = 3
"""They say so many lines in answer to a turn; only more questions get more, and what a line has announced."""
ANNOUNCES = (*LEFT_OPEN, "asked_twice")
"""Lines after which something has to follow."""
MOST_SMALL_TALK = 2
"""They meet idle talk this often; then they press on."""


class Dialogue:
    """Chooses the customer's next move."""

    def __init__(self, character: Character) -> None:
        self._c = character
        self._m = character.memory
        self._speak = Speaking(character)
        self._closing = Closing(character, self._speak)
        self._pressing = Pressing(character, self._speak, self._closing)
        self._answers = Answering(character, self._speak, self._closing)
        self._waiting = Waiting(character, self._speak, self._closing)

    # ---- after the trainee's turn

    def turn(self) -> Move:
        """Answer what the trainee has just said."""
        turn = self._m.next_turn()
        self._m.turns += 1
        self._m.went_on = 0
        self._m.done.update(turn.acts)
        self._m.silences = self._m.unclear = 0
        rules: tuple[Callable[[Turn], Move | None], ...] = (
            self._leave,
            self._closing.turn,
            self._react_to_harm,
            self._forbidden,
            self._go_on_hold,
            self._abuse,
            self._passed_on,
            self._too_soon,
            self._other_offer,
            self._answer,
            lambda turn: self._pressing.named(self._answers.suits(turn)),
            self._waiting.thinking,
            self._idle_talk,
            self._hear_first,
            self._vent_rule,
            self._threat,
            self._soften,
            self._accept,
            self._pressing.press,
        )
        for rule in rules:
            move = rule(turn)
            if move is not None:
                return move
        return self._speak.line("go_on")

    def _leave(self, turn: Turn) -> Move | None:
        if not self._c.mood.lost:
            return None
        return self._speak.end("hung_up", "the customer had had enough")

    def _react_to_harm(self, turn: Turn) -> Move | None:
        worst = next((name for name in ("promise_broken", *HARMFUL) if self._did(name, turn)), None)
        if worst is None:
            worst = "boundary_undue" if "boundary_undue" in turn.notes else None
        if worst is None and turn.worn and self._m.reacted["said_again"] < MOST_REMARKS:
            worst = "said_again"
        if worst is None:
            worst = next((v for v in VOICE_HARMS if v in turn.notes and self._m.reacted[v] < 1), None)
        if worst is None:
            return None
        self._m.reacted[worst] += 1
        self._closing.take_back(worst)
        if self._c.mood.anger >= 80 and not self._m.manager_asked and self._m.reacted[worst] > 1:
            self._m.manager_asked = True
            return self._speak.line("manager")
        if self._c.personality.withdraws and self._m.reacted[worst] == 2 and "quiet" in self._c.repertoire:
            return self._speak.line("quiet")
        if turn.asked is not None:
            self._keep(turn)
        return self._speak.line(worst, more=turn.asked is not None)

    def _forbidden(self, turn: Turn) -> Move | None:
        """Answer what the briefing forbids in the story's words, not with a thank-you."""
        kind = next((f"forbid:{name}" for name in turn.forbidden), "")
        if kind not in self._c.repertoire or self._m.reacted[kind] >= MOST_SOFTENED:
            return None
        self._m.reacted[kind] += 1
        if turn.asked is not None:
            self._keep(turn)
        return self._speak.said("too_good", kind, more=turn.asked is not None)

    def _abuse(self, turn: Turn) -> Move | None:
        """Turn on the agent, or come back to the matter after a boundary; marked, and only where it is allowed."""
        if "boundary_due" in turn.notes and "after_boundary" in self._c.repertoire:
            return self._speak.line("after_boundary", more=True)
        if turn.aside or turn.offers or turn.other_offer or turn.has("apology", "escalation"):
            return None  # even they listen to an offer or a sorry
        if not self._c.may_abuse() or self._m.reacted["abuse"] >= MOST_ABUSE or self._m.turns % 2:
            return None
        self._m.reacted["abuse"] += 1
        self._m.abused += 1
        self._keep(turn)
        return self._speak.line("abuse", more=True)

    def _keep(self, turn: Turn) -> None:
        """Keep the question of this turn for the line after the next."""
        kept = self._m.turn
        kept.questions, kept.asked_before = turn.questions, turn.asked_before

    def _did(self, name: str, turn: Turn) -> bool:
        if name == "refusal" and turn.has("boundary", "escalation", "options", "solution"):
            return False
        return name in turn.notes or (name in HARMFUL and turn.has(name))

    def _go_on_hold(self, turn: Turn) -> Move | None:
        if not turn.has("hold_request") or turn.asked is not None:
            return None  # who is asked something on top answers that, and waits all the same
        return self._speak.line("hold_ok")

    def _passed_on(self, turn: Turn) -> Move | None:
        if not turn.has("escalation"):
            return None
        if self._m.escalated:
            if self._m.accepted and turn.asked is not None:
                return None  # they have said yes to that already
            self._closing.accept()
            self._keep(turn)
            return self._speak.line("accept_escalation", more=turn.asked is not None)
        if "escalation_unexplained" in turn.notes:
            return self._speak.line("escalation_unexplained")
        if not self._c.unsaid() or self._m.reacted["solution_too_soon"]:
            return None
        self._m.reacted["solution_too_soon"] += 1
        return self._speak.line("solution_too_soon", more=True)

    def _too_soon(self, turn: Turn) -> Move | None:
        if turn.too_soon and self._c.unsaid() and self._m.reacted["solution_too_soon"] < 2:
            self._m.reacted["solution_too_soon"] += 1
            self._keep(turn)
            return self._speak.line("solution_too_soon", more=True)
        for name in ("guessed", "not_believed", "too_good", "sold_too_soon", "beside_the_point"):
            if name in turn.notes and name in self._c.repertoire and self._m.reacted[name] < 2:
                self._m.reacted[name] += 1
                self._keep(turn)
                return self._speak.line(name, more=turn.asked is not None)
        return None

    def _other_offer(self, turn: Turn) -> Move | None:
        """Take something that the briefing does not know as said, and ask whether it will do."""
        open_yet = "given_a_solution" in self._c.needs.open and not self._c.unsaid()
        if not (turn.other_offer and turn.has(*REMEDIES)) or turn.offers or not open_yet or turn.asked is not None:
            return None
        self._m.doubted = self._speak.fresh("other_offer")
        return self._speak.line("other_offer") if self._m.doubted else None

    def _answer(self, turn: Turn) -> Move | None:
        asked = turn.asked
        told = self._c.unsaid() or turn.has("empathy", "reflection", "apology")
        vague = asked == "tell_more" or (asked or "").startswith(VAGUE)
        if vague and self._pressing.left_open():
            return self._pressing.press_on()  # who has said that something is missing says what it is
        if asked is None or (asked == "tell_more" and told) or self._answers.gives_way(turn):
            return None  # an invitation to go on is answered by going on, a kindness as a kindness
        if turn.asked_before and self._m.reacted[f"again:{asked}"] == 0:
            self._m.reacted[f"again:{asked}"] += 1
            self._keep(turn)
            return self._speak.line("asked_twice", more=True)
        return self._reply(turn)

    def _reply(self, turn: Turn) -> Move:
        """Answer the question of a turn, and the next one after it; then go on with the story, if invited to."""
        asked, *rest = turn.questions
        kept = self._m.turn
        kept.questions = rest
        proposes = turn.offers or turn.other_offer or turn.has(*REMEDIES)
        kept.proposed = None if asked.name == "choice" else turn.proposed or (turn if proposes else None)
        goes_on = asked.name in GOES_ON or "tell" in turn.kinds
        more = bool(rest or kept.proposed) or (bool(self._c.unsaid()) and goes_on)
        self._m.answered[asked.name] += 1
        self._m.answered_in[asked.name] = self._m.turns
        return self._answers.answer(asked, turn, more=more)

    def _met(self, turn: Turn) -> Move | None:
        """Say something to a proposal whose questions are answered."""
        move = self._pressing.named(self._answers.suits(turn)) if turn.suits else None
        return move or self._soften_one(turn, REMEDIES)

    def _hear_first(self, turn: Turn) -> Move | None:
        """Say a word to an apology, or to somebody who has listened, before telling the rest."""
        begun = bool(self._m.vents_told) or self._c.scenario.direction == "outbound"
        return self._soften_one(turn, HEARD_FIRST) if self._c.unsaid() and begun else None

    def _vent_rule(self, turn: Turn) -> Move | None:
        return self._speak.vent() if self._c.unsaid() else None

    def _idle_talk(self, turn: Turn) -> Move | None:
        """Meet idle talk, or a turn that says nothing to the matter, with a word; then go on."""
        idle = not (turn.asks or turn.offers or turn.other_offer or turn.facts) and turn.words >= LONG_ENOUGH
        idle = idle and set(turn.acts) <= IDLE and self._m.turns > 1 and not turn.farewell
        kind = "small_talk" if turn.acts else "taken_in"
        if not idle or self._m.accepted or self._m.reacted[kind] >= MOST_SMALL_TALK:
            return None
        self._m.reacted[kind] += 1
        return self._speak.line(kind, more=True)

    def _threat(self, turn: Turn) -> Move | None:
        if self._c.mood.anger < 84 or self._m.threatened:
            return None
        self._m.threatened = True
        return self._speak.line("threaten")

    def _accept(self, turn: Turn) -> Move | None:
        if not self._closing.settled() or self._c.mood.anger >= ACCEPT_BELOW:
            return None
        if turn.asks_for_more or turn.suits or self._m.reacted["press_agreed"] or self._m.reacted["yes_but"]:
            return self._closing.agree()
        return None

    def _soften(self, turn: Turn) -> Move | None:
        return self._soften_one(turn, KINDNESSES)

    def _soften_one(self, turn: Turn, kindnesses: tuple[str, ...]) -> Move | None:
        """Answer the first of `kindnesses` that the turn holds and that has a line left."""
        if not turn.has(*TAKES_ON):
            kindnesses = tuple(sorted(kindnesses, key=lambda act: act not in LISTENS))
        for act in kindnesses:
            if turn.lacks(act):
                continue
            kind = f"after_{act}"
            left = self._m.reacted[kind] < MOST_SOFTENED and not (turn.too_soon and act in SOLVING)
            if act in turn.sure and act in turn.notes and left and self._speak.fresh(kind):
                self._m.reacted[kind] += 1
                need = self._pressing.next()
                pressing = need is not None and not (need == "agreed" and self._m.reacted["press_agreed"])
                pressing = pressing and need is not None and not self._pressing.nags(need)
                more = act != "consult" and (bool(self._c.unsaid()) or pressing)
                return self._speak.line(kind, more=more)
        return None

    # ---- on other occasions

    def go_on(self) -> Move:
        """Go on after a pause of the customer's own, if there is more to say."""
        turn, more = self._m.turn, self._m.last_purpose in ANNOUNCES
        self._m.went_on += 1
        if turn.questions and turn.asked == "tell_more" and self._c.unsaid():
            turn.questions = turn.questions[1:]
        if turn.questions:
            self._m.turn = dataclasses.replace(turn, questions=[])
            return self._reply(turn)
        if self._m.went_on >= MOST_LINES and not (self._c.mood.lost or more):
            return Wait()
        if turn.proposed is not None:
            proposed, turn.proposed = turn.proposed, None
            if (move := self._met(proposed)) is not None:
                return move
        if self._c.mood.lost:
            return self._speak.end("hung_up", "the customer had had enough")
        if self._c.unsaid():
            return self._speak.vent()
        if self._m.accepted or self._pressing.next() is None:
            return Wait()
        return self._accept(turn) or self._pressing.press_on()

    def opening(self) -> Move:
        """Wait for the agent's greeting, or answer the phone when the agent calls."""
        return self._speak.line("opening") if "opening" in self._c.repertoire else Wait()

    def unclear(self) -> Move:
        """Answer a turn in which nothing could be understood."""
        return self._waiting.unclear()

    def cut_off(self) -> Move:
        """React to having been talked over, then finish what was being said."""
        turn = self._m.next_turn()
        self._m.turns += 1
        self._m.went_on = 0
        if self._c.mood.lost:
            return self._speak.end("hung_up", "the customer was cut off once too often")
        worst = next((name for name in HARMFUL if turn.has(name)), None)
        if worst and self._m.interruptions > 1:
            self._m.reacted[worst] += 1
            return self._speak.line(worst, more=bool(self._c.unsaid()))
        if turn.asked is not None and not self._c.unsaid():
            self._keep(turn)
        if self._c.mood.anger >= 84 and not self._m.threatened:
            self._m.threatened = True
            return self._speak.line("threaten", more=bool(self._c.unsaid()))
        return self._speak.line("cut_off", more=bool(self._c.unsaid()) or self._m.turn.asked is not None)

    def silence(self) -> Move:
        """Ask into a silence, or give up on it."""
        self._m.went_on = 0
        return self._waiting.silence()

    def hold(self) -> Move:
        """Wait on hold, and now and then say something into it."""
        return self._waiting.hold()

    def hold_over(self) -> Move:
        """Notice that the hold runs past what was promised."""
        return self._waiting.hold_over()

    def returned(self, spoke: bool) -> Move:
        """Take the agent back after a hold."""
        self._m.went_on = 0
        if self._m.hold_over:
            self._m.hold_over = False
            return self._speak.line("returned_late", more=True)
        if spoke and not self._m.turn.empty:
            return self.turn()
        self._m.next_turn()
        return self._speak.line("returned")

    def hurry(self) -> Move:
        """End a call that has run out of time."""
        return self._waiting.hurry()
