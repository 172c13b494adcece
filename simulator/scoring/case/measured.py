"""What was measured in a call, as rules ask for it: a measure by its name, and how the voice changed in an answer.

Each is a value or, as a text, the reason why there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from simulator.clock import intersect
from simulator.cues.catalogue import SPECS
from simulator.cues.measurement import Measure
from simulator.cues.turns import change_from, own_normal
from simulator.scoring.case.seen import Case, Exchange
from simulator.scoring.evidence import Evidence, of_span

LEVEL_ERROR_DB, PITCH_ERROR_SEMITONES = 1.0, 1.0
"""How far a change of level or pitch against the own normal may be off (docs/measures.md)."""


def _check_measure(name: str) -> str:
    if name not in SPECS:
        raise ValueError(f"no such measure; there are: {', '.join(SPECS)}")
    return name


MeasureName: TypeAlias = Annotated[str, AfterValidator(_check_measure)]
"""A name of docs/measures.md."""


def measure_of(case: Case, measure: str, *, called: str, needs_sound: bool) -> Measure | str:
    """Return a measure that has a value, or a sentence that says why it has none; `called` is its name there."""
    found = case.measurement.measures.get(measure)
    if found is None:
        return f"The {called} was not measured in this call."
    if needs_sound and case.measurement.tracks is None:
        return f"The {called} could not be measured: no audio."
    return found if found.value is not None else f"The {called} could not be measured: {found.reason}."


def of_measure(case: Case, name: str, measure: Measure) -> list[Evidence]:
    """Return a measure as evidence: at the first stretches that a count counted, else at the longest speech."""
    longest = sorted(case.measurement.trainee_speech, key=lambda span: (-span.duration, span.start))[:1]
    spans = measure.spans[:3] if measure.unit == "count" else longest
    return [of_span(span, name, measure.value, measure.unit, case.words_in(span)) for span in spans]


@dataclass(frozen=True, slots=True)
class VoiceChange:
    """One answer's median level (dB) and pitch (semitones) over the trainee's own normal."""

    answer: Exchange
    louder_db: float
    higher_semitones: float


def voice_changes(case: Case, answers: Sequence[Exchange]) -> list[VoiceChange] | str:
    """Return how the voice changed in each answer after the baseline, or the reason why none can be compared."""
    measurement, normal = case.measurement, own_normal(case.measurement)
    if isinstance(normal, str):
        return normal
    found = []
    for answer in answers:
        spans = intersect(measurement.trainee_speech, [reply.span for reply in answer.replies])
        if answer.replies[0].span.start < normal.spans[-1].stop:
            continue
        louder, higher = change_from(normal, measurement.tracks, spans)
        if louder is None:
            continue
        louder_db = louder + case.voice_error * LEVEL_ERROR_DB
        found.append(VoiceChange(answer, louder_db, (higher or 0.0) + case.voice_error * PITCH_ERROR_SEMITONES))
    return found or "No answer to an angry line came after the speech that tells your own normal."
