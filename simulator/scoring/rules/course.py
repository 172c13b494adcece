"""Rules about the course of the call: needs met, promises kept to, the briefing used, the person adapted to."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from pydantic import Field

from simulator.events import Need, Word
from simulator.phrases import bare_words, best_match, plain_words
from simulator.scoring.case import Case, Deed, Utterance
from simulator.scoring.facts import Offer, has_phrase
from simulator.scoring.finding import (
    Evidence,
    Finding,
    cannot_tell,
    capped,
    count,
    listed,
    no_occasion,
    of_deed,
    of_utterance,
    part_of_wanted,
    quoted,
    reached,
    when,
)
from simulator.scoring.names import many, one
from simulator.scoring.rules.base import BaseRule
from simulator.vocabulary import ActName, KindName, PersonalityName

_NEEDS: dict[Need, str] = {
    "heard": "to be heard",
    "understood": "to be understood",
    "apologised_to": "an apology",
    "taken_responsibility_for": "somebody to take responsibility",
    "given_a_solution": "a solution",
    "told_what_happens_next": "to know what happens next",
    "agreed": "to agree to it",
}
PROMISES = frozenset({"solution", "options", "timeline", "assurance", "follow_up"})
"""Acts that commit the company to something."""


class NeedsMet(BaseRule):
    """The customer got what they needed."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "said"
    LOOKS_AT: ClassVar[tuple[str, ...]] = ("needs met",)

    rule: Literal["needs_met"]
    needs: tuple[Need, ...] = Field(min_length=1, description="the needs to look at, of those this customer has")
    partly: int = Field(default=1, ge=0, description="so many of them make it partly met; all make it met")

    def judge(self, case: Case) -> Finding:
        """Look at which of these needs the mood counted as met; who was passed on has agreed to that."""
        if not case.moods:
            return cannot_tell("The customer's needs are not in this call's log.")
        passed_on = {"agreed"} if case.outcome == "escalated" else set()
        wanted = [n for n in self.needs if n not in passed_on and (not case.facts.needs or n in case.facts.needs)]
        if not wanted:
            return no_occasion("This customer did not need that, so there was no occasion.")
        got = [need for need in wanted if need in case.met]
        status = reached(len(got), met=len(wanted), partly=self.partly if len(wanted) > 1 else None)
        lacking = [_NEEDS[need] for need in wanted if need not in case.met]
        reason = f"By the end the customer had got {len(got)} of the {len(wanted)} things they needed here"
        reason += f"; still wanting {listed(lacking)}" if lacking else ""
        part = part_of_wanted(len(got), met=len(wanted))
        return Finding(status=status, reason=f"{reason}.", evidence=capped(self._evidence(case, got)), part=part)

    def _evidence(self, case: Case, got: list[Need]) -> list[Evidence]:
        found = []
        for need in got:
            at = next(mood.at for mood in case.moods if need in mood.met)
            spoken = [u for u in case.utterances if u.span.start < at]
            if spoken:
                found.append(of_utterance(spoken[-1], measure=f"need_{need}", value=1, unit="yes/no", rule=self.rule))
        return found or [
            of_utterance(u, measure="needs_met", value=0, unit="count", rule=self.rule) for u in case.utterances[-1:]
        ]


class PermittedPromises(BaseRule):
    """Nothing was promised that the briefing does not allow."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "unsaid"
    LOOKS_AT: ClassVar[tuple[str, ...]] = (*sorted(PROMISES), "may_offer and may_not of the briefing")

    rule: Literal["permitted_promises"]

    def judge(self, case: Case) -> Finding:
        """Compare every promise with what the briefing forbids, and with what only somebody else may grant."""
        promising = [u for u in case.utterances if any(deed.act in PROMISES for deed in u.deeds)]
        if not promising:
            return no_occasion("The trainee promised nothing, so no promise could be false.")
        false = [(u, why) for u in promising for why in self._faults(case, u)]
        reason = f"{count(len(promising), 'utterance')} held a promise"
        if not false:
            shown = (
                of_utterance(u, measure="permitted_promise", value=1, unit="count", rule=self.rule) for u in promising
            )
            return Finding(status="met", reason=f"{_capital(reason)}, all within the briefing.", evidence=capped(shown))
        first, why = false[0]
        reason = f"{_capital(reason)}; {quoted(first.text)} {when(first.span)} {why}."
        shown = (of_utterance(u, measure="false_promise", value=1, unit="count", rule=self.rule) for u, _ in false)
        return Finding(status="missed", reason=reason, evidence=capped(shown))

    def _faults(self, case: Case, utterance: Utterance) -> list[str]:
        clauses = [clause for clause in clauses_of(utterance) if _promises(utterance, clause)]
        texts = [" ".join(word.word for word in clause) for clause in clauses]
        briefing = case.facts.briefing
        forbidden = [offer.text for offer in briefing.may_not if any(_says(text, offer) for text in texts)]
        faults = [f"promises what the briefing does not allow: {text}" for text in forbidden]
        asked = any(d.span.start <= utterance.span.stop for d in case.deeds_of({"consult"}))
        passed_on = any(d.span.start <= utterance.span.stop for d in case.deeds_of({"escalation"}))
        for offer in briefing.may_offer.values():
            if not any(_says(text, offer) for text in texts):
                continue
            if offer.by == "manager" and not passed_on:
                faults.append(f"promises what only a manager may grant: {offer.text}")
            elif offer.after == "consult" and not asked:
                faults.append(f"promises, before asking a colleague: {offer.text}")
        return [fault.rstrip(".") for fault in faults]


JOINS = frozenset("and or but then so because".split())
"""Words between which a clause stands; a promise and its terms stand in one clause."""
DENIALS = frozenset("not cannot can't won't never unable don't isn't no couldn't wouldn't nothing".split())
"""Words that make a clause no promise."""


def clauses_of(utterance: Utterance) -> list[tuple[Word, ...]]:
    """Return the words of an utterance in clauses."""
    clauses: list[list[Word]] = [[]]
    for word in utterance.words:
        if word.word.lower() in JOINS:
            clauses.append([])
        clauses[-1].append(word)
    return [tuple(clause) for clause in clauses if clause]


def _promises(utterance: Utterance, clause: tuple[Word, ...]) -> bool:
    span = clause[0].span | clause[-1].span
    here = {deed.act for deed in utterance.deeds if deed.span & span is not None}
    denied = any(word.word.lower() in DENIALS for word in clause)
    return bool(here & PROMISES) and not here & {"refusal", "greeting"} and not denied


def _says(text: str, offer: Offer) -> bool:
    return best_match(offer.words, plain_words(text)) > 0


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class OffersMade(BaseRule):
    """Things the briefing allows were put on the table."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "said"
    LOOKS_AT: ClassVar[tuple[str, ...]] = ("solution", "options", "may_offer of the briefing")

    rule: Literal["offers_made"]
    at_least: int = Field(default=1, ge=1, description="how many different ones make it met")
    partly: int | None = Field(default=None, ge=1, description="how many make it partly met")
    which: Literal["any", "remedies", "goodwill"] = Field(
        default="any", description="remedies answer the actual problem; goodwill goes beyond it"
    )

    def judge(self, case: Case) -> Finding:
        """Count the different permitted offers that were made in so many words."""
        offers = self._offers(case)
        if not offers:
            return no_occasion("The scenario names no offers for this, so there was no occasion.")
        made = {}
        for utterance in case.utterances:
            for offer in offers:
                if offer.text not in made and _says(utterance.text, offer) and _proposes(utterance):
                    made[offer.text] = utterance
        status = reached(len(made), met=min(self.at_least, len(offers)), partly=self.partly)
        what = "one thing" if len(offers) == 1 else f"{len(offers)} things"
        reason = f"Of the {what} that could be offered, {len(made) or 'none'} came up"
        if made:
            reason += f": {listed([text.rstrip('.') for text in made])}"
        evidence = (of_utterance(u, measure="offer", value=1, unit="count", rule=self.rule) for u in made.values())
        return Finding(status=status, reason=f"{reason}.", evidence=capped(evidence))

    def _offers(self, case: Case) -> tuple[Offer, ...]:
        if self.which == "remedies":
            return case.facts.remedies
        allowed = tuple(case.facts.briefing.may_offer.values())
        return tuple(offer for offer in allowed if offer.goodwill) if self.which == "goodwill" else allowed


def _proposes(utterance: Utterance) -> bool:
    return any(deed.act in PROMISES | {"next_steps", "escalation"} for deed in utterance.deeds)


class UsesBriefing(BaseRule):
    """What the briefing, or an email thread, says was used before the customer had to say it."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "said"
    LOOKS_AT: ClassVar[tuple[str, ...]] = ("words of the briefing",)

    rule: Literal["uses_briefing"]
    source: Literal["profile", "thread"] = Field(
        default="profile", description="profile is the whole briefing; thread is only its emails"
    )
    part: Literal["anywhere", "opening"] = Field(
        default="anywhere", description="opening is the first three utterances"
    )
    met: int = Field(default=2, ge=1, description="so many names, days and numbers make it met")
    partly: int = Field(default=1, ge=1, description="so many make it partly met")

    def judge(self, case: Case) -> Finding:
        """Count names, days and numbers of the briefing that the trainee used before the customer did."""
        briefing = case.facts.briefing
        known = telling_words("\n".join(briefing.thread) if self.source == "thread" else briefing.text)
        known |= {word.lower() for word in case.facts.caller.name.split()} if self.source == "profile" else set()
        if not known:
            return no_occasion("The briefing told nothing beforehand, so there was nothing to use.")
        utterances = case.utterances[:3] if self.part == "opening" else case.utterances
        used: dict[str, Utterance] = {}
        for utterance in utterances:
            heard = set(with_numbers(case.words_before(utterance.span.start, of_customer=True)))
            for word in with_numbers(utterance.text):
                if word in known and word not in heard:
                    used.setdefault(word, utterance)
        status = reached(len(used), met=self.met, partly=self.partly)
        what = "the email thread" if self.source == "thread" else "the briefing"
        if used:
            reason = f"The trainee brought up {listed(list(used)[:6])} from {what} before the customer had to."
        else:
            reason = f"Nothing that only {what} had told was brought up before the customer said it."
        made = [of_utterance(u, measure="from_briefing", value=1, unit="count", rule=self.rule) for u in used.values()]
        none = [of_utterance(u, measure="from_briefing", value=0, unit="count", rule=self.rule) for u in utterances[:1]]
        part = part_of_wanted(len(used), met=self.met)
        return Finding(status=status, reason=reason, evidence=capped(made or none), part=part)


LEAST_DIGITS = 4
"""A number in a briefing with so many digits is one that only a reader of it would say."""
_DIGITS = {
    word: str(digit) for digit, word in enumerate("zero one two three four five six seven eight nine".split())
} | {"oh": "0"}


def telling_words(text: str) -> frozenset[str]:
    """Return the words of a briefing that only its reader would say: names, days and long numbers, in lower case.

    Examples
    --------
    >>> sorted(telling_words("Karen Whitlock, order 72491. It was due on Tuesday. Likes it short."))
    ['72491', 'tuesday', 'whitlock']
    """
    names = re.findall(r"(?<![.!?:] )(?<!^)\b[A-Z][a-z]{2,}", text, flags=re.MULTILINE)
    numbers = re.findall(rf"\d{{{LEAST_DIGITS},}}", text.replace(" ", " "))
    return frozenset([*(name.lower() for name in names), *numbers])


def with_numbers(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, digits said one by one joined to numbers.

    Examples
    --------
    >>> with_numbers("Order seven two four nine one, right?")
    ('order', '72491', 'right')
    """
    joined = " ".join(_DIGITS.get(word, word) for word in bare_words(text))
    return tuple(re.sub(r"(?<=\d) (?=\d)", "", joined).split())


class AdaptsTo(BaseRule):
    """The trainee did what suits this personality, or this kind of customer."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "said"

    rule: Literal["adapts_to"]
    suits: dict[PersonalityName | KindName, tuple[ActName, ...]] = Field(description="acts that suit each, by its name")
    spoils: dict[PersonalityName | KindName, tuple[ActName, ...]] = Field(
        default_factory=dict, description="acts that do harm with each, by its name"
    )
    met: int = Field(default=2, ge=1, description="so many different suitable acts, and no harmful one, make it met")
    partly: int = Field(default=1, ge=1, description="so many make it partly met")

    def judge(self, case: Case) -> Finding:
        """Count the different suitable acts; one harmful act takes a step off."""
        who = next((w for w in (case.facts.personality, case.facts.kind) if w is not None and w in self.suits), None)
        if who is None:
            return no_occasion("The scenario does not say what kind of customer this is.")
        suits = _first_of_each(case.deeds_of(self.suits[who]))
        spoils = case.deeds_of(self.spoils.get(who, ()))
        good = len(suits) - bool(spoils)
        status = reached(good, met=self.met, partly=self.partly)
        wanted = many(self.suits[who])
        reason = f"A {who} customer is helped by {wanted}; {len(suits)} of these {len(self.suits[who])} came"
        if spoils:
            reason += f", and the {one(spoils[0].act)} {quoted(spoils[0].phrase)} {when(spoils[0].span)} did harm"
        shown = capped(of_deed(d) for d in (*spoils, *suits))
        return Finding(status=status, reason=f"{reason}.", evidence=shown, part=part_of_wanted(good, met=self.met))


def _first_of_each(deeds: tuple[Deed, ...]) -> list[Deed]:
    first: dict[str, Deed] = {}
    for deed in deeds:
        first.setdefault(deed.act, deed)
    return list(first.values())


class WarmEnding(BaseRule):
    """The last words were warm, and the customer was calmer than at the start."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "said"
    LOOKS_AT: ClassVar[tuple[str, ...]] = ("anger at the end",)

    rule: Literal["warm_ending"]
    acts: tuple[ActName, ...] = Field(min_length=1, description="acts that make an ending warm")
    phrases: tuple[str, ...] = Field(default=(), description="or words that do")
    calmer_by: float = Field(
        default=10, ge=0, description="anger at the end must be lower than at the start by so much"
    )

    def judge(self, case: Case) -> Finding:
        """Look at the last two utterances and at the anger."""
        if case.outcome == "incomplete":
            return no_occasion("The call was cut short, so it had no ending.")
        if case.anger is None:
            return cannot_tell("The customer's mood is not in this call's log.")
        last = case.utterances[-2:]
        warm = [d for u in last for d in u.deeds if d.act in self.acts]
        said = [u for u in last if any(has_phrase(u.text, phrase) for phrase in self.phrases)]
        before, after = case.anger
        calmer = min(1.0, max(0.0, (before - after) / self.calmer_by)) if self.calmer_by else float(after <= before)
        won = (int(bool(warm or said)) + calmer) / 2
        status = reached(won, met=1, partly=0.25)
        words = f"The last words held {quoted(warm[0].phrase if warm else said[0].text)}" if warm or said else ""
        reason = f"{words or 'The last words held no warm close'}, and anger went from {before:.0f} to {after:.0f}."
        evidence = [of_deed(d) for d in warm]
        if not warm:
            value = float(bool(said))
            evidence = [
                of_utterance(u, measure="warm_close", value=value, unit="yes/no", rule=self.rule)
                for u in said or last[-1:]
            ]
        return Finding(status=status, reason=reason, evidence=capped(evidence), part=round(won, 3))


class OnlyOnceWonBack(BaseRule):
    """Something of use was mentioned only when the customer had calmed down."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "unsaid"
    LOOKS_AT: ClassVar[tuple[str, ...]] = ("phrases", "anger")

    rule: Literal["only_once_won_back"]
    phrases: tuple[str, ...] = Field(min_length=1, description="words that mention something extra")
    calm: float = Field(default=40, ge=0, le=100, description="anger below which the customer counts as won back")

    def judge(self, case: Case) -> Finding:
        """Find the mentions and the customer's anger at each."""
        if not case.moods:
            return cannot_tell("The customer's mood is not in this call's log.")
        said = [u for u in case.utterances if any(has_phrase(u.text, phrase) for phrase in self.phrases)]
        if not said:
            return no_occasion("Nothing extra was mentioned, which is no fault.")
        early = [u for u in said if self._anger(case, u) >= self.calm]
        shown = early or said
        first = shown[0]
        anger = self._anger(case, first)
        late = "while the customer was still angry" if early else "once the customer had calmed down"
        reason = f"{quoted(first.text)} {when(first.span)} came {late}, at an anger of {anger:.0f}."
        evidence = (
            of_utterance(u, measure="anger", value=self._anger(case, u), unit="of 100", rule=self.rule) for u in shown
        )
        return Finding(status="missed" if early else "met", reason=reason, evidence=capped(evidence))

    def _anger(self, case: Case, utterance: Utterance) -> float:
        before = [mood.anger for mood in case.moods if mood.at <= utterance.span.start]
        return before[-1] if before else case.moods[0].anger
