"""Rules about listening: the customer is let finish, heard out, and shown that somebody listens."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from simulator.clock import from_ms, to_ms, to_seconds
from simulator.cues.measurement import Overlap
from simulator.overlap import FAILED_YIELD, GOOD_YIELD
from simulator.scoring.case import VENTING, Case
from simulator.scoring.finding import (
    Evidence,
    Finding,
    capped,
    count,
    graded,
    graded_fault,
    no_occasion,
    occasion,
    of_deed,
    of_line,
    part_between,
    part_of_count,
    part_of_wanted,
    quoted,
    reached,
    when,
)
from simulator.scoring.rules.base import TOO_LITTLE, BaseRule
from simulator.vocabulary import REMEDIES


def interruptions(case: Case) -> tuple[Overlap, ...]:
    """Return the trainee's interruptions, by the definition of `simulator.overlap`."""
    return tuple(o for o in case.measurement.overlaps if o.kind == "interruption" and o.by == "trainee")


def of_overlap(case: Case, overlap: Overlap, *, measure: str, value: float) -> Evidence:
    """Return an overlap as evidence, with the words that lie in it."""
    return Evidence(
        track="trainee",
        span=overlap.span,
        words=case.words_in(overlap.span),
        measure=measure,
        value=value,
        unit="count",
        rule=overlap.rule,
    )


class Interruptions(BaseRule):
    """The trainee talked over the customer this often."""

    LOOKS_AT: ClassVar[tuple[str, ...]] = ("interruptions",)

    rule: Literal["interruptions"]
    met: int = Field(default=0, ge=0, description="up to this many is met")
    partly: int = Field(default=1, ge=0, description="up to this many is partly met")
    least_customer_ms: int = Field(default=3000, ge=0, description="the customer must have spoken at least this long")
    full_ms: int = Field(default=30000, gt=0, description="after so long it weighs in full, before that less")

    def judge(self, case: Case) -> Finding:
        """Count interruptions."""
        spoke = sum(span.duration for span in case.measurement.customer_speech)
        if spoke < from_ms(self.least_customer_ms):
            said = f"The customer spoke for only {to_seconds(spoke):.1f} s"
            return no_occasion(f"{said}, so there was little to interrupt.")
        found = interruptions(case)
        if not found and not case.spoke_up:
            return no_occasion(TOO_LITTLE)
        status = graded_fault(len(found), met=self.met, partly=self.partly, spoke_up=case.spoke_up)
        were = "was" if len(found) == 1 else "were"
        reason = (
            f"In {to_seconds(spoke):.0f} s of the customer's speech there {were} {count(len(found), 'interruption')}"
        )
        if found:
            left = to_seconds(found[0].customer_left)
            said = f", {quoted(found[0].words)}," if found[0].words else ""
            reason += f"; the first {when(found[0].span)}{said} while the customer had {left:.1f} s left to say"
        one = (of_overlap(case, o, measure="interruptions", value=1) for o in found)
        part = part_of_count(len(found), met=self.met, partly=self.partly)
        weight = occasion(to_ms(spoke), full=self.full_ms)
        return Finding(status=status, reason=f"{reason}.", evidence=capped(one), part=part, weight=weight)


class Yields(BaseRule):
    """When the customer cut in, the trainee fell silent and let them speak."""

    LOOKS_AT: ClassVar[tuple[str, ...]] = ("yields",)

    rule: Literal["yields"]
    met: float = Field(default=0.8, gt=0, le=1, description="share of good yields that makes it met")
    partly: float = Field(default=0.5, ge=0, le=1, description="share of yields within 2 s that makes it partly met")

    def judge(self, case: Case) -> Finding:
        """Count the cuts after which the trainee stopped within `simulator.overlap.GOOD_YIELD`."""
        cuts = [o for o in case.measurement.overlaps if o.kind == "yield" and o.by == "customer"]
        if not cuts:
            return no_occasion("The customer never cut in on the trainee, so there was no occasion.")
        slow = [o for o in cuts if o.span.duration + case.timing_shift > GOOD_YIELD]
        failed = [o for o in slow if o.span.duration + case.timing_shift > FAILED_YIELD]
        good = len(cuts) - len(slow)
        status = reached(good / len(cuts), met=self.met, partly=None)
        if status == "missed" and 1 - len(failed) / len(cuts) >= self.partly:
            status = "partly"
        limit = to_seconds(GOOD_YIELD)
        reason = f"The trainee gave way within {limit:g} s to {good} of {len(cuts)} cuts by the customer"
        if slow:
            reason += f"; the one {when(slow[0].span)} went on for {to_seconds(slow[0].span.duration):.1f} s"
        evidence = (
            replace(of_overlap(case, o, measure="time_to_yield", value=to_ms(o.span.duration)), unit="ms")
            for o in slow or cuts
        )
        return Finding(status=status, reason=f"{reason}.", evidence=capped(evidence))


class VentsFinished(BaseRule):
    """The customer could finish what they had to get off their chest."""

    LOOKS_AT: ClassVar[tuple[str, ...]] = ("interruptions", "lines of venting")

    rule: Literal["vents_finished"]
    partly: float = Field(default=0.5, ge=0, le=1, description="share of finished vents that makes it partly met")
    full: int = Field(default=3, ge=1, description="after so many grievances it weighs in full, before that less")

    def judge(self, case: Case) -> Finding:
        """Count the venting lines that no interruption of the trainee's fell into."""
        vents = case.lines_of(VENTING)
        if not vents:
            return no_occasion("The customer told no grievance, so there was nothing to let finish.")
        over = interruptions(case)
        spoilt = [v for v in vents if any(o.span & v.span for o in over)]
        if not spoilt and not case.spoke_up:
            return no_occasion(TOO_LITTLE)
        finished = len(vents) - len(spoilt)
        status = reached(finished / len(vents), met=1.0, partly=self.partly if case.spoke_up else None)
        reason = f"The customer finished {finished} of {len(vents)} grievances without being talked over"
        if spoilt:
            reason += f"; {quoted(spoilt[0].said)} {when(spoilt[0].span)} was cut into"
        shown = spoilt or list(vents)
        evidence = [
            of_line(v, measure="finished_vent", value=float(v not in spoilt), unit="yes/no", rule=self.rule)
            for v in shown
        ]
        evidence += [
            of_overlap(case, o, measure="interruptions", value=1) for o in over if any(o.span & v.span for v in spoilt)
        ]
        part = part_between(finished / len(vents), missed=self.partly, met=1.0)
        weight = occasion(len(vents), full=self.full)
        return Finding(status=status, reason=f"{reason}.", evidence=capped(evidence), part=part, weight=weight)


class StoryFirst(BaseRule):
    """No remedy before the customer had told the whole story."""

    LOOKS_AT: ClassVar[tuple[str, ...]] = ("solution", "options", "order of vents and remedies")

    rule: Literal["story_first"]
    partly: int = Field(default=1, ge=0, description="up to this many grievances still untold is partly met")

    def judge(self, case: Case) -> Finding:
        """Count the venting lines that came after the first remedy."""
        remedies = case.deeds_of(REMEDIES)
        vents = case.lines_of(VENTING)
        if not remedies or not vents:
            return no_occasion("No remedy was put on the table, so it could not come too early.")
        first = remedies[0]
        untold = [v for v in vents if v.span.start > first.span.start]
        status = graded(len(untold), met=0, partly=self.partly)
        told = len(vents) - len(untold)
        said = f"{quoted(first.phrase)} {when(first.span)}"
        if not untold:
            reason = f"The first remedy, {said}, came after all {count(told, 'grievance')} had been told."
            if told == 1:
                reason = f"The first remedy, {said}, came after the grievance had been told."
        else:
            reason = f"The first remedy, {said}, came when {told} of {len(vents)} grievances had been told."
        evidence = [of_deed(first, measure="grievances_told", value=told, unit="count")]
        evidence += [of_line(v, measure="grievance_untold", value=1, unit="count", rule=self.rule) for v in untold]
        return Finding(status=status, reason=reason, evidence=capped(evidence))


class ListeningSigns(BaseRule):
    """Short signs of listening: backchannels while the customer speaks, and acknowledgements in answers."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "said"
    LOOKS_AT: ClassVar[tuple[str, ...]] = ("backchannels", "acknowledgement")

    rule: Literal["listening_signs"]
    met: int = Field(default=2, ge=1, description="so many signs make it met")
    partly: int = Field(default=1, ge=1, description="so many make it partly met")
    least_customer_ms: int = Field(default=8000, ge=0, description="the customer must have spoken at least this long")
    full_ms: int = Field(default=30000, gt=0, description="after so long it weighs in full, before that less")

    def judge(self, case: Case) -> Finding:
        """Count the signs."""
        spoke = sum(span.duration for span in case.measurement.customer_speech)
        if spoke < from_ms(self.least_customer_ms):
            short = f"The customer spoke for only {to_seconds(spoke):.1f} s"
            return no_occasion(f"{short}, too short for signs of listening.")
        over = [o for o in case.measurement.overlaps if o.kind == "backchannel" and o.by == "trainee"]
        said = [d for d in case.deeds_of({"acknowledgement"}) if not any(o.span & d.span for o in over)]
        total = len(over) + len(said)
        status = reached(total, met=self.met, partly=self.partly)
        reason = f"In {to_seconds(spoke):.0f} s of the customer's speech there were {count(len(over), 'backchannel')}"
        reason += f" and {count(len(said), 'acknowledgement')} in answers; {self.met} in all would be enough."
        evidence = [of_overlap(case, o, measure="backchannels", value=1) for o in over]
        evidence += [of_deed(d) for d in said]
        part, weight = part_of_wanted(total, met=self.met), occasion(to_ms(spoke), full=self.full_ms)
        return Finding(status=status, reason=reason, evidence=capped(evidence), part=part, weight=weight)
