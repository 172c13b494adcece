"""How each turn was delivered: its pace, and its level and pitch against the speaker's own normal.

The own normal is the first `OWN_BASELINE` of the trainee's speech, so no voice is judged by how it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.clock import Span, from_seconds, intersect, to_ms, to_seconds, total
from simulator.cues.measurement import Measurement, Tracks
from simulator.cues.talk.pace import words_per_minute
from simulator.cues.voice import OWN_BASELINE
from simulator.events import Word

LEAST_TURN = from_seconds(1)
"""A shorter turn, in samples of speech, holds too little voice to be compared."""
LEAST_VOICED_FRAMES = 20
"""With fewer voiced frames of 10 ms the pitch is not compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnDelivery:
    """One turn's pace (words a minute), and its median level (dB) and pitch (semitones) over the own normal.

    None where there is too little speech for it.
    """

    span: Span
    words_per_minute: float | None
    louder_db: float | None
    higher_semitones: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNormal:
    """How somebody sounds at first: the spans of it, their median level (dBFS) and pitch (Hz; None where unvoiced)."""

    spans: tuple[Span, ...]
    level_dbfs: float
    f0_hz: float | None


def measure_turns(measurement: Measurement, turns: Iterable[tuple[Span, Sequence[Word]]]) -> tuple[TurnDelivery, ...]:
    """Return how each turn was delivered.

    Parameters
    ----------
    measurement : Measurement
        Of the whole call; without tracks only the pace is measured.
    turns : iterable of (Span, sequence of Word)
        Where each turn stands on the clock, and its words.
    """
    normal = own_normal(measurement)
    found = []
    for span, words in turns:
        speech = intersect(measurement.trainee_speech, [span])
        louder, higher = change_from(normal, measurement.tracks, speech)
        pace = words_per_minute(words, speech).value
        found.append(TurnDelivery(span=span, words_per_minute=pace, louder_db=louder, higher_semitones=higher))
    return tuple(found)


def own_normal(measurement: Measurement) -> OwnNormal | str:
    """Return how the trainee sounds at first, or a sentence that says why it cannot be told."""
    tracks, speech = measurement.tracks, measurement.trainee_speech
    if tracks is None:
        return "There is no audio of you in this call, so your voice could not be compared."
    first = first_speech(speech, OWN_BASELINE)
    found = _level_and_pitch(tracks, first)
    if found is None or total(speech) < OWN_BASELINE:
        had = f"{to_seconds(total(speech)):.0f} s of speech, {to_seconds(OWN_BASELINE):.0f} s needed"
        return f"Your own normal could not be told: {had}."
    return OwnNormal(spans=first, level_dbfs=found[0], f0_hz=found[1])


def change_from(
    normal: OwnNormal | str, tracks: Tracks | None, spans: Sequence[Span]
) -> tuple[float | None, float | None]:
    """Return how much louder (dB) and higher (semitones) speech in `spans` is; None where it cannot be told."""
    if isinstance(normal, str) or tracks is None or total(spans) < LEAST_TURN:
        return None, None
    now = _level_and_pitch(tracks, spans)
    if now is None:
        return None, None
    higher = round(12 * float(np.log2(now[1] / normal.f0_hz)), 1) if now[1] and normal.f0_hz else None
    return round(now[0] - normal.level_dbfs, 1), higher


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
