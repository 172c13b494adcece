"""The 45 rows of guidance that scenarios, rubrics and scores cite, read from `guidance.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from pydantic import Field, model_validator

from simulator.datafile import DataModel, read_yaml
from simulator.vocabulary import GuidanceId

Dimension: TypeAlias = Literal["listening", "composure", "empathy", "ownership", "resolution", "follow_through"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
"""The six dimensions of a score, in the order in which they are shown."""

Seen: TypeAlias = Literal["words", "voice", "course", "around"]


class GuidanceRow(DataModel):
    """One thing the guidance asks of an agent."""

    id: GuidanceId
    dimension: Dimension
    asks: str
    seen: tuple[Seen, ...] = Field(min_length=1)
    sources: tuple[str, ...] = Field(min_length=1)

    @property
    def in_the_call(self) -> bool:
        """Whether the row shows in the call itself: in its words, its voice or its course."""
        return any(where != "around" for where in self.seen)


class Source(DataModel):
    """An article that rows were digested from: its title, and the file it was read from."""

    title: str = Field(min_length=1)
    file: str = Field(min_length=1)


class Guidance(DataModel):
    """All rows, and the articles they were digested from, by the number with which rows cite them."""

    version: str
    sources: dict[str, Source]
    rows: tuple[GuidanceRow, ...]

    @model_validator(mode="after")
    def _is_whole(self) -> Guidance:
        ids = [row.id for row in self.rows]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            raise ValueError(f"ids must be unique; given twice: {', '.join(twice)}")
        unknown = sorted({source for row in self.rows for source in row.sources} - set(self.sources))
        if unknown:
            raise ValueError(f"rows cite sources that are not listed: {', '.join(unknown)}")
        return self

    def row(self, id: str) -> GuidanceRow:
        """Return the row with this id.

        Raises
        ------
        KeyError
            If there is none.

        Examples
        --------
        >>> load_guidance().row("L1").asks
        'Let the customer finish; never talk over them.'
        """
        for row in self.rows:
            if row.id == id:
                return row
        raise KeyError(id)


@cache
def load_guidance() -> Guidance:
    """Return the guidance shipped with the package.

    Examples
    --------
    >>> len(load_guidance().rows)
    45
    """
    return read_yaml(Path(__file__).with_name("guidance.yaml"), Guidance)
