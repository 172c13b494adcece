"""The rule about the voice under attack: how much louder and higher it is than the trainee's own normal.

What is compared is always the same person at two times, so that no voice is judged by how it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from simulator.clock import Span, from_seconds, intersect, to_ms, to_seconds, total
from simulator.cues.measurement import Tracks
from simulator.cues.voice import OWN_BASELINE
from simulator.scoring.case import Case, Exchange
from simulator.scoring.finding import (
    Evidence,
    Finding,
    cannot_tell,
    capped,
    no_occasion,
    occasion,
    of_utterance,
    part_between,
    reached,
    when,
)
from simulator.scoring.rules.base import BaseRule

LEVEL_ERROR_DB, PITCH_ERROR_SEMITONES = 1.0, 1.0
"""What a change of level or pitch against the own normal may be off by (docs/measures.md)."""
LEAST_ANSWER = from_seconds(1)
"""A shorter answer holds too little voice to be compared."""


@dataclass(frozen=True, slots=True)
class VoiceAt:
    """Median level and pitch over some speech; None where there was too little voice."""

    level_dbfs: float
    f0_hz: float | None


def voice_in(tracks: Tracks, spans: tuple[Span, ...]) -> VoiceAt | None:
    """Return the voice in `spans`; None where nothing stands above digital silence."""
    level = _within(tracks.level_dbfs, tracks.level_time_ms, spans)
    level = level[np.isfinite(level)]
    if not level.size:
        return None
    f0 = _within(tracks.f0_hz, tracks.f0_time_ms, spans)
    f0 = f0[np.isfinite(f0)]
    return VoiceAt(float(np.median(level)), float(np.median(f0)) if f0.size >= 20 else None)


def _within(values: NDArray[np.float32], time_ms: NDArray[np.float64], spans: tuple[Span, ...]) -> NDArray[np.float64]:
    keep = np.zeros(len(values), bool)
    for span in spans:
        keep |= (time_ms >= to_ms(span.start)) & (time_ms < to_ms(span.stop))
    return np.asarray(values[keep], np.float64)


def first_speech(speech: tuple[Span, ...], length: int) -> tuple[Span, ...]:
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


class CalmUnderFire(BaseRule):
    """In answers to angry lines, level and pitch stay near the trainee's own normal."""

    LOOKS_AT: ClassVar[tuple[str, ...]] = ("level_dbfs", "f0_median_hz", "answers to angry lines")

    rule: Literal["calm_under_fire"]
    louder_db: float = Field(default=4.0, gt=0, description="an answer this much louder than normal is not calm")
    higher_semitones: float = Field(default=2.5, gt=0, description="an answer this much higher than normal is not calm")
    met: float = Field(default=0.8, gt=0, le=1, description="share of calm answers that makes it met")
    partly: float = Field(default=0.5, ge=0, le=1, description="share of calm answers that makes it partly met")
    full: int = Field(default=3, ge=1, description="after so many answers it weighs in full, before that less")

    def judge(self, case: Case) -> Finding:
        """Compare each answer with the first 15 s of the trainee's own speech."""
        heated = [each for each in case.exchanges if each.heated and each.replies]
        if not heated:
            return no_occasion("No angry line was answered, so there was no answer to compare.")
        tracks, speech = case.measurement.tracks, case.measurement.trainee_speech
        if tracks is None:
            return cannot_tell("There is no audio of the trainee in this call, so the voice could not be compared.")
        base_spans = first_speech(speech, OWN_BASELINE)
        base = voice_in(tracks, base_spans)
        if base is None or total(speech) < OWN_BASELINE:
            said = f"{to_seconds(total(speech)):.0f} s of speech, {to_seconds(OWN_BASELINE):.0f} s needed"
            return cannot_tell(f"The trainee's own normal could not be told: {said}.")
        late = base_spans[-1].stop
        found = [
            (
                each,
                change[0] + case.voice_shift * LEVEL_ERROR_DB,
                change[1] + case.voice_shift * PITCH_ERROR_SEMITONES,
            )
            for each in heated
            if each.replies[0].span.start >= late and (change := self._change(tracks, speech, each, base)) is not None
        ]
        if not found:
            return cannot_tell("No answer to an angry line came after the speech that tells the trainee's own normal.")
        return self._judged(found)

    def _change(
        self, tracks: Tracks, speech: tuple[Span, ...], each: Exchange, base: VoiceAt
    ) -> tuple[float, float] | None:
        spans = intersect(speech, [u.span for u in each.replies])
        now = voice_in(tracks, spans) if total(spans) >= LEAST_ANSWER else None
        if now is None:
            return None
        higher = 12 * float(np.log2(now.f0_hz / base.f0_hz)) if now.f0_hz and base.f0_hz else 0.0
        return round(now.level_dbfs - base.level_dbfs, 1), round(higher, 1)

    def _is_calm(self, louder: float, higher: float) -> bool:
        return louder < self.louder_db and higher < self.higher_semitones

    def _judged(self, found: list[tuple[Exchange, float, float]]) -> Finding:
        raised = [each for each in found if not self._is_calm(each[1], each[2])]
        calm = len(found) - len(raised)
        status = reached(calm / len(found), met=self.met, partly=self.partly)
        reason = f"{calm} of {len(found)} answers to angry lines stayed near the trainee's own normal"
        if raised:
            each, louder, higher = raised[0]
            reason += f"; the one {when(each.replies[0].span)} was {louder:+.1f} dB and {higher:+.1f} semitones off it"
        evidence: list[Evidence] = []
        for each, louder, higher in raised or found:
            reply = each.replies[0]
            if higher >= self.higher_semitones:
                evidence.append(
                    of_utterance(reply, measure="pitch_change", value=higher, unit="semitones", rule=self.rule)
                )
            if louder >= self.louder_db or not raised:
                evidence.append(of_utterance(reply, measure="level_change", value=louder, unit="dB", rule=self.rule))
        part = part_between(calm / len(found), missed=self.partly, met=self.met)
        weight = occasion(len(found), full=self.full)
        return Finding(status=status, reason=f"{reason}.", evidence=capped(evidence), part=part, weight=weight)
