"""Rules about what the trainee did with their words: acts present, absent, in order, and what was said in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import Field

from simulator.scoring.case import Case, Deed, Exchange
from simulator.scoring.facts import has_phrase
from simulator.scoring.finding import (
    Evidence,
    Finding,
    capped,
    count,
    graded,
    graded_fault,
    listed,
    no_occasion,
    occasion,
    of_deed,
    of_missed,
    of_utterance,
    part_between,
    part_of_count,
    part_of_wanted,
    quoted,
    reached,
    when,
)
from simulator.scoring.names import any_of, one, there_were
from simulator.scoring.rules.base import TOO_LITTLE, BaseRule
from simulator.vocabulary import REMEDIES, ActName


class ActsPresent(BaseRule):
    """Certain acts were there, often enough, in a certain part of the call."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "said"

    rule: Literal["acts_present"]
    acts: tuple[ActName, ...] = Field(min_length=1, description="any of these counts")
    at_least: int = Field(default=1, ge=1, description="how many make it met")
    partly: int | None = Field(default=None, ge=1, description="how many make it partly met")
    part: Literal["anywhere", "opening", "before_remedy", "heated", "closing"] = Field(
        default="anywhere",
        description="where in the call: opening and closing are the trainee's first and last two utterances; "
        "before_remedy is before the first solution; heated is in answers to angry lines",
    )

    def judge(self, case: Case) -> Finding:
        """Count the deeds in that part of the call."""
        every = [deed for deed in case.deeds_of(self.acts) if in_part(case, deed, self.part)]
        found = _different(every)
        status = reached(len(found), met=self.at_least, partly=self.partly)
        where = _WHERE[self.part]
        if found:
            need = "" if status == "met" else f"; {self.at_least} would have met it"
            words = quoted(found[0].phrase)
            told = there_were([deed.act for deed in every])
            if len(found) < len(every):
                told += f", {count(len(found), 'of them in words of its own', 'of them in words of their own')},"
            reason = f"{told}{where}, first {words} {when(found[0].span)}{need}."
            part = part_of_wanted(len(found), met=self.at_least)
            return Finding(status=status, reason=reason, evidence=capped(of_deed(deed) for deed in found), part=part)
        late = case.deeds_of(self.acts)
        reason = f"There was no {any_of(self.acts)}{where}"
        reason += f"; it came only {when(late[0].span)}." if late else "."
        return Finding(status=status, reason=reason, evidence=capped(_occasion_missed(case, self)))


def _different(deeds: Iterable[Deed]) -> list[Deed]:
    """Return the deeds without those that only say the same words again."""
    seen: dict[tuple[str, str], Deed] = {}
    for deed in deeds:
        seen.setdefault((deed.act, deed.phrase.lower()), deed)
    return list(seen.values())


_WHERE = {
    "anywhere": "",
    "opening": " in the opening",
    "before_remedy": " before the first remedy",
    "heated": " in answer to an angry line",
    "closing": " at the close",
}


def in_part(case: Case, deed: Deed, part: str) -> bool:
    """Return whether a deed stands in that part of the call."""
    numbers = [utterance.number for utterance in case.utterances]
    if part == "opening":
        return deed.utterance in numbers[:2]
    if part == "closing":
        return deed.utterance in numbers[-2:]
    if part == "before_remedy":
        first = case.deeds_of(REMEDIES)
        return not first or deed.span.start <= first[0].span.start
    if part == "heated":
        heated = [u.number for each in case.exchanges if each.heated for u in each.replies]
        return deed.utterance in heated
    return True


def _occasion_missed(case: Case, rule: ActsPresent) -> tuple[Evidence, ...]:
    exchanges = [each for each in case.exchanges if each.lines and each.replies]
    if not exchanges:
        return ()
    if rule.part == "closing":
        chosen = exchanges[-1]
    elif rule.part == "heated":
        chosen = next((each for each in exchanges if each.heated), exchanges[0])
    else:
        chosen = next((each for each in exchanges if each.lines[-1].purpose == "vent"), exchanges[0])
    return of_missed(chosen, measure=rule.acts[0], rule=rule.rule)


class ActsAbsent(BaseRule):
    """Certain acts were not there, or not too often."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "unsaid"

    rule: Literal["acts_absent"]
    acts: tuple[ActName, ...] = Field(min_length=1, description="each of these counts")
    allowed: int = Field(default=0, ge=0, description="up to this many is met")
    partly: int | None = Field(default=None, ge=0, description="up to this many is partly met")
    full: int = Field(
        default=10, ge=1, description="after so many different utterances it weighs in full, before that less"
    )

    def judge(self, case: Case) -> Finding:
        """Count the deeds; where the trainee said too little, their absence proves nothing."""
        found = case.deeds_of(self.acts)
        weight = occasion(case.different_utterances, full=self.full)
        if not found and not case.spoke_up:
            return no_occasion(TOO_LITTLE)
        enough = case.spoke_up or self.allowed > 0  # too many of a good thing is no fault of who says little
        status = graded_fault(len(found), met=self.allowed, partly=self.partly, spoke_up=enough)
        if not found:
            if self.allowed:
                return no_occasion(f"There was no {any_of(self.acts)}, so there could not be too many.")
            said = count(len(case.utterances), "utterance")
            return Finding(status=status, reason=f"In {said} there was no {any_of(self.acts)}.", weight=weight)
        allowed = (
            "" if status == "met" else f"; {f'up to {self.allowed}' if self.allowed else 'none'} would have met it"
        )
        told = there_were([deed.act for deed in found])
        reason = f"{told}, first {quoted(found[0].phrase)} {when(found[0].span)}{allowed}."
        part = part_of_count(len(found), met=self.allowed, partly=self.partly)
        shown = capped(of_deed(deed) for deed in found)
        return Finding(status=status, reason=reason, evidence=shown, part=part, weight=weight)


class ActsInOrder(BaseRule):
    """One kind of act came before another: feelings before the remedy, say."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "said"

    rule: Literal["acts_in_order"]
    first: tuple[ActName, ...] = Field(min_length=1, description="any of these must come first")
    then: tuple[ActName, ...] = Field(min_length=1, description="before the first of these")

    def judge(self, case: Case) -> Finding:
        """Compare the first deed of either kind; met in the same utterance only if it came first there too."""
        then = case.deeds_of(self.then)
        if not then:
            return no_occasion(f"There was no {any_of(self.then)}, so there was no order to judge.")
        first = case.deeds_of(self.first)
        evidence = capped(of_deed(deed) for deed in (*first[:1], then[0]))
        what, whatever = any_of(self.first), any_of(self.then)
        if not first:
            reason = f"{quoted(then[0].phrase)} {when(then[0].span)} came with no {what} in the whole call."
            return Finding(status="missed", reason=reason, evidence=evidence)
        told = f"{quoted(first[0].phrase)} {when(first[0].span)}, {quoted(then[0].phrase)} {when(then[0].span)}"
        if first[0].span.start <= then[0].span.start:
            return Finding(status="met", reason=f"The {what} came before the {whatever}: {told}.", evidence=evidence)
        status: Literal["partly", "missed"] = "partly" if first[0].utterance == then[0].utterance else "missed"
        return Finding(status=status, reason=f"The {what} came after the {whatever}: {told}.", evidence=evidence)


class ActSays(BaseRule):
    """What was said around an act holds certain things: who, how and when; or what the apology is for."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "said"

    rule: Literal["act_says"]
    acts: tuple[ActName, ...] = Field(min_length=1, description="the utterances that hold any of these are looked at")
    parts: dict[str, tuple[str, ...]] = Field(
        min_length=1, description="each part by name, with the words or phrases of which any one shows it"
    )
    partly: int = Field(default=1, ge=0, description="so many parts make it partly met; all make it met")
    missing_is: Literal["missed", "not_applicable"] = Field(default="missed", description="if there is no such act")

    def judge(self, case: Case) -> Finding:
        """Judge the best of the utterances that hold the act."""
        deeds = case.deeds_of(self.acts)
        if not deeds:
            if self.missing_is == "not_applicable":
                return no_occasion(f"There was no {any_of(self.acts)}, so there was nothing to judge.")
            rule = ActsPresent(rule="acts_present", acts=self.acts)
            reason = f"There was no {any_of(self.acts)} in the call."
            return Finding(status="missed", reason=reason, evidence=capped(_occasion_missed(case, rule)))
        best, has = max(((deed, self._parts(case, deed)) for deed in deeds), key=lambda pair: len(pair[1]))
        lacking = [part for part in self.parts if part not in has]
        status = reached(len(has), met=len(self.parts), partly=self.partly)
        said = f"{quoted(best.phrase)} {when(best.span)}"
        got = f"says {listed(has)}"
        if lacking:
            got = f"{got} but not {listed(lacking, 'or')}" if has else f"does not say {listed(lacking, 'or')}"
        counted = of_deed(best, measure=f"{best.act}_parts", value=len(has), unit="count")
        part = part_of_wanted(len(has), met=len(self.parts))
        return Finding(status=status, reason=f"The {one(best.act)} {said} {got}.", evidence=(counted,), part=part)

    def _parts(self, case: Case, deed: Deed) -> list[str]:
        text = next(u.text for u in case.utterances if u.number == deed.utterance)
        return [name for name, phrases in self.parts.items() if any(has_phrase(text, phrase) for phrase in phrases)]


class Replies(BaseRule):
    """How certain lines of the customer were answered: with these acts and without those."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "said"

    rule: Literal["replies"]
    to: tuple[str, ...] = Field(default=(), description="purposes of the customer's lines; empty for every angry line")
    called: str = Field(min_length=1, description="a good answer in words, as in '3 of 4 answers were ...'")
    with_acts: tuple[ActName, ...] = Field(default=(), description="a good answer holds at least one of these")
    without_acts: tuple[ActName, ...] = Field(default=(), description="a good answer holds none of these")
    met: float = Field(default=0.7, gt=0, le=1, description="share of good answers that makes it met")
    partly: float = Field(default=0.4, ge=0, le=1, description="share of good answers that makes it partly met")
    neither: float = Field(default=0.5, ge=0, le=1, description="what an answer with none of all these acts counts for")
    full: int = Field(default=3, ge=1, description="after so many answers it weighs in full, before that less")

    def judge(self, case: Case) -> Finding:
        """Count good answers among all answers to such lines."""
        asked = [each for each in case.exchanges if self._is_asked(each)]
        answered = [each for each in asked if each.replies]
        if not answered:
            return no_occasion("No line of that kind was answered in this call, so there was nothing to judge.")
        worth = [self._worth(each) for each in answered]
        bad = [each for each, counts in zip(answered, worth, strict=True) if counts < 1]
        good = len(answered) - len(bad)
        share = sum(worth) / len(answered)
        status = reached(share, met=self.met, partly=self.partly)
        kind = "angry lines" if not self.to else "lines of that kind"
        reason = f"{good} of {len(answered)} answers to {kind} were {self.called}"
        if half := sum(0 < counts < 1 for counts in worth):
            reason += f", and {'one was' if half == 1 else f'{half} were'} neither that nor the contrary"
        if bad:
            reply = min(bad, key=self._worth).replies[0]
            reason += f"; the one {when(reply.span)}, {quoted(reply.text)}, was not"
        part = part_between(share, missed=self.partly, met=self.met)
        shown = capped(self._evidence(bad or answered))
        weight = occasion(len(answered), full=self.full)
        return Finding(status=status, reason=f"{reason}.", evidence=shown, part=part, weight=weight)

    def _is_asked(self, each: Exchange) -> bool:
        if not self.to:
            return each.heated
        return any(line.purpose in self.to for line in each.lines)

    def _worth(self, each: Exchange) -> float:
        acts = {deed.act for utterance in each.replies for deed in utterance.deeds}
        if acts & set(self.without_acts):
            return 0.0
        return 1.0 if not self.with_acts or acts & set(self.with_acts) else self.neither

    def _evidence(self, chosen: list[Exchange]) -> list[Evidence]:
        found = []
        for each in chosen:
            good = self._worth(each)
            reply = each.replies[0]
            found.append(of_utterance(reply, measure="good_answer", value=good, unit="of 1", rule=self.rule))
        return found


class NotRepeated(BaseRule):
    """No phrase of feeling is worn out by saying it again and again."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = "unsaid"

    rule: Literal["not_repeated"]
    acts: tuple[ActName, ...] = Field(min_length=1, description="the acts whose wording is compared")
    most: int = Field(default=2, ge=1, description="the same words up to this many times is met")
    partly: int = Field(default=3, ge=1, description="up to this many is partly met")

    def judge(self, case: Case) -> Finding:
        """Count the most repeated wording of these acts."""
        deeds = case.deeds_of(self.acts)
        if not deeds:
            return no_occasion(f"There was no {any_of(self.acts)}, so nothing could be repeated.")
        by_words: dict[str, list[Deed]] = {}
        for deed in deeds:
            by_words.setdefault(deed.words.lower(), []).append(deed)
        if len(deeds) <= self.most:
            said = f"There {'was' if len(deeds) == 1 else 'were'} only {count(len(deeds), 'such remark')}"
            return no_occasion(f"{said}, too few for one to be worn out.")
        worst = max(by_words.values(), key=lambda same: (len(same), -same[0].span.start))
        status = graded(len(worst), met=self.most, partly=self.partly)
        times = "once" if len(worst) == 1 else f"{len(worst)} times"
        least = "no wording came more than once" if len(worst) == 1 else f"{quoted(worst[0].words)} came {times}"
        reason = f"Among {count(len(deeds), 'such remark')}, {least}."
        evidence = capped(of_deed(d, measure="same_words", value=len(worst), unit="count") for d in worst)
        return Finding(status=status, reason=reason, evidence=evidence if len(worst) > 1 else ())
