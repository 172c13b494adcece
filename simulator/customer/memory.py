"""What a customer remembers of the call: what they told, were asked, were promised, and how they were treated."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.events import Need, Outcome
from simulator.vocabulary import REMEDIES

POLITE = frozenset(("acknowledgement", "gratitude", "greeting", "apology", "hold_request"))
"""Acts that say nothing of the matter."""
LONGEST_ASIDE = 8
"""Words; a longer turn is meant for the customer."""


class Question(NamedTuple):
    """A question to answer: what the answer is called, and the words that asked for it.

    It is an answer or a detail of the story, a usual one, or ``unknown_...`` by kind.
    """

    name: str
    words: str


@dataclass(slots=True)
class Turn:
    """What the trainee has said since the customer last spoke, as the customer took it."""

    words: int = 0
    acts: list[str] = field(default_factory=list)
    sure: set[str] = field(default_factory=set)
    """Those of them that were read surely enough to be thanked for."""
    questions: list[Question] = field(default_factory=list)
    """What is to be answered, in this order."""
    proposed: Turn | None = None
    """A turn whose proposal is met once its questions are answered."""
    asked_before: bool = False
    kinds: list[str] = field(default_factory=list)
    """Kinds of all questions of the turn."""
    offers: list[str] = field(default_factory=list)
    """Offers of the briefing by id; what must not be promised with "not:" before it."""
    facts: list[str] = field(default_factory=list)
    """Facts of the story that were said back or used."""
    wrong_fact: bool = False
    """A fact was said back that is not of this story."""
    other_offer: bool = False
    """Something was offered that the briefing does not know."""
    hedged: bool = False
    """The last utterance left an offer of the briefing open: "i might be able to"; it is none yet."""
    passed_on: bool = False
    """It was said who takes the case over and when they ring."""
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
    def asked(self) -> str | None:
        """What the first answer is called."""
        return self.questions[0].name if self.questions else None

    @property
    def asks(self) -> bool:
        """Whether anything was asked."""
        return bool(self.kinds)

    @property
    def suits(self) -> bool:
        """Whether it was asked if a proposal suits."""
        return "suits" in self.kinds or (self.has("check_agreement") and "understood" not in self.kinds)

    @property
    def asks_for_more(self) -> bool:
        """Whether it was asked if anything else is left, and not if a proposal suits."""
        return ("anything" in self.kinds or self.has("feedback_request")) and not self.suits

    @property
    def forbidden(self) -> list[str]:
        """What was promised or demanded although the briefing forbids it, by id."""
        return [offer.removeprefix("not:") for offer in self.offers if offer.startswith("not:")]

    @property
    def empty(self) -> bool:
        """Whether nothing in it asks, offers, names a fact or does anything but say thanks, sorry or hello."""
        some = self.asks or self.offers or self.other_offer or self.facts or self.farewell
        return not some and set(self.acts) <= POLITE

    @property
    def aside(self) -> bool:
        """Whether this is thinking aloud or a short acknowledgement, and nothing that asks for an answer."""
        empty = not (self.asks or self.offers or self.other_offer or self.facts or self.farewell)
        return empty and set(self.acts) <= {"acknowledgement"} and self.words <= LONGEST_ASIDE

    def lacks(self, act: str) -> bool:
        """Return whether an act has nothing to thank for: no choice, or a colleague's word with its remedy."""
        if act == "consult":
            return bool(self.offers) or self.has(*REMEDIES)
        return act == "options" and not (self.offers or self.other_offer)

    def has(self, *acts: str) -> bool:
        """Return whether any of `acts` was done."""
        return any(act in self.acts for act in acts)


@dataclass(slots=True)
class Memory:
    """Everything remembered. Changed by `feeling`, read by `dialogue`."""

    said: list[str] = field(default_factory=list)
    last_line: str = ""
    """The last line that a person would repeat if asked to."""
    vents_told: set[str] = field(default_factory=set)
    facts_heard: set[str] = field(default_factory=set)
    """Facts that the agent has said; nobody tells an agent what they have just said themselves."""
    vent_running: str | None = None
    vented_since_turn: bool = False
    last_purpose: str = ""
    turn: Turn = field(default_factory=Turn)
    last_turn: Turn = field(default_factory=Turn)
    """The turn that the customer is answering."""
    turns: int = 0
    went_on: int = 0
    """Lines said in answer to the last turn after the first."""
    interruptions: int = 0
    harms: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    answered_in: dict[str, int] = field(default_factory=dict)
    """The turn in which a question was answered last."""
    done: Counter[str] = field(default_factory=Counter)
    """Acts of the trainee's turns so far."""
    unknown: dict[str, str] = field(default_factory=dict)
    """What was answered to a question that the story does not know, by its words: the same again each time."""
    phrases: Counter[str] = field(default_factory=Counter)
    table: list[str] = field(default_factory=list)
    """The offers of the briefing that were put to the customer last."""
    chosen: str = ""
    in_doubt: str = ""
    """The question of the story that has just been asked back about."""
    put_off: bool = False
    """The customer's last answer left something open."""
    early: set[Need] = field(default_factory=set)
    """Needs served before the customer felt heard; they count as soon as they do."""
    passed_early: bool = False
    """An escalation was explained before the customer felt heard."""
    doubted: bool = False
    """The customer has just asked whether something that the briefing does not know would do."""
    promised: set[str] = field(default_factory=set)
    consulted: bool = False
    remedied: bool = False
    """The agent's own remedy solved the matter; a later escalation does not change the outcome."""
    escalated: bool = False
    """An escalation was explained well enough to be accepted."""
    boundary_set: bool = False
    abused: int = 0
    """Abusive lines said since the last boundary."""
    pressed: Need | None = None
    pressed_in: tuple[Need | None, int] = (None, 0)
    """What was pressed last, and in which turn."""
    named_in: int = -1
    """The turn in which they said what is missing, right after they had said that something is."""
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
        self.last_turn, self.turn = self.turn, Turn()
        return self.last_turn
