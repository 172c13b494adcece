"""Sums over past calls: points won of points possible, and how often each criterion was met. Never a mean of rates.

Only calls of one rubric in one version are summed; a retry is left out, for half of
it is another call's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.report.history import Mark, PastCall
from simulator.scoring.guidance import DIMENSIONS, load_guidance

FEWEST = 10
"""Of fewer occasions than this a count is shown and no percentage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Points won of points possible."""

    points: float = 0.0
    of: float = 0.0

    @property
    def percent(self) -> float | None:
        """The share won in per cent, None where nothing was possible; for drawing only."""
        return round(100 * self.points / self.of, 1) if self.of else None

    def text(self) -> str:
        """Return the sum in words."""
        return won(self.points, self.of) if self.of else "did not apply"


def won(points: float, of: float) -> str:
    """Return points won of points possible in words, each to a tenth.

    Examples
    --------
    >>> won(2.55, 5.1), won(8.0, 8.0)
    ('2.5 of 5.1', '8 of 8')
    """
    return f"{round(points, 1):g} of {round(of, 1):g}"


def range_text(range: tuple[float, float] | None) -> str:
    """Return the likely range of a total as a few characters; "" where it is one number.

    Examples
    --------
    >>> range_text((94.6, 96.2)), range_text((94.6, 95.2))
    ('95–96', '')
    """
    low, high = range or (0.0, 0.0)
    return "" if round(low) == round(high) else f"{low:.0f}–{high:.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Often:
    """How often a criterion came out how, over the calls in which it applied; and by whom it was not met."""

    id: str
    title: str
    dimension: str
    guidance: tuple[tuple[str, str], ...]
    met: int
    partly: int
    missed: int
    lost: float
    not_met_by: tuple[str, ...]

    @property
    def people(self) -> int:
        """How many people did not meet it at least once."""
        return len(self.not_met_by)

    @property
    def applied(self) -> int:
        """In how many calls it applied."""
        return self.met + self.partly + self.missed

    @property
    def percent(self) -> float:
        """The share of the calls in which it was met, in per cent; for drawing only."""
        return round(100 * self.met / self.applied, 1) if self.applied else 0.0

    def text(self) -> str:
        """Return how often it was met, in words."""
        return times(self.met, self.applied)


def times(count: int, of: int) -> str:
    """Return a count of occasions, with a percentage only where there were enough of them.

    Examples
    --------
    >>> times(7, 9), times(14, 20)
    ('7 of 9', '14 of 20 (70 %)')
    """
    return f"{count} of {of}" if of < FEWEST else f"{count} of {of} ({100 * count / of:.0f} %)"


def series(call: PastCall) -> str:
    """Return the rubric and version that made a call's score: what may be compared with what."""
    return series_name(call.rubric, call.rubric_version, call.rubric_sha256)


def series_name(rubric: str, version: str, sha256: str) -> str:
    """Return a rubric and its version; one whose content differs under the same version is told apart by its hash."""
    return f"{rubric} {version} ({sha256[:6]})"


def names_of(calls: Iterable[PastCall]) -> tuple[str, ...]:
    """Return who took calls, each once, by name."""
    return tuple(sorted({call.person or "not named" for call in calls}))


def counted(calls: Iterable[PastCall]) -> tuple[PastCall, ...]:
    """Return the calls that are summed: those with a score that are no retries."""
    return tuple(call for call in calls if call.total is not None and not call.retry_of)


def by_series(calls: Iterable[PastCall]) -> dict[str, tuple[PastCall, ...]]:
    """Return the counted calls by what made their score, the one used last at the end."""
    found: dict[str, list[PastCall]] = {}
    for call in counted(calls):
        name = series(call)
        found[name] = same = found.pop(name, [])
        same.append(call)
    return {name: tuple(each) for name, each in found.items()}


def dimensions(calls: Iterable[PastCall]) -> dict[str, Sum]:
    """Return the points of each dimension, summed over calls of one series."""
    won = dict.fromkeys(DIMENSIONS, (0.0, 0.0))
    for call in calls:
        for name, points, of in call.dimensions:
            if name in won:
                won[name] = (won[name][0] + points, won[name][1] + of)
    return {name: Sum(points=points, of=of) for name, (points, of) in won.items()}


def total(calls: Iterable[PastCall]) -> Sum:
    """Return the points of all dimensions, summed over calls of one series."""
    found = dimensions(calls).values()
    return Sum(points=sum(each.points for each in found), of=sum(each.of for each in found))


def often(calls: Sequence[PastCall]) -> tuple[Often, ...]:
    """Return every criterion that applied at least once, in the order in which most points were lost."""
    guidance = {row.id: row.asks for row in load_guidance().rows}
    by_id: dict[str, list[tuple[PastCall, Mark]]] = {}
    for call in calls:
        for mark in call.marks:
            if mark.of:
                by_id.setdefault(mark.id, []).append((call, mark))
    found = []
    for id, marks in by_id.items():
        last = marks[-1][1]
        statuses = [mark.status for _, mark in marks]
        found.append(
            Often(
                id=id,
                title=last.title,
                dimension=last.dimension,
                guidance=tuple((row, guidance.get(row, "")) for row in last.guidance),
                met=statuses.count("met"),
                partly=statuses.count("partly"),
                missed=statuses.count("missed"),
                lost=sum(mark.of - mark.points for _, mark in marks),
                not_met_by=names_of(call for call, mark in marks if mark.status != "met"),
            )
        )
    return tuple(sorted(found, key=lambda each: (-each.lost, each.id)))
