"""Which question the trainee asked, whatever the wording, and whether it had been answered already.

The scenario's own answers come first, then the details of the caller, then the usual questions that any caller can
answer (banks/questions.yaml). A question that nothing of this answers is "?".
"""

from __future__ import annotations

from typing import TypeAlias

from simulator.customer.memory import Memory
from simulator.customer.scenario import Scenario
from simulator.customer.temper import Questions, load_questions
from simulator.phrases import best_match, is_question

Asked: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Questions by name, each with its wordings."""
AGAIN_AND_AGAIN = frozenset(("still_there", "go_ahead", "correct", "by_name", "which"))
"""Usual questions nobody minds hearing twice."""

BARE_WORDS = 7
"""In so few words "date of birth please" is a question although nothing else says so."""
WH_WORDS = frozenset("what what's which where when who whom how".split())
"""A question that begins with one of these is answered, if only with "I couldn't tell you"."""
VAGUE = frozenset(("since", "when_suits", "spoken_before", "go_ahead", "still_there"))
"""Usual questions whose wordings fit much else: what the customer has told of the matter goes before them."""


class Asking:
    """Finds the question in what the trainee says and keeps it in the memory of the turn."""

    def __init__(self, scenario: Scenario, memory: Memory) -> None:
        self._scenario, self._memory = scenario, memory
        known = load_questions()
        own = [(answer.id, answer.asked) for answer in scenario.answers]
        given = [(name, _wordings(name, scenario, known)) for name in scenario.caller.details]
        missing = [name for name in known.details if name not in scenario.caller.details]
        facts = [(f"fact:{name}", scenario.facts[name].words) for vent in scenario.vents for name in vent.tells]
        self._mere = frozenset(known.usual)
        self._own = frozenset(name for name, _ in (*own, *given))
        on_file = tuple((f"on_file:{name}", known.details[name]) for name in missing)
        self._details: Asked = (*given, *on_file)
        self._tiers: tuple[Asked, ...] = (
            (*own, *given),
            on_file,
            tuple((name, asked) for name, asked in known.usual.items() if name not in VAGUE),
            tuple(facts),
            tuple((name, asked) for name, asked in known.usual.items() if name in VAGUE),
        )

    def is_own(self, words: tuple[str, ...]) -> bool:
        """Return whether `words` fit a question that the story itself answers."""
        return self._fits(self._tiers[0], words)

    @staticmethod
    def _fits(asked: Asked, words: tuple[str, ...]) -> bool:
        return best_match((pattern for _, wordings in asked for pattern in wordings), words) > 0

    def notice(self, text: str, words: tuple[str, ...], names: list[str]) -> bool:
        """Remember what was asked; return whether it had been told already.

        Parameters
        ----------
        text : str
            What was said.
        words : tuple of str
            The same as `plain_words`.
        names : list of str
            Its acts.
        """
        bare = len(words) <= BARE_WORDS and self._fits(
            self._tiers[0] if words[:1] in (("and",), ("any",)) else self._details, words
        )
        asks = {"clarifying_question", "open_question"} & set(names) or is_question(text) or bare
        suits = "check_agreement" in names
        turn, memory = self._memory.turn, self._memory
        proposed = suits and (memory.promised or turn.offers) and "clarifying_question" not in names
        if not asks or "hold_request" in names or proposed:
            return False
        if "options" in names and turn.offers:
            return False  # which of these, and not what they would like
        untold = len(memory.vents_told) < len(self._scenario.vents)
        if untold and {"open_question", "greeting"} & set(names):
            return False  # an invitation to go on telling, not a question of fact
        found = self._found(words)
        kind = bool({"reflection", "empathy", "apology"} & set(names))
        told_back = kind and found is not None and found.startswith("fact:")  # "you fell, didn't you": no question
        if (found == "tell_more" and untold) or (suits and found not in self._own) or told_back:
            return False
        if found is None:
            open_ = "open_question" in names and "greeting" not in names
            wants_one = "clarifying_question" in names or set(words[:2]) & WH_WORDS
            turn.asked = turn.asked or ("tell_more" if open_ else "?" if wants_one else None)
            return False
        more = "open_question" in names  # asking to hear more is not asking twice
        if more and memory.answered[found] and found not in self._mere:
            return False
        again = memory.answered[found] > 0 and found not in AGAIN_AND_AGAIN and not more
        turn.asked, turn.asked_before = found, again
        memory.answered[found] += 1
        return again

    def _found(self, words: tuple[str, ...]) -> str | None:
        """Return the question that fits best: the story's own, else one of those that every caller can answer."""
        for asked in self._tiers:
            fit, _, name = max((best_match(wordings, words), -n, name) for n, (name, wordings) in enumerate(asked))
            if fit > 0:
                return name
        return None


def _wordings(name: str, scenario: Scenario, known: Questions) -> tuple[str, ...]:
    """Return how a detail is asked for; who has only one number is asked for it by any name."""
    found = known.details.get(name, (name.replace("_", " "),))
    twin = {"order": "account", "account": "order"}.get(name)
    return found if twin is None or twin in scenario.caller.details else (*found, *known.details[twin])
