"""The rules as they stand in the data files: their schema, and the book compiled from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from simulator.datafile import DataModel, read_yaml
from simulator.errors import InputError
from simulator.understanding.pattern import ANYWHERE, Pattern, PatternError, compile_pattern
from simulator.understanding.wording import DATA
from simulator.vocabulary import ActName

SHORTEST_STEM = 3
"""A pattern's ``stem*`` has at least this many letters."""


class RuleEntry(DataModel):
    """One rule: any of its patterns means the act, unless a guard stands in the way."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    strength: Annotated[float, Field(gt=0, le=1)] = 0.8
    any: Annotated[list[str], Field(min_length=1)]
    unless: list[str] = Field(default=[])
    """Patterns that, anywhere in the utterance, keep the rule from matching."""
    not_after: list[str] = Field(default=[])
    """Patterns that may not stand right before what matched."""
    not_before: list[str] = Field(default=[])
    """Patterns that may not stand right after what matched."""
    instead_of: list[ActName] = Field(default=[])
    """Acts that are not meant where this matches: their matches that share a word with it are dropped."""
    instead_of_all: list[ActName] = Field(default=[])
    """Acts that are not meant anywhere in an utterance in which this matches."""
    shares: Annotated[float, Field(ge=0, le=1)] | None = None
    """Needs the customer to have said at least this share of the utterance's content."""
    at_least: Annotated[int, Field(ge=1)] = 1
    """With `shares`: needs at least so many content words in common."""
    said: bool | None = None
    """True: only when the customer has said something; false: only when nothing they said is known."""


class RuleFile(DataModel):
    """The rules of one act; act `none` holds rules that only keep others from matching."""

    act: ActName | Literal["none"]
    rules: list[RuleEntry]


class Lexicon(DataModel):
    """Word classes that patterns name with ``$``."""

    classes: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One compiled rule."""

    act: str
    id: str
    entry: RuleEntry
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    not_after: tuple[Pattern, ...]
    not_before: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every rule, and which rules an utterance with a given token (or stem) may fire."""

    rules: tuple[Rule, ...]
    by_need: Mapping[str, tuple[tuple[int, int], ...]]

    def candidates(self, tokens: tuple[str, ...]) -> Iterator[tuple[Rule, Pattern]]:
        """Yield the patterns that could match, in the order of the book."""
        keys = {ANYWHERE, *tokens}
        keys.update(f"{token[:n]}*" for token in tokens for n in range(SHORTEST_STEM, len(token) + 1))
        found = {place for key in keys for place in self.by_need.get(key, ())}
        for rule, pattern in sorted(found):
            yield self.rules[rule], self.rules[rule].patterns[pattern]


@cache
def shipped_rules() -> Rulebook:
    """Return the rulebook of this package."""
    return read_rulebook(DATA)


def read_rulebook(folder: Path) -> Rulebook:
    """Read and compile `lexicon.yaml` and every file under `rules/` of a folder.

    Raises
    ------
    InputError
        If a file breaks its schema or a pattern cannot be read; the message names the file and the rule.
    """
    lexicon = {name: tuple(phrases) for name, phrases in read_yaml(folder / "lexicon.yaml", Lexicon).classes.items()}
    rules: list[Rule] = []
    for path in sorted((folder / "rules").glob("*.yaml")):
        file = read_yaml(path, RuleFile)
        rules += [_compile(path, file.act, entry, lexicon) for entry in file.rules]
    index: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, rule in enumerate(rules):
        for place, pattern in enumerate(rule.patterns):
            for need in pattern.needs:
                index[need].append((number, place))
    return Rulebook(tuple(rules), {need: tuple(places) for need, places in index.items()})


def _compile(path: Path, act: str, entry: RuleEntry, lexicon: Mapping[str, tuple[str, ...]]) -> Rule:
    def patterns(sources: list[str]) -> tuple[Pattern, ...]:
        return tuple(compile_pattern(source, lexicon) for source in sources)

    try:
        return Rule(
            act,
            f"{act}/{entry.id}",
            entry,
            patterns(entry.any),
            patterns(entry.unless),
            patterns(entry.not_after),
            patterns(entry.not_before),
        )
    except PatternError as error:
        raise InputError(f"{path}: rule {entry.id!r}: {error}") from error
