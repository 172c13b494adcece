"""How much of what the trainee says the customer has said before: shared words, and words of like meaning.

Conventions
-----------
A content word is a token that carries meaning of its own: not a function word, not the call's small change ("call",
"okay"). Two content words meet when they are the same word in another form, or when their static vectors are near.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from simulator.datafile import DataModel, read_yaml
from simulator.understanding.vectors import nearness
from simulator.understanding.wording import DATA, tokens

NEAR = 0.52
"""Cosine of two words' vectors from which they count as alike ("sofa" and "couch" have 0.51 to 0.6)."""


class _Small(DataModel):
    function_words: frozenset[str]
    small_change: frozenset[str]
    numbers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Shared:
    """Which of the trainee's content words the customer used: `share` of all, and the token positions."""

    share: float
    count: int
    at: tuple[int, ...]


@cache
def _small() -> _Small:
    return read_yaml(DATA / "content_words.yaml", _Small)


@cache
def stem(token: str) -> str:
    """Return a token without its common endings, enough to match forms of one word.

    Examples
    --------
    >>> [stem(t) for t in ("delivered", "delivery", "deliveries", "delivering", "9th", "nine")]
    ['deliv', 'deliv', 'deliv', 'deliv', '9', '9']
    """
    token = _small().numbers.get(token, token)
    if token[:1].isdigit():
        return token.rstrip("stndrh")
    for ending in (
        "eries",
        "ering",
        "ered",
        "ery",
        "ers",
        "er",
        "ations",
        "ation",
        "ings",
        "ing",
        "ies",
        "ed",
        "es",
        "ly",
        "s",
        "y",
        "e",
    ):
        if token.endswith(ending) and len(token) - len(ending) >= 3:
            token = token[: -len(ending)]
            break
    return token[:-1] if len(token) > 3 and token[-1] == token[-2] and token[-1] not in "aeiou" else token


def content(texts: Sequence[str]) -> tuple[int, ...]:
    """Return the positions of the content words among tokens."""
    small = _small()
    return tuple(
        at for at, text in enumerate(texts) if text not in small.function_words and text not in small.small_change
    )


def shared(texts: Sequence[str], said: Iterable[str]) -> Shared:
    """Compare an utterance's tokens with what the customer said."""
    theirs = tuple(text for line in said for text in tokens(line.split()).texts)
    their_words = tuple(dict.fromkeys(theirs[at] for at in content(theirs)))
    mine = content(texts)
    if not mine or not their_words:
        return Shared(0.0, 0, ())
    stems = {stem(word) for word in their_words}
    met = [at for at in mine if stem(texts[at]) in stems]
    left = [at for at in mine if at not in met]
    if left:
        near = nearness(tuple(texts[at] for at in left), their_words)
        met += [at for at, value in zip(left, near, strict=True) if value >= NEAR]
    return Shared(len(met) / len(mine), len(met), tuple(sorted(met)))
