"""Who loses points with what: people by dimension, or by row of the guidance within one dimension.

Metrics
-------
- a cell: points won of points possible, added up over one person's calls under one rubric in one version. A criterion
  that cites several rows of the guidance counts in each of them.
- the weakest columns: those with the smallest share of points won, over everybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.report.history import Mark, PastCall
from simulator.report.progress import named
from simulator.report.tally import Sum, by_series
from simulator.scoring.guidance import DIMENSIONS, load_guidance

NOT_NAMED = "not named"
EVERYBODY = slice(None)
BANDS = (40.0, 60.0, 75.0, 90.0)
"""Per cent of the points at which the colour changes; 75 is the mark of certification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one person won in one column; `band` is 0 (least) to 4, None where nothing applied."""

    column: str
    sum: Sum

    @property
    def band(self) -> int | None:
        """The colour of the cell."""
        share = self.sum.percent
        return None if share is None else sum(share >= edge for edge in BANDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A dimension or a row of the guidance, and what everybody together won in it."""

    id: str
    title: str
    asks: str
    all: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Won:
    """What people won under one rubric, added up.

    Parameters
    ----------
    series : tuple of str
        Every rubric and version there are calls of, the one used last at the end.
    shown : str
        The one that is added up; "" without any call.
    people : tuple of str
        By name.
    calls : tuple of int
        How many of each person's calls are added up.
    columns : tuple of str
        Dimensions and rows of the guidance.
    points, of : ndarray, shape (len(people) + 1, len(columns))
        Points won and possible; the last row is everybody's.
    taken : mapping of str to int
        How often each scenario was taken, under any rubric.
    """

    series: tuple[str, ...]
    shown: str
    people: tuple[str, ...]
    calls: tuple[int, ...]
    columns: tuple[str, ...]
    points: npt.NDArray[np.float64]
    of: npt.NDArray[np.float64]
    taken: Mapping[str, int]

    def sum(self, row: int, column: str) -> Sum:
        """Return what the person of a row won in a column; row -1 is everybody."""
        if column not in self.columns:
            return Sum()
        at = self.columns.index(column)
        return Sum(points=float(self.points[row, at]), of=float(self.of[row, at]))

    def losers(self, column: str) -> tuple[str, ...]:
        """Return who lost points in a column, the smallest share won first."""
        sums = [(self.sum(row, column), name) for row, name in enumerate(self.people)]
        return tuple(name for _, name in sorted((each.percent or 0.0, n) for each, n in sums if each.of > each.points))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person; `calls` that are summed."""

    person: str
    calls: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """The whole map; `series` names every rubric there are calls of, the one shown is `shown`."""

    series: tuple[str, ...]
    shown: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    def weakest(self, most: int) -> tuple[Column, ...]:
        """Return the columns in which least was won, the weakest first; those where nothing was lost are left out."""
        lost = [each for each in self.columns if each.all.sum.percent is not None and each.all.sum.percent < 100]
        return tuple(sorted(lost, key=lambda each: (each.all.sum.percent or 0.0, each.id))[:most])


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A criterion of one call in which points were lost."""

    call: PastCall
    mark: Mark


def heat_of(won: Won, *, dimension: str = "", people: slice = EVERYBODY) -> Heat:
    """Return the map of what people won: who won the smallest share first.

    Parameters
    ----------
    won : Won
    dimension : str
        Show its rows of the guidance; "" shows the six dimensions, "all" every row.
    people : slice
        Which of the lines.
    """
    columns = [
        Column(id=id, title=title, asks=asks, all=Cell(column=id, sum=won.sum(-1, id)))
        for id, title, asks in _columns(dimension)
    ]
    columns = [each for each in columns if each.all.sum.of or not dimension]
    lines = (
        Line(
            person=won.people[row],
            calls=won.calls[row],
            cells=tuple(Cell(column=each.id, sum=won.sum(row, each.id)) for each in columns),
        )
        for row in _weakest_first(won, columns)[people]
    )
    return Heat(series=won.series, shown=won.shown, columns=tuple(columns), lines=tuple(lines))


def losses(calls: Sequence[PastCall], column: str) -> tuple[Loss, ...]:
    """Return where points were lost in a dimension or a row of the guidance, the latest call first, most lost first."""
    found = [
        Loss(call=call, mark=mark)
        for each in by_series(calls).values()
        for call in each
        for mark in call.marks
        if mark.of > mark.points and _belongs(mark, column)
    ]
    found.sort(key=lambda loss: loss.mark.points - loss.mark.of)
    return tuple(sorted(found, key=lambda loss: loss.call.started, reverse=True))


def _weakest_first(won: Won, columns: Sequence[Column]) -> list[int]:
    """Return the rows of `won` by the share of points in some columns; where nothing applied, at the end."""
    at = [won.columns.index(each.id) for each in columns if each.id in won.columns]
    points, of = (table[: len(won.people), at].sum(axis=1) for table in (won.points, won.of))
    share = np.divide(points, of, out=np.full(len(won.people), np.inf), where=of > 0)
    return [int(row) for row in np.argsort(share, kind="stable")]


def _columns(dimension: str) -> Iterator[tuple[str, str, str]]:
    if not dimension:
        yield from ((each, named(each), "") for each in DIMENSIONS)
        return
    for row in load_guidance().rows:
        if dimension in (row.dimension, "all"):
            yield row.id, row.id, row.asks


def _belongs(mark: Mark, column: str) -> bool:
    return column == mark.dimension or column in mark.guidance
