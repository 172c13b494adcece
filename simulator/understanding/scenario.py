"""The rules of acts with one scenario's facts at hand: whoever denies what the customer believes contradicts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simulator.events import Act
from simulator.phrases import best_match, is_question, plain_words
from simulator.ports import Completeness
from simulator.understanding.completeness import completeness
from simulator.understanding.hold_time import promised_hold
from simulator.understanding.reading import Rules

DENIAL_STRENGTH = 0.8


class ScenarioUnderstanding:
    """What an agent says in a call of one scenario, read (`ports.Understanding`).

    Parameters
    ----------
    rules : Rules
        Loaded once for many calls.
    facts : sequence of str
        The scenario's facts, as sentences.
    denials : mapping of str to sequence of str
        By the fact's id: patterns of putting the customer right about it (guidance L8).
    """

    def __init__(self, rules: Rules, *, facts: Sequence[str], denials: Mapping[str, Sequence[str]]) -> None:
        self._rules, self._facts, self._denials = rules, tuple(facts), denials

    def read(self, words: tuple[str, ...], *, context: tuple[str, ...] = ()) -> tuple[Act, ...]:
        """Return the acts in one utterance: those of the rules, and a contradiction of what this customer believes."""
        acts = self._rules.read(words, context=context, facts=self._facts)
        said = " ".join(words)
        if any(act.act == "contradiction" for act in acts) or is_question(said):
            return acts
        denied = next((fact for fact, each in self._denials.items() if best_match(each, plain_words(said))), None)
        if denied is None:
            return acts
        denial = Act(
            act="contradiction",
            rule=f"scenario/{denied}",
            words=said,
            first=0,
            last=len(words) - 1,
            strength=DENIAL_STRENGTH,
            fact=denied,
        )
        return (*acts, denial)

    def completeness(self, words: tuple[str, ...]) -> Completeness:
        """Say whether the words so far are a whole sentence."""
        return completeness(words)

    def promised_hold(self, words: tuple[str, ...]) -> int | None:
        """Return how long a hold was announced to last, in samples."""
        return promised_hold(words)
