"""What scoring needs to know of the scenario, as it was when the call was made.

Facts come from the copy of the scenario in the call folder, never from the scenario shipped today: a call is judged by
the story it was played with. Fields that scoring does not need are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.errors import InputError
from simulator.events import Need
from simulator.phrases import bare_words
from simulator.vocabulary import KindName, PersonalityName

OfferKind: TypeAlias = Literal["any", "remedies", "goodwill"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Offer(_Part):
    """What may be promised, or may not, and the patterns of words that a promise of it uses."""

    text: str
    words: tuple[str, ...]
    by: Literal["agent", "manager"] = "agent"
    after: Literal["", "consult"] = ""
    goodwill: bool = False


class Briefing(_Part):
    """What the agent had read before the call."""

    profile: str = ""
    open_ticket: str = ""
    past_contacts: tuple[str, ...] = ()
    thread: tuple[str, ...] = ()
    may_offer: dict[str, Offer] = Field(default_factory=dict)
    may_not: tuple[Offer, ...] = ()

    @property
    def text(self) -> str:
        """All of it as one text, a line for each part."""
        return "\n".join((self.profile, self.open_ticket, *self.past_contacts, *self.thread))


class MetBy(_Part):
    """A need of the customer, and the offers that meet it."""

    met_by: tuple[str, ...] = ()


class Caller(_Part):
    """Who called."""

    name: str = ""


class ScenarioFacts(_Part):
    """The scenario's side of a judgement; everything may be missing, as in a call with no scenario."""

    id: str = ""
    title: str = ""
    personality: PersonalityName | None = None
    kind: KindName | None = None
    trains: tuple[str, ...] = ()
    caller: Caller = Caller()
    briefing: Briefing = Briefing()
    needs: dict[Need, MetBy] = Field(default_factory=dict)

    def offers(self, which: OfferKind) -> tuple[Offer, ...]:
        """Return the offers that the briefing allows: all, those that answer the problem, or goodwill."""
        if which == "remedies":
            return self.remedies
        allowed = tuple(self.briefing.may_offer.values())
        return tuple(offer for offer in allowed if offer.goodwill) if which == "goodwill" else allowed

    @property
    def remedies(self) -> tuple[Offer, ...]:
        """The offers that answer the customer's actual problem."""
        need = self.needs.get("given_a_solution")
        offers = self.briefing.may_offer
        return tuple(offers[id] for id in (need.met_by if need else ()) if id in offers)

    @property
    def needs_escalation(self) -> bool:
        """Whether only somebody higher up can solve it."""
        return bool(self.remedies) and all(offer.by == "manager" for offer in self.remedies)

    @property
    def needs_consult(self) -> bool:
        """Whether a remedy waits for a colleague's word."""
        return any(offer.after == "consult" for offer in self.remedies)


def facts_of(scenario: Mapping[str, Any]) -> ScenarioFacts:
    """Return what scoring needs of a scenario, as the call folder carries it.

    Raises
    ------
    InputError
        If a field that scoring needs has the wrong shape.
    """
    try:
        return ScenarioFacts.model_validate(dict(scenario))
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise InputError(f"the call's copy of the scenario cannot be used: {place}: {fault['msg']}") from error


def has_any(text: str, phrases: Iterable[str]) -> bool:
    """Return whether any of a rubric's phrases stands in the text."""
    return any(has_phrase(text, phrase) for phrase in phrases)


def has_phrase(text: str, phrase: str) -> bool:
    """Return whether a rubric's phrase stands in the text: whole words, side by side; ``*`` is any ending.

    Examples
    --------
    >>> has_phrase("I do apologise for that.", "apolog*"), has_phrase("he went for it", "we")
    (True, False)
    """
    return _pattern_of(phrase).search(" ".join(bare_words(text))) is not None


@lru_cache(maxsize=4096)
def _pattern_of(phrase: str) -> re.Pattern[str]:
    pattern = re.escape(phrase.lower()).replace(r"\*", r"[\w']*").replace(r"\ ", r"\s+")
    return re.compile(rf"(?<![\w']){pattern}(?![\w'])")
