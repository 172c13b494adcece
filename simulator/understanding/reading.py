"""One reading of a turn: acts, facts said back, offers against the briefing, questions, and who takes over.

Conventions
-----------
A network marks the words that belong to each act and to each of the scenario's sentences (`simulator.understanding.
reader`). A run of marked words is a clause; it counts where its best word reaches the bar of its act or kind of
sentence. Words count from 0; a clause includes its first and its last word. Each act is shown at most once a turn, by
its surest clause; facts and offers at most once each; questions once a clause.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.events import Act, Asked, Mention, Offered, Reading
from simulator.ports import Completeness
from simulator.understanding.completeness import completeness
from simulator.understanding.guards import (
    Turn,
    asked_by_its_word,
    asked_for,
    has_form,
    is_farewell,
    is_preference,
    is_question,
    is_selling,
    spared,
)
from simulator.understanding.quantities import DAYS, figures, promised_hold
from simulator.understanding.reader import Bars, Reader, ReadTurn, shipped_bars, shipped_reader
from simulator.understanding.tags import (
    OTHER_OFFER,
    PASSED_TO,
    PASSED_WHEN,
    QUESTION,
    QUESTION_KINDS,
)
from simulator.vocabulary import ACTS, HARMFUL, HARMS, WHEN_SUITS

UNDERSTANDING_VERSION = "7"
"""Changes whenever the same words may be read otherwise; the manifest of a call carries it."""
EDGE = 0.5
"""A clause goes on over words that reach this share of its bar."""
GAP = 1
"""Words inside a clause that may fall below it: a filler, a slip."""
ALIKE = 0.9
"""Cosine of two sentences that the reader can hardly tell apart."""
CERTAIN = 0.85
"""A usual question that the story has no answer to of its own counts from here on, and any that is asked with another
question word."""
LEAST_OTHER = 0.65
"""A question of the story counts from here on where the network takes it for a courtesy, a choice or an invitation."""
LEAST_DOUBTFUL = 0.4
"""Between this and its bar a question of the story is in doubt: its id stands beside its kind."""
USUAL_LESS = 0.05
"""A usual question gives way to one of the story that is less likely by up to this much."""
JOINS = frozenset(("and", "also"))
"""Words that join two questions."""
WARM = frozenset("empathy apology ownership reflection rapport assurance willingness personalisation gratitude".split())
"""Acts that are less sure beside words which may be harm (half the bar of one): mockery has the words of kindness."""
SOURED = 0.7
"""They are at most this strong there."""
LEAST_HARM = 0.001
"""Probability of a harmful act that is none by a guard; none counts as less likely than this."""
LINES_READ = 3
"""Of the customer's lines, the last so many are read beside the turn."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A run of words and the highest probability in it; both ends inclusive."""

    first: int
    last: int
    probability: float

    def meets(self, other: Clause) -> bool:
        """Return whether the two share a word."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Case:
    """A scenario's sentences, by kind and id, as vectors; shape (sentences, width) each."""

    sentences: Mapping[str, Mapping[str, NDArray[np.float32]]]
    numbers: Mapping[str, Mapping[str, frozenset[str]]]
    """The numbers and days that an id's sentences name."""
    question_words: Mapping[str, frozenset[str | None]]
    """What the wordings of a question ask for, by their question word; None without one."""


def case_of(reader: Reader, sentences: Mapping[str, Mapping[str, Sequence[str]]]) -> Case:
    """Return a scenario's sentences, ready to compare; `sentences` is by kind (`reader.KINDS`) and id."""
    vectors = {
        kind: {name: np.stack([reader.sentence(f"{kind} {text}") for text in texts]) for name, texts in by_id.items()}
        for kind, by_id in sentences.items()
    }
    numbers = {
        kind: {name: figures(" ".join(texts).split()) for name, texts in by_id.items()}
        for kind, by_id in sentences.items()
    }
    question_words = {
        name: frozenset(asked_by_its_word(text.split()) for text in texts)
        for name, texts in sentences.get("ask", {}).items()
    }
    return Case(vectors, numbers, question_words)


def _alike(by_id: Mapping[str, NDArray[np.float32]]) -> Iterator[tuple[str, str, float]]:
    """Yield pairs of ids with sentences nearer to each other than `ALIKE`, and how near."""
    for one, other in itertools.combinations(by_id, 2):
        likeness = float((by_id[one] @ by_id[other].T).max())
        if likeness > ALIKE:
            yield one, other, likeness


class TooAlike(NamedTuple):
    """Two sentences of different ids that the reader can hardly tell apart; `likeness` is their cosine."""

    kind: str
    one: str
    other: str
    likeness: float


def too_alike(reader: Reader, sentences: Mapping[str, Mapping[str, Sequence[str]]]) -> list[TooAlike]:
    """Return pairs of ids of one kind with sentences nearer to each other than `ALIKE`, the nearest first."""
    found = []
    for kind, by_id in case_of(reader, sentences).sentences.items():
        found += [TooAlike(kind, one, other, round(likeness, 2)) for one, other, likeness in _alike(by_id)]
    return sorted(found, key=lambda each: -each.likeness)


class Understanding:
    """Reads turns of one call (`ports.Understanding`).

    Parameters
    ----------
    sentences : mapping of str to mapping of str to sequence of str
        The scenario's facts, offers, what must not be promised, and questions, as plain sentences by kind and id.
    usual : frozenset of str, optional
        The questions among them that any caller may be asked and that this story has no answer of its own to.

    Examples
    --------
    >>> reading = Understanding({}).read("i am so sorry that nobody rang you".split())
    >>> [act.act for act in reading.acts]
    ['apology']
    """

    def __init__(
        self,
        sentences: Mapping[str, Mapping[str, Sequence[str]]],
        *,
        usual: frozenset[str] = frozenset(),
        reader: Reader | None = None,
        bars: Bars | None = None,
    ) -> None:
        self._usual = usual
        self._reader = reader or shipped_reader()
        self._bars = bars or shipped_bars()
        self._case = case_of(self._reader, sentences)

    def read(self, words: tuple[str, ...], *, context: tuple[str, ...] = ()) -> Reading:
        """Return what the trainee did with `words`, after the customer's lines `context` (the last one last)."""
        if not words:
            return Reading()
        found = self._reader.turn(words, context[-LINES_READ:])
        acts = tuple(self._acts(found, words))
        turn = Turn(words, context)
        acts = tuple(act for act in acts if not spared(act, turn))
        if any(found.of(harm).max() >= self._bars.tags[harm] * EDGE for harm in HARMFUL):
            acts = tuple(replace(act, strength=min(act.strength, SOURED)) if act.act in WARM else act for act in acts)
        return Reading(
            acts=tuple(sorted(acts, key=lambda act: (act.first, act.last, act.act))),
            facts=tuple(self._facts(found, words)),
            offers=tuple(self._offers(found, words)),
            asked=tuple(self._asked(found, words)),
            passed_to=self._quoted(found, words, PASSED_TO),
            call_back=self._quoted(found, words, PASSED_WHEN),
            farewell=is_farewell(words),
            selling=is_selling(words),
            harm=self._harm(found, turn),
        )

    def completeness(self, words: tuple[str, ...]) -> Completeness:
        """Say whether the words so far are a whole sentence."""
        return completeness(words)

    def promised_hold(self, words: tuple[str, ...]) -> int | None:
        """Return how long a hold was announced to last, in samples."""
        return promised_hold(words)

    def _acts(self, found: ReadTurn, words: Sequence[str]) -> Iterator[Act]:
        for act in ACTS:
            bar = self._bars.tags[act]
            best = max(clauses(found.of(act), bar), key=lambda each: each.probability, default=None)
            if best is not None:
                yield Act(
                    act=act,
                    rule=f"{act}/read",
                    words=_quote(words, best),
                    first=best.first,
                    last=best.last,
                    strength=_strength(best, bar),
                )

    def _harm(self, found: ReadTurn, turn: Turn) -> float | None:
        """Return how likely any remark of the turn does harm; None where nothing in it is a word."""
        if not len(found.at):
            return None
        weights = self._bars.harm
        log_odds = weights["intercept"] + sum(weights[act] * odds for act, odds in harm_odds(found, turn).items())
        return round(float(1 / (1 + np.exp(-log_odds))), 2)

    def _by_word(self, found: ReadTurn, words: Sequence[str], kind: str) -> Iterator[tuple[str, NDArray[np.float32]]]:
        """Yield each id of a kind and how likely every word belongs to one of its sentences; shape (words,)."""
        for name, vectors in self._case.sentences.get(kind, {}).items():
            likeness = (found.vectors @ vectors.T).max(axis=1)
            logits = likeness * self._bars.scale[kind] + self._bars.bias[kind]
            by_word = np.zeros(len(words), np.float32)
            np.maximum.at(by_word, found.at, 1 / (1 + np.exp(-logits)))
            yield name, by_word

    def _matches(self, found: ReadTurn, words: Sequence[str], kind: str, bar: float) -> dict[str, list[Clause]]:
        """Return the clauses that say each of the case's sentences of a kind, as likely as `bar`."""
        clauses_by_id = {}
        for name, by_word in self._by_word(found, words, kind):
            own = self._case.numbers[kind][name]
            fitting = [each for each in clauses(by_word, bar) if self._numbers_fit(words, each, kind, own)]
            if fitting:
                clauses_by_id[name] = fitting
        return clauses_by_id

    def _numbers_fit(self, words: Sequence[str], clause: Clause, kind: str, own: frozenset[str]) -> bool:
        """Return whether the numbers and days of a clause are not another sentence's; where both name one, the day."""
        said = figures(words[clause.first : clause.last + 1])
        if said & DAYS and own & DAYS:
            said &= DAYS
        if kind not in ("offer", "forbid") or not said or not own or said & own:
            return True
        return not any(said & numbers for numbers in self._case.numbers[kind].values())

    def _facts(self, found: ReadTurn, words: Sequence[str]) -> Iterator[Mention]:
        bar = self._bars.sentences["fact"]
        for name, found_clauses in self._matches(found, words, "fact", bar).items():
            best = max(found_clauses, key=lambda each: each.probability)
            yield Mention(
                id=name, words=_quote(words, best), first=best.first, last=best.last, strength=_strength(best, bar)
            )

    def _offers(self, found: ReadTurn, words: Sequence[str]) -> Iterator[Offered]:
        taken: list[Clause] = []
        for kind, standing in (("forbid", "forbidden"), ("offer", "allowed")):
            for name, found_clauses in self._matches(found, words, kind, self._bars.sentences[kind]).items():
                best = max(found_clauses, key=lambda each: each.probability)
                taken.append(best)
                yield _offered(name, standing, words, best, self._bars.sentences[kind])
        bar = self._bars.tags[OTHER_OFFER]
        for clause in clauses(found.of(OTHER_OFFER), bar):
            if not any(clause.meets(other) for other in taken):
                yield _offered("", "unknown", words, clause, bar)

    def _asked(self, found: ReadTurn, words: Sequence[str]) -> Iterator[Asked]:
        likely = dict(self._by_word(found, words, "ask"))
        bar = self._bars.tags[QUESTION]
        for whole in clauses(found.of(QUESTION), bar):
            for clause in self._parts(found, words, whole, likely):
                kind = self._kind(found, clause, words)
                stretch = words[clause.first : clause.last + 1]
                name, sure = self._known(likely, clause, kind, stretch)
                if kind == "suits" and not sure:
                    name = (name or WHEN_SUITS) if asked_by_its_word(stretch) in ("?when", "?what") else ""
                kind = "known" if sure else kind
                strength = min(sure or 1.0, _strength(clause, bar))
                if is_question(kind, stretch, strength):
                    yield Asked(
                        id=name,
                        kind=kind,
                        words=_quote(words, clause),
                        first=clause.first,
                        last=clause.last,
                        strength=strength,
                    )

    def _parts(
        self, found: ReadTurn, words: Sequence[str], whole: Clause, likely: Mapping[str, NDArray[np.float32]]
    ) -> list[Clause]:
        """Return a clause in two where "and" joins two questions, of the story or by their form; else as it is."""
        for at in range(whole.first + 2, whole.last):
            if words[at] not in JOINS:
                continue
            parts = [Clause(whole.first, at - 1, whole.probability), Clause(at + 1, whole.last, whole.probability)]
            texts = [words[part.first : part.last + 1] for part in parts]
            kinds = [self._kind(found, part, words) for part in parts]
            known = [self._known(likely, *each) for each in zip(parts, kinds, texts, strict=True)]
            apart = known[0][0] != known[1][0] or not known[0][1]
            if apart and all(sure or has_form(text) for (_, sure), text in zip(known, texts, strict=True)):
                return parts
        return [whole]

    def _known(
        self, likely: Mapping[str, NDArray[np.float32]], clause: Clause, kind: str, words: Sequence[str]
    ) -> tuple[str, float]:
        """Return the likeliest question of the story in a clause, and how sure it is: 0 is too doubtful to answer."""
        here = {name: float(row[clause.first : clause.last + 1].max()) for name, row in likely.items()}
        name = max(here, key=lambda name: here[name] - USUAL_LESS * (name in self._usual), default="")
        if not name or here[name] < LEAST_DOUBTFUL:
            return "", 0.0
        best, bar = here[name], self._bars.sentences["ask"]
        least = CERTAIN if name in self._usual or not self._fits(name, words) else bar
        if not kind.startswith("?"):
            least = max(least, CERTAIN if kind == "choice" and is_preference(words) else LEAST_OTHER)
        if best < least:
            return name, 0.0
        return name, _strength(Clause(clause.first, clause.last, best), bar)

    def _fits(self, name: str, words: Sequence[str]) -> bool:
        """Return whether a question is asked with a question word that one of its own wordings has, or with none."""
        asked = asked_by_its_word(words)
        return asked in (None, "?what", "?how") or asked in self._case.question_words[name]

    def _kind(self, found: ReadTurn, clause: Clause, words: Sequence[str]) -> str:
        """Return the likeliest kind of a question; among those that want a fact, the question word decides."""
        stretch = slice(clause.first, clause.last + 1)
        kind = max(QUESTION_KINDS, key=lambda kind: float(found.of(kind)[stretch].max()))
        if kind == "choice" and has_form(words[stretch]) and not is_preference(words[stretch]):
            return "?either"
        return asked_for(words[stretch], kind) if kind.startswith("?") else kind

    def _quoted(self, found: ReadTurn, words: Sequence[str], tag: str) -> str:
        best = max(clauses(found.of(tag), self._bars.tags[tag]), key=lambda each: each.probability, default=None)
        return _quote(words, best) if best is not None else ""


def harm_odds(found: ReadTurn, turn: Turn) -> dict[str, float]:
    """Return the log-odds of each act that does harm, at its likeliest clause; the least where a guard spares it."""
    odds: dict[str, float] = {}
    for name in HARMS:
        row = found.of(name)
        likely = LEAST_HARM
        for best in clauses(row, float(row.max()))[:1] if row.max() > LEAST_HARM else ():
            act = Act(
                act=name,
                rule="",
                words=_quote(turn.words, best),
                first=best.first,
                last=best.last,
                strength=best.probability,
            )
            likely = LEAST_HARM if spared(act, turn) else min(1 - LEAST_HARM, best.probability)
        odds[name] = float(np.log(likely / (1 - likely)))
    return odds


def clauses(probabilities: NDArray[np.float32], bar: float) -> list[Clause]:
    """Return the runs of words that reach `EDGE` of the bar and hold at least one word that reaches it.

    Examples
    --------
    >>> row = np.array([0.1, 0.4, 0.9, 0.1, 0.5, 0.0, 0.0, 0.3], np.float32)
    >>> [(c.first, c.last) for c in clauses(row, 0.6)]
    [(1, 4)]
    """
    found: list[Clause] = []
    start = last = None
    for at, value in enumerate([*probabilities.tolist(), 0.0, 0.0]):
        if value >= bar * EDGE:
            start, last = at if start is None else start, at
        elif start is not None and last is not None and at - last > GAP:
            best = float(probabilities[start : last + 1].max())
            if best >= bar:
                found.append(Clause(start, last, best))
            start = last = None
    return found


def _quote(words: Sequence[str], clause: Clause) -> str:
    return " ".join(words[clause.first : clause.last + 1])


def _strength(clause: Clause, bar: float) -> float:
    """Return how sure a finding is, 0.5 at its bar to 1; two digits, so that the log does not carry noise."""
    return round(0.5 + 0.5 * min(1.0, max(0.0, (clause.probability - bar) / max(1e-6, 1 - bar))), 2)


def _offered(name: str, standing: str, words: Sequence[str], clause: Clause, bar: float) -> Offered:
    return Offered(
        id=name,
        standing=standing,  # type: ignore[arg-type]
        words=_quote(words, clause),
        first=clause.first,
        last=clause.last,
        strength=_strength(clause, bar),
    )
