"""What if a recognizer or a cue was wrong? The same case, each time with one kind of doubt resolved the other way.

A criterion that comes out differently in one of these cases is *uncertain*, and the score says so and carries a range.
Speech that was hardly understood is a doubt of its own. A recognizer that mishears an accent must not cost its speaker
points: such speech may have held what a criterion looks for, so the criterion is uncertain, and the range says by how
much. Where most of the speech was not understood, criteria that depend on words are unmeasurable.

Metrics
-------
- An act is doubtful when the recognizer's mean confidence in its words is under `UNSURE_WORDS`, or its rule's strength
  under `WEAK_ACT`.
- An overlap is doubtful when a number that decided it lies within `EDGE_ERROR` of the bound; an acknowledgement that is
  too long for a backchannel, when both its ends together could make it short enough.
- A measure is doubtful by its own stated error; so are a time near its bound, a change of the voice, and the share of
  turns that do harm.
- An utterance is *unclear* when the mean confidence of its words is under `UNSURE_WORDS`, or no word was recognised in
  it, and it is long enough to have held more than a sign of listening.
- Unclear speech may hide one act in every `WORDS_AN_ACT` words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from simulator.clock import Span, from_ms
from simulator.cues.measurement import Measurement, Overlap
from simulator.overlap import (
    COLLISION_WINDOW,
    LEAST_LEFT,
    LONGEST_BACKCHANNEL,
    SHORTEST_INTERRUPTION,
    is_acknowledgement,
)
from simulator.scoring.case.seen import Case

UNSURE_WORDS = 0.5
"""Mean word confidence (0 to 1) under which a recognizer is as likely wrong as right."""
WEAK_ACT = 0.5
"""Strength (0 to 1) under which an act's own rule calls it weak (docs/acts.md)."""
EDGE_ERROR = from_ms(60)
"""How far the start or the end of speech may be off, in samples (docs/measures.md)."""
WORDS_AN_ACT = 5
"""Fewer words than this hold nothing but a sign of listening."""
A_WORD = from_ms(350)
"""How long a word takes, in samples, where none was recognised."""
MOSTLY = 0.5
"""With this share of the words unclear, what was said cannot be judged."""


def doubts(case: Case) -> Iterator[tuple[str, Case]]:
    """Yield each other way to see the case, with the reason in words; none for a case beyond doubt."""
    unsure = tuple(act for act in case.acts if act.confidence < UNSURE_WORDS)
    weak = tuple(act for act in case.acts if act.strength < WEAK_ACT)
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
        yield "a time lies within 60 ms of the bound", replace(case, timing_error=sign * EDGE_ERROR)
        yield "the voice's own measuring error reaches over the bound", replace(case, voice_error=sign)
        yield "the measure's own error reaches over the bound", _off(case, sign)
        yield "what hurts is often hard to tell in a single turn", replace(case, harm_error=sign)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarity:
    """How much was understood: the trainee's words in all, those in unclear speech, and where that is.

    `hidden_acts` is how many acts the unclear speech may hold.
    """

    words: int
    unclear: int
    hidden_acts: int
    spans: tuple[Span, ...]

    @property
    def is_hardly_understood(self) -> bool:
        """Whether so little was understood that what was said cannot be judged."""
        return self.unclear > 0 and self.unclear >= MOSTLY * self.words


def clarity_of(case: Case) -> Clarity:
    """Return how much of the trainee's speech was understood."""
    unheard = [(span.duration // A_WORD, span) for span in case.unheard]
    unsure = [(len(u.words), u.span) for u in case.utterances if u.words and u.confidence < UNSURE_WORDS]
    unclear = [(words, span) for words, span in (*unsure, *unheard) if words >= WORDS_AN_ACT]
    return Clarity(
        words=sum(len(u.words) for u in case.utterances) + sum(words for words, _ in unheard),
        unclear=sum(words for words, _ in unclear),
        hidden_acts=sum(words // WORDS_AN_ACT for words, _ in unclear),
        spans=tuple(sorted(span for _, span in unclear)),
    )
