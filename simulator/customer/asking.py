"""Which of the trainee's questions the customer answers, and whether it had been answered already.

Questions come from the reading of the turn: the scenario's own and the caller's details by id, all others by kind.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.customer.memory import Memory
from simulator.customer.scenario import Scenario
from simulator.customer.temper import load_questions
from simulator.events import ActsRead, Asked
from simulator.vocabulary import WHEN_SUITS

ANSWERED_BY: dict[str, str] = {
    "tell": "tell_more",
    "feel": "how_feel",
    "choice": "choice",
    "permission": "go_ahead",
    "confirm": "correct",
    "repeat": "repeat",
    "understood": "understood",
    "there": "still_there",
}
"""Kinds of questions that any caller answers, and what the answer is called."""
NOT_ASKED = ("suits", "anything")
"""Kinds that the closing of the call deals with, not an answer."""
COURTESIES = frozenset(("permission", "confirm", "there", "repeat", "understood"))
"""Kinds that nobody minds being asked twice, and that give way to any other question of the turn."""

SURE_AGAIN = 0.8
"""Nobody is blamed for asking twice where the question is read less surely than this."""
SAFE_BESIDE = ("?wish", "?ours", "confirm")
"""Kinds that get an answer beside a question of the story although the story does not know them."""
NAMED = ("is it {}", "it's {} isn't it", "am i speaking to {}")
"""Questions that name the caller are answered with the name."""
NUMBERS = ("order", "account")
"""A caller who has only one of them gives it, whichever is asked for."""


def sentences_of(scenario: Scenario) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return every sentence that a turn is compared with: the scenario's, and the usual questions to a caller."""
    known, sentences = load_questions(), scenario.sentences()
    own = sentences["ask"]
    usual = {name: texts for name, texts in known.usual.items() if name not in own}
    details = {name: known.details.get(name, (name.replace("_", " "),)) for name in scenario.caller.details}
    whole = scenario.caller.name
    called = tuple(text.format(name) for name in (whole, whole.split()[-1]) for text in NAMED)
    if "name" in details:
        details["name"] = (*details["name"], *called)
    on_file = {name: texts for name, texts in known.details.items() if name not in details}
    return {**sentences, "ask": {**usual, **on_file, **details, **own}}


def own_questions(scenario: Scenario) -> frozenset[str]:
    """Return the questions that the story answers itself."""
    return frozenset({answer.id for answer in scenario.answers} | set(scenario.caller.details))


class Asking:
    """Finds the questions of a turn and keeps them in the memory of the turn."""

    def __init__(self, scenario: Scenario, memory: Memory) -> None:
        self._scenario, self._memory = scenario, memory
        self._details = set(load_questions().details)
        self._own = own_questions(scenario)

    def notice(self, event: ActsRead, names: list[str]) -> bool:
        """Remember what was asked; return whether the customer had told it already.

        Parameters
        ----------
        event : ActsRead
            The reading.
        names : list of str
            Its acts, as the customer takes them.
        """
        turn, memory = self._memory.turn, self._memory
        asked = [self._taken(_confirmed(each, event)) for each in event.asked]
        asked = [each for each in asked if each.kind not in NOT_ASKED]
        if any(each.kind == "known" for each in event.asked):
            asked = [each for each in asked if each.id != WHEN_SUITS or each in event.asked]
        turn.kinds += [each.kind for each in event.asked]
        if "hold_request" in names:
            asked = [each for each in asked if each.kind == "known"]
        chosen = self._most_pressing(asked)
        if not chosen:
            return False
        turn.asked, turn.asked_words = self._name(chosen[0]), chosen[0].words
        turn.asked_next, turn.asked_next_words = None, ""
        if len(chosen) > 1 and self._name(chosen[1]) != turn.asked:
            turn.asked_next, turn.asked_next_words = self._name(chosen[1]), chosen[1].words
            memory.answered[turn.asked_next] += 1
        again = (
            memory.answered[turn.asked] > 0
            and chosen[0].kind == "known"
            and chosen[0].strength >= SURE_AGAIN
            and turn.asked != "name"
            and not {"reflection", "personalisation"} & set(names)
            and not COURTESIES & set(turn.kinds)
        )
        turn.asked_before = again
        memory.answered[turn.asked] += 1
        return again

    def _most_pressing(self, asked: list[Asked]) -> list[Asked]:
        """Return the last two questions, in their order: what the story knows first, mere courtesies last."""
        matter = [each for each in asked if each.kind not in COURTESIES and each.kind != "tell"]
        known = [each for each in matter if each.kind == "known"]
        if len(known) == 1:
            known = [each for each in asked if each in known or each.kind in SAFE_BESIDE]
        return (known or matter or asked)[-2:]

    def _taken(self, asked: Asked) -> Asked:
        """Return a question as the moment makes it: with nothing proposed, which or when asks for a fact."""
        turn = self._memory.turn
        if turn.offers:
            return replace(asked, kind="choice", id="") if asked.kind == "?either" else asked
        if turn.other_offer or self._memory.table or asked.kind not in ("choice", "suits") or not asked.id:
            return asked
        own = asked.id in self._own
        if asked.kind == "choice":
            return replace(asked, kind="known") if own else asked
        return replace(asked, kind="known", id=asked.id if own else WHEN_SUITS)

    def _name(self, asked: Asked) -> str:
        """Return what the answer is called: the scenario's id, a detail that is on file, a usual one, or unknown."""
        if asked.kind == "known":
            details = self._scenario.caller.details
            if asked.id in self._own or asked.id in details:
                return asked.id
            number = next((name for name in NUMBERS if asked.id in NUMBERS and name in details), None)
            return number or ("on_file" if asked.id in self._details else asked.id)
        if asked.kind in ANSWERED_BY:
            return ANSWERED_BY[asked.kind]
        if asked.id in self._own:
            return self._in_doubt(asked.id)
        if asked.kind == "?either":
            return "how_mean"
        return f"unknown_{asked.kind.lstrip('?')}"

    def _in_doubt(self, name: str) -> str:
        """Ask back about one's own story; the answer to that asks again, and gets what is likeliest."""
        before, self._memory.in_doubt = self._memory.in_doubt, name
        return name if before == name else "how_mean"


def _confirmed(asked: Asked, event: ActsRead) -> Asked:
    """Return a question; one that says a fact of the story back asks no more than whether that is right."""
    back = any(each.first <= asked.last and asked.first <= each.last for each in event.facts)
    return replace(asked, kind="confirm") if back and asked.kind in ("?yesno", "?ours") else asked
