"""Rules about timing and voice: letting the customer finish, pauses, silence, turns, and a steady and calm voice."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from simulator.clock import from_ms, to_ms, to_seconds
from simulator.cues.talk.filled import is_filler
from simulator.overlap import DEAD_AIR_COUNT, DEAD_AIR_FAIL, FAILED_YIELD, GOOD_YIELD, first_acknowledging
from simulator.scoring.case.measured import MeasureName, VoiceChange, measure_of, of_measure, voice_changes
from simulator.scoring.case.seen import VENTING, Case
from simulator.scoring.evidence import of_act, of_first_words, of_line, of_overlap, of_span, of_utterance
from simulator.scoring.grades import cannot_tell, no_occasion, weight_of
from simulator.scoring.rules.base import NOTICED, Acts, BaseRule
from simulator.scoring.skeletons import (
    HALF,
    NEVER,
    TOO_LITTLE,
    Count,
    Found,
    Instance,
    Level,
    Limits,
    Share,
    check_bands,
)
from simulator.scoring.wording import band, count, quoted, rounded, were, when


class Interruptions(BaseRule):
    """The trainee talked over the customer this often."""

    LOOKS_AT = ("interruptions",)
    rule: Literal["interruptions"]
    met: int = Field(default=0, ge=0, description="up to this many is met")
    partly: int = Field(default=1, ge=0, description="up to this many is partly met")
    least_customer_ms: int = Field(default=3000, ge=0, description="the customer must have spoken at least this long")
    full_ms: int = Field(default=30000, gt=0, description="after this long it has its full weight, before that less")

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
            return no_occasion("The customer never cut in on you, so there was no occasion.")
        for cut in cuts:
            fault = f"the one {when(cut.span)} went on for {to_seconds(cut.span.duration):.1f} s"
            shown = [of_overlap(case, cut, "time_to_yield", to_ms(cut.span.duration), "ms")]
            good = float(case.lasted(cut.span) <= GOOD_YIELD)
            instances.append(Instance(worth=good, fault=fault, evidence=shown))
        before, noun = f"You gave way within {to_seconds(GOOD_YIELD):g} s to ", "cuts by the customer"
        lenient = 1 - sum(case.lasted(cut.span) > FAILED_YIELD for cut in cuts) / len(cuts)
        return Share(
            before=before, noun=noun, instances=instances, met=self.met, partly=self.partly, lenient=lenient, part=HALF
        )


class VentsFinished(BaseRule):
    """The customer could finish what they had to get off their chest."""

    LOOKS_AT = ("interruptions", "lines of venting")
    rule: Literal["vents_finished"]
    partly: float = Field(default=0.5, ge=0, le=1, description="share of finished vents that makes it partly met")
    full: int = Field(default=3, ge=1, description="with this many grievances it has its full weight, with fewer less")

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


class ListeningSigns(BaseRule):
    """Short signs of listening: backchannels while the customer speaks, and acknowledgements in answers."""

    DEPENDS_ON = "words"
    SHOWS_WHAT_WAS_DONE = True
    LOOKS_AT = ("backchannels", "acknowledgement", "first words of answers")
    rule: Literal["listening_signs"]
    met: int = Field(default=2, ge=1, description="this many signs make it met")
    partly: int = Field(default=1, ge=1, description="this many make it partly met")
    least_customer_ms: int = Field(default=8000, ge=0, description="the customer must have spoken at least this long")
    full_ms: int = Field(default=30000, gt=0, description="after this long it has its full weight, before that less")

    def find(self, case: Case) -> Found:
        """Count the signs, one a turn; an acknowledgement within a backchannel is the same sign."""
        spoke, over = case.customer_spoke, case.overlaps("backchannel")
        seconds, weight = to_seconds(spoke), weight_of(to_ms(spoke), full=self.full_ms)
        if spoke < from_ms(self.least_customer_ms):
            return no_occasion(f"The customer spoke for only {seconds:.1f} s, too short for signs of listening.")
        answers = [each.replies[0] for each in case.answered]
        begun = {u.number: first_acknowledging(u.text.split()) for u in answers}
        said = {u.number: of_first_words(u, begun[u.number], "acknowledgement") for u in answers if begun[u.number]}
        said |= {a.utterance: of_act(a) for a in case.acts_of({"acknowledgement"})}
        said = {n: each for n, each in said.items() if all(o.span & each.span is None for o in over)}
        signs = f"{count(len(over), 'backchannel')} and {count(len(said), 'acknowledgement')} in answers"
        fact = f"In {seconds:.0f} s of the customer's speech there were {signs}"
        enough = f"{self.met} in all would be enough"
        shown = [*(of_overlap(case, overlap, "backchannels") for overlap in over), *said.values()]
        return Count(fact=fact, aside=enough, evidence=shown, met=self.met, partly=self.partly, weight=weight)


class MeasureWithin(BaseRule):
    """A measure of the call lies within a band."""

    rule: Literal["measure_within"]
    measure: Annotated[MeasureName, NOTICED] = Field(description="a name of docs/measures.md")
    met: Limits = Field(description="lowest and highest value that is met; null is open")
    partly: Limits = Field(description="lowest and highest value that is partly met")
    name: str = Field(description="the measure as a sentence has it, such as 'pace'")
    needs_sound: bool = Field(default=True, description="whether a typed call cannot tell it")

    @model_validator(mode="after")
    def _is_wider(self) -> MeasureWithin:
        check_bands(met=self.met, partly=self.partly)
        return self

    def find(self, case: Case) -> Found:
        """Take the measure; a count shows its first stretches, another measure the longest stretch of speech."""
        measure = measure_of(case, self.measure, called=self.name, needs_sound=self.needs_sound)
        if isinstance(measure, str) or measure.value is None:
            return cannot_tell(str(measure))
        unit = "" if measure.unit in ("index", "ratio") else f" {measure.unit}"
        fact, shown = f"The {self.name} was {rounded(measure.value)}{unit}", of_measure(case, self.measure, measure)
        asked, value = band(*self.met), measure.value
        return Level(fact=fact, evidence=shown, value=value, met=self.met, partly=self.partly, asked=asked)


class FewFillers(BaseRule):
    """Few filled pauses for what was said: um, uh, er, heard in the words or in the sound."""

    LOOKS_AT = ("filled_pauses",)
    rule: Literal["few_fillers"]
    met: float = Field(default=3, ge=0, description="up to this many in a hundred words is met")
    partly: float = Field(default=6, ge=0, description="up to this many in a hundred words is partly met")
    full: int = Field(default=100, ge=1, description="after this many words it has its full weight, before that less")

    @model_validator(mode="after")
    def _is_wider(self) -> FewFillers:
        check_bands(met=(None, self.met), partly=(None, self.partly))
        return self

    def find(self, case: Case) -> Found:
        """Set the number of filled pauses against the number of words."""
        measure = measure_of(case, "filled_pauses", called="number of filled pauses", needs_sound=True)
        if isinstance(measure, str) or measure.value is None:
            return cannot_tell(str(measure))
        words = sum(not is_filler(word.word) for u in case.utterances for word in u.words)
        if not case.spoke_enough or not words:
            return no_occasion(TOO_LITTLE)
        number = round(measure.value)
        fact = f"In {words} words there {were(number, 'filled pause')} (um, uh)"
        shown = [of_span(s, "filled_pauses", 1, "count", case.words_near(s)) for s in case.measurement.filled_pauses]
        return Level(
            fact=fact,
            asked=f"at most {self.met:g} in a hundred words",
            evidence=shown,
            value=100 * measure.value / words,
            met=(None, self.met),
            partly=(None, self.partly),
            weight=weight_of(words, full=self.full),
        )


class BreathBeforeAnswer(BaseRule):
    """After an angry line, a short pause before the answer: no instant retort and no dead air."""

    LOOKS_AT = ("responses to angry lines",)
    rule: Literal["breath_before_answer"]
    shortest_ms: int = Field(default=200, ge=0, description="a shorter pause, or talking into the line, is a retort")
    longest_ms: int = Field(default=2500, ge=0, description="a longer pause leaves the customer hanging")
    met: float = Field(default=0.7, gt=0, le=1, description="share of good pauses that makes it met")
    partly: float = Field(default=0.4, ge=0, le=1, description="share of good pauses that makes it partly met")
    full: int = Field(default=3, ge=1, description="with this many answers it has its full weight, with fewer less")

    def find(self, case: Case) -> Found:
        """Time the answer to every exchange in which the customer spoke in anger."""
        instances = []
        for each in case.angry_answered:
            reply, pause = each.replies[0], case.pause_before(each)
            seconds = f"{to_seconds(abs(pause)):.1f} s"
            came = f"{seconds} before the line was over" if pause < 0 else f"after {seconds}"
            good = float(from_ms(self.shortest_ms) <= pause <= from_ms(self.longest_ms))
            shown = [of_utterance(reply, "response", to_ms(pause), "ms")]
            instances.append(Instance(worth=good, fault=f"the one {when(reply.span)} came {came}", evidence=shown))
        if not instances:
            return no_occasion("No angry line was answered, so there was no answer to time.")
        limits = band(self.shortest_ms / 1000, self.longest_ms / 1000)
        noun = f"answers to angry lines came after a pause of {limits} s"
        return Share(noun=noun, instances=instances, met=self.met, partly=self.partly, full=self.full)


class CalmUnderFire(BaseRule):
    """In answers to angry lines, level and pitch stay near the trainee's own normal."""

    LOOKS_AT = ("level_dbfs", "f0_median_hz", "answers to angry lines")
    rule: Literal["calm_under_fire"]
    louder_db: float = Field(default=4.0, gt=0, description="an answer this much louder than normal is not calm")
    higher_semitones: float = Field(default=2.5, gt=0, description="an answer this much higher than normal is not calm")
    met: float = Field(default=0.8, gt=0, le=1, description="share of calm answers that makes it met")
    partly: float = Field(default=0.5, ge=0, le=1, description="share of calm answers that makes it partly met")
    full: int = Field(default=3, ge=1, description="with this many answers it has its full weight, with fewer less")

    def find(self, case: Case) -> Found:
        """Compare each answer with the first 15 s of the trainee's own speech."""
        if not case.angry_answered:
            return no_occasion("No angry line was answered, so there was no answer to compare.")
        changes = voice_changes(case, case.angry_answered)
        if isinstance(changes, str):
            return cannot_tell(changes)
        noun = "answers to angry lines stayed near your own normal"
        instances = [self._instance(change) for change in changes]
        return Share(noun=noun, instances=instances, met=self.met, partly=self.partly, full=self.full)

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
        found = [span for span in case.measurement.dead_air if case.lasted(span) >= DEAD_AIR_COUNT]
        longest = max(map(case.lasted, found), default=0)
        fact = f"There {were(len(found), 'silence')} of 5 s or more outside announced holds"
        fact += f", the longest {to_seconds(longest):.1f} s, the first {when(found[0])}" if found else ""
        shown = [of_span(span, "dead_air", to_ms(span.duration), "ms") for span in found]
        met, partly = (NEVER, None) if longest >= DEAD_AIR_FAIL else (self.met, self.partly)
        return Count(fact=fact, evidence=shown, met=met, partly=partly, kind="faults")


class TurnLength(BaseRule):
    """No monologue: the longest stretch the trainee held the floor."""

    LOOKS_AT = ("length of turns",)
    rule: Literal["turn_length"]
    met_ms: int = Field(default=20000, gt=0, description="up to this long is met")
    partly_ms: int = Field(default=35000, gt=0, description="up to this long is partly met")
    acts: Acts = Field(default=(), description="only utterances that hold one of these acts; empty for all")

    def find(self, case: Case) -> Found:
        """Find the longest utterance."""
        chosen = [u for u in case.utterances if not self.acts or u.holds(self.acts)]
        if not chosen:
            return no_occasion("There was no utterance of that kind, so there was no length to judge.")
        longest = max(chosen, key=lambda u: (u.span.duration, -u.span.start))
        ms, asked = to_ms(max(0, case.lasted(longest.span))), f"{self.met_ms / 1000:g} s"
        fact = f"The longest turn, {quoted(longest.text, most=6)} {when(longest.span)}, lasted {ms / 1000:.1f} s"
        if ms <= self.met_ms:
            fact, asked = f"{fact}, within {asked}", ""
        shown, partly = [of_utterance(longest, "turn_length", ms, "ms")], (None, self.partly_ms)
        return Level(
            fact=fact, asked=asked, evidence=shown, value=ms, met=(None, self.met_ms), partly=partly, restraint=True
        )
