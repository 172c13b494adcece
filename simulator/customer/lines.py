"""What a customer may say at one moment, by mood band; and choosing a line that was not heard yet.

Conventions
-----------
Anger runs from 0 to 100 and falls into five bands. A set of lines is written by band; the shortcuts ``calm``
(content, cool), ``hot`` (angry, furious) and ``any`` save an author from repeating a line. A line may hold slots
such as ``{thing}``; they are filled when the line is chosen, never later.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from pydantic import ConfigDict, RootModel, model_validator

from simulator.datafile import PlacedError
from simulator.events import Band
from simulator.vocabulary import BANDS

LOWEST_ANGER: dict[Band, int] = {"content": 0, "cool": 20, "irritated": 40, "angry": 60, "furious": 80}
"""The anger at which each band begins."""
BandKey: TypeAlias = Literal["content", "cool", "irritated", "angry", "furious", "calm", "hot", "any"]
GROUPS: dict[str, tuple[Band, ...]] = {"calm": ("content", "cool"), "hot": ("angry", "furious"), "any": BANDS}
"""The shortcuts an author may write instead of a band."""
SLOTS = ("name", "company", "thing", "since", "want")
"""What a line may leave open, filled from the scenario."""

MAY_REPEAT = ("answer:", "vent:", "ending:", "choice:", "back:", "opening")
"""Kinds of lines that answer the same question again, or tell again what was cut off."""


def band_of(anger: float) -> Band:
    """Return the band that `anger` (0 to 100) falls into.

    Examples
    --------
    >>> band_of(0), band_of(59.9), band_of(100)
    ('content', 'irritated', 'furious')
    """
    return max((band for band in BANDS if anger >= LOWEST_ANGER[band]), key=BANDS.index, default="content")


def _distance(key: str, band: Band) -> int:
    reach = GROUPS.get(key, (key,))
    return min(abs(BANDS.index(band) - BANDS.index(other)) for other in reach)


class Lines(RootModel[dict[BandKey, tuple[str, ...]]]):
    """Lines by band. A bare text or list stands for ``any``.

    Examples
    --------
    >>> lines = Lines.model_validate({"calm": "Fine.", "hot": ["No!", "Never."]})
    >>> lines.fitting("angry")
    ('No!', 'Never.')
    >>> lines.fitting("irritated")
    ()
    >>> [text for text, _ in lines.nearest("irritated")]
    ['Fine.', 'No!', 'Never.']
    """

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, value: Any) -> Any:
        if isinstance(value, str | list):
            value = {"any": value}
        if isinstance(value, dict):
            value = {key: (text,) if isinstance(text, str) else text for key, text in value.items()}
        return value

    @model_validator(mode="after")
    def _whole(self) -> Lines:
        if not any(self.root.values()):
            raise ValueError("write at least one line")
        for text, key in self:
            unknown = {slot for slot in re.findall(r"{([^{}]*)}", text) if slot not in SLOTS}
            if unknown:
                names = ", ".join(sorted(unknown))
                raise PlacedError(f"no such slot: {names}; allowed: {', '.join(SLOTS)}", (key,))
            if re.search(r"[{}]", re.sub(r"{[a-z]+}", "", text)):
                raise PlacedError(f"a brace without its partner; a slot is written {{{SLOTS[0]}}}", (key,))
            if not text.strip():
                raise ValueError("a line is empty")
        return self

    def __iter__(self) -> Iterator[tuple[str, str]]:  # type: ignore[override]
        """Yield (text, band key) in the order of the file."""
        for key, texts in self.root.items():
            for text in texts:
                yield text, key

    def fitting(self, band: Band) -> tuple[str, ...]:
        """Return the lines written for `band`, or for a group that holds it."""
        return tuple(text for text, key in self if _distance(key, band) == 0)

    def nearest(self, band: Band) -> tuple[tuple[str, int], ...]:
        """Return every line with its distance from `band` in bands, nearest first."""
        return tuple(sorted(((text, _distance(key, band)) for text, key in self), key=lambda pair: pair[1]))


class Repertoire:
    """Every line a customer has for each kind of moment; chooses by seed and never repeats while another fits.

    A pool that is used up gives way to the short lines of `neutral`.

    Parameters
    ----------
    sets : mapping of str to tuple of Lines
        By kind of moment, the most particular source first (the scenario's own before the shared bank's).
    slots : mapping of str to str
        What fills the slots.
    seed : int
        Another seed, another choice among equals.
    """

    def __init__(self, sets: Mapping[str, tuple[Lines, ...]], *, slots: Mapping[str, str], seed: int) -> None:
        self._sets = dict(sets)
        self._slots = dict(slots)
        self._seed = seed
        self._heard: dict[str, int] = {}
        self._count = 0

    def __contains__(self, kind: str) -> bool:
        return kind in self._sets

    def fresh(self, kind: str, band: Band) -> bool:
        """Return whether a line of `kind` written for `band` is still unheard."""
        return any(t not in self._heard for lines in self._sets.get(kind, ()) for t in lines.fitting(band))

    def choose(self, kind: str, band: Band) -> tuple[str, str]:
        """Return (id, text) of a line of `kind` for `band`, and remember that it was said.

        Raises
        ------
        KeyError
            If there is no line of that kind at all.
        """
        ranked = self._ranked(kind, band)
        best = min(rank[:4] for rank in ranked)
        if best[:2] != (False, 0) and not kind.startswith(MAY_REPEAT):
            kind, ranked = self._instead(kind, band) or (kind, ranked)
            best = min(rank[:4] for rank in ranked)
        fits = [rank[4] for rank in ranked if rank[:4] == best]
        self._count += 1
        text = fits[zlib.crc32(f"{self._seed}/{kind}/{self._count}".encode()) % len(fits)]
        self._heard[text] = self._heard.get(text, 0) + self._count
        number = sorted(rank[4] for rank in ranked).index(text) + 1
        return f"{kind}/{number}", self.fill(text)

    def _ranked(self, kind: str, band: Band) -> list[tuple[bool, int, int, int, str]]:
        return [
            (distance > 1, self._heard.get(text, 0), order, distance, text)
            for order, lines in enumerate(self._sets[kind])
            for text, distance in lines.nearest(band)
        ]

    def _instead(self, kind: str, band: Band) -> tuple[str, list[tuple[bool, int, int, int, str]]] | None:
        """Return the pool to draw from when that of `kind` is used up, or None where it is used up, too."""
        for pool in ("no_answer", "neutral") if kind.startswith("answer_") else ("neutral",):
            if pool in self._sets:
                ranked = self._ranked(pool, band)
                if min(ranked)[:2] == (False, 0):
                    return pool, ranked
        return None

    def fill(self, text: str) -> str:
        """Return `text` with its slots filled, and a capital where a slot begins a sentence."""
        filled = text.format_map(self._slots)
        return re.sub(r"(^|[.!?]\s+)([a-z])", lambda m: m[1] + m[2].upper(), filled)

    def lines(self, kind: str, bands: tuple[Band, ...]) -> Iterator[tuple[str, Band]]:
        """Yield (text, band) for each line of `kind` that is written for one of `bands`."""
        for band in bands:
            for lines in self._sets.get(kind, ()):
                for text in lines.fitting(band):
                    yield self.fill(text), band

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of moment there is a line for."""
        return tuple(self._sets)
