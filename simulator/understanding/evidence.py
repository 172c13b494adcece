"""What speaks for each act beside the rules: weights learnt from labelled examples.

Conventions
-----------
A feature is a token, a run of two or three, two tokens with one between them, a token's stem, or how the utterance
stands to what the customer said before. Each has a weight for each act; the utterance's static vector has one too. The
sum is in log-odds: above 0 speaks for the act, below 0 against it. In a long turn one clause drowns among the others,
so its best stretch counts as much as the whole; for a harmful act, which must not be heard by mistake, both must agree.
`script/learn_acts.py` learns the weights from the labelled utterances and writes them to `data/evidence.npz`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulator.errors import InputError
from simulator.understanding.relation import shared, stem
from simulator.understanding.vectors import vector
from simulator.understanding.wording import DATA, tokens
from simulator.vocabulary import ACTS, HARMFUL

FILE = DATA / "evidence.npz"
SCALE = 1000
"""Weights are kept in thousandths of a log-odds unit."""
NEGATIONS = frozenset({"not", "no", "never", "nobody", "none", "nothing"})
ASKING = frozenset(
    "can could may would will do does did is are was were has have had shall should".split()
    + "what which when where who how why".split()
)
FEW, MANY = 3, 15
"""Words in a turn that counts as short, or as long."""
STRETCH, STEP = 10, 4
"""Tokens in a stretch of a long turn, and from one stretch to the next."""
LONG_TURN = 14
"""A turn of more tokens than this is weighed by stretches too."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A feature made of words: its key, and its first and last token."""

    key: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Log-odds of each act, and what each token contributes to them."""

    scores: Mapping[str, float]
    by_token: NDArray[np.float64]
    """float64, shape (tokens, acts), log-odds: the word features' weights, shared out over their tokens."""

    def span(self, act: str) -> tuple[int, int]:
        """Return the first and last token of the stretch that speaks most for an act."""
        column = self.by_token[:, ACTS.index(act)]
        best, span, total, start = -np.inf, (0, 0), 0.0, 0
        for at, value in enumerate(column):
            if total <= 0:
                total, start = 0.0, at
            total += float(value)
            if total > best:
                best, span = total, (start, at)
        return span


@dataclass(frozen=True, slots=True)
class Weights:
    """The learnt weights: of features by key, of the vector, and the bias; all for the acts in `ACTS`' order."""

    rows: Mapping[str, int]
    features: NDArray[np.int16]
    vector: NDArray[np.float32]
    bias: NDArray[np.float32]
    files: tuple[str, ...]
    """The labelled files that they were learnt from."""
    sha256: str
    """Of those files, one after the other, with Unix line ends."""


def pieces(texts: tuple[str, ...]) -> Iterator[Piece]:
    """Yield the features made of words; ``<`` and ``>`` stand for the utterance's start and end."""
    row, last = ("<", *texts, ">"), len(texts) - 1

    def piece(key: str, first: int, stop: int) -> Piece:
        return Piece(key, min(max(first - 1, 0), last), min(max(stop - 2, 0), last))

    for size in (1, 2, 3):
        for at in range(len(row) - size + 1):
            yield piece(" ".join(row[at : at + size]), at, at + size)
    for at in range(len(row) - 2):
        yield piece(f"{row[at]} _ {row[at + 2]}", at, at + 3)
    for at, text in enumerate(texts):
        yield Piece(f"~{stem(text)}", at, at)


def standing(texts: tuple[str, ...], said: tuple[str, ...]) -> dict[str, float]:
    """Return the features of length and of what the customer said before, by key."""
    found = {}
    if len(texts) <= FEW:
        found["*short"] = 1.0
    if len(texts) >= MANY:
        found["*long"] = 1.0
    if said:
        met = shared(texts, said)
        found |= {"*said": 1.0, "*share": met.share, "*count": min(met.count, 5) / 5}
        line = tokens(said[-1].split()).texts
        denies, denied = bool(NEGATIONS & set(texts)), bool(NEGATIONS & set(line))
        found[f"*denies {denies} {denied}"] = 1.0
        if met.count:
            found[f"*of the same {denies} {denied}"] = 1.0
        if line and line[0] in ASKING:
            found["*asked"] = 1.0
    return found


def weigh(texts: tuple[str, ...], said: tuple[str, ...] = ()) -> Evidence:
    """Return what speaks for each act in an utterance's tokens.

    Parameters
    ----------
    texts : tuple of str
        Tokens, as `tokens` makes them; at least one.
    said : tuple of str
        What the customer said before, the last line last.

    Examples
    --------
    >>> found = weigh(("i", "am", "so", "sorry", "about", "that"))
    >>> found.scores["apology"] > 0 > found.scores["refusal"]
    True
    """
    whole = _weigh(texts, said)
    if len(texts) <= LONG_TURN:
        return whole
    last = len(texts) - STRETCH
    parts = [_weigh(texts[at : at + STRETCH], said).scores for at in (*range(0, last, STEP), last)]
    scores = {}
    for act, score in whole.scores.items():
        best = max(part[act] for part in parts)
        scores[act] = min(score, best) if act in HARMFUL else round((score + best) / 2, 3)
    return Evidence(scores, whole.by_token)


def _weigh(texts: tuple[str, ...], said: tuple[str, ...]) -> Evidence:
    weights = learnt()
    by_token = np.zeros((len(texts), len(ACTS)), np.int64)
    total = np.zeros(len(ACTS), np.int64)
    met: set[str] = set()
    for one in pieces(texts):
        row = weights.rows.get(one.key)
        if row is None or one.key in met:
            continue
        met.add(one.key)
        worth = weights.features[row].astype(np.int64)
        total += worth
        by_token[one.first : one.last + 1] += worth // (one.last + 1 - one.first)
    score = total / SCALE + weights.bias.astype(np.float64)
    for key, value in standing(texts, said).items():
        if key in weights.rows:
            score += value * weights.features[weights.rows[key]] / SCALE
    score += (vector(" ".join(texts)) @ weights.vector).astype(np.float64)
    return Evidence(dict(zip(ACTS, np.round(score, 3).tolist(), strict=True)), by_token / SCALE)


@cache
def learnt() -> Weights:
    """Return the shipped weights.

    Raises
    ------
    InputError
        If their file is missing, damaged, or made for other acts.
    """
    try:
        with np.load(FILE, allow_pickle=False) as file:
            lists = {
                name: file[name].tobytes().decode("utf-8").split("\n") for name in ("keys", "acts", "files", "sha256")
            }
            weights = Weights(
                rows={key: row for row, key in enumerate(lists["keys"])},
                features=file["features"],
                vector=file["vector"],
                bias=file["bias"],
                files=tuple(lists["files"]),
                sha256=lists["sha256"][0],
            )
    except (OSError, KeyError, ValueError) as error:
        raise InputError(f"cannot read {FILE}: {error}; install the package again") from error
    if tuple(lists["acts"]) != ACTS or weights.features.shape != (len(weights.rows), len(ACTS)):
        raise InputError(f"{FILE} was made for other acts; make it again with: python script/learn_acts.py")
    return weights
