"""Read the dialogue acts in one utterance: the rules that match, weighed with what labelled examples teach.

Conventions
-----------
Two readings are added up, in log-odds. A rule that matches is worth `RULE_WORTH`; a rule whose match another rule
takes away (it is not meant here) is worth `GUARD_WORTH`; the evidence learnt from labelled examples is worth its score.
An act is shown when the sum is above `SHOWN_ABOVE`. So a lone rule that every example speaks against falls, and what no
rule foresaw is still heard when it is like the examples; such an act names the rule ``act/by-example`` and the words
that spoke most for it.

An utterance shows each act at most once: by the strongest rule that found it, the earliest among equals. Words count
from 0; the span of an act includes its first and its last word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.events import Act
from simulator.understanding.evidence import Evidence, weigh
from simulator.understanding.pattern import Pattern, as_text
from simulator.understanding.relation import shared
from simulator.understanding.rulebook import Rule, Rulebook, shipped_rules
from simulator.understanding.wording import Tokens, tokens
from simulator.vocabulary import ACTS

ACTS_VERSION = "2"
"""Changes whenever the same words may be heard as other acts; the manifest of a call carries it."""
RULE_WORTH = 3.0
"""Log-odds that a matching rule adds for its act; from 2 to 4 the macro F1 on fresh sets differs by less than 0.005."""
GUARD_WORTH = -1.0
"""Log-odds of an act whose rule matched but was taken away by another rule's guard."""
LINES_HEARD = 3
"""Lines of the customer, up to the last, that the learnt evidence looks at; the rules look at all."""
SHOWN_ABOVE = 0.5
"""Log-odds: on fresh sets, of the acts that no rule found, a third of those between 0 and 1 are right, most above."""
BY_EXAMPLE = "by-example"
LEAST, MOST = 0.6, 0.85
"""Strengths of an act found by example: at a sum of 0, and at 3 or more."""


@dataclass(frozen=True, slots=True)
class _Hit:
    rule: Rule
    first: int
    last: int

    @property
    def order(self) -> tuple[float, int, int, str]:
        return (-self.rule.entry.strength, self.first, -self.last, self.rule.id)


@dataclass(frozen=True, slots=True)
class _Shown:
    """An act that is shown, by which rule, and its first and last token."""

    act: str
    rule: str
    first: int
    last: int
    strength: float


@dataclass(frozen=True, slots=True)
class _Utterance:
    tokens: Tokens
    text: str
    starts: tuple[int, ...]
    """Where each token starts in `text`."""
    said: tuple[str, ...]


class Rules:
    """The rules of the dialogue acts, ready to read utterances."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book

    @classmethod
    def load(cls) -> Rules:
        """Return the rules that come with the product, ready: the word vectors too, so that no turn waits for them.

        Raises
        ------
        InputError
            If a data file of the rules is damaged.
        ModelError
            If the word vectors are not installed.
        """
        weigh(("hello",))
        return cls(shipped_rules())

    def read(
        self, words: tuple[str, ...], *, context: tuple[str, ...] = (), facts: tuple[str, ...] = ()
    ) -> tuple[Act, ...]:
        """Return the acts in one utterance, in the order in which they are said.

        Parameters
        ----------
        words : tuple of str
            What the trainee said, as recognised or typed.
        context : tuple of str
            The customer's lines so far, the last one last.
        facts : tuple of str
            What else is known about the customer: one text a fact.

        Examples
        --------
        >>> [a.act for a in Rules.load().read(tuple("i am sorry about that".split()))]
        ['apology']
        >>> Rules.load().read(tuple("sorry what was that".split()))
        ()
        """
        found = tokens(words)
        if not found.texts:
            return ()
        utterance = _utterance(found, context)
        hits = list(_hits(self._book, utterance))
        best: dict[str, _Hit] = {}
        for hit in sorted(_meant(hits), key=lambda hit: hit.order):
            best.setdefault(hit.rule.act, hit)
        shown = _weighed(best, {hit.rule.act for hit in hits}, weigh(found.texts, context[-LINES_HEARD:]))
        acts = (_act(one, words, found, facts) for one in shown)
        return tuple(sorted(acts, key=lambda act: (act.first, act.last, act.act)))


def _weighed(best: dict[str, _Hit], matched: set[str], evidence: Evidence) -> Iterator[_Shown]:
    """Yield the acts for which the rules and the examples together speak."""
    for act in ACTS:
        hit = best.get(act)
        worth = RULE_WORTH if hit else GUARD_WORTH if act in matched else 0.0
        total = evidence.scores[act] + worth
        if total <= SHOWN_ABOVE:
            continue
        if hit:
            yield _Shown(act, hit.rule.id, hit.first, hit.last, hit.rule.entry.strength)
        else:
            first, last = evidence.span(act)
            strength = round(min(MOST, LEAST + (MOST - LEAST) * total / 3), 2)
            yield _Shown(act, f"{act}/{BY_EXAMPLE}", first, last, strength)


def _utterance(found: Tokens, said: tuple[str, ...]) -> _Utterance:
    starts, place = [], 1
    for text in found.texts:
        starts.append(place)
        place += len(text) + 1
    return _Utterance(found, as_text(found.texts), tuple(starts), said)


def _hits(book: Rulebook, utterance: _Utterance) -> Iterator[_Hit]:
    blocked: dict[str, bool] = {}
    for rule, pattern in book.candidates(utterance.tokens.texts):
        entry = rule.entry
        if entry.said is not None and entry.said != bool(utterance.said):
            continue
        spans = list(_spans(rule, pattern, utterance))
        if not spans:
            continue
        if rule.id not in blocked:
            blocked[rule.id] = any(guard.regex.search(utterance.text) for guard in rule.unless)
        if not blocked[rule.id]:
            yield from (_Hit(rule, first, last) for first, last in spans if _is_shared(rule, utterance, first))


def _spans(rule: Rule, pattern: Pattern, utterance: _Utterance) -> Iterator[tuple[int, int]]:
    """Yield the first and last token of each match that no neighbour forbids."""
    for match in pattern.regex.finditer(utterance.text):
        if match.end() == match.start():
            continue
        before, after = utterance.text[: match.start()], " " + utterance.text[match.end() :]
        if any(_ends_with(guard, before) for guard in rule.not_after):
            continue
        if any(guard.regex.match(after, 1) for guard in rule.not_before):
            continue
        inside = [n for n, start in enumerate(utterance.starts) if match.start() <= start < match.end()]
        if inside:
            yield inside[0], inside[-1]


def _ends_with(guard: Pattern, text: str) -> bool:
    return any(match.end() == len(text) for match in guard.regex.finditer(text))


def _is_shared(rule: Rule, utterance: _Utterance, first: int) -> bool:
    """Whether the customer said enough of the words from `first` on, where the rule asks for that."""
    if rule.entry.shares is None or not utterance.said:
        return True
    found = shared(utterance.tokens.texts[first:], utterance.said)
    return found.share >= rule.entry.shares and found.count >= rule.entry.at_least


def _meant(hits: Iterable[_Hit]) -> list[_Hit]:
    """Leave out the hits that a guard takes away: another reading of the same words, or of the whole utterance."""
    hits = list(hits)
    return [hit for hit in hits if not any(_displaces(other, hit) for other in hits if other is not hit)]


def _displaces(guard: _Hit, hit: _Hit) -> bool:
    if hit.rule.act in guard.rule.entry.instead_of_all:
        return True
    return hit.rule.act in guard.rule.entry.instead_of and guard.first <= hit.last and hit.first <= guard.last


def _act(one: _Shown, words: tuple[str, ...], found: Tokens, facts: tuple[str, ...]) -> Act:
    first, last = found.at[one.first], found.at[one.last]
    fact = None
    if one.act in ("reflection", "personalisation"):
        fact = next(
            (fact for fact in facts if shared(found.texts[one.first :], (fact,)).count >= 2),
            None,
        )
    return Act(
        act=one.act,
        rule=one.rule,
        words=" ".join(words[first : last + 1]),
        first=first,
        last=last,
        strength=one.strength,
        fact=fact,
    )
