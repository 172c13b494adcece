"""Rules about listening: the customer may finish, is heard out, and is shown that somebody listens."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.clock import from_ms, to_ms, to_seconds
from simulator.overlap import FAILED_YIELD, GOOD_YIELD
from simulator.scoring.case import VENTING, Case
from simulator.scoring.evidence import of_act, of_line, of_overlap
from simulator.scoring.grades import no_occasion, weight_of
from simulator.scoring.rules.base import BaseRule
from simulator.scoring.skeletons import HALF, Count, Found, Instance, Share
from simulator.scoring.wording import count, quoted, were, when
from simulator.vocabulary import REMEDIES


class Interruptions(BaseRule):
    """The trainee talked over the customer this often."""

    LOOKS_AT = ("interruptions",)
    rule: Literal["interruptions"]
    met: int = Field(default=0, ge=0, description="up to this many is met")
    partly: int = Field(default=1, ge=0, description="up to this many is partly met")
    least_customer_ms: int = Field(default=3000, ge=0, description="the customer must have spoken at least this long")
    full_ms: int = Field(default=30000, gt=0, description="after so long it weighs in full, before that less")

    def find(self, case: Case) -> Found:
        """Count interruptions."""
        spoke, found, first = case.customer_spoke, case.overlaps("interruption"), ""
        seconds, weight = to_seconds(spoke), weight_of(to_ms(spoke), full=self.full_ms)
        if spoke < from_ms(self.least_customer_ms):
            return no_occasion(f"The customer spoke for only {seconds:.1f} s, so there was little to interrupt.")
        for each in found[:1]:
            said = f", {quoted(each.words)}," if each.words else ""
            left = to_seconds(each.customer_left)
            first = f"the first {when(each.span)}{said} while the customer had {left:.1f} s left to say"
        fact = f"In {seconds:.0f} s of the customer's speech there {were(len(found), 'interruption')}"
        shown = [of_overlap(case, overlap, "interruptions") for overlap in found]
        return Count(
            fact=fact, aside=first, evidence=shown, met=self.met, partly=self.partly, kind="restraint", weight=weight
        )


class Yields(BaseRule):
    """When the customer cut in, the trainee fell silent and let them speak."""

    LOOKS_AT = ("yields",)
    rule: Literal["yields"]
    met: float = Field(default=0.8, gt=0, le=1, description="share of good yields that makes it met")
    partly: float = Field(default=0.5, ge=0, le=1, description="share of yields within 2 s that makes it partly met")

    def find(self, case: Case) -> Found:
        """Time how long the trainee went on after each cut; `simulator.overlap.GOOD_YIELD` is the bound."""
        cuts, instances = case.overlaps("yield", by="customer"), []
        if not cuts:
            return no_occasion("The customer never cut in on the trainee, so there was no occasion.")
        for cut in cuts:
            fault = f"the one {when(cut.span)} went on for {to_seconds(cut.span.duration):.1f} s"
            shown = [of_overlap(case, cut, "time_to_yield", to_ms(cut.span.duration), "ms")]
            good = float(case.lasted(cut.span) <= GOOD_YIELD)
            instances.append(Instance(worth=good, fault=fault, evidence=shown))
        before, noun = f"The trainee gave way within {to_seconds(GOOD_YIELD):g} s to ", "cuts by the customer"
        lenient = 1 - sum(case.lasted(cut.span) > FAILED_YIELD for cut in cuts) / len(cuts)
        return Share(
            before=before, noun=noun, instances=instances, met=self.met, partly=self.partly, lenient=lenient, part=HALF
        )


class VentsFinished(BaseRule):
    """The customer could finish what they had to get off their chest."""

    LOOKS_AT = ("interruptions", "lines of venting")
    rule: Literal["vents_finished"]
    partly: float = Field(default=0.5, ge=0, le=1, description="share of finished vents that makes it partly met")
    full: int = Field(default=3, ge=1, description="after so many grievances it weighs in full, before that less")

    def find(self, case: Case) -> Found:
        """Look for interruptions in each line of venting."""
        instances = []
        for vent in case.lines_of(VENTING):
            cuts = [cut for cut in case.overlaps("interruption") if cut.span & vent.span is not None]
            shown = [of_line(vent, "finished_vent", float(not cuts), "yes/no")]
            shown += [of_overlap(case, cut, "interruptions") for cut in cuts]
            fault = f"{quoted(vent.said)} {when(vent.span)} was cut into"
            instances.append(Instance(worth=float(not cuts), fault=fault, evidence=shown))
        if not instances:
            return no_occasion("The customer told no grievance, so there was nothing to let finish.")
        before, noun = "The customer finished ", "grievances without being talked over"
        return Share(
            before=before, noun=noun, instances=instances, met=1, partly=self.partly, full=self.full, restraint=True
        )


class StoryFirst(BaseRule):
    """No remedy before the customer had told the whole story."""

    LOOKS_AT = ("solution", "options", "order of vents and remedies")
    rule: Literal["story_first"]
    partly: int = Field(default=1, ge=0, description="up to this many grievances still untold is partly met")

    def find(self, case: Case) -> Found:
        """Count the lines of venting that came after the first remedy."""
        remedies, vents = case.acts_of(REMEDIES), case.lines_of(VENTING)
        if not remedies or not vents:
            return no_occasion("No remedy was put on the table, so it could not come too early.")
        first = remedies[0]
        untold = [of_line(vent, "grievance_untold", 1) for vent in vents if vent.span.start > first.span.start]
        told = len(vents) - len(untold)
        came = f"when {told} of {len(vents)} grievances had been told"
        if not untold:
            came = f"after {'the grievance' if told == 1 else f'all {told} grievances'} had been told"
        fact = f"The first remedy, {quoted(first.phrase)} {when(first.span)}, came {came}"
        shown = [of_act(first, measure="grievances_told", value=told), *untold]
        return Count(fact=fact, evidence=shown, number=len(untold), met=0, partly=self.partly, kind="faults", part=HALF)


class ListeningSigns(BaseRule):
    """Short signs of listening: backchannels while the customer speaks, and acknowledgements in answers."""

    DEPENDS_ON = "words"
    LOOKS_AT = ("backchannels", "acknowledgement")
    rule: Literal["listening_signs"]
    met: int = Field(default=2, ge=1, description="so many signs make it met")
    partly: int = Field(default=1, ge=1, description="so many make it partly met")
    least_customer_ms: int = Field(default=8000, ge=0, description="the customer must have spoken at least this long")
    full_ms: int = Field(default=30000, gt=0, description="after so long it weighs in full, before that less")

    def find(self, case: Case) -> Found:
        """Count the signs; an acknowledgement within a backchannel is the same sign."""
        spoke, over = case.customer_spoke, case.overlaps("backchannel")
        seconds, weight = to_seconds(spoke), weight_of(to_ms(spoke), full=self.full_ms)
        if spoke < from_ms(self.least_customer_ms):
            return no_occasion(f"The customer spoke for only {seconds:.1f} s, too short for signs of listening.")
        said = [a for a in case.acts_of({"acknowledgement"}) if all(o.span & a.span is None for o in over)]
        signs = f"{count(len(over), 'backchannel')} and {count(len(said), 'acknowledgement')} in answers"
        fact, aside = (
            f"In {seconds:.0f} s of the customer's speech there were {signs}",
            f"{self.met} in all would be enough",
        )
        shown = [*(of_overlap(case, overlap, "backchannels") for overlap in over), *map(of_act, said)]
        return Count(fact=fact, aside=aside, evidence=shown, met=self.met, partly=self.partly, weight=weight)
