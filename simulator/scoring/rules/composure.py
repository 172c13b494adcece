"""Rules about composure: a steady and calm voice, a breath before an answer, no dead air, no monologue."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from simulator.clock import from_ms, to_ms, to_seconds
from simulator.cues.catalogue import SPECS
from simulator.dead_air import COUNT, FAIL
from simulator.scoring.case import Case
from simulator.scoring.evidence import of_span, of_utterance
from simulator.scoring.grades import cannot_tell, no_occasion
from simulator.scoring.rules.base import NOTICED, BaseRule
from simulator.scoring.skeletons import Count, Found, Instance, Level, Limits, Share, within
from simulator.scoring.voice_change import VoiceChange, voice_changes
from simulator.scoring.wording import quoted, rounded, were, when


class MeasureWithin(BaseRule):
    """A measure of the call lies within a band."""

    rule: Literal["measure_within"]
    measure: Annotated[str, NOTICED] = Field(description="a name of docs/measures.md")
    met: Limits = Field(description="lowest and highest value that is met; null is open")
    partly: Limits = Field(description="lowest and highest value that is partly met")
    name: str = Field(description="the measure as a sentence has it, such as 'pace'")
    needs_sound: bool = Field(default=True, description="whether a typed call cannot tell it")

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
        if any(bound is not None and not within(self.partly, bound) for bound in self.met):
            raise ValueError(f"partly {self.partly} must enclose met {self.met}")
        return self

    def find(self, case: Case) -> Found:
        """Take the measure; a count shows its first stretches, another measure the longest stretch of speech."""
        measure = case.measurement.measures.get(self.measure)
        if measure is None:
            return cannot_tell(f"The {self.name} was not measured in this call.")
        if self.needs_sound and case.measurement.tracks is None:
            return cannot_tell(f"The {self.name} could not be measured: no audio.")
        if measure.value is None:
            return cannot_tell(f"The {self.name} could not be measured: {measure.reason}.")
        longest = sorted(case.measurement.trainee_speech, key=lambda span: (-span.duration, span.start))[:1]
        spans = measure.spans[:3] if measure.unit == "count" else longest
        shown = [of_span(span, self.measure, measure.value, measure.unit, case.words_in(span)) for span in spans]
        unit = "" if measure.unit in ("index", "ratio") else f" {measure.unit}"
        low, high = self.met
        asked = f"at most {high:g}" if low is None else f"at least {low:g}" if high is None else f"{low:g} to {high:g}"
        fact = f"The {self.name} was {rounded(measure.value)}{unit}"
        return Level(fact=fact, evidence=shown, value=measure.value, met=self.met, partly=self.partly, asked=asked)


class BreathBeforeAnswer(BaseRule):
    """After an angry line, a short pause before the answer: no instant retort and no dead air."""

    LOOKS_AT = ("responses to angry lines",)
    rule: Literal["breath_before_answer"]
    shortest_ms: int = Field(default=200, ge=0, description="a shorter pause, or talking into the line, is a retort")
    longest_ms: int = Field(default=2500, ge=0, description="a longer pause leaves the customer hanging")
    met: float = Field(default=0.7, gt=0, le=1, description="share of good pauses that makes it met")
    partly: float = Field(default=0.4, ge=0, le=1, description="share of good pauses that makes it partly met")
    full: int = Field(default=3, ge=1, description="after so many answers it weighs in full, before that less")

    def find(self, case: Case) -> Found:
        """Time the answer to every exchange in which the customer spoke in anger."""
        instances = []
        for each in case.angry_answered:
            reply, pause = each.replies[0], case.pause_before(each)
            came = f"{to_seconds(-pause):.1f} s before the line was over"
            came = came if pause < 0 else f"after {to_seconds(pause):.1f} s"
            good = float(from_ms(self.shortest_ms) <= pause <= from_ms(self.longest_ms))
            shown = [of_utterance(reply, "response", to_ms(pause), "ms")]
            instances.append(Instance(worth=good, fault=f"the one {when(reply.span)} came {came}", evidence=shown))
        if not instances:
            return no_occasion("No angry line was answered, so there was no answer to time.")
        band = f"{self.shortest_ms / 1000:g} to {self.longest_ms / 1000:g} s"
        noun = f"answers to angry lines came after a pause of {band}"
        return Share(noun=noun, instances=instances, met=self.met, partly=self.partly, full=self.full)


class CalmUnderFire(BaseRule):
    """In answers to angry lines, level and pitch stay near the trainee's own normal."""

    LOOKS_AT = ("level_dbfs", "f0_median_hz", "answers to angry lines")
    rule: Literal["calm_under_fire"]
    louder_db: float = Field(default=4.0, gt=0, description="an answer this much louder than normal is not calm")
    higher_semitones: float = Field(default=2.5, gt=0, description="an answer this much higher than normal is not calm")
    met: float = Field(default=0.8, gt=0, le=1, description="share of calm answers that makes it met")
    partly: float = Field(default=0.5, ge=0, le=1, description="share of calm answers that makes it partly met")
    full: int = Field(default=3, ge=1, description="after so many answers it weighs in full, before that less")

    def find(self, case: Case) -> Found:
        """Compare each answer with the first 15 s of the trainee's own speech."""
        if not case.angry_answered:
            return no_occasion("No angry line was answered, so there was no answer to compare.")
        changes = voice_changes(case, case.angry_answered)
        if isinstance(changes, str):
            return cannot_tell(changes)
        noun, instances = "answers to angry lines stayed near the trainee's own normal", map(self._instance, changes)
        return Share(noun=noun, instances=[*instances], met=self.met, partly=self.partly, full=self.full)

    def _instance(self, change: VoiceChange) -> Instance:
        reply, louder, higher = change.answer.replies[0], change.louder_db, change.higher_semitones
        pitch = [of_utterance(reply, "pitch_change", higher, "semitones")] if higher >= self.higher_semitones else []
        is_calm = not pitch and louder < self.louder_db
        level = [of_utterance(reply, "level_change", louder, "dB")] if is_calm or louder >= self.louder_db else []
        fault = f"the one {when(reply.span)} was {louder:+.1f} dB and {higher:+.1f} semitones off it"
        return Instance(worth=float(is_calm), fault=fault, evidence=[*pitch, *level])


class NoDeadAir(BaseRule):
    """No unexplained silence: 5 s counts, 10 s fails; announced holds are not silence."""

    LOOKS_AT = ("dead_air",)
    rule: Literal["no_dead_air"]
    met: int = Field(default=0, ge=0, description="silences of 5 s or more, up to this many is met")
    partly: int = Field(default=1, ge=0, description="up to this many is partly met, if none lasts 10 s")

    def find(self, case: Case) -> Found:
        """Count the silences; one of 10 s misses it whatever the count."""
        if not case.utterances and not case.lines:
            return no_occasion("Nobody came to speak, so there was no silence to judge.")
        found = [span for span in case.measurement.dead_air if case.lasted(span) >= COUNT]
        longest = max(map(case.lasted, found), default=0)
        fact = f"There {were(len(found), 'silence')} of 5 s or more outside announced holds"
        fact += f", the longest {to_seconds(longest):.1f} s, the first {when(found[0])}" if found else ""
        shown = [of_span(span, "dead_air", to_ms(span.duration), "ms") for span in found]
        met, partly = (-1, None) if longest >= FAIL else (self.met, self.partly)
        return Count(fact=fact, evidence=shown, met=met, partly=partly, kind="faults")


class TurnLength(BaseRule):
    """No monologue: the longest stretch the trainee held the floor."""

    LOOKS_AT = ("length of turns",)
    rule: Literal["turn_length"]
    met_ms: int = Field(default=20000, gt=0, description="up to this long is met")
    partly_ms: int = Field(default=35000, gt=0, description="up to this long is partly met")
    acts: Annotated[tuple[str, ...], NOTICED] = Field(
        default=(), description="only utterances that hold one of these acts; empty for all"
    )

    def find(self, case: Case) -> Found:
        """Find the longest utterance."""
        chosen = [u for u in case.utterances if not self.acts or u.holds(self.acts)]
        if not chosen:
            return no_occasion("There was no utterance of that kind, so there was no length to judge.")
        longest = max(chosen, key=lambda u: (u.span.duration, -u.span.start))
        ms, most = to_ms(max(0, case.lasted(longest.span))), f"{self.met_ms / 1000:g} s"
        fact = f"The longest turn, {quoted(longest.text, most=6)} {when(longest.span)}, lasted {ms / 1000:.1f} s"
        is_met, shown = ms <= self.met_ms, [of_utterance(longest, "turn_length", ms, "ms")]
        return Level(
            fact=f"{fact}, within {most}" if is_met else fact,
            asked="" if is_met else most,
            evidence=shown,
            value=ms,
            met=(None, self.met_ms),
            partly=(None, self.partly_ms),
            restraint=True,
        )
