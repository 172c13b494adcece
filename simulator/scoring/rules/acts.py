"""Rules about what the trainee did with their words: acts present, absent, in order, and what was said in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from simulator.events import Need
from simulator.scoring.case.occasions import PARTS, WHERE, Part, in_part
from simulator.scoring.case.seen import ActInstance, Case, Exchange, Sign, Utterance
from simulator.scoring.evidence import of_act, of_act_missed, of_sign, of_utterance
from simulator.scoring.grades import no_occasion, weight_of
from simulator.scoring.rules.base import NOTICED, Acts, BaseRule
from simulator.scoring.skeletons import HALF, Count, Found, Instance, Kind, Order, Share
from simulator.scoring.wording import any_of, best_of, clearest, count, listed, one, quoted, there_were, when
from simulator.vocabulary import REMEDIES


class ActsPresent(BaseRule):
    """Certain acts were there, often enough, in a certain part of the call."""

    DEPENDS_ON = "words"
    SHOWS_WHAT_WAS_DONE = True
    rule: Literal["acts_present"]
    acts: Acts = Field(min_length=1, description="any of these counts")
    at_least: int = Field(default=1, ge=1, description="how many make it met")
    partly: float | None = Field(default=None, gt=0, description="how many make it partly met")
    asks: Literal["", "anything"] = Field(
        default="", description="where there are none, a question that was read as this kind counts like them"
    )
    part: Part = Field(default="anywhere", description=PARTS)
    late: float = Field(
        default=1,
        gt=0,
        le=1,
        description="what one counts for that comes after the first remedy, as far as those in time are too few",
    )
    unasked: Need | None = Field(
        default=None, description="one that comes after the customer had to press for this need counts as a late one"
    )

    def find(self, case: Case) -> Found:
        """Count the acts in that part of the call, late ones less; the same words again count once."""
        anywhere, where = self._looked_at(case), WHERE[self.part]
        every = [act for act in anywhere if in_part(case, act, self.part)]
        if not every:
            fact, missed = f"There was no {any_of(self.acts)}{where}", of_act_missed(case, self.acts[0], self.part)
            only = f"it came only {when(anywhere[0].span)}" if anywhere else ""
            return Count(fact=fact, aside=only, evidence=missed, number=0, met=self.at_least, partly=self.partly)
        first = {(act.act, act.phrase.lower()): act for act in reversed(every)}
        different = {key: of_act(act) for key, act in first.items()}
        late = [act for act in first.values() if self.late < 1 and self._is_late(case, act)]
        fact = there_were([act.act for act in every])
        if len(different) < len(every):
            fact += f", {count(len(different), 'of them in words of its own', 'of them in words of their own')},"
        fact, shown = f"{fact}{where}, {best_of(every)}", list(different.values())
        in_time = len(shown) - len(late)
        number = round(in_time + self.late * min(len(late), max(0, self.at_least - in_time)), 2)
        return Count(
            fact=fact,
            aside=self._said_late(len(late), len(shown)),
            asked=f"{'one' if self.at_least == 1 else self.at_least} in time" if late else self.at_least,
            evidence=shown,
            number=number,
            met=self.at_least,
            partly=self.partly,
        )

    def _looked_at(self, case: Case) -> tuple[ActInstance, ...]:
        """Return the acts, and where there are none of them the questions that do the same."""
        acts = case.acts_of(self.acts)
        if acts or not self.asks:
            return acts
        return tuple(
            u.act_of_question(self.acts[0], each)
            for u in case.utterances
            for each in u.reading.asked
            if each.kind == self.asks
        )

    def _said_late(self, late: int, shown: int) -> str:
        if not late:
            return ""
        came = "came after the first remedy, or only when it was asked for" if self.unasked else "came after a remedy"
        who = "it" if shown == 1 else "one of them" if late == 1 else f"{late} of them"
        return f"{who} {came}, and {'counts' if late == 1 else 'count'} {self.late:g}{' each' if late > 1 else ''}"

    def _is_late(self, case: Case, act: ActInstance) -> bool:
        """Return whether an act came after the first remedy, or after the customer had pressed for it."""
        pressed = (line for line in case.lines if self.unasked and line.purpose == f"press_{self.unasked}")
        return not in_part(case, act, "before_remedy") or any(line.span.stop <= act.span.start for line in pressed)


class ActsAbsent(BaseRule):
    """Certain acts were not there, or not too often."""

    DEPENDS_ON = "no_words"
    rule: Literal["acts_absent"]
    acts: Acts = Field(min_length=1, description="each of these counts")
    allowed: int = Field(default=0, ge=0, description="up to this many is met")
    partly: int | None = Field(default=None, ge=1, description="up to this many is partly met")
    full: int = Field(default=10, ge=1, description="with this many different utterances it has full weight, else less")

    def find(self, case: Case) -> Found:
        """Count the acts; where the trainee said too little, their absence proves nothing."""
        found = case.acts_of(self.acts)
        fact = f"In {count(len(case.utterances), 'utterance')} there was no {any_of(self.acts)}"
        if found:
            fact = f"{there_were([act.act for act in found])}, {best_of(found)}"
        elif self.allowed and case.spoke_enough:
            return no_occasion(f"There was no {any_of(self.acts)}, so there could not be too many.")
        shown, asked = [of_act(act) for act in found], f"up to {self.allowed}" if self.allowed else "none"
        # Too many of a good thing count even where the trainee said little.
        kind: Kind = "faults" if found and self.allowed else "restraint"
        weight = weight_of(case.different_utterances, full=self.full)
        return Count(
            fact=fact, asked=asked, evidence=shown, met=self.allowed, partly=self.partly, kind=kind, weight=weight
        )


class ActsInOrder(BaseRule):
    """One kind of act came before another: feelings before the remedy, say."""

    DEPENDS_ON = "words"
    rule: Literal["acts_in_order"]
    first: Acts = Field(min_length=1, description="any of these must come first")
    then: Acts = Field(min_length=1, description="before the first of these")

    def find(self, case: Case) -> Found:
        """Compare the first act of either kind."""
        then, first = case.acts_of(self.then), case.acts_of(self.first)
        if not then:
            return no_occasion(f"There was no {any_of(self.then)}, so there was no order to judge.")
        remedy = case.first_remedy if set(self.then) <= set(REMEDIES) else None
        second, noun, other = remedy or then[0], any_of(self.first), any_of(self.then)
        before = [act for act in first if act.span.start <= second.span.start]
        earlier = clearest(before) if before else next(iter(first), None)
        return Order(first=earlier, then=second, first_noun=noun, then_noun=other)


class ActSays(BaseRule):
    """What was said around an act holds certain things: who, how and when; or what the apology is for."""

    DEPENDS_ON = "words"
    rule: Literal["act_says"]
    acts: Acts = Field(min_length=1, description="the utterances that hold any of these are looked at")
    signs: Annotated[tuple[Sign, ...], NOTICED] = Field(
        default=(), description="so are the utterances that show any of these"
    )
    parts: Annotated[dict[str, tuple[Sign, ...]], NOTICED] = Field(
        min_length=1, description="each by name, with what shows it"
    )
    partly: int = Field(
        default=1,
        ge=0,
        description="this many parts make it partly met, all make it met; the act wins as much as a part",
    )
    missing_is: Literal["missed", "not_applicable"] = Field(default="missed", description="if there is no such act")

    def find(self, case: Case) -> Found:
        """Look at the best of the utterances that hold the act."""
        acts, met = case.acts_of(self.acts), len(self.parts)
        shows = [u for u in case.utterances if not u.holds(self.acts) and any(u.shows(sign) for sign in self.signs)]
        if not acts and shows:
            return self._shown(shows)
        if not acts and self.missing_is == "not_applicable":
            return no_occasion(f"There was no {any_of(self.acts)}, so there was nothing to judge.")
        if not acts:
            fact, missed = f"There was no {any_of(self.acts)} in the call", of_act_missed(case, self.acts[0])
            return Count(fact=fact, evidence=missed, number=0, met=met, partly=None)
        by_number = {u.number: u for u in case.utterances}
        rated = [(act, by_number[act.utterance], self._parts_of(by_number[act.utterance])) for act in acts]
        most = max(len(has) for _, _, has in rated)
        best = clearest([act for act, _, has in rated if len(has) == most])
        where, has = next((where, has) for act, where, has in rated if act == best)
        lacking = listed([part for part in self.parts if part not in has], "or")
        says = f"says {listed(has)}{' but not ' if lacking else ''}" if has else "does not say "
        fact = f"The {one(best.act)} {quoted(best.phrase)} {when(best.span)} {says}{lacking}"
        shown = [of_act(best, measure=f"{best.act}_parts", value=len(has))]
        shown += [each for part in has for sign in self.parts[part] for each in of_sign(where, sign, part)]
        return Count(fact=fact, evidence=shown, number=1 + len(has), met=1 + met, partly=1 + self.partly)

    def _shown(self, shows: Sequence[Utterance]) -> Found:
        """Look at utterances that do it without the act: "owen price will ring you before six"."""
        best = max(shows, key=lambda u: (len(self._parts_of(u)), -u.number))
        has = self._parts_of(best)
        fact = f"{quoted(best.text)} {when(best.span)} says {listed(has) or 'none of it'}"
        shown = [of_utterance(best, f"{self.acts[0]}_parts", len(has))]
        return Count(fact=fact, evidence=shown, number=len(has), met=len(self.parts), partly=self.partly)

    def _parts_of(self, utterance: Utterance) -> list[str]:
        return [name for name, signs in self.parts.items() if any(utterance.shows(sign) for sign in signs)]


class Replies(BaseRule):
    """How certain lines of the customer were answered: with these acts and without those."""

    DEPENDS_ON = "words"
    rule: Literal["replies"]
    to: tuple[str, ...] = Field(default=(), description="purposes of the customer's lines; empty for every angry line")
    called: str = Field(min_length=1, description="a good answer in words, as in '3 of 4 answers were ...'")
    with_acts: Acts = Field(default=(), description="a good answer holds at least one of these")
    without_acts: Acts = Field(default=(), description="a good answer holds none of these")
    met: float = Field(default=0.7, gt=0, le=1, description="share of good answers that makes it met")
    partly: float = Field(default=0.4, ge=0, le=1, description="share of good answers that makes it partly met")
    neither: float = Field(default=0.5, ge=0, le=1, description="what an answer with none of all these acts counts for")
    full: int = Field(default=3, ge=1, description="with this many answers it has its full weight, with fewer less")

    def find(self, case: Case) -> Found:
        """Weigh each answer to such lines."""
        answers = [each for each in case.answered if any(line.purpose in self.to for line in each.lines)]
        instances = [self._instance(each) for each in (answers if self.to else case.angry_answered)]
        if not instances:
            return no_occasion("No line of that kind was answered in this call, so there was nothing to judge.")
        noun = f"answers to {'lines of that kind' if self.to else 'angry lines'} were {self.called}"
        return Share(noun=noun, instances=instances, met=self.met, partly=self.partly, full=self.full)

    def _instance(self, each: Exchange) -> Instance:
        reply, worth = each.replies[0], 0.0
        if not each.reply_holds(self.without_acts):
            worth = 1.0 if not self.with_acts or each.reply_holds(self.with_acts) else self.neither
        harm = next((act for r in each.replies for act in r.acts if act.act in self.without_acts), None)
        said, shown = (reply.text, of_utterance(reply, "good_answer", worth, "of 1"))
        if harm is not None:
            said, shown = harm.phrase, of_act(harm, measure="good_answer", value=0)
        good = next((act for r in each.replies for act in r.acts if act.act in self.with_acts), None)
        if worth == 1 and good is not None:
            shown = replace(of_act(good, measure="good_answer", value=1), unit="of 1")
        fault = f"the one {when(reply.span)}, {quoted(said)}, was not"
        return Instance(worth=worth, fault=fault, evidence=[shown])


class NotRepeated(BaseRule):
    """No phrase of feeling is worn out by saying it again and again."""

    DEPENDS_ON = "no_words"
    rule: Literal["not_repeated"]
    acts: Acts = Field(min_length=1, description="the acts whose wording is compared")
    most: int = Field(default=2, ge=1, description="the same words up to this many times is met")
    partly: int = Field(default=3, ge=1, description="up to this many is partly met")

    def find(self, case: Case) -> Found:
        """Count the most repeated wording of these acts; one remark may hold several of them."""
        acts = list({act.span: act for act in reversed(case.acts_of(self.acts))}.values())[::-1]
        if not acts:
            return no_occasion(f"There was no {any_of(self.acts)}, so nothing could be repeated.")
        if len(acts) <= self.most:
            only = f"There {'was' if len(acts) == 1 else 'were'} only {count(len(acts), 'such remark')}"
            return no_occasion(f"{only}, too few for one to be worn out.")
        said = [act.words.lower() for act in acts]
        worst = max(said, key=said.count)
        times, first = said.count(worst), acts[said.index(worst)]
        most = "no wording came more than once" if times == 1 else f"{quoted(first.words)} came {times} times"
        fact = f"Among {count(len(acts), 'such remark')}, {most}"
        same = [act for act in acts if times > 1 and act.words.lower() == worst]
        shown = [of_act(act, measure="same_words", value=times) for act in same]
        return Count(
            fact=fact, evidence=shown, number=times, met=self.most, partly=self.partly, kind="faults", part=HALF
        )
