"""What scoring needs to know of the scenario, as it was when the call was made.

Facts come from the copy of the scenario in the call folder, never from the scenario shipped today: a call is judged by
the story it was played with. Fields that scoring does not need are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from simulator.errors import InputError
from simulator.events import Need
from simulator.vocabulary import KindName, PersonalityName

OfferKind: TypeAlias = Literal["any", "remedies", "goodwill"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Offer(_Part):
    """What may be promised, or may not."""

    id: str = ""
    text: str
    said: tuple[str, ...] = ()
    by: Literal["agent", "manager"] = "agent"
    after: Literal["", "consult"] = ""
    goodwill: bool = False


class Fact(_Part):
    """Something that is so in the story, or that the customer wrongly believes; `said` as an agent says it."""

    said: tuple[str, ...] = ()
    text: str = ""
    mistaken: bool = False

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class Briefing(_Part):
    """What the agent had read before the call."""

    profile: str = ""
    open_ticket: str = ""
    past_contacts: tuple[str, ...] = ()
    thread: tuple[str, ...] = ()
    may_offer: dict[str, Offer] = Field(default_factory=dict)
    may_not: tuple[Offer, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        """Give each offer its id."""
        if not isinstance(value, dict) or not isinstance(value.get("may_offer"), dict):
            return value
        offers = value["may_offer"].items()
        named = {name: {**offer, "id": name} if isinstance(offer, dict) else offer for name, offer in offers}
        return {**value, "may_offer": named}

    @property
    def text(self) -> str:
        """All of it as one text, a line for each part."""
        return "\n".join((self.profile, self.open_ticket, *self.past_contacts, *self.thread))


class MetBy(_Part):
    """A need of the customer, and the offers that meet it."""

    met_by: tuple[str, ...] = ()


class Told(_Part):
    """A grievance or an answer of the customer, and the facts that it gives away."""

    id: str = ""
    tells: tuple[str, ...] = ()


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
    company: str = ""
    caller: Caller = Caller()
    briefing: Briefing = Briefing()
    facts: dict[str, Fact] = Field(default_factory=dict)
    needs: dict[Need, MetBy] = Field(default_factory=dict)
    vents: tuple[Told, ...] = ()
    answers: tuple[Told, ...] = ()

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
