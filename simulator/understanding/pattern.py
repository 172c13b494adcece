"""The language that rules are written in: patterns of tokens, compiled to regular expressions.

Conventions
-----------
A pattern is a row of elements between spaces::

    sorry          this token            frustrat*      a token that starts so
    (a | b c)      one of these          [a | b c]      one of these, or nothing
    ..3            up to three tokens    $feeling       one of the lexicon's class "feeling"
    <  >           the utterance starts, or ends, here

A compiled pattern searches a text made by `as_text`: every token with one space before and after. It also knows which
tokens it cannot do without, so that a rulebook tries it only on utterances that hold one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_PIECE = re.compile(r"\.\.(\d+)|\$([a-z_]+)|([()\[\]|<>])|([^\s()\[\]|<>]+)")
ANYWHERE = "*"
"""The need of a pattern that may match any utterance."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern and the tokens (or stems, "frustrat*") of which it needs at least one."""

    source: str
    regex: re.Pattern[str]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Part:
    regex: str
    needs: frozenset[str] | None  # None: it can match without any token of its own


class PatternError(ValueError):
    """A pattern that cannot be read, and why."""


def as_text(tokens: Iterable[str]) -> str:
    """Return tokens as the text that patterns search.

    Examples
    --------
    >>> as_text(("i", "see"))
    ' i see '
    """
    return f" {' '.join(tokens)} "


def compile_pattern(source: str, lexicon: Mapping[str, tuple[str, ...]]) -> Pattern:
    """Compile one pattern.

    Parameters
    ----------
    source : str
        As in the module's conventions.
    lexicon : mapping of class name to patterns
        What ``$name`` may stand for.

    Raises
    ------
    PatternError
        If a bracket is not closed, a class is unknown, or the pattern is empty.

    Examples
    --------
    >>> bool(compile_pattern("i [really] (am | was) ..1 sorry", {}).regex.search(as_text("i am so sorry".split())))
    True
    """
    part = _alternatives(source, lexicon, ())
    if not part.regex:
        raise PatternError(f"the pattern {source!r} is empty")
    return Pattern(source, re.compile(rf"(?<= ){part.regex}"), part.needs or frozenset({ANYWHERE}))


def _alternatives(source: str, lexicon: Mapping[str, tuple[str, ...]], inside: tuple[str, ...]) -> _Part:
    pieces = list(_PIECE.finditer(source))
    part, at = _choice(source, pieces, 0, lexicon, inside)
    if at != len(pieces):
        raise PatternError(f"the pattern {source!r} closes a bracket that it did not open")
    return part


def _choice(
    source: str, pieces: list[re.Match[str]], at: int, lexicon: Mapping[str, tuple[str, ...]], inside: tuple[str, ...]
) -> tuple[_Part, int]:
    """Read alternatives up to a closing bracket or the end."""
    rows: list[list[_Part]] = [[]]
    while at < len(pieces) and pieces[at][3] not in (")", "]"):
        gap, name, bracket, token = pieces[at].groups()
        at += 1
        if bracket == "|":
            rows.append([])
        elif bracket in ("(", "["):
            part, at = _choice(source, pieces, at, lexicon, inside)
            if at == len(pieces) or pieces[at][3] != {"(": ")", "[": "]"}[bracket]:
                raise PatternError(f"the pattern {source!r} does not close its {bracket}")
            at += 1
            rows[-1].append(part if bracket == "(" else _Part(f"(?:{part.regex})?", None))
        elif bracket:
            rows[-1].append(_Part(r"(?<=\A )" if bracket == "<" else r"\Z", None))
        elif gap:
            rows[-1].append(_Part(rf"(?:\S+ ){{0,{gap}}}?", None))
        elif name:
            rows[-1].append(_class(source, name, lexicon, inside))
        else:
            rows[-1].append(_token(token))
    return _one_of([_row(row) for row in rows]), at


def _token(token: str) -> _Part:
    if token.endswith("*"):
        return _Part(rf"{re.escape(token[:-1])}\S* ", frozenset({token}))
    return _Part(f"{re.escape(token)} ", frozenset({token}))


def _class(source: str, name: str, lexicon: Mapping[str, tuple[str, ...]], inside: tuple[str, ...]) -> _Part:
    if name not in lexicon:
        raise PatternError(f"the pattern {source!r} uses ${name}, which the lexicon does not have")
    if name in inside:
        raise PatternError(f"the lexicon's class {name!r} contains itself")
    return _one_of([_alternatives(phrase, lexicon, (*inside, name)) for phrase in lexicon[name]])


def _row(parts: list[_Part]) -> _Part:
    sure = [part.needs for part in parts if part.needs]
    return _Part("".join(part.regex for part in parts), min(sure, key=len) if sure else None)


def _one_of(parts: list[_Part]) -> _Part:
    if len(parts) == 1:
        return parts[0]
    needs: frozenset[str] | None = frozenset()
    for part in parts:
        needs = needs | part.needs if needs is not None and part.needs is not None else None
    # The longest alternative first would be greedy over tokens; the order of the file is the author's choice.
    return _Part(f"(?:{'|'.join(part.regex for part in parts)})", needs)
