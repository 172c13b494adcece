"""Rules about what was offered and promised, held against the briefing: what was read in a turn, never its words."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.scoring.case.briefing import offers_made, promise_faults
from simulator.scoring.case.facts import OfferKind
from simulator.scoring.case.seen import Case
from simulator.scoring.evidence import of_clause, of_utterance
from simulator.scoring.grades import no_occasion
from simulator.scoring.rules.base import BaseRule
from simulator.scoring.skeletons import HALF, Count, Found
from simulator.scoring.wording import count, listed, quoted, when

COMMITTING = frozenset(("solution", "options", "timeline", "assurance", "follow_up"))
"""Acts that commit the company to something."""


class PermittedPromises(BaseRule):
    """Nothing was promised that the briefing forbids, leaves to a manager, or leaves to a colleague's word."""

    DEPENDS_ON = "no_words"
    LOOKS_AT = ("offers and promises", "may_offer and may_not of the briefing")
    rule: Literal["permitted_promises"]

    def find(self, case: Case) -> Found:
        """Compare every offer and promise with the briefing; a denial or a question is none."""
        made = [(u, offer) for u in case.utterances for offer in u.reading.offers]
        promising = [u for u in case.utterances if u.reading.offers or u.holds(COMMITTING)]
        if not promising:
            return no_occasion("You promised nothing, so no promise could be false.")
        false = [(u, offer, why) for u, offer in made for why in promise_faults(case, u, offer)]
        fact, fault = f"{count(len(promising), 'utterance').capitalize()} held an offer or a promise", ""
        for utterance, offer, why in false[:1]:
            span, words = utterance.clause(offer)
            fault = f"{quoted(words)} {when(span)} {why}"
        shown = [of_clause(u, offer, "false_promise", 1) for u, offer, _ in false]
        if not false:
            fact += ", none of them forbidden by the briefing"
            shown = [of_clause(u, offer, "permitted_promise", 1) for u, offer in made]
            shown = shown or [of_utterance(u, "permitted_promise", 1) for u in promising]
        return Count(fact=fact, aside=fault, evidence=shown, number=len(false), met=0, partly=None, kind="faults")


class WithinBriefing(BaseRule):
    """No remedy, sum, time or person was promised that the briefing does not know."""

    DEPENDS_ON = "no_words"
    LOOKS_AT = ("offers and promises",)
    rule: Literal["within_briefing"]
    allowed: int = Field(default=1, ge=0, description="up to this many such promises is met")
    partly: int = Field(default=3, ge=1, description="up to this many is partly met")

    def find(self, case: Case) -> Found:
        """Count what was promised beyond the briefing."""
        if not case.facts.briefing.may_offer:
            return no_occasion("The briefing names no offers, so nothing could go beyond it.")
        made = [(u, offer) for u in case.utterances for offer in u.reading.offers]
        if not made:
            return no_occasion("You promised nothing, so no promise could go beyond the briefing.")
        beyond = [(u, offer) for u, offer in made if offer.standing != "allowed"]
        known = count(len(made), "offer or promise was made", "offers and promises were made").capitalize()
        fact = f"{known}, {len(beyond) or 'none'} of them beyond the briefing"
        for utterance, offer in beyond[:1]:
            span, words = utterance.clause(offer)
            fact += f", first {quoted(words)} {when(span)}"
        shown = [
            of_clause(u, offer, "beyond_briefing", float(offer.standing != "allowed")) for u, offer in beyond or made
        ]
        if 0 < len(beyond) <= self.allowed:
            fact += f"; up to {self.allowed} such is let pass"
        number, met = len(beyond), self.allowed
        return Count(fact=fact, evidence=shown, number=number, met=met, partly=self.partly, kind="faults")


class OffersMade(BaseRule):
    """Things the briefing allows were put on the table."""

    DEPENDS_ON = "words"
    SHOWS_WHAT_WAS_DONE = True
    LOOKS_AT = ("offers and promises", "may_offer of the briefing")
    rule: Literal["offers_made"]
    at_least: int = Field(default=1, ge=1, description="how many different ones make it met")
    partly: int | None = Field(default=None, ge=1, description="how many make it partly met")
    which: OfferKind = Field(default="any", description="remedies answer the actual problem; goodwill goes beyond it")

    def find(self, case: Case) -> Found:
        """Count the different permitted offers that were made in so many words."""
        offers = case.facts.offers(self.which)
        if not offers:
            return no_occasion("The scenario names no offers for this, so there was no occasion.")
        made = offers_made(case, offers)
        things = "one thing" if len(offers) == 1 else f"{len(offers)} things"
        fact = f"Of the {things} that could be offered, {len(made) or 'none'} came up"
        fact += f": {listed([text.rstrip('.') for text in made])}" if made else ""
        shown = [of_clause(utterance, offer, "offer", 1) for utterance, offer in made.values()]
        number, met = len(made), min(self.at_least, len(offers))
        return Count(fact=fact, evidence=shown, number=number, met=met, partly=self.partly, part=HALF)
