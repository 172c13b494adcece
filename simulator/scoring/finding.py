"""What a rule finds: a status, the reason in a sentence, and the stretches of audio it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from simulator.clock import Span, clock_text
from simulator.contract import Status
from simulator.scoring.case import Deed, Exchange, Line, Utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A stretch of one track, what was said there, and the number that counts. `rule` names what found it."""

    track: Literal["trainee", "customer"]
    span: Span
    words: str
    measure: str
    value: float | None
    unit: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The judgement of one rule on one call. `evidence` of the fault comes first, in the order of the call.

    `part` is the share of its points that a criterion wins if it is partly met, `weight` the share of them that is at
    stake at all: less than 1 where the call gave only little occasion.
    """

    status: Status
    reason: str
    evidence: tuple[Evidence, ...] = ()
    part: float = 0.5
    weight: float = 1.0

    @property
    def share(self) -> float:
        """Share of its points that the criterion wins: 1 if met, 0 if missed, 0 where it is left out of the sums."""
        return {"met": 1.0, "partly": self.part}.get(self.status, 0.0)


def no_occasion(reason: str) -> Finding:
    """Return the finding for a call that gave no occasion: it neither wins nor costs."""
    return Finding(status="not_applicable", reason=reason)


def cannot_tell(reason: str) -> Finding:
    """Return the finding where the measure is missing: it neither wins nor costs."""
    return Finding(status="unmeasurable", reason=reason)


def of_deed(deed: Deed, *, measure: str | None = None, value: float | None = None, unit: str = "strength") -> Evidence:
    """Return a deed as evidence; by default its own strength is the number."""
    return Evidence(
        track="trainee",
        span=deed.span,
        words=deed.phrase,
        measure=measure or deed.act,
        value=deed.strength if value is None and measure is None else value,
        unit=unit,
        rule=deed.rule,
    )


def of_line(line: Line, *, measure: str, value: float | None, unit: str, rule: str) -> Evidence:
    """Return a customer's line as evidence."""
    return Evidence(
        track="customer", span=line.span, words=line.said, measure=measure, value=value, unit=unit, rule=rule
    )


def of_utterance(utterance: Utterance, *, measure: str, value: float | None, unit: str, rule: str) -> Evidence:
    """Return something the trainee said as evidence."""
    return Evidence(
        track="trainee",
        span=utterance.span,
        words=utterance.text,
        measure=measure,
        value=value,
        unit=unit,
        rule=rule,
    )


def of_missed(exchange: Exchange, *, measure: str, rule: str) -> tuple[Evidence, ...]:
    """Return the occasion that was let pass: the customer's last line, and what the trainee said instead."""
    found = [of_line(line, measure=measure, value=0, unit="count", rule=rule) for line in exchange.lines[-1:]]
    found += [of_utterance(u, measure=measure, value=0, unit="count", rule=rule) for u in exchange.replies[:1]]
    return tuple(found)


def graded(value: float, *, met: float, partly: float | None) -> Status:
    """Return the status of a count that should be low.

    Examples
    --------
    >>> graded(0, met=0, partly=1), graded(1, met=0, partly=1), graded(2, met=0, partly=1)
    ('met', 'partly', 'missed')
    """
    if value <= met:
        return "met"
    return "partly" if partly is not None and value <= partly else "missed"


def reached(value: float, *, met: float, partly: float | None) -> Status:
    """Return the status of a count that should be high.

    Examples
    --------
    >>> reached(2, met=2, partly=1), reached(1, met=2, partly=1), reached(0, met=2, partly=1)
    ('met', 'partly', 'missed')
    """
    if value >= met:
        return "met"
    return "partly" if partly is not None and value >= partly else "missed"


NEARLY_MISSED, NEARLY_MET = 0.2, 0.8
"""What partly met wins at its lower and at its upper bound: a small step at either, not a cliff."""


def part_between(value: float, *, missed: float, met: float) -> float:
    """Return the share of points that partly met wins, by how near `value` came from one bound to the other.

    Examples
    --------
    >>> part_between(0.4, missed=0.4, met=0.8), part_between(0.6, missed=0.4, met=0.8)
    (0.2, 0.5)
    """
    way = 0.5 if met == missed else max(0.0, min(1.0, (value - missed) / (met - missed)))
    return round(NEARLY_MISSED + (NEARLY_MET - NEARLY_MISSED) * way, 3)


def part_of_count(number: int, *, met: int, partly: int | None) -> float:
    """Return the share of points that partly met wins where each fault beyond `met` costs the same.

    Examples
    --------
    >>> part_of_count(1, met=0, partly=1), part_of_count(2, met=0, partly=2)
    (0.5, 0.33333333333333337)
    """
    return max(0.0, 1 - (number - met) / ((partly or met) + 1 - met))


def graded_fault(number: int, *, met: int, partly: int | None, spoke_up: bool) -> Status:
    """Return the status of a count of faults; who hardly spoke wins no part of restraint, so a fault never helps.

    Examples
    --------
    >>> graded_fault(1, met=0, partly=3, spoke_up=True), graded_fault(1, met=0, partly=3, spoke_up=False)
    ('partly', 'missed')
    """
    return graded(number, met=met, partly=partly if spoke_up else None)


def part_of_wanted(number: float, *, met: float) -> float:
    """Return the share of points that partly met wins where each thing that was wanted is worth the same.

    Examples
    --------
    >>> part_of_wanted(1, met=2), part_of_wanted(2, met=3)
    (0.5, 0.667)
    """
    return round(min(1.0, number / met), 3)


def occasion(number: float, *, full: float) -> float:
    """Return how much of its points is at stake for a criterion, by how many occasions the call gave.

    One occasion proves less than five: what was seen once counts for less, so that a single answer, in a call that
    ended early, moves the total by little.

    Examples
    --------
    >>> occasion(1, full=3), occasion(5, full=3)
    (0.333, 1.0)
    """
    return 1.0 if number >= full else round(number / full, 3)


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun, as a sentence has it.

    Examples
    --------
    >>> count(0, "interruption"), count(1, "interruption"), count(3, "reply", "replies")
    ('no interruptions', 'one interruption', '3 replies')
    """
    noun = one if number == 1 else many or f"{one}s"
    return f"{'no' if number == 0 else 'one' if number == 1 else number} {noun}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> listed(["who", "how", "when"]), listed(["who"])
    ('who, how and when', 'who')
    """
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def when(span: Span) -> str:
    """Return "at 0:15.3"."""
    return f"at {clock_text(span.start)}"


def quoted(words: str, *, most: int = 12) -> str:
    """Return words in quotation marks, cut to `most` words.

    Examples
    --------
    >>> quoted("but our records show")
    '“but our records show”'
    """
    split = words.split()
    return f"“{' '.join(split[:most])}{' …' if len(split) > most else ''}”"


def capped(evidence: Iterable[Evidence], most: int = 12) -> tuple[Evidence, ...]:
    """Return the evidence in the order of the call, each stretch once, at most `most` pieces."""
    seen: dict[tuple[str, Span, str], Evidence] = {}
    for each in evidence:
        seen.setdefault((each.track, each.span, each.measure), each)
    ordered = sorted(seen.values(), key=lambda e: (e.span, e.track, e.measure, e.rule))
    return tuple(ordered[:most])


def clipped(evidence: Evidence, within: int) -> Evidence | None:
    """Return the evidence cut to a call of `within` samples, None if nothing is left."""
    span = evidence.span & Span(0, within) if within > 0 else None
    return replace(evidence, span=span) if span is not None else None
