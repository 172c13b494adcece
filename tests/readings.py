"""Readings written by hand, so that a test of the customer or of the score says what was read and needs no network.

A mark is one thing that was read, as a word: an act by its name ("empathy"); a fact of the story ("fact:parents"); an
offer ("offer:saturday"), one that must not be made ("forbid:lost-pay"), one that the briefing does not know ("offer:");
a question of the story ("ask:order") or of a kind ("?when", "choice"); "to:" and "back:", who takes over and when
somebody rings, with their words behind it; "farewell" and "selling". A pair of a mark and words says where it stands.
"""

from __future__ import annotations

import dataclasses
from typing import TypeAlias

from simulator.clock import Span
from simulator.events import Act, ActsRead, Asked, Mention, Offered, Reading
from simulator.understanding.tags import QUESTION_KINDS
from simulator.vocabulary import ACTS

Mark: TypeAlias = str | tuple[str, str]
STANDING = {"offer": "allowed", "forbid": "forbidden"}


def reading(text: str, *marks: Mark, strength: float = 1.0) -> Reading:
    """Return the reading of `text` that `marks` describe, in their order."""
    found: dict[str, list] = {"acts": [], "facts": [], "offers": [], "asked": []}
    single: dict[str, str | bool] = {}
    for mark in marks:
        name, words = (mark, text) if isinstance(mark, str) else mark
        where = _where(text.split(), words.split(), strength)
        kind, colon, rest = name.partition(":")
        if name in ACTS:
            found["acts"].append(Act(act=name, rule=f"{name}-test", **where))
        elif name in (*QUESTION_KINDS, "?either"):
            found["asked"].append(Asked(id="", kind=name, **where))
        elif kind == "ask":
            found["asked"].append(Asked(id=rest, kind="known", **where))
        elif kind == "fact":
            found["facts"].append(Mention(id=rest, **where))
        elif kind in STANDING:
            found["offers"].append(Offered(id=rest, standing=STANDING[kind] if rest else "unknown", **where))
        elif kind in ("to", "back"):
            single["passed_to" if kind == "to" else "call_back"] = rest
        else:
            assert name in ("farewell", "selling"), f"no such mark: {name}"
            assert not colon
            single[name] = True
    return Reading(**{kind: tuple(each) for kind, each in found.items()}, **single)


def in_order(found: Reading) -> Reading:
    """Return the same reading with its acts one after another, whatever their words: the n-th stands at word n."""
    acts = tuple(dataclasses.replace(act, first=n, last=n) for n, act in enumerate(found.acts))
    return dataclasses.replace(found, acts=acts)


def acts_read(at: int, utterance: int, span: Span, found: Reading) -> ActsRead:
    """Return the event that carries a reading."""
    parts = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    return ActsRead(at=at, utterance=utterance, span=span, **parts)


def _where(text: list[str], words: list[str], strength: float) -> dict:
    first = next(n for n in range(len(text) + 1) if text[n : n + len(words)] == words)
    return {"words": " ".join(words), "first": first, "last": max(first, first + len(words) - 1), "strength": strength}
