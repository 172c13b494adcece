"""Rules about composure: a steady voice, a breath before an answer, no dead air, no monologue."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from simulator.clock import from_ms, to_ms, to_seconds
from simulator.cues.catalogue import SPECS
from simulator.cues.measurement import Measure
from simulator.overlap import DEAD_AIR_COUNT, DEAD_AIR_FAIL
from simulator.scoring.case import Case, Exchange, Utterance
from simulator.scoring.finding import (
    Evidence,
    Finding,
    cannot_tell,
    capped,
    count,
    graded,
    no_occasion,
    occasion,
    of_utterance,
    part_between,
    part_of_count,
    quoted,
    reached,
    when,
)
from simulator.scoring.rules.base import TOO_LITTLE, BaseRule


class MeasureWithin(BaseRule):
    """A measure of the call lies within a band."""

    rule: Literal["measure_within"]
    measure: str = Field(description="a name of docs/measures.md")
    met: tuple[float | None, float | None] = Field(description="lowest and highest value that is met; null is open")
    partly: tuple[float | None, float | None] = Field(description="lowest and highest value that is partly met")
    name: str = Field(description="the measure as a sentence has it, such as 'pace'")
    needs_sound: bool = Field(default=True, description="whether a typed call cannot tell it")

    def notices(self) -> tuple[str, ...]:
        """Return the measure."""
        return (self.measure,)

    @field_validator("measure")
    @classmethod
    def _is_a_measure(cls, name: str) -> str:
        if name not in SPECS:
            raise ValueError(f"no such measure; there are: {', '.join(SPECS)}")
        return name

    @model_validator(mode="after")
    def _is_wider(self) -> MeasureWithin:
        low, high = self.met
        if low is not None and high is not None and low > high:
            raise ValueError(f"met must run from low to high, got {self.met}")
        if any(bound is not None and not _holds(self.partly, bound) for bound in self.met):
            raise ValueError(f"partly {self.partly} must enclose met {self.met}")
        return self

    def judge(self, case: Case) -> Finding:
        """Compare the measure with both bands."""
        measure = case.measurement.measures.get(self.measure)
        if measure is None:
            return cannot_tell(f"The {self.name} was not measured in this call.")
        if self.needs_sound and case.measurement.tracks is None:
            return cannot_tell(f"The {self.name} could not be measured: no audio.")
        if measure.value is None:
            return cannot_tell(f"The {self.name} could not be measured: {measure.reason}.")
        unit = "" if measure.unit in ("index", "ratio") else f" {measure.unit}"
        shown = f"{_number(measure.value)}{unit}"
        if _holds(self.met, measure.value):
            reason = f"The {self.name} was {shown}; {_band(self.met)} was asked for."
            return Finding(status="met", reason=reason, evidence=self._evidence(case, measure))
        status: Literal["partly", "missed"] = "partly" if _holds(self.partly, measure.value) else "missed"
        reason = f"The {self.name} was {shown}; {_band(self.met)} would have met it."
        side = 0 if self.met[0] is not None and measure.value < self.met[0] else 1
        missed, met = self.partly[side], self.met[side]
        part = 0.5 if missed is None or met is None else part_between(measure.value, missed=missed, met=met)
        return Finding(status=status, reason=reason, evidence=self._evidence(case, measure), part=part)

    def _evidence(self, case: Case, measure: Measure) -> tuple[Evidence, ...]:
        longest = sorted(case.measurement.trainee_speech, key=lambda span: (-span.duration, span.start))[:1]
        spans = measure.spans[:3] if measure.unit == "count" else longest
        return tuple(
            Evidence(
                track="trainee",
                span=span,
                words=case.words_in(span),
                measure=self.measure,
                value=measure.value,
                unit=measure.unit,
                rule=self.rule,
            )
            for span in spans
        )


def _holds(band: tuple[float | None, float | None], value: float) -> bool:
    low, high = band
    return (low is None or value >= low) and (high is None or value <= high)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:.0f}"


def _band(band: tuple[float | None, float | None]) -> str:
    low, high = band
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"{low:g} to {high:g}"


class BreathBeforeAnswer(BaseRule):
    """After an angry line, a short pause before the answer: no instant retort and no dead air."""

    LOOKS_AT: ClassVar[tuple[str, ...]] = ("responses to angry lines",)

    rule: Literal["breath_before_answer"]
    shortest_ms: int = Field(default=200, ge=0, description="a shorter pause, or talking into the line, is a retort")
    longest_ms: int = Field(default=2500, ge=0, description="a longer pause leaves the customer hanging")
    met: float = Field(default=0.7, gt=0, le=1, description="share of good pauses that makes it met")
    partly: float = Field(default=0.4, ge=0, le=1, description="share of good pauses that makes it partly met")
    full: int = Field(default=3, ge=1, description="after so many answers it weighs in full, before that less")

    def judge(self, case: Case) -> Finding:
        """Time the answer to every exchange in which the customer spoke in anger."""
        timed = [(each, self._pause(case, each)) for each in case.exchanges if each.heated and each.replies]
        if not timed:
            return no_occasion("No angry line was answered, so there was no answer to time.")
        good = [pause for _, pause in timed if self._is_good(pause)]
        bad = [(each, pause) for each, pause in timed if not self._is_good(pause)]
        share = len(good) / len(timed)
        status = reached(share, met=self.met, partly=self.partly)
        band = f"{self.shortest_ms / 1000:g} to {self.longest_ms / 1000:g} s"
        reason = f"{len(good)} of {len(timed)} answers to angry lines came after a pause of {band}"
        if bad:
            each, pause = bad[0]
            reason += f"; the one {when(each.replies[0].span)} came {_told(pause)}"
        part = part_between(share, missed=self.partly, met=self.met)
        shown, weight = capped(self._evidence(bad or timed)), occasion(len(timed), full=self.full)
        return Finding(status=status, reason=f"{reason}.", evidence=shown, part=part, weight=weight)

    def _pause(self, case: Case, each: Exchange) -> int:
        return each.replies[0].span.start - max(line.span.stop for line in each.lines) + case.timing_shift

    def _is_good(self, pause: int) -> bool:
        return from_ms(self.shortest_ms) <= pause <= from_ms(self.longest_ms)

    def _evidence(self, timed: list[tuple[Exchange, int]]) -> list[Evidence]:
        return [
            of_utterance(e.replies[0], measure="response", value=to_ms(p), unit="ms", rule=self.rule) for e, p in timed
        ]


def _told(pause: int) -> str:
    return f"{to_seconds(-pause):.1f} s before the line was over" if pause < 0 else f"after {to_seconds(pause):.1f} s"


class NoDeadAir(BaseRule):
    """No unexplained silence: 5 s counts, 10 s fails; announced holds are not silence."""

    LOOKS_AT: ClassVar[tuple[str, ...]] = ("dead_air",)

    rule: Literal["no_dead_air"]
    met: int = Field(default=0, ge=0, description="silences of 5 s or more, up to this many is met")
    partly: int = Field(default=1, ge=0, description="up to this many is partly met, if none lasts 10 s")

    def judge(self, case: Case) -> Finding:
        """Count the silences; one of 10 s misses it whatever the count."""
        if not case.utterances and not case.lines:
            return no_occasion("Nobody came to speak, so there was no silence to judge.")
        found = [span for span in case.measurement.dead_air if span.duration + case.timing_shift >= DEAD_AIR_COUNT]
        longest = max((span.duration + case.timing_shift for span in found), default=0)
        status = "missed" if longest >= DEAD_AIR_FAIL else graded(len(found), met=self.met, partly=self.partly)
        were = "was" if len(found) == 1 else "were"
        reason = f"There {were} {count(len(found), 'silence')} of 5 s or more outside announced holds"
        if found:
            reason += f", the longest {to_seconds(longest):.1f} s, the first {when(found[0])}"
        evidence = (
            Evidence(
                track="trainee",
                span=span,
                words="",
                measure="dead_air",
                value=to_ms(span.duration),
                unit="ms",
                rule=self.rule,
            )
            for span in found
        )
        part = part_of_count(len(found), met=self.met, partly=self.partly)
        return Finding(status=status, reason=f"{reason}.", evidence=capped(evidence), part=part)


class TurnLength(BaseRule):
    """No monologue: the longest stretch the trainee held the floor."""

    LOOKS_AT: ClassVar[tuple[str, ...]] = ("length of turns",)

    rule: Literal["turn_length"]
    met_ms: int = Field(default=20000, gt=0, description="up to this long is met")
    partly_ms: int = Field(default=35000, gt=0, description="up to this long is partly met")
    acts: tuple[str, ...] = Field(default=(), description="only utterances that hold one of these acts; empty for all")

    def judge(self, case: Case) -> Finding:
        """Find the longest utterance."""
        chosen = [u for u in case.utterances if self._counts(u)]
        if not chosen:
            return no_occasion("There was no utterance of that kind, so there was no length to judge.")
        longest = max(chosen, key=lambda u: (u.span.duration, -u.span.start))
        ms = to_ms(max(0, longest.span.duration + case.timing_shift))
        status = graded(ms, met=self.met_ms, partly=self.partly_ms)
        if status == "met" and not case.spoke_up:
            return no_occasion(TOO_LITTLE)
        most = f"{self.met_ms / 1000:g} s"
        reason = f"The longest turn, {quoted(longest.text, most=6)} {when(longest.span)}, lasted {ms / 1000:.1f} s"
        reason += f", within {most}." if status == "met" else f"; {most} would have met it."
        evidence = of_utterance(longest, measure="turn_length", value=ms, unit="ms", rule=self.rule)
        part = part_between(ms, missed=self.partly_ms, met=self.met_ms)
        return Finding(status=status, reason=reason, evidence=(evidence,), part=part)

    def _counts(self, utterance: Utterance) -> bool:
        return not self.acts or any(deed.act in self.acts for deed in utterance.deeds)
