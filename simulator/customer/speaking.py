"""Putting a move into words: the line of a kind that fits the mood, the next thing to vent, the last word."""

from __future__ import annotations

import dataclasses

from simulator.customer.character import Character
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

    def end(self, outcome: Outcome, reason: str, *, kind: str = "") -> Move:
        """Say the last line, of `kind` where there is one, and end the call."""
        self._m.outcome = outcome
        kind = kind or f"ending:{outcome}"
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

    def said(self, purpose: str, kind: str, *, more: bool = False) -> Say:
        """Return a line of `kind` that is said for `purpose`."""
        return dataclasses.replace(self.line(kind, more=more), purpose=purpose)

    def fresh(self, kind: str) -> bool:
        """Return whether an unheard line of `kind` fits the band of the moment."""
        return self._c.repertoire.fresh(kind, self._c.mood.band)
