"""Putting a move into words: the line of a kind that fits the mood, the next thing to vent, the last word."""

from __future__ import annotations

from simulator.customer.character import Character
from simulator.customer.memory import Turn
from simulator.events import Band, Outcome
from simulator.ports import HangUp, Move, Say


class Speaking:
    """Chooses the words of one customer."""

    def __init__(self, character: Character) -> None:
        self._c = character
        self._m = character.memory

    def line(self, kind: str, *, more: bool = False) -> Say:
        """Return a line of `kind` for the band of the moment."""
        band: Band = self._c.mood.band
        id_, text = self._c.repertoire.choose(kind, band)
        return Say(id=id_, purpose=kind, text=text, band=band, more=more)

    def vent(self) -> Say:
        """Return the next thing to get off their chest; after a burst of them the floor is the agent's."""
        vent = self._c.unsaid()[0]
        band = self._c.mood.band
        abuse = self._c.may_abuse() and vent.abuse is not None
        kind = f"vent:{vent.id}:abuse" if abuse else f"vent:{vent.id}"
        id_, text = self._c.repertoire.choose(kind, band)
        self._m.vent_running = vent.id
        if abuse:
            self._m.abused += 1
        self._m.reacted["burst"] += 1
        more = len(self._c.unsaid()) > 1 and self._m.reacted["burst"] % self._c.personality.burst != 0
        return Say(id=id_, purpose="abuse" if abuse else "vent", text=text, band=band, more=more)

    def end(self, outcome: Outcome, reason: str) -> Move:
        """Say the last line and end the call."""
        self._m.outcome = outcome
        kind = f"ending:{outcome}"
        if kind not in self._c.repertoire:
            kind = {"won_back": "close", "escalated": "close", "hung_up": "hang_up"}.get(outcome, "close_unresolved")
        if kind not in self._c.repertoire:
            return HangUp(outcome=outcome, reason=reason)
        said = self.line(kind)
        return Say(
            id=said.id,
            purpose="close" if outcome != "hung_up" else "hang_up",
            text=said.text,
            band=said.band,
            outcome=outcome,
            reason=reason,
        )

    def fresh(self, kind: str) -> bool:
        """Return whether an unheard line of `kind` fits the band of the moment."""
        return self._c.repertoire.fresh(kind, self._c.mood.band)

    def answer(self, asked: str, turn: Turn, *, more: bool = False) -> Move:
        """Say the answer to question `asked`: the story's own, a usual one, or that they do not know."""
        if asked == "repeat":
            return self._again()
        if asked == "choice":
            return self._choice(turn)
        if asked.startswith("unknown_"):
            return self._unknown(asked, turn.asked_words, more=more)
        kind = "understood_yes" if asked == "understood" else f"answer:{asked}"
        if kind not in self._c.repertoire:
            return self.line("no_answer", more=more)
        said = self.line(kind)
        return Say(id=said.id, purpose="answer", text=said.text, band=said.band, more=more)

    def _again(self) -> Say:
        """Say the last line again."""
        if not self._m.said:
            return self.line("answer_still_there")
        lead = self.line("repeat_intro")
        return Say(id=lead.id, purpose="repeat", text=f"{lead.text} {self._m.said[-1]}", band=lead.band)

    def _choice(self, turn: Turn) -> Say:
        """Choose among what was offered, by what the story says they want."""
        offered = [name for name in self._c.scenario.wants if name in turn.offers]
        kind = f"choice:{offered[0]}" if offered else ""
        if kind not in self._c.repertoire:
            return self.line("choose" if turn.offers else "answer_which")
        said = self.line(kind)
        return Say(id=said.id, purpose="choose", text=said.text, band=said.band)

    def _unknown(self, asked: str, words: str, *, more: bool) -> Say:
        """Answer what the story does not know; the same question gets the same answer."""
        kind = f"answer_{asked}"
        if kind not in self._c.repertoire:
            kind = "no_answer"
        known = self._m.unknown.get(words)
        if known is not None:
            return Say(id=f"{kind}/again", purpose="answer", text=known, band=self._c.mood.band, more=more)
        said = self.line(kind)
        self._m.unknown[words] = said.text
        return Say(id=said.id, purpose="answer", text=said.text, band=said.band, more=more)
