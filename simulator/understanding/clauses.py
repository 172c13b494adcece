"""Runs of words that the network marks, and a scenario's sentences to compare them with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.understanding.quantities import figures
from simulator.understanding.questions import asked_by_its_word, content
from simulator.understanding.reader import Bars, Reader, ReadTurn
from simulator.understanding.wording import holds, tokens

NEEDS_NONE = (("not", "need"), ("no", "need"), ("not", "asking"), ("not", "have", "to"))
"""Words that ask for nothing; what the briefing forbids to ask for is not asked for with these."""
EDGE = 0.5
"""A clause goes on over words that reach this share of its bar."""
GAP = 1
"""Words inside a clause that may fall below it: a filler, a slip."""


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
    contents: Mapping[str, frozenset[str]]
    """Stems of the words of a question's wordings that tell what it is about."""
    spares: frozenset[str]
    """What must not be promised that spares the customer something: "you don't have to go through security"."""
    offered: frozenset[str]
    """The same of all offers."""


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
    asked = {name: [text.split() for text in texts] for name, texts in sentences.get("ask", {}).items()}
    return Case(
        vectors,
        numbers,
        {name: frozenset(asked_by_its_word(text) for text in texts) for name, texts in asked.items()},
        {name: frozenset().union(*(content(text) for text in texts)) for name, texts in asked.items()},
        frozenset(
            name
            for name, texts in sentences.get("forbid", {}).items()
            if any(holds(tokens(text.split()).texts, NEEDS_NONE) for text in texts)
        ),
        frozenset().union(*(content(t.split()) for texts in sentences.get("offer", {}).values() for t in texts)),
    )


def likely(
    case: Case, bars: Bars, found: ReadTurn, words: Sequence[str], kind: str
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield each id of a kind and how likely every word belongs to one of its sentences; shape (words,)."""
    for name, vectors in case.sentences.get(kind, {}).items():
        likeness = (found.vectors @ vectors.T).max(axis=1)
        logits = likeness * bars.scale[kind] + bars.bias[kind]
        by_word = np.zeros(len(words), np.float32)
        np.maximum.at(by_word, found.at, 1 / (1 + np.exp(-logits)))
        yield name, by_word


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


def quote(words: Sequence[str], clause: Clause) -> str:
    """Return a clause's words."""
    return " ".join(words[clause.first : clause.last + 1])


def strength(clause: Clause, bar: float) -> float:
    """Return how sure a finding is, 0.5 at its bar to 1; two digits, so that the log does not carry noise."""
    return round(0.5 + 0.5 * min(1.0, max(0.0, (clause.probability - bar) / max(1e-6, 1 - bar))), 2)
