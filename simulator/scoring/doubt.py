"""What if a recognizer or a cue was wrong? The same case, each time with one kind of doubt resolved the other way.

A criterion that comes out differently in one of these cases is *uncertain*, and the score says so and carries a range.

Metrics
-------
- A deed is doubtful when the recognizer's mean confidence in its words is under `UNSURE_WORDS`, or its rule's strength
  under `WEAK_ACT`.
- An overlap is doubtful when a number that decided it lies within `EDGE_ERROR` of the bound; an acknowledgement that is
  too long for a backchannel, when both its ends together could make it short enough.
- A measure is doubtful by its own stated error; so are a time near its bound, and a change of the voice.

Speech that was hardly understood is a doubt of its own: `scoring.clarity`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from simulator.clock import from_ms
from simulator.cues.measurement import Measurement, Overlap
from simulator.overlap import (
    COLLISION_WINDOW,
    LEAST_LEFT,
    LONGEST_BACKCHANNEL,
    SHORTEST_INTERRUPTION,
    is_acknowledgement,
)
from simulator.scoring.case import Case
from simulator.scoring.clarity import UNSURE_WORDS

WEAK_ACT = 0.5
"""Strength (0 to 1) under which an act's own rule calls it weak (docs/acts.md)."""
EDGE_ERROR = from_ms(60)
"""How far the start or the end of speech may be off, in samples (docs/measures.md)."""


def doubts(case: Case) -> Iterator[tuple[str, Case]]:
    """Yield each other way to see the case, with the reason in words; none for a case beyond doubt."""
    unsure = tuple(d for d in case.deeds if d.confidence < UNSURE_WORDS)
    weak = tuple(d for d in case.deeds if d.strength < WEAK_ACT)
    if unsure:
        yield "the recognizer was unsure of the words it rests on", case.without(unsure)
    if weak:
        yield "the wording it rests on is a weak sign", case.without(weak)
    lenient = _with_overlaps(case, _as_collision)
    strict = _with_overlaps(case, _as_interruption)
    if lenient is not case:
        yield "an overlap lies within 60 ms of the bound for an interruption", lenient
    if strict is not case:
        yield "an overlap lies within 60 ms of the bound for an interruption", strict
    for sign in (-1, 1):
        yield "a time lies within 60 ms of the bound", replace(case, timing_shift=sign * EDGE_ERROR)
        yield "the voice's own measuring error reaches over the bound", replace(case, voice_shift=sign)
        yield "the measure's own error reaches over the bound", _off(case, sign)


def _with_overlaps(case: Case, change: Callable[[Overlap], Overlap]) -> Case:
    changed = tuple(change(overlap) for overlap in case.measurement.overlaps)
    if changed == case.measurement.overlaps:
        return case
    return replace(case, measurement=replace(case.measurement, overlaps=changed))


def _as_collision(overlap: Overlap) -> Overlap:
    sign = is_acknowledgement(overlap.words.split())
    near = (
        (sign and overlap.span.duration <= LONGEST_BACKCHANNEL + 2 * EDGE_ERROR)
        or overlap.span.duration < SHORTEST_INTERRUPTION + EDGE_ERROR
        or overlap.customer_left <= LEAST_LEFT + EDGE_ERROR
        or overlap.from_customer_edge <= COLLISION_WINDOW + EDGE_ERROR
    )
    return replace(overlap, kind="collision") if overlap.kind == "interruption" and near else overlap


def _as_interruption(overlap: Overlap) -> Overlap:
    possible = (
        overlap.by == "trainee"
        and overlap.span.duration >= SHORTEST_INTERRUPTION - EDGE_ERROR
        and overlap.customer_left > LEAST_LEFT - EDGE_ERROR
        and overlap.from_customer_edge > COLLISION_WINDOW - EDGE_ERROR
    )
    return replace(overlap, kind="interruption") if overlap.kind == "collision" and possible else overlap


def _off(case: Case, sign: int) -> Case:
    measured: Measurement = case.measurement
    measures = {
        name: replace(m, value=m.value + sign * m.error) if m.value is not None and m.error else m
        for name, m in measured.measures.items()
    }
    return replace(case, measurement=replace(measured, measures=measures))
