"""What a customer remembers of the call: what they told, were asked, were promised, and how they were treated."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from simulator.events import Need, Outcome


@dataclass(slots=True)
class Turn:
    """What the trainee has said since the customer last spoke, as the customer took it."""

    words: int = 0
    acts: list[str] = field(default_factory=list)
    asked: str | None = None
    """What the answer is called: an answer or detail of the story, a usual one, or ``unknown_...`` by kind."""
    asked_next: str | None = None
    """A second question of the turn, answered after the first."""
    asked_words: str = ""
    asked_before: bool = False
    kinds: list[str] = field(default_factory=list)
    """Kinds of all questions of the turn."""
    offers: list[str] = field(default_factory=list)
    """Offers of the briefing by id; what must not be promised with "not:" before it."""
    facts: list[str] = field(default_factory=list)
    """Facts of the story that were said back or used."""
    farewell: bool = False
    too_soon: bool = False
    """A solution came before the customer felt heard."""
    helped: bool = False
    """Something was said that was still worth something."""
    worn: bool = False
    """The same phrase once more."""
    notes: set[str] = field(default_factory=set)
    """Effects felt in this turn."""

    @property
    def asks(self) -> bool:
        """Whether anything was asked."""
        return bool(self.kinds)

    def has(self, *acts: str) -> bool:
        """Return whether any of `acts` was done."""
        return any(act in self.acts for act in acts)


@dataclass(slots=True)
class Memory:
    """Everything remembered. Changed by `feeling`, read by `dialogue`."""

    said: list[str] = field(default_factory=list)
    vents_told: set[str] = field(default_factory=set)
    vent_running: str | None = None
    vented_since_turn: bool = False
    last_purpose: str = ""
    turn: Turn = field(default_factory=Turn)
    turns: int = 0
    interruptions: int = 0
    harms: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    """Acts of the trainee's turns so far."""
    unknown: dict[str, str] = field(default_factory=dict)
    """What was answered to a question that the story does not know, by its words: the same again each time."""
    phrases: Counter[str] = field(default_factory=Counter)
    offered: set[str] = field(default_factory=set)
    promised: set[str] = field(default_factory=set)
    consulted: bool = False
    escalated: bool = False
    """An escalation was explained well enough to be accepted."""
    boundary_set: bool = False
    abused: int = 0
    """Abusive lines said since the last boundary."""
    pressed: Need | None = None
    fruitless: int = 0
    """Turns in a row that brought nothing the customer asked for."""
    silences: int = 0
    silence_level: str = ""
    unclear: int = 0
    hold_over: bool = False
    manager_asked: bool = False
    threatened: bool = False
    barged_at: int | None = None
    reacted: Counter[str] = field(default_factory=Counter)
    accepted: bool = False
    closing_turns: int = 0
    outcome: Outcome | None = None

    def next_turn(self) -> Turn:
        """Return what was heard since the customer last spoke, and start afresh."""
        turn, self.turn = self.turn, Turn()
        return turn
