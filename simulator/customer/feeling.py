"""How a customer takes what the trainee says: the order and context of acts decide what they are worth.

Feelings come first: a solution before the customer feels heard does little or makes it worse (guidance E2, L2).
What was promised is remembered, and a promise taken back hurts (O5). What was told once is not asked for twice (L4).
"""

from __future__ import annotations

from simulator.customer.asking import Asking
from simulator.customer.memory import Memory, Turn
from simulator.customer.mood import SPOILT, Mood, Needs
from simulator.customer.scenario import Scenario
from simulator.events import Act, ActsRead, Asked, Change, Offered
from simulator.vocabulary import HARMFUL, REMEDIES

FEELING = frozenset("empathy reflection apology ownership rapport open_question personalisation willingness".split())
"""Acts that answer a feeling."""
SOLVING = frozenset("solution options timeline next_steps check_agreement follow_up".split())
"""Acts that run ahead when the customer does not feel heard."""
LEAST_STRENGTH = 0.4
"""Acts read with less certainty than this pass the customer by."""
SURE = 0.75
"""What is read less surely is not thanked for (on the writers kept for the bars, three in four of those are none)."""
EARLY = 0.15
"""What a solution is worth before the customer feels heard."""
FINDS_OUT = frozenset("consult hold_request escalation follow_up".split())
"""Beside one of these an offer that is left open is no guess: somebody will be asked."""
CROWDING = 0.25
"""Each further good (or bad) thing in one breath is worth less: the n-th is divided by 1 + this * n."""
POLITE = frozenset(("greeting", "gratitude", "hold_request", "feedback_request", "check_agreement"))
"""Acts whose words nobody minds hearing again."""
AFFIRMING = ("acknowledgement", "assurance", "ownership", "solution", "timeline", "next_steps", "follow_up")
"""Acts that say yes to "would that do it?"."""
LEAST_HELP = 0.2
"""A kindness worth less than this brings the matter no further."""
SLIGHT = 0.4
"""A turn as likely as this to do harm hurts, though no harmful act is named in it; the more, the likelier."""
SAME_WORDS = 3
"""The same phrase this often in one call is a script."""


class Feelings:
    """Turns the reading of a turn into movements of mood and needs."""

    def __init__(self, scenario: Scenario, mood: Mood, needs: Needs, memory: Memory) -> None:
        self._scenario, self._mood, self._needs, self._memory = scenario, mood, needs, memory
        self._asking = Asking(scenario, memory)
        self._words = 0

    def hear(self, words: int) -> None:
        """Take note of how many words the utterance has that is read next."""
        self._words = words

    def feels_heard(self) -> bool:
        """Return whether feelings have been dealt with enough for a solution to land."""
        told = len(self._memory.vents_told) / len(self._scenario.vents)
        if "heard" in self._needs.met:
            return True
        return told >= 0.5 and self._needs.points("heard") >= 0.6 and self._needs.points("understood") >= 0.5

    def feel(self, name: str, at: int, *, times: float = 1.0, counts: float = 1.0, note: str = "") -> list[Change]:
        """Feel `name`, count it towards the needs, and return every change.

        `times` is what the moment makes of it for the mood, `counts` for the needs.
        """
        worth = max(self._mood.worth(name, at), self._needs.serves(name, self._memory.pressed)) * counts
        changes = self._mood.feel(name, at, times=times, note=note)
        self._memory.turn.notes.add(name)
        if self._mood.effect(name).anger < 0 and worth > LEAST_HELP:
            self._memory.turn.helped = True
        return changes + self.count(name, worth, at)

    def count(self, name: str, worth: float, at: int) -> list[Change]:
        """Count `name` towards the needs; a need met is a relief of its own."""
        changes = []
        for need in self._needs.add(name, worth):
            changes += self._mood.feel("need_met", at, note=f"it was being {_told(need)}")
        return changes

    def utterance(self, event: ActsRead, acts: tuple[Act, ...], delivery: float = 1.0) -> list[Change]:
        """Take in what was read in one utterance; its good acts are worth `delivery` by how it was said."""
        at, found, turn = event.at, _strongest(acts), self._memory.turn
        names = [act.act for act in found]
        offers = self._remember(event, names)
        passed_on = bool(event.passed_to and self._to_manager(offers)) and "escalation" not in names
        if passed_on:
            turn.acts.append("escalation")
        softened = passed_on or {"escalation", *REMEDIES} & set(names)
        harmful = any(name in HARMFUL and not (name == "refusal" and softened) for name in names)
        slight = event.harm if event.harm is not None and event.harm >= SLIGHT and not harmful else 0.0
        worth = delivery * (SPOILT if harmful else 1 - (1 - SPOILT) * slight)
        changes = self._around(at, turn, names) + self._told_for_them(at)
        if slight > 0:
            changes += self.feel("slight", at, times=slight)
        crowd = {True: 0, False: 0}
        for act in found:
            harms = act.act in HARMFUL
            counts = (1.0 if harms else worth) * (0.6 + 0.4 * act.strength)
            changes += self._act(at, act, turn, counts=counts, times=counts / (1 + CROWDING * crowd[harms]))
            crowd[harms] += 1
        if turn.hedged and self._guesses(turn):
            changes += self.feel("guessed", at)
        unnamed = bool(offers) and not harmful and not set(REMEDIES) & set(names)
        if unnamed and self._left_open() and set(offers) & set(self._wanted()):
            changes += self._remedy(at, "solution", turn, times=1.0)
        if passed_on:
            changes += self._escalation(at, turn)
        if turn.forbidden and "too_good" not in turn.notes:
            changes += self.feel("too_good", at)
        if self._asking.notice(event, names):
            changes += self.feel("asked_twice", at)
        if not harmful:
            changes += self._said_before(at, turn)
        return changes + self._fruitless(at, turn)

    def _remember(self, event: ActsRead, names: list[str]) -> list[str]:
        """Take down in the memory of the turn what was read; return the offers of the briefing in it."""
        turn = self._memory.turn
        known = [offer for offer in event.offers if offer.standing != "unknown" and _stands(offer, event, names)]
        turn.hedged = any(offer.hedged and offer.standing == "allowed" for offer in known)
        known = [offer for offer in known if not (offer.hedged and offer.standing == "allowed")]
        offers = [("not:" if offer.standing == "forbidden" else "") + offer.id for offer in known]
        allowed = [offer for offer in offers if offer in self._scenario.briefing.may_offer]
        turn.words += self._words
        turn.acts += names
        turn.sure.update(act.act for act in event.acts if act.strength >= SURE)
        turn.offers += offers
        turn.other_offer = turn.other_offer or any(offer.standing == "unknown" for offer in event.offers)
        turn.facts += [fact.id for fact in event.facts if fact.id in self._scenario.facts]
        self._memory.facts_heard.update(turn.facts)
        turn.wrong_fact = turn.wrong_fact or any(fact.id not in self._scenario.facts for fact in event.facts)
        turn.passed_on = turn.passed_on or bool(event.passed_to and event.call_back)
        turn.farewell = turn.farewell or event.farewell
        self._memory.table = allowed or self._memory.table
        return offers

    def _guesses(self, turn: Turn) -> bool:
        """Return whether an offer that was left open is nothing but a guess at what would settle the matter."""
        open_yet = self._left_open() and self.feels_heard() and "guessed" not in turn.notes
        return open_yet and not turn.offers and not FINDS_OUT & set(turn.acts)

    def _said_before(self, at: int, turn: Turn) -> list[Change]:
        """Let what was told too early count once the customer feels heard, and an offer that was asked after."""
        memory, kept = self._memory, []
        if self.feels_heard():
            kept, memory.early = sorted(memory.early), set()
        if memory.doubted and turn.has(*AFFIRMING):
            kept.append("given_a_solution")
        memory.doubted = False
        changes = []
        for need in kept:
            if self._needs.give(need, 1.0):
                changes += self._mood.feel("need_met", at, note="it had been said already")
        if "given_a_solution" in kept:
            memory.escalated = memory.escalated or memory.passed_early
            memory.remedied = memory.remedied or not memory.passed_early
        return changes

    def _fruitless(self, at: int, turn: Turn) -> list[Change]:
        """Notice an answer that gives nothing to somebody who has just asked for something."""
        pressed, self._memory.pressed = self._memory.pressed, None
        busy = turn.helped or turn.aside or turn.asked or turn.offers or turn.other_offer
        busy = busy or turn.has("hold_request", "consult", *HARMFUL)
        return [] if pressed is None or busy or turn.words <= 2 else self.feel("fruitless", at)

    def _act(self, at: int, act: Act, turn: Turn, *, times: float, counts: float) -> list[Change]:
        name = act.act
        if name in HARMFUL:
            return self._harm(at, name, turn, times)
        if self._said_again(act):
            turn.worn = True
            return self.feel("said_again", at)
        if name in self._scenario.no_longer_believes and "taken_responsibility_for" not in self._needs.met:
            return self.feel("not_believed", at) if "not_believed" not in turn.notes else []
        if name in SOLVING and not self.feels_heard() and name != "check_agreement":
            return self._early(at, name, turn)
        if name in REMEDIES:
            return self._remedy(at, name, turn, times)
        if name == "escalation":
            return self._escalation(at, turn)
        if name == "boundary":
            return self._boundary(at)
        if name == "consult":
            self._memory.consulted = True
        if name == "feedback_request" and self._left_open() and not turn.has("check_agreement"):
            untold = len(self._memory.vents_told) < len(self._scenario.vents)
            return self.feel("open_question" if untold else "closed_too_soon", at)
        return self.feel(name, at, times=times, counts=counts) if self._mood.knows(name) else []

    def _harm(self, at: int, name: str, turn: Turn, times: float) -> list[Change]:
        self._memory.harms[name] += not (name == "refusal" and turn.has("boundary"))
        if name == "hostility":
            self._memory.boundary_set = False  # a limit holds only for those who keep to it
        if name == "refusal":
            if turn.has("boundary"):
                return []  # "I can't help while you shout at me" is a limit, not a no
            if self._takes_back(turn):
                self._memory.harms["promise_broken"] += 1
                self._lose_the_solution(turn)
                return self.feel("promise_broken", at)
            if turn.has("options", "solution", "escalation"):
                return self.feel(name, at, times=0.4, note="though with another way out")
        mistaken = name == "contradiction" and any(fact.mistaken for fact in self._scenario.facts.values())
        return self.feel(name, at, times=times * (1.2 if mistaken else 1.0))

    def _lose_the_solution(self, turn: Turn) -> None:
        """Open the need again if nothing that was promised is left to meet it."""
        kept = self._memory.promised - set(turn.offers)
        self._memory.early.discard("given_a_solution")
        if not kept & set(self._wanted()) or not turn.offers:
            self._needs.lose("given_a_solution")
            self._needs.lose("agreed")
            self._memory.remedied = False

    def _takes_back(self, turn: Turn) -> bool:
        again = [offer for offer in turn.offers if offer in self._memory.promised]
        return bool(again)

    def _said_again(self, act: Act) -> bool:
        phrase = act.words.lower()
        if self._mood.knows(act.act) and self._mood.effect(act.act).wears == "quick" and " " in phrase:
            self._memory.phrases[phrase] += 1
            return self._memory.phrases[phrase] >= SAME_WORDS and act.act not in POLITE
        return False

    def _early(self, at: int, name: str, turn: Turn) -> list[Change]:
        changes: list[Change] = []
        if name in REMEDIES:
            self._memory.promised.update(turn.offers)
            if self._fitting(turn):
                self._memory.early.add("given_a_solution")
                self._memory.passed_early = False
        if name in ("next_steps", "timeline"):
            self._memory.early.add("told_what_happens_next")
        if self._leaps(name, turn) and not turn.too_soon:
            turn.too_soon = True
            if self._mood.anger >= 40:
                changes = self.feel("solution_too_soon", at)
        return changes + self.feel(name, at, times=EARLY, counts=EARLY, note="but the customer did not feel heard yet")

    def _leaps(self, name: str, turn: Turn) -> bool:
        """Return whether `name` goes to the solution; steps told in the same breath as listening do not."""
        listens = turn.has("empathy", "reflection", "open_question", "apology", "ownership")
        return name in REMEDIES or (name == "next_steps" and not listens)

    def _remedy(self, at: int, name: str, turn: Turn, times: float) -> list[Change]:
        if not self.feels_heard():
            return self._early(at, name, turn)
        offers = self._scenario.briefing.may_offer
        theirs = [o for o in turn.offers if o in offers and offers[o].by == "agent"]
        good = [o for o in theirs if o in self._wanted()]
        if good and not self._fitting(turn):
            return self.feel("guessed", at)
        if not good and not (theirs and "given_a_solution" in self._needs.met):
            return self._not_it(at, name, turn)
        self._memory.promised.update(turn.offers)
        changes = self.feel(name, at, times=times)
        self._memory.remedied = self._memory.remedied or (bool(good) and not self._memory.escalated)
        if self._needs.give("given_a_solution", 1.0):
            changes += self._mood.feel("need_met", at, note="it was a way out")
        return changes

    def _fitting(self, turn: Turn) -> bool:
        """Return whether the agent's own offers of the turn answer the problem, and were not guessed."""
        offers = self._scenario.briefing.may_offer
        good = [offer for offer in turn.offers if offer in self._wanted() and offers[offer].by == "agent"]
        return bool(good) and (self._memory.consulted or all(offers[offer].after != "consult" for offer in good))

    def _wanted(self) -> tuple[str, ...]:
        """Return the offers that answer the actual problem: those of the need, or every one."""
        return self._scenario.remedies or tuple(self._scenario.briefing.may_offer)

    def _not_it(self, at: int, name: str, turn: Turn) -> list[Change]:
        """Take in a remedy that does not answer the need: vague, another offer, or more than sounds possible."""
        self._memory.promised.update(turn.offers)
        if any(offer.startswith("not:") for offer in turn.offers):
            return self.feel("too_good", at)
        if any(self._scenario.briefing.may_offer[offer].goodwill for offer in turn.offers):
            return self.feel(name, at, times=0.4, counts=0.0, note="a kindness, but not yet the way out")
        if turn.offers and "given_a_solution" in self._needs.met:
            return self.feel(name, at, times=0.4, counts=0.0, note="a kindness on top")
        if turn.offers:
            return self.feel("beside_the_point", at) if "beside_the_point" not in turn.notes else []
        return self.feel(name, at, times=0.3, counts=0.3, note="but nothing concrete yet")

    def _escalation(self, at: int, turn: Turn) -> list[Change]:
        explained = turn.passed_on or turn.has("next_steps", "timeline", "follow_up")
        explained = explained or bool(self._to_manager(turn.offers))
        if not explained:
            return self.feel("escalation_unexplained", at)
        changes = self.feel("escalation_explained", at, times=1.0 if self.feels_heard() else 0.4)
        if self.feels_heard() or self._memory.manager_asked:
            self._memory.escalated = True
            if self._needs.give("given_a_solution", 1.0):
                changes += self._mood.feel("need_met", at, note="somebody who can decide will take it on")
        else:
            self._memory.passed_early = "given_a_solution" not in self._memory.early
            self._memory.early.add("given_a_solution")
        return changes

    def _to_manager(self, named: list[str]) -> list[str]:
        offers = self._scenario.briefing.may_offer
        return [offer for offer in named if offer in offers and offers[offer].by == "manager"]

    def _boundary(self, at: int) -> list[Change]:
        if self._memory.abused:
            self._memory.abused, self._memory.boundary_set = 0, True
            return self.feel("boundary_due", at)
        return self.feel("boundary_undue", at)

    def _around(self, at: int, turn: Turn, names: list[str]) -> list[Change]:
        """Take in what is not an act: a thread read or not, a feeling passed over, abuse let pass."""
        changes: list[Change] = []
        memory, anger = self._memory, self._mood.anger
        if self._scenario.briefing.thread and memory.turns == 0 and not memory.turn.notes:
            read = bool(turn.facts) or any(name in ("reflection", "personalisation") for name in names)
            changes += self.feel("thread_read" if read else "thread_unread", at)
        answered = FEELING & set(names) or "acknowledgement" in names or "boundary" in names
        if memory.vented_since_turn and not answered and turn.words > 2 and anger >= 40:
            changes += self.feel("feeling_passed_over", at)
        if memory.abused > 1 and "boundary" not in names:
            changes += self.feel("abuse_unchecked", at)
        memory.vented_since_turn = False
        return changes

    def _told_for_them(self, at: int) -> list[Change]:
        """Take a grievance as told whose every fact the agent has named."""
        memory, changes = self._memory, []
        for vent in self._scenario.vents:
            told = vent.id in memory.vents_told or vent.id == memory.vent_running
            if not told and vent.tells and set(vent.tells) <= memory.facts_heard:
                memory.vents_told.add(vent.id)
                changes += self.count("vents", 1 / len(self._scenario.vents), at)
        return changes

    def _left_open(self) -> bool:
        return "given_a_solution" in self._needs.open and not self._memory.accepted


def _stands(made: Offered, event: ActsRead, names: list[str]) -> bool:
    """Return whether what sounds forbidden was said as such, and not in an allowed offer, a question or a no."""
    if made.standing != "forbidden":
        return True
    harmless: list[Asked | Offered] = [*event.asked, *(o for o in event.offers if o.standing == "allowed")]
    clear = not any(each.first <= made.last and made.first <= each.last for each in harmless)
    return clear and not {"refusal", "consult"} & set(names)


def _strongest(acts: tuple[Act, ...]) -> list[Act]:
    """Return the strongest of each act, in the order in which they were said."""
    best: dict[str, Act] = {}
    for act in acts:
        if act.strength >= LEAST_STRENGTH and (act.act not in best or act.strength > best[act.act].strength):
            best[act.act] = act
    return sorted(best.values(), key=lambda act: (act.first, act.act))


def _told(need: str) -> str:
    return {
        "given_a_solution": "given a way out",
        "told_what_happens_next": "told what happens next",
        "taken_responsibility_for": "taken responsibility for",
    }.get(need, need.replace("_", " "))
