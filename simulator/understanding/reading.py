"""Read the dialogue acts in one utterance: every rule that matches, less what other rules say is not meant.

Conventions
-----------
An utterance shows each act at most once: by the strongest rule that found it, the earliest among equals. Words count
from 0; the span of an act includes its first and its last word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.events import Act
from simulator.understanding.pattern import Pattern, as_text
from simulator.understanding.relation import shared
from simulator.understanding.rulebook import Rule, Rulebook, shipped_rules
from simulator.understanding.wording import Tokens, tokens


@dataclass(frozen=True, slots=True)
class _Hit:
    rule: Rule
    first: int
    last: int

    @property
    def order(self) -> tuple[float, int, int, str]:
        return (-self.rule.entry.strength, self.first, -self.last, self.rule.id)


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
        """Return the rules that come with the product; word vectors are loaded when first needed.

        Raises
        ------
        InputError
            If a data file of the rules is damaged.
        """
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
        best.pop("none", None)
        acts = (_act(hit, words, found, facts) for hit in best.values())
        return tuple(sorted(acts, key=lambda act: (act.first, act.last, act.act)))


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


def _act(hit: _Hit, words: tuple[str, ...], found: Tokens, facts: tuple[str, ...]) -> Act:
    first, last = found.at[hit.first], found.at[hit.last]
    fact = None
    if hit.rule.act in ("reflection", "personalisation"):
        fact = next(
            (fact for fact in facts if shared(found.texts[hit.first :], (fact,)).count >= 2),
            None,
        )
    return Act(
        act=hit.rule.act,
        rule=hit.rule.id,
        words=" ".join(words[first : last + 1]),
        first=first,
        last=last,
        strength=hit.rule.entry.strength,
        fact=fact,
    )
