"""What was measured in a call, as rules ask for it: a measure by its name, and how the voice changed in an answer.

Each is a value or, as a text, the reason why there is none. A change of the voice compares the same person at two
times, so no voice is judged by how it is made: the own normal is the first `OWN_BASELINE` of the trainee's speech.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator

from simulator.clock import Span, from_seconds, intersect, to_ms, to_seconds, total
from simulator.cues.catalogue import SPECS
from simulator.cues.measurement import Measure, Tracks
from simulator.cues.voice import OWN_BASELINE
from simulator.scoring.case import Case, Exchange
from simulator.scoring.evidence import Evidence, of_span

LEVEL_ERROR_DB, PITCH_ERROR_SEMITONES = 1.0, 1.0
"""How far a change of level or pitch against the own normal may be off (docs/measures.md)."""
LEAST_ANSWER = from_seconds(1)
"""A shorter answer, in samples, holds too little voice to be compared."""
LEAST_VOICED_FRAMES = 20
"""With fewer voiced frames of 10 ms the pitch is not compared."""


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
    tracks, speech = case.measurement.tracks, case.measurement.trainee_speech
    if tracks is None:
        return "There is no audio of you in this call, so your voice could not be compared."
    first = first_speech(speech, OWN_BASELINE)
    normal = _level_and_pitch(tracks, first)
    if normal is None or total(speech) < OWN_BASELINE:
        had = f"{to_seconds(total(speech)):.0f} s of speech, {to_seconds(OWN_BASELINE):.0f} s needed"
        return f"Your own normal could not be told: {had}."
    found = []
    for answer in answers:
        spans = intersect(speech, [reply.span for reply in answer.replies])
        if answer.replies[0].span.start < first[-1].stop or total(spans) < LEAST_ANSWER:
            continue
        now = _level_and_pitch(tracks, spans)
        if now is None:
            continue
        higher = 12 * float(np.log2(now[1] / normal[1])) if now[1] and normal[1] else 0.0
        louder_db = round(now[0] - normal[0], 1) + case.voice_error * LEVEL_ERROR_DB
        found.append(VoiceChange(answer, louder_db, round(higher, 1) + case.voice_error * PITCH_ERROR_SEMITONES))
    return found or "No answer to an angry line came after the speech that tells your own normal."


def _level_and_pitch(tracks: Tracks, spans: Sequence[Span]) -> tuple[float, float | None] | None:
    """Return the median level (dBFS) and pitch (Hz) in `spans`; None where all of it is digital silence."""
    level = _within(tracks.level_dbfs, tracks.level_time_ms, spans)
    level = level[np.isfinite(level)]
    f0 = _within(tracks.f0_hz, tracks.f0_time_ms, spans)
    f0 = f0[np.isfinite(f0)]
    if not level.size:
        return None
    return float(np.median(level)), float(np.median(f0)) if f0.size >= LEAST_VOICED_FRAMES else None


def _within(values: NDArray[np.float32], time_ms: NDArray[np.float64], spans: Sequence[Span]) -> NDArray[np.float64]:
    keep = np.zeros(len(values), bool)
    for span in spans:
        keep |= (time_ms >= to_ms(span.start)) & (time_ms < to_ms(span.stop))
    return np.asarray(values[keep], np.float64)


def first_speech(speech: Sequence[Span], length: int) -> tuple[Span, ...]:
    """Return the first `length` samples of speech.

    Examples
    --------
    >>> first_speech((Span(0, 10), Span(20, 40)), 15)
    (Span(start=0, stop=10), Span(start=20, stop=25))
    """
    taken: list[Span] = []
    left = length
    for span in speech:
        if left <= 0:
            break
        taken.append(Span(span.start, min(span.stop, span.start + left)))
        left -= taken[-1].duration
    return tuple(taken)
