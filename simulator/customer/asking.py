"""Which of the trainee's questions the customer answers, and whether it had been answered already.

Questions come from the reading of the turn: the scenario's own and the caller's details by id, all others by kind.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.customer.memory import Memory, Question
from simulator.customer.scenario import Scenario
from simulator.customer.temper import load_questions
from simulator.events import ActsRead, Asked
from simulator.vocabulary import REMEDIES, WHEN_SUITS

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
SURE_FACT = 0.8
"""A yes-or-no question that holds a fact of the story, read as surely as this, is answered with yes."""
MOST_ANSWERS = 3
"""Of more questions in a breath they answer the last so many."""
PROPOSES = frozenset((*REMEDIES, "follow_up", "next_steps", "timeline", "escalation", "hold_request", "consult"))
"""Acts that a question whether it suits may be about."""
NAMED = ("is it {}", "it's {} isn't it", "am i speaking to {}")
"""Questions that name the caller are answered with the name."""
NO_OTHER = frozenset("not no anything something so two three ten any what whatever".split())
"""After "or" these name no second way."""
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
        asked = [self._taken(_confirmed(each, event), names) for each in event.asked]
        asked = [each for each in asked if each.kind not in NOT_ASKED]
        if any(each.kind == "known" for each in event.asked):
            asked = [each for each in asked if each.id != WHEN_SUITS or each in event.asked]
        turn.kinds += [each.kind for each in event.asked]
        if "hold_request" in names:
            asked = [each for each in asked if each.kind == "known"]
        chosen = self._to_answer(asked)
        if not chosen:
            return False
        before, memory.in_doubt = memory.in_doubt, ""
        named = {self._asked_back(each, before): each.words for each in reversed(chosen)}
        turn.questions = [Question(name, words) for name, words in reversed(named.items())]
        first = turn.questions[0].name
        turn.asked_before = (
            memory.answered[first] > 0
            and memory.answered_in.get(first) != memory.turns  # who asks on at once did not get what they need
            and chosen[0].kind == "known"
            and chosen[0].strength >= SURE_AGAIN
            and first != "name"
            and len(turn.questions) == 1
            and not {"reflection", "personalisation"} & set(names)
            and not COURTESIES & set(turn.kinds)
        )
        return turn.asked_before

    def _to_answer(self, asked: list[Asked]) -> list[Asked]:
        """Return the questions that get an answer, in their order; what is known first of all, courtesies last.

        Whether it is right is always answered; of what the story does not know, the last: two ways to say that one
        does not know are one too many.
        """
        known = [each for each in asked if each.kind == "known"]
        if len(known) > 1 and self._memory.answered["name"]:
            known = [each for each in known if each.id != "name"]  # a name beside it is somebody else's, or on file
        known = known[-MOST_ANSWERS:]
        others = [each for each in asked if each.kind not in (*COURTESIES, "tell", "known")]
        plain = [each for each in others if not self._doubtful(each)]
        if not known and not plain and {"suits", "confirm"} & set(self._memory.turn.kinds):
            others = []  # who asks something unclear and whether it suits, or is right, is told that
        unnamed = [each for each in plain if not each.id]  # with an id it is perhaps no question at all
        chosen = [*known, *unnamed[-1:]] if known else self._last(others)
        if not chosen:
            return [each for each in asked if not self._doubtful(each)][-2:]
        chosen += [each for each in asked if each.kind == "confirm"][-1:]
        return [each for each in asked if each in chosen][-MOST_ANSWERS:]

    def _last(self, others: list[Asked]) -> list[Asked]:
        """Return the last question, with the one before it where that has an answer of its own kind."""
        return [each for each in others[-2:-1] if not each.kind.startswith("?")] + others[-1:]

    def _doubtful(self, asked: Asked) -> bool:
        return asked.kind.startswith("?") and asked.id in self._own

    def _asked_back(self, asked: Asked, before: str) -> str:
        """Return what the answer is called; what is in doubt is asked back once, then gets what is likeliest."""
        if not self._doubtful(asked):
            return self._name(asked)
        if not before:
            self._memory.in_doubt = asked.id
            return "how_mean"
        return asked.id if before == asked.id else f"unknown_{asked.kind.lstrip('?')}"

    def _taken(self, asked: Asked, names: list[str]) -> Asked:
        """Return a question as the moment makes it: with nothing proposed, it asks for a fact or offers something."""
        turn = self._memory.turn
        if asked.kind == "suits" and turn.offers and _one_or_other(asked):
            return replace(asked, kind="choice", id="")
        if asked.kind == "suits" and not asked.id and "check_agreement" not in names and not self._proposed(names):
            return replace(asked, kind="?wish")
        if turn.offers:
            return replace(asked, kind="choice", id="") if asked.kind == "?either" else asked
        if turn.other_offer or self._memory.table or asked.kind not in ("choice", "suits") or not asked.id:
            return asked
        own = asked.id in self._own
        if asked.kind == "choice":
            return replace(asked, kind="known") if own else asked
        return replace(asked, kind="known", id=asked.id if own else WHEN_SUITS)

    def _proposed(self, names: list[str]) -> bool:
        turn, memory = self._memory.turn, self._memory
        told = turn.offers or turn.other_offer or memory.table or turn.passed_on
        return bool(told) or bool(PROPOSES & ({*names, *memory.done}))

    def _name(self, asked: Asked) -> str:
        """Return what the answer is called: the scenario's id, a detail that is on file, a usual one, or unknown."""
        if asked.kind == "known":
            details = self._scenario.caller.details
            if asked.id in self._own or asked.id in details:
                return asked.id
            if asked.id == "callback_time":
                return WHEN_SUITS
            number = next((name for name in NUMBERS if asked.id in NUMBERS and name in details), None)
            return number or ("on_file" if asked.id in self._details else asked.id)
        if asked.kind in ANSWERED_BY:
            return ANSWERED_BY[asked.kind]
        return f"unknown_{asked.kind.lstrip('?')}"


def _one_or_other(asked: Asked) -> bool:
    """Return whether a question names two ways: "do you want it in writing or is the report enough"."""
    words = asked.words.split()
    return any(word == "or" and words[at + 1] not in NO_OTHER for at, word in enumerate(words[:-1]))


def _confirmed(asked: Asked, event: ActsRead) -> Asked:
    """Return a question; one that says a fact of the story back asks no more than whether that is right."""
    inside = (each for each in event.facts if asked.first <= each.first + 1 and each.last <= asked.last + 1)
    back = any(each.strength >= SURE_FACT for each in inside)
    return replace(asked, kind="confirm") if back and asked.kind in ("?yesno", "?ours", "?any") else asked
