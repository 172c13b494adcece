"""Rules about the course of the call: story, needs, promises, offers, the briefing, the person, the close."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.events import Need
from simulator.scoring.case.briefing import known_beforehand, words_used
from simulator.scoring.case.seen import VENTING, ActInstance, Case
from simulator.scoring.evidence import of_act, of_clause, of_line, of_needs_met, of_utterance, of_word
from simulator.scoring.grades import cannot_tell, no_occasion
from simulator.scoring.rules.base import NOTICED, Acts, BaseRule
from simulator.scoring.skeletons import HALF, Count, Found
from simulator.scoring.wording import NEEDS, a, clearest, listed, many, one, quoted, when
from simulator.vocabulary import ActName, KindName, PersonalityName

ActsByCustomer = Annotated[dict[PersonalityName | KindName, tuple[ActName, ...]], NOTICED]


class StoryFirst(BaseRule):
    """No remedy before the customer had told the whole story."""

    LOOKS_AT = ("solution", "options", "order of vents and remedies")
    rule: Literal["story_first"]
    partly: int = Field(default=1, ge=0, description="up to this many grievances still untold is partly met")

    def find(self, case: Case) -> Found:
        """Count the lines of venting that came after the first remedy."""
        first, vents = case.first_remedy, case.lines_of(VENTING)
        if first is None or not vents:
            return no_occasion("No remedy was put on the table, so it could not come too early.")
        untold = [of_line(vent, "grievance_untold", 1) for vent in vents if vent.span.start > first.span.start]
        told = len(vents) - len(untold)
        came = f"when {told} of {len(vents)} grievances had been told"
        if not untold:
            came = f"after {'the grievance' if told == 1 else f'all {told} grievances'} had been told"
        fact = f"The first remedy, {quoted(first.phrase)} {when(first.span)}, came {came}"
        shown = [of_act(first, measure="grievances_told", value=told), *untold]
        return Count(fact=fact, evidence=shown, number=len(untold), met=0, partly=self.partly, kind="faults", part=HALF)


class NeedsMet(BaseRule):
    """The customer got what they needed."""

    DEPENDS_ON = "words"
    SHOWS_WHAT_WAS_DONE = True
    LOOKS_AT = ("needs met",)
    rule: Literal["needs_met"]
    needs: tuple[Need, ...] = Field(min_length=1, description="the needs to look at, of those this customer has")
    partly: int = Field(default=1, ge=0, description="this many of them make it partly met; all make it met")

    def find(self, case: Case) -> Found:
        """Look at which of these needs the mood counted as met; a customer who was passed on has agreed to that."""
        if not case.moods:
            return cannot_tell("The customer's needs are not in this call's log.")
        passed_on = {"agreed"} if case.outcome == "escalated" else set()
        wanted = [n for n in self.needs if n not in passed_on and (not case.facts.needs or n in case.facts.needs)]
        if not wanted:
            return no_occasion("This customer did not need that, so there was no occasion.")
        got = [need for need in wanted if need in case.met]
        shown = of_needs_met(case, got)
        things = listed([NEEDS[need] for need in wanted])
        fact = f"Looked at here: {things}; the customer had got {len(got)} of {len(wanted)} by the end"
        aside = f"still wanting {listed([NEEDS[n] for n in wanted if n not in got])}" if len(got) < len(wanted) else ""
        number, met, partly = len(got), len(wanted), self.partly if len(wanted) > 1 else None
        return Count(fact=fact, aside=aside, evidence=shown, number=number, met=met, partly=partly)


class UsesBriefing(BaseRule):
    """What the briefing, or an email thread, says was used before the customer had to say it."""

    DEPENDS_ON = "words"
    SHOWS_WHAT_WAS_DONE = True
    LOOKS_AT = ("words of the briefing",)
    rule: Literal["uses_briefing"]
    source: Literal["profile", "thread"] = Field(default="profile", description="the whole briefing, or its emails")
    part: Literal["anywhere", "opening"] = Field(default="anywhere", description="opening: the first three utterances")
    met: int = Field(default=2, ge=1, description="this many names, days and numbers make it met")
    partly: int = Field(default=1, ge=1, description="this many make it partly met")

    def find(self, case: Case) -> Found:
        """Count names, days and numbers of the briefing used before the customer did; of a thread its facts, too."""
        what = "the email thread" if self.source == "thread" else "the briefing"
        known = known_beforehand(case.facts, self.source)
        if not known and not (self.source == "thread" and case.facts.briefing.thread):
            return no_occasion("The briefing told nothing beforehand, so there was nothing to use.")
        utterances = case.utterances[:3] if self.part == "opening" else case.utterances
        used = {word: of_word(u, word, "from_briefing") for word, u in words_used(case, known, utterances).items()}
        if self.source == "thread":
            for turn in utterances:
                told = case.told_before(turn.span.start)
                new = [each for each in turn.reading.facts if each.id not in told]
                used |= {quoted(each.words): of_clause(turn, each, "from_briefing", 1) for each in new}
        fact = f"Nothing that only {what} had told was brought up before the customer said it"
        if used:
            fact = f"You brought up {listed(list(used)[:6])} from {what} before the customer had to"
        shown = list(used.values()) or [of_utterance(u, "from_briefing", 0) for u in utterances[:1]]
        return Count(fact=fact, evidence=shown, number=len(used), met=self.met, partly=self.partly)


class AdaptsTo(BaseRule):
    """The trainee did what suits this personality, or this kind of customer."""

    DEPENDS_ON = "words"
    SHOWS_WHAT_WAS_DONE = True
    rule: Literal["adapts_to"]
    suits: ActsByCustomer = Field(description="acts that suit each, by its name")
    spoils: ActsByCustomer = Field(default_factory=dict, description="acts that do harm with each, by its name")
    met: int = Field(default=2, ge=1, description="this many different suitable acts, and no harmful one, make it met")
    partly: int = Field(default=1, ge=1, description="this many make it partly met")

    def find(self, case: Case) -> Found:
        """Count the different suitable acts; one harmful act takes a step off."""
        who = next((w for w in (case.facts.personality, case.facts.kind) if w is not None and w in self.suits), None)
        if who is None:
            return no_occasion("The scenario does not say what kind of customer this is.")
        did = case.acts_of(self.suits[who])
        suitable = [clearest([act for act in did if act.act == name]) for name in dict.fromkeys(act.act for act in did)]
        harmful = case.acts_of(self.spoils.get(who, ()))
        helped = f"{a(f'{who} customer').capitalize()} is helped by {many(self.suits[who])}"
        fact = f"{len(suitable)} of these {len(self.suits[who])} came"
        if harmful:
            worst = clearest(harmful)
            fact += f", and the {one(worst.act)} {quoted(worst.phrase)} {when(worst.span)} did harm"
        shown = [of_act(act) for act in (*harmful, *suitable)]
        number = min(self.met, len(suitable)) - bool(harmful)
        return Count(fact=helped, aside=fact, evidence=shown, number=number, met=self.met, partly=self.partly)


class WarmEnding(BaseRule):
    """The last words were warm, and the customer was calmer than at the start."""

    DEPENDS_ON = "words"
    LOOKS_AT = ("anger at the end",)
    rule: Literal["warm_ending"]
    acts: Acts = Field(min_length=1, description="acts that make an ending warm")
    calmer_by: float = Field(default=10, ge=0, description="how far anger must fall from start to end")

    def find(self, case: Case) -> Found:
        """Look at the last two utterances and at the anger; each is worth half."""
        if case.outcome == "incomplete":
            return no_occasion("The call was cut short, so it had no ending.")
        if not case.moods:
            return cannot_tell("The customer's mood is not in this call's log.")
        before, after = case.moods[0].anger_before, case.moods[-1].anger
        calmer = min(1.0, max(0.0, (before - after) / self.calmer_by)) if self.calmer_by else float(after <= before)
        held, shown = "The last two turns held no warm close", case.utterances[-1:]
        evidence, is_warm = [of_utterance(u, "warm_close", 0, "yes/no") for u in shown], False
        for turn, which in zip(reversed(case.utterances[-2:]), ("last turn", "last turn but one"), strict=False):
            warm = [act for act in turn.acts if act.act in self.acts]
            if warm or turn.reading.farewell:
                best, is_warm = clearest(warm) if warm else turn, True
                words = best.phrase if isinstance(best, ActInstance) else best.text
                held = f"The {which} held {quoted(words)} {when(best.span)}"
                evidence = [of_act(act) for act in warm] or [of_utterance(turn, "warm_close", 1, "yes/no")]
                break
        fact = f"{held}, and anger went from {before:.0f} to {after:.0f}"
        return Count(fact=fact, evidence=evidence, number=(is_warm + calmer) / 2, met=1, partly=0.25)


class OnlyOnceWonBack(BaseRule):
    """Something of use was mentioned only when the customer had calmed down."""

    DEPENDS_ON = "no_words"
    LOOKS_AT = ("something extra to buy or join", "anger")
    rule: Literal["only_once_won_back"]
    calm: float = Field(default=40, ge=0, le=100, description="anger below which the customer counts as won back")

    def find(self, case: Case) -> Found:
        """Find the mentions and the customer's anger at each."""
        if not case.moods:
            return cannot_tell("The customer's mood is not in this call's log.")
        said = [u for u in case.utterances if u.reading.selling]
        if not said:
            return no_occasion("Nothing extra was mentioned, which is no fault.")
        mentions = [of_utterance(u, "anger", case.anger_at(u.span.start), "of 100") for u in said]
        early = [each for each in mentions if (each.value or 0) >= self.calm]
        first = (early or mentions)[0]
        late = "while the customer was still angry" if early else "once the customer had calmed down"
        fact = f"{quoted(first.words)} {when(first.span)} came {late}, at an anger of {first.value:.0f}"
        return Count(fact=fact, evidence=early or mentions, number=len(early), met=0, partly=None, kind="faults")
