"""The customer's answers: to questions, known or not, a choice, a summary, a proposal; and the last line again.

Every question gets an answer. What the story does not know gets one by kind, the same each time it is asked.
"""

from __future__ import annotations

import dataclasses

from simulator.customer.character import Character
from simulator.customer.closing import ACCEPT_BELOW, Closing
from simulator.customer.memory import Question, Turn
from simulator.customer.speaking import Speaking
from simulator.ports import Move, Say
from simulator.vocabulary import REMEDIES

MOST_SAID_BACK = 2
"""They say back so many offers at once."""
TELLS = ("unknown_what", "unknown_why", "unknown_how")
"""Questions that the rest of the story is the best answer to."""


class Answering:
    """Answers for one customer."""

    def __init__(self, character: Character, speak: Speaking, closing: Closing) -> None:
        self._c, self._m = character, character.memory
        self._speak, self._closing = speak, closing

    def answer(self, question: Question, turn: Turn, *, more: bool = False) -> Move:
        """Say the answer to a question of `turn`."""
        asked = question.name
        self._m.put_off = asked.startswith("unknown_")
        if asked == "repeat":
            return self._again()
        if asked == "choice":
            return self.choose(turn, which="which" in question.words.split(), more=more)
        if asked == "understood":
            return self._back(more=more)
        if asked == "correct":
            return self._correct(more=more)
        if asked.startswith("unknown_"):
            return self._unknown(asked, question.words, more=more)
        kind = f"answer:{asked}" if f"answer:{asked}" in self._c.repertoire else "no_answer"
        return self._speak.said("answer", kind, more=more)

    def gives_way(self, turn: Turn) -> bool:
        """Return whether something else is said before the questions of a turn, or instead of them."""
        return self._greets(turn) or self._passes_over(turn)

    def _greets(self, turn: Turn) -> bool:
        """Return whether this is the greeting that the story is the answer to, whatever else was asked in it."""
        opening = turn.has("greeting") and not self._m.vents_told and self._c.scenario.direction == "inbound"
        return opening and (turn.asked or "").startswith("unknown_")

    def _passes_over(self, turn: Turn) -> bool:
        """Return whether what the story does not know gives way to a proposal, or to the story itself."""
        if not all(question.name.startswith("unknown_") for question in turn.questions):
            return False
        proposes = bool(turn.offers) and not self._m.accepted
        open_ones = all(question.name in TELLS for question in turn.questions)
        return proposes or (open_ones and bool(self._c.unsaid()))

    def choose(self, turn: Turn, *, which: bool = False, more: bool = False) -> Say:
        """Choose among what was offered, by what the story says they want."""
        met_by = self._c.scenario.remedies
        on_top = [name for name in turn.offers if name not in met_by and f"choice:{name}" in self._c.repertoire]
        if self._m.chosen in met_by and len(on_top) == 1:
            return self._speak.said("choose", f"choice:{on_top[0]}", more=more)  # one remedy is chosen; this is more
        if self._m.chosen and self._m.chosen in (turn.offers or self._m.table):
            kind = f"choice:{self._m.chosen}" if which or len({*turn.offers}) > 1 else "suits_fine"
            return self._speak.said("choose", kind, more=more)  # what was chosen once stays chosen
        offered = [name for name in self._c.scenario.wants if name in (turn.offers or self._m.table)]
        kind = f"choice:{offered[0]}" if offered else ""
        if kind not in self._c.repertoire:
            return self._speak.said("choose", "choose" if turn.offers else "answer_which", more=more)
        self._m.chosen = offered[0]
        if "given_a_solution" in self._c.needs.met:
            self._c.needs.give("agreed", 1.0)  # who takes one of two has been asked and has said yes
            if self._closing.settled():
                self._closing.accept()
        return self._speak.said("choose", kind, more=more)

    def suits(self, turn: Turn) -> Move | None:
        """Say yes or no to a proposal, and what is missing; None where it is no answer to make here."""
        if not turn.suits or self._m.accepted:
            return None
        several = len({offer for offer in turn.offers if offer in self._c.scenario.wants}) > 1
        if several and ("choice" in turn.kinds or turn.has("options")):
            return self.choose(turn)
        if "given_a_solution" not in self._c.needs.met:
            nothing = not (turn.offers or turn.other_offer or turn.has(*REMEDIES))
            told = turn.has("follow_up", "next_steps", "timeline", "escalation")
            return self._speak.line("suits_fine" if nothing and told else "not_yet", more=True)
        if self._c.mood.anger >= ACCEPT_BELOW:
            return self._speak.line("still_angry", more=not self._closing.settled())
        if self._closing.settled():
            return self._closing.agree()
        self._m.reacted["yes_but"] += 1
        return self._speak.line("yes_but", more=True)

    def _correct(self, *, more: bool) -> Say:
        """Confirm what was said back; where it is not this caller's story, tell it again as it was."""
        if not self._m.last_turn.wrong_fact:
            return self._speak.said("answer", "answer_correct", more=more)
        no = self._speak.said("answer", "answer_wrong", more=more)
        first = self._c.scenario.vents[0]
        if first.id not in self._m.vents_told:
            return no
        return dataclasses.replace(no, text=f"{no.text} {self._speak.line(f'vent:{first.id}').text}")

    def _again(self) -> Say:
        """Say the last line again."""
        if not self._m.last_line:
            return self._speak.line("answer_still_there")
        return Say(id="repeat/1", purpose="repeat", text=self._m.last_line, band=self._c.mood.band)

    def _back(self, *, more: bool) -> Say:
        """Say back what was offered."""
        table = [self._m.chosen] if self._m.chosen in self._m.table else self._m.table
        kinds = [f"back:{name}" for name in table if f"back:{name}" in self._c.repertoire][:MOST_SAID_BACK]
        if not kinds:
            return self._speak.said("answer", "understood_yes", more=more)
        lines = [self._speak.line(kind) for kind in kinds]
        text = " ".join(line.text for line in lines)
        return Say(id=lines[0].id, purpose="say_back", text=text, band=lines[0].band, more=more)

    def _unknown(self, asked: str, words: str, *, more: bool) -> Say:
        """Answer what the story does not know; the same question gets the same answer."""
        kind = f"answer_{asked}"
        known = self._m.unknown.get(words)
        if known is not None:
            return Say(id=f"{kind}/again", purpose="answer", text=known, band=self._c.mood.band, more=more)
        said = self._speak.said("answer", kind if kind in self._c.repertoire else "no_answer", more=more)
        if words:
            self._m.unknown[words] = said.text
        return said
