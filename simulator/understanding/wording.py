"""Words as they come from a recognizer or a keyboard, made into the tokens that rules are written in.

Conventions
-----------
A token is lower case, without punctuation, with contractions written out ("i'm" and "im" are "i am") and one spelling
for British and American forms. Each token knows the word it came from, so that what a rule finds can be shown in the
words said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from simulator.datafile import DataModel, read_yaml

DATA = Path(__file__).parent / "data"
"""Where the rules and word lists of this package stand."""

QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "`": "'", "\u00b4": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"}
)
"""Typographic quotes and dashes, and the plain ones that stand for them."""
_MONEY = re.compile(r"^([£$€])([\d.,]+)$")
_CLOCK = re.compile(r"^(\d{1,2})(?::?(\d\d))?(am|pm)$")
_UNITS = {"£": "pounds", "$": "dollars", "€": "euros"}


class Wording(DataModel):
    """The tables of `wording.yaml`."""

    whole: dict[str, str]
    endings: dict[str, str]
    owners_of_is: list[str]
    spelling: dict[str, str]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of an utterance: `texts[i]` came from word number `at[i]`."""

    texts: tuple[str, ...]
    at: tuple[int, ...]


@cache
def _tables() -> Wording:
    return read_yaml(DATA / "wording.yaml", Wording)


@cache
def _expand(word: str) -> tuple[str, ...]:
    plain = word.translate(QUOTES).lower()
    money = _MONEY.match(plain.strip('.,;:!?"()'))
    if money:
        return (money[2].rstrip(".,"), _UNITS[money[1]])
    plain = plain.strip('.,;:!?"()[]*_-/')
    tables = _tables()
    if plain in tables.whole:
        return tuple(tables.whole[plain].split())
    bare = plain.strip("'")
    if bare in tables.whole:
        return tuple(tables.whole[bare].split())
    clock = _CLOCK.match(bare)
    if clock:
        return tuple(part for part in clock.groups() if part)
    parts = [part for part in re.split(r"[-/_]|(?<=\w)[.,](?=[a-z])", bare) if part]
    if len(parts) > 1:
        return tuple(token for part in parts for token in _expand(part))
    return _contraction(bare, tables)


def _contraction(word: str, tables: Wording) -> tuple[str, ...]:
    if word.endswith("n't") and len(word) > 3:
        return (_spelt(word[:-3], tables), "not")
    head, apostrophe, tail = word.partition("'")
    if apostrophe and tail in tables.endings:
        return (_spelt(head, tables), tables.endings[tail])
    if apostrophe and tail.startswith("d've"):
        return (head, "would", "have")
    if apostrophe and tail == "s":
        return (head, "is") if head in tables.owners_of_is else (_spelt(head, tables),)
    clean = re.sub(r"[^\w.,:%+]", "", word)
    return (_spelt(clean, tables),) if clean else ()


def _spelt(word: str, tables: Wording) -> str:
    return tables.spelling.get(word, word)


def tokens(words: Sequence[str]) -> Tokens:
    """Return the tokens of `words`.

    Examples
    --------
    >>> tokens(["I'm", "sorry,", "we", "can't", "e-mail", "£20"]).texts
    ('i', 'am', 'sorry', 'we', 'can', 'not', 'email', '20', 'pounds')
    >>> tokens(["mm-hm", "it's", "fine"]).at
    (0, 1, 1, 2)
    """
    texts: list[str] = []
    at: list[int] = []
    for number, word in enumerate(words):
        for token in _expand(word):
            texts.append(token)
            at.append(number)
    return Tokens(tuple(texts), tuple(at))


def places(texts: Sequence[str], phrase: tuple[str, ...]) -> Iterator[int]:
    """Yield where a phrase stands in a turn."""
    yield from (at for at in range(len(texts) - len(phrase) + 1) if tuple(texts[at : at + len(phrase)]) == phrase)


def holds(texts: Sequence[str], phrases: Iterable[tuple[str, ...]]) -> bool:
    """Return whether one of several phrases stands in a turn."""
    return any(True for phrase in phrases for _ in places(texts, phrase))
