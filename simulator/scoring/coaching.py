"""What a report leads with: what went well, what to try next, and the moment of the call that shows each.

Praise never quotes a turn that did harm. What to try next begins with harm, then comes what cost the total most; each
is shown at a moment of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from simulator.clock import Span, meets, merge
from simulator.scoring.case.briefing import promise_faults
from simulator.scoring.case.seen import VENTING, Case, Exchange
from simulator.scoring.evidence import Evidence, of_missed, signed
from simulator.scoring.rules.attending import HARMLESS_TURN
from simulator.scoring.score import Judged, Score, row_of
from simulator.scoring.summing import total_of
from simulator.vocabulary import HARMS

MOST_PRAISED, MOST_TO_TRY = 4, 3
MOST_HARM = 2
"""At most so many of the things to try are about harm, so that there is always one to do and not only to leave."""
EARLY = ("listening", "composure", "empathy", "ownership")
"""Dimensions whose missing acts belong to the customer's story; what the others miss belongs to the later exchanges."""
PLACE_FOR_IT = "the_place_for_it"
"""The measure of an exchange that is shown because something was missing there."""
Moment = tuple[Evidence, ...]
"""One place in the call: the trainee's words, or the customer's line and what the trainee answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Led:
    """A criterion that the report leads with, and the moment to show for it; empty where silence is the merit."""

    judged: Judged
    moment: Moment


def strengths(score: Score) -> tuple[Led, ...]:
    """Return what went best: met without doubt, heaviest first, at most one of each dimension until all have one.

    A criterion that could only be shown by a turn which did harm is left out.
    """
    harm, found = _harm_spans(score.case), list[Led]()
    met = sorted((j for j in score.criteria if j.status == "met"), key=lambda j: (j.uncertain is not None, -j.of))
    for judged in met:
        free = [each for each in judged.evidence if not meets(each.span, harm)]
        if free or not judged.evidence:
            # That a turn held no harm is not shown by its words.
            shown = [each for each in free if each.measure != HARMLESS_TURN]
            found.append(Led(judged=judged, moment=tuple(shown[:1])))
    return _spread(found)[:MOST_PRAISED]


def _harm_spans(case: Case) -> tuple[Span, ...]:
    """Return where the trainee did harm: in words, by a promise that is not theirs to make, by talking over."""
    turns = [
        u.span
        for u in case.utterances
        if u.holds(HARMS) or any(True for offer in u.reading.offers for _ in promise_faults(case, u, offer))
    ]
    return merge([*turns, *(overlap.span for overlap in case.overlaps("interruption"))])


def _spread(ordered: Sequence[Led]) -> tuple[Led, ...]:
    first, later, seen = list[Led](), list[Led](), set[str]()
    for led in ordered:
        (later if led.judged.criterion.dimension in seen else first).append(led)
        seen.add(led.judged.criterion.dimension)
    return (*first, *later)


def to_try_next(score: Score) -> tuple[Led, ...]:
    """Return what to do differently next time: harm first, then what cost the total most, each at its own moment."""
    lost = sorted((j for j in score.criteria if j.of > j.points), key=lambda j: -_cost(score, j))
    harm = [judged for judged in lost if is_about_harm(judged)]
    chosen, taken = list[Led](), set[int]()
    for judged in (*harm, *(each for each in lost if each not in harm)):
        if len(chosen) == MOST_TO_TRY or (judged in harm and len(chosen) == MOST_HARM):
            continue
        moment = next((m for m in moments(score.case, judged) if not taken & _turns(score.case, m)), ())
        if moment or not judged.evidence:
            chosen.append(Led(judged=judged, moment=moment))
            taken |= _turns(score.case, moment)
    return tuple(chosen)


def is_about_harm(judged: Judged) -> bool:
    """Return whether a criterion judges remarks that hurt: blame, contradiction, hostility and their like."""
    judge = judged.criterion.judge
    return judge.DEPENDS_ON == "no_words" and bool(set(judge.notices()) & set(HARMS))


def _cost(score: Score, judged: Judged) -> float:
    """Return by how many points the total would be higher had the criterion been met."""
    rows = [row_of(each) for each in score.criteria]
    met = [replace(row, points=row.of) if row.id == judged.criterion.id else row for row in rows]
    return (total_of(met) or 0.0) - (score.total or 0.0)


def _turns(case: Case, moment: Moment) -> set[int]:
    """Return the numbers of the trainee's turns that a moment shows."""
    return {u.number for u in case.utterances for e in moment if e.track == "trainee" and e.span & u.span is not None}


def moments(case: Case, judged: Judged) -> Iterator[Moment]:
    """Yield the moments that show what a criterion lost, the most telling first."""
    if is_about_harm(judged):
        yield from sorted(((each,) for each in judged.evidence), key=lambda m: -_anger_rise(case, m[0]))
        return
    acts, judge = set(judged.criterion.judge.notices()), judged.criterion.judge
    evidence = () if judge.SHOWS_WHAT_WAS_DONE and judged.points else judged.evidence
    replied = [each for each in evidence if each.track == "trainee"]
    for reply in replied:
        before = [e for e in evidence if e.track == "customer" and e.span.start < reply.span.start and not e.value]
        yield (*before[-1:], reply)
    if not replied:
        yield from ((each,) for each in evidence)
    if judge.DEPENDS_ON == "words" and not any(each.value for each in evidence):
        early = judged.criterion.dimension in EARLY
        for exchange in _occasions(case, acts, early=early):
            yield signed(of_missed(exchange, PLACE_FOR_IT), judge.rule)


def _occasions(case: Case, acts: Collection[str], *, early: bool) -> list[Exchange]:
    """Return the exchanges whose answer held none of `acts`, those where it was most wanted first."""
    without = [each for each in case.answered if not each.reply_holds(acts) and each.replies[0].is_real]
    if not early:
        return without[::-1]
    return sorted(without, key=lambda each: each.lines[-1].purpose not in VENTING)


def _anger_rise(case: Case, evidence: Evidence) -> float:
    """Return how far the customer's anger rose on a remark of the trainee's."""
    before = [mood.anger for mood in case.moods if mood.at <= evidence.span.start]
    after = next((mood.anger for mood in case.moods if mood.at >= evidence.span.stop), None)
    return 0.0 if after is None or not before else after - before[-1]
