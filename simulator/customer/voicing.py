"""Which lines a customer may say in which band, likeliest first, so that a voice can be rendered ahead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from simulator.customer.character import Character
from simulator.events import Band
from simulator.vocabulary import BANDS

ALWAYS: tuple[str, ...] = ("hello", "cut_off", "are_you_there", "unclear", "solution_too_soon")
"""Reactions that may come at any moment, and so are rendered first after the story itself."""
BACKCHANNELS = ("Mm-hm.", "Right.", "Okay.", "Yes.")
"""What a calm customer says while listening."""
MOST_AHEAD = 400
"""More lines than this are not worth rendering before they are needed."""
CALM_KINDS = ("accept", "thanks", "close", "accept_escalation", "ending:won_back", "ending:escalated")
"""Said when things went well: rendered for the calm bands only."""
HOT_KINDS = ("threaten", "hang_up", "manager", "ending:hung_up", "promise_broken", "barge_excuse")
"""Said when things went badly."""


def possible_lines(character: Character) -> tuple[tuple[str, Band], ...]:
    """Return the likeliest (text, band) pairs this customer may say; the rest is rendered on demand."""
    start = character.mood.band
    story = [kind for kind in character.repertoire.kinds if ":" in kind or kind == "opening"]
    others = [kind for kind in character.repertoire.kinds if kind not in story and kind not in ALWAYS]
    ordered = [k for k in story if k.startswith("vent")] + list(ALWAYS)
    ordered += [k for k in story if not k.startswith("vent")] + others
    found: dict[tuple[str, Band], None] = {}
    for bands in (_near(start), BANDS):
        for kind in ordered:
            wanted = tuple(band for band in bands if band in _bands_for(kind))
            found.update(dict.fromkeys(character.repertoire.lines(kind, wanted)))
    return tuple(found)[:MOST_AHEAD]


def every_text(character: Character) -> tuple[str, ...]:
    """Return every line this customer has, slots filled, the story's own first: what a voice pack must hold.

    What a customer says is one of these, or some of these one after the other.
    """
    repertoire = character.repertoire
    kinds = sorted(repertoire.kinds, key=lambda kind: not (kind.startswith("vent") or kind == "opening"))
    lines = [text for kind in kinds for text, _ in repertoire.lines(kind, BANDS)]
    return tuple(dict.fromkeys([*lines, *BACKCHANNELS]))


def emphasised_words(texts: Iterable[str], marks: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return by text which of its words, counted from 0, a scenario marks; only texts that have such words.

    Parameters
    ----------
    texts : iterable of str
    marks : iterable of str
        Words as they stand in a line, without regard to capitals and commas; with asterisks, only the words between
        them are meant, and the others say where.

    Examples
    --------
    >>> emphasised_words(["Not one word back.", "One moment.", "Nobody rang. Nobody!"], ["not *one*", "nobody"])
    {'Not one word back.': (1,), 'Nobody rang. Nobody!': (0, 2)}
    """
    sought = [[(word, "*" not in mark or chosen) for word, chosen in _chosen(mark)] for mark in marks]
    found = {}
    for text in texts:
        words = [_bare(word) for word in text.split()]
        numbers = {
            start + number
            for mark in sought
            for start in range(len(words) - len(mark) + 1)
            if words[start : start + len(mark)] == [word for word, _ in mark]
            for number, (_, chosen) in enumerate(mark)
            if chosen
        }
        if numbers:
            found[text] = tuple(sorted(numbers))
    return found


def _chosen(mark: str) -> Iterator[tuple[str, bool]]:
    """Yield each bare word of a mark, and whether it stands between asterisks."""
    for number, part in enumerate(mark.split("*")):
        yield from ((word, number % 2 == 1) for word in map(_bare, part.split()) if word)


def _bare(word: str) -> str:
    return re.sub(r"[^\w'-]", "", word).lower()


def _near(band: Band) -> tuple[Band, ...]:
    at = BANDS.index(band)
    return (band, *BANDS[at + 1 : at + 2], *BANDS[max(0, at - 1) : at])


def _bands_for(kind: str) -> tuple[Band, ...]:
    if kind in CALM_KINDS:
        return ("content", "cool", "irritated")
    if kind in HOT_KINDS:
        return ("irritated", "angry", "furious")
    return BANDS
