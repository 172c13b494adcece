"""Evidence: the stretches of audio behind a grade, each with what was said there and the number that counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from simulator.clock import Span
from simulator.cues.measurement import Overlap
from simulator.events import Asked, Mention, Need, Offered
from simulator.scoring.case.briefing import with_numbers
from simulator.scoring.case.occasions import Part
from simulator.scoring.case.seen import SMALL, ActInstance, Case, CustomerLine, Exchange, Sign, Utterance
from simulator.vocabulary import HARMS

MOST = 12
"""Pieces of evidence that one criterion shows at most."""
AROUND = 3
"""Words on either side that are shown with a single one."""
LONGEST_NUMBER = 10
"""Words of a number that is read out digit by digit, at most."""
MEETS: dict[Need, tuple[str, ...]] = {
    "heard": ("reflection", "acknowledgement"),
    "understood": ("empathy", "reflection"),
    "apologised_to": ("apology",),
    "taken_responsibility_for": ("ownership",),
    "given_a_solution": ("solution", "options", "escalation"),
    "told_what_happens_next": ("timeline", "next_steps", "follow_up"),
    "agreed": ("check_agreement", "options", "solution"),
}
"""The acts whose words are shown for a need that was met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A stretch of one track, what was said there, and the number that counts.

    `rule` names what found it: the act's or the overlap's own rule, else the rubric's rule, which `signed` fills in.
    """

    track: Literal["trainee", "customer"]
    span: Span
    words: str
    measure: str
    value: float | None
    unit: str
    rule: str = ""


def of_act(act: ActInstance, *, measure: str = "", value: float | None = None) -> Evidence:
    """Return an act as evidence: its own strength, or the count `value` of `measure`."""
    return Evidence(
        track="trainee",
        span=act.span,
        words=act.phrase,
        measure=measure or act.act,
        value=value if measure else act.strength,
        unit="count" if measure else "strength",
        rule=act.rule,
    )


def of_line(line: CustomerLine, measure: str, value: float, unit: str = "count") -> Evidence:
    """Return a customer's line as evidence."""
    return Evidence(track="customer", span=line.span, words=line.said, measure=measure, value=value, unit=unit)


def of_utterance(utterance: Utterance, measure: str, value: float, unit: str = "count") -> Evidence:
    """Return something the trainee said as evidence."""
    return Evidence(track="trainee", span=utterance.span, words=utterance.text, measure=measure, value=value, unit=unit)


def of_clause(utterance: Utterance, read: Asked | Offered | Mention, measure: str, value: float) -> Evidence:
    """Return the words of an utterance that were read as a question, an offer or a fact, as evidence."""
    span, words = utterance.clause(read)
    return Evidence(track="trainee", span=span, words=words, measure=measure, value=value, unit="count")


def of_answer(exchange: Exchange, measure: str) -> Evidence:
    """Return the words that answered: an offer, a fact, a question or an act that is more than small talk."""
    for reply in exchange.replies:
        read = reply.reading
        found: list[Asked | Offered | Mention] = [*read.offers, *read.facts, *read.asked]
        if found:
            return replace(of_clause(reply, found[0], measure, 1), unit="of 1")
        for act in reply.acts:
            if act.act not in SMALL and act.act not in HARMS:
                return replace(of_act(act, measure=measure, value=1), unit="of 1")
    return of_utterance(exchange.replies[0], measure, 1, "of 1")


def of_first_words(utterance: Utterance, number: int, measure: str) -> Evidence:
    """Return so many first words of an utterance as evidence."""
    words = utterance.words[:number]
    span, said = words[0].span | words[-1].span, " ".join(each.word for each in words)
    return Evidence(track="trainee", span=span, words=said, measure=measure, value=1, unit="count")


def of_sign(utterance: Utterance, sign: Sign, measure: str) -> list[Evidence]:
    """Return the words by which an utterance shows something: an act, a fact said back or an offer."""
    if sign in ("fact", "offer"):
        read = utterance.reading.facts if sign == "fact" else utterance.reading.offers
        return [of_clause(utterance, each, measure, 1) for each in read]
    return [of_act(act, measure=measure, value=1) for act in utterance.acts if act.act == sign]


def of_word(utterance: Utterance, word: str, measure: str) -> Evidence:
    """Return a word or number of an utterance, as `with_numbers` has it, with the words around it as evidence."""
    said = [each.word for each in utterance.words]
    places = ((at, at + n) for at in range(len(said)) for n in range(1, LONGEST_NUMBER + 1))
    place = next((p for p in places if with_numbers(" ".join(said[p[0] : p[1]])) == (word,)), None)
    if place is None:
        return of_utterance(utterance, measure, 1)
    around = utterance.words[max(0, place[0] - AROUND) : place[1] + AROUND]
    span, words = around[0].span | around[-1].span, " ".join(each.word for each in around)
    return Evidence(track="trainee", span=span, words=words, measure=measure, value=1, unit="count")


def of_span(span: Span, measure: str, value: float | None, unit: str, words: str = "") -> Evidence:
    """Return a stretch of the trainee's track as evidence."""
    return Evidence(track="trainee", span=span, words=words, measure=measure, value=value, unit=unit)


def of_overlap(case: Case, overlap: Overlap, measure: str, value: float = 1, unit: str = "count") -> Evidence:
    """Return an overlap as evidence, with the words that lie in it."""
    found = of_span(overlap.span, measure, value, unit, case.words_in(overlap.span))
    return replace(found, rule=overlap.rule)


def of_missed(exchange: Exchange, measure: str) -> tuple[Evidence, ...]:
    """Return an occasion that was not used: the customer's last line, and what the trainee said instead."""
    lines = [of_line(line, measure, 0) for line in exchange.lines[-1:]]
    return (*lines, *(of_utterance(reply, measure, 0) for reply in exchange.replies[:1]))


def of_act_missed(case: Case, act: str, part: Part = "anywhere") -> tuple[Evidence, ...]:
    """Return where in that part of the call an act that is missing would have had its place."""
    if not case.answered:
        return ()
    chosen = case.answered[0]
    if part == "closing":
        chosen = case.answered[-1]
    elif part == "heated":
        chosen = next(iter(case.angry_answered), chosen)
    else:
        chosen = next((each for each in case.answered if each.lines[-1].purpose == "vent"), chosen)
    return of_missed(chosen, act)


def of_needs_met(case: Case, needs: Iterable[Need]) -> list[Evidence]:
    """Return the words that met each need, or what the trainee had said last by then; for none, their last turn."""
    found = []
    for need in needs:
        at = next(mood.at for mood in case.moods if need in mood.met)
        before = [utterance for utterance in case.utterances if utterance.span.start < at]
        acts = [act for utterance in before for act in utterance.acts if act.act in MEETS[need]]
        shown = [of_act(act, measure=f"need_{need}", value=1) for act in acts[-1:]]
        shown = shown or [of_utterance(utterance, f"need_{need}", 1) for utterance in before[-1:]]
        found += [replace(each, unit="yes/no") for each in shown]
    return found or [of_utterance(utterance, "needs_met", 0) for utterance in case.utterances[-1:]]


def of_longest_line(case: Case, measure: str) -> tuple[Evidence, ...]:
    """Return the occasion for what is missing from the whole call: the customer's longest answered line."""
    if case.answered:
        longest = max(case.answered, key=lambda each: (each.lines[-1].span.duration, -each.lines[-1].span.start))
        return of_missed(longest, measure)
    lines = sorted(case.lines, key=lambda line: (-line.span.duration, line.span.start))[:1]
    if lines:
        return tuple(of_line(line, measure, 0) for line in lines)
    return tuple(of_utterance(utterance, measure, 0) for utterance in case.utterances[:1])


def signed(evidence: Iterable[Evidence], rule: str) -> tuple[Evidence, ...]:
    """Return the evidence in the order of the call, each stretch once, at most `MOST` pieces; `rule` fills in."""
    seen: dict[tuple[str, Span, str], Evidence] = {}
    for each in evidence:
        seen.setdefault((each.track, each.span, each.measure), each if each.rule else replace(each, rule=rule))
    return tuple(sorted(seen.values(), key=lambda e: (e.span, e.track, e.measure, e.rule))[:MOST])


def clipped(evidence: Iterable[Evidence], duration: int) -> tuple[Evidence, ...]:
    """Return the evidence cut to a call of `duration` samples, without what lies outside."""
    call = Span(0, duration) if duration > 0 else None
    cut = ((each, each.span & call if call is not None else None) for each in evidence)
    return tuple(replace(each, span=span) for each, span in cut if span is not None)
