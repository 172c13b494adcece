"""Rules about attention: turns free of harm, questions answered, nothing asked twice, holds kept, a recap."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from statistics import fmean
from typing import Literal

from pydantic import Field, model_validator

from simulator.clock import to_seconds
from simulator.scoring.case.briefing import SURE
from simulator.scoring.case.seen import ActInstance, Case, Exchange, Utterance
from simulator.scoring.evidence import Evidence, of_act, of_answer, of_clause, of_missed, of_span, of_utterance
from simulator.scoring.grades import no_occasion, weight_of
from simulator.scoring.rules.base import Acts, BaseRule
from simulator.scoring.skeletons import Count, Found, Instance, Share, check_bands
from simulator.scoring.wording import clearest, count, listed, one, quoted, when

HARMLESS_TURN = "harmless_turn"
"""The measure of a turn that is shown because it held no harm."""
HARM_CHANCE = "harm_chance"
"""The measure of a turn that is shown because of how likely it does harm."""
HARM_ERROR = 0.05
"""By so much the share of a call's turns that do harm may be off, where it is small (docs/scoring.md)."""
SHOWN = 3
"""Turns that are shown of those in which harm is likeliest."""


class HarmlessTurns(BaseRule):
    """Turn after turn went by without a remark that does harm; partly met wins from nothing to all, without a step."""

    DEPENDS_ON = "no_words"
    rule: Literal["harmless_turns"]
    acts: Acts = Field(min_length=1, description="each of these does harm")
    met: float = Field(default=0.95, gt=0, le=1, description="share of turns without harm that makes it met")
    partly: float = Field(default=0.6, ge=0, le=1, description="share of turns without harm that makes it partly met")
    full: int = Field(default=10, ge=1, description="with this many turns it has its full weight, with fewer less")
    none: float = Field(default=0.15, ge=0, lt=1, description="mean chance of harm, as read, where no turn holds any")
    half: float = Field(default=0.35, gt=0, le=1, description="the same where every second turn holds some")

    @model_validator(mode="after")
    def _runs_upwards(self) -> HarmlessTurns:
        check_bands(met=(self.met, None), partly=(self.partly, None))
        if self.partly == self.met:
            raise ValueError("partly must be less than met")
        if self.none >= self.half:
            raise ValueError("none must be less than half")
        return self

    def find(self, case: Case) -> Found:
        """Weigh every turn by how likely it does harm, or by the acts alone where that was not read.

        The same words again count once. A single turn is often in doubt; the mean of a call's turns tells gentle agents
        from harsh ones (docs/scoring.md).
        """
        different = {turn.text.lower(): turn for turn in case.utterances if turn.is_real or turn.holds(self.acts)}
        if not different:
            return no_occasion("You said nothing that could do harm or good.")
        chances = [(_chance(each, self.acts), each) for each in different.values()]
        read = [(chance, turn) for chance, turn in chances if chance is not None]
        if read:
            return self._together(read, case.harm_error)
        instances = [self._instance(each) for each in different.values()]
        share = sum(each.worth for each in instances) / len(instances)
        return Share(
            noun="turns held no remark that does harm",
            instances=instances,
            met=self.met,
            partly=self.partly,
            full=self.full,
            restraint=True,
            part=self._part(share),
        )

    def _part(self, harmless: float) -> float:
        """Return what partly met wins, by the share of turns that did no harm."""
        return round(min(1.0, max(0.0, (harmless - self.partly) / (self.met - self.partly))), 3)

    def _together(self, turns: Sequence[tuple[float, Utterance]], error: int) -> Found:
        """Grade the share of turns that do harm, as the mean chance of all of them tells it."""
        mean = fmean(chance for chance, _ in turns)
        share = 0.5 * (mean - self.none) / (self.half - self.none) + error * HARM_ERROR
        share = min(1.0, max(0.0, share))
        likeliest = sorted(turns, key=lambda each: (-each[0], each[1].span))[:SHOWN]
        harms = [act for _, turn in turns for act in turn.acts if act.act in self.acts]
        doubtful = [of_utterance(turn, HARM_CHANCE, chance, "of 1") for chance, turn in likeliest]
        gentle = [of_utterance(turn, HARMLESS_TURN, 1, "of 1") for chance, turn in turns if chance <= self.half]
        is_met = share <= 1 - self.met
        number = max(1, round(share * len(turns)))
        about = "hardly one" if is_met else f"about {number}"
        return Count(
            fact=f"Read together, {about} of {len(turns)} turns held a remark that does harm",
            aside="" if is_met else _likeliest(harms, likeliest[:number]),
            evidence=gentle if is_met else [*(of_act(act) for act in harms), *doubtful],
            number=share,
            met=1 - self.met,
            partly=1 - self.partly,
            kind="restraint",
            part=self._part(1 - share),
            weight=weight_of(len(turns), full=self.full),
        )

    def _instance(self, turn: Utterance) -> Instance:
        harms = [act for act in turn.acts if act.act in self.acts]
        shown = [of_act(act) for act in harms] or [of_utterance(turn, HARMLESS_TURN, 1, "of 1")]
        return Instance(worth=float(not harms), fault=_worst(harms), evidence=shown)


def _chance(turn: Utterance, acts: Collection[str]) -> float | None:
    """Return how likely a turn does harm; certain where an act that does was read in it."""
    return 1.0 if turn.reading.harm is not None and turn.holds(acts) else turn.reading.harm


def _worst(harms: Sequence[ActInstance]) -> str:
    """Return the clearest of the remarks that did harm, in words; "" for none."""
    if not harms:
        return ""
    worst = clearest(harms)
    return f"the {one(worst.act)} {quoted(worst.phrase)} {when(worst.span)} did"


def _likeliest(harms: Sequence[ActInstance], turns: Sequence[tuple[float, Utterance]]) -> str:
    """Return the remark that did harm, and the turns in which one is likeliest, in words."""
    others = [turn for _, turn in turns if not any(act.utterance == turn.number for act in harms)]
    likely = listed([f"{quoted(turn.text)} {when(turn.span)}" for turn in others])
    return " and ".join(part for part in (_worst(harms), likely and f"likely {likely}") if part)


class QuestionsAnswered(BaseRule):
    """No question of the customer's was passed over."""

    DEPENDS_ON = "words"
    LOOKS_AT = ("questions of the customer", "what was read in the answers")
    rule: Literal["questions_answered"]
    met: float = Field(default=0.9, gt=0, le=1, description="share of questions answered that makes it met")
    partly: float = Field(default=0.5, ge=0, le=1, description="share of questions answered that makes it partly met")
    full: int = Field(default=3, ge=1, description="with this many questions it has its full weight, with fewer less")

    def find(self, case: Case) -> Found:
        """Look whether the answer to each question held more than small talk or harm."""
        instances = [self._instance(each) for each in case.answered if each.lines[-1].said.rstrip().endswith("?")]
        if not instances:
            return no_occasion("The customer asked nothing, so no question could be passed over.")
        return Share(
            noun="questions of the customer's got an answer",
            instances=instances,
            met=self.met,
            partly=self.partly,
            full=self.full,
        )

    def _instance(self, each: Exchange) -> Instance:
        answered = any(reply.answers for reply in each.replies)
        line, reply = each.lines[-1], each.replies[0]
        fault = f"{quoted(line.said)} {when(line.span)} got {quoted(reply.text)}"
        shown = [of_answer(each, "answers")] if answered else of_missed(each, "answers")
        return Instance(worth=float(answered), fault=fault, evidence=shown)


class AskedAgain(BaseRule):
    """Nothing was asked that the customer had just told, or had been asked before."""

    DEPENDS_ON = "no_words"
    LOOKS_AT = ("questions of the trainee", "what the customer had told")
    rule: Literal["asked_again"]
    partly: int = Field(default=1, ge=1, description="up to this many such questions is partly met")
    full: int = Field(default=3, ge=1, description="with this many questions it has its full weight, with fewer less")

    def find(self, case: Case) -> Found:
        """Count the questions whose answer the customer had given."""
        asked, again, before = 0, list[Evidence](), set[str]()
        for utterance in case.utterances:
            known = [each for each in utterance.reading.asked if each.kind == "known" and each.strength >= SURE]
            told = before | _told(case, utterance)
            again += [of_clause(utterance, each, "asked_again", 1) for each in known if each.id in told]
            before |= {each.id for each in known}
            asked += len(known)
        if not asked:
            return no_occasion("You asked nothing that the customer could have told already.")
        fact = f"Of {count(asked, 'question')} about the matter, {len(again) or 'none'} had been answered already"
        fact += f", first {quoted(again[0].words)} {when(again[0].span)}" if again else ""
        return Count(
            fact=fact, evidence=again, met=0, partly=self.partly, kind="faults", weight=weight_of(asked, full=self.full)
        )


def _told(case: Case, utterance: Utterance) -> set[str]:
    """Return the questions that the customer had answered before an utterance without being asked."""
    told = case.told_before(utterance.span.start)
    return {answer.id for answer in case.facts.answers if answer.tells and set(answer.tells) <= told}


class HoldsKept(BaseRule):
    """Holds ended when they had been promised to end."""

    LOOKS_AT = ("holds",)
    rule: Literal["holds_kept"]
    partly: int = Field(default=1, ge=1, description="up to this many that ran over is partly met")

    def find(self, case: Case) -> Found:
        """Count the holds that ran over, or that the trainee did not come back from."""
        if not case.holds:
            return no_occasion("You put nobody on hold.")
        over = [hold for hold in case.holds if hold.over > 0 or not hold.returned]
        fact = f"Of {count(len(case.holds), 'hold')}, {len(over) or 'none'} ran over"
        fact += f", the first by {to_seconds(over[0].over):.0f} s" if over else ""
        shown = [of_span(hold.span, "hold_over", to_seconds(hold.over), "s") for hold in over or case.holds]
        return Count(fact=fact, evidence=shown, number=len(over), met=0, partly=self.partly, kind="faults")


class Recap(BaseRule):
    """What was agreed was said once more towards the end, in one turn."""

    DEPENDS_ON = "words"
    LOOKS_AT = ("facts said back", "offers and promises", "timeline", "next_steps", "follow_up")
    rule: Literal["recap"]
    met: int = Field(default=5, ge=1, description="this many things in one turn make it met")
    partly: int = Field(default=2, ge=1, description="this many make it partly met")

    def find(self, case: Case) -> Found:
        """Find the turn of the second half that holds most, the last of several: the first offer sums nothing up."""
        if not case.utterances:
            return no_occasion("You said too little for a summary.")
        first = case.first_remedy.utterance if case.first_remedy is not None else -1
        later = [u for u in case.utterances[len(case.utterances) // 2 :] if u.number > first]
        best = max(later, key=lambda u: (_things(u), u.number), default=case.utterances[-1])
        number, fact = 0, "Nothing was said after the first remedy that could sum it up"
        if later:
            number = _things(best)
            fact = f"The turn that summed up most, {quoted(best.text)} {when(best.span)}, held {count(number, 'thing')}"
        shown = [of_utterance(best, "recap", number)]
        return Count(fact=fact, asked=self.met, evidence=shown, number=number, met=self.met, partly=self.partly)


def _things(turn: Utterance) -> int:
    read = turn.reading
    said = sum(turn.holds((act,)) for act in ("timeline", "next_steps", "follow_up"))
    return len(read.facts) + len(read.offers) + said
