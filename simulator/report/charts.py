"""Charts as places and words: totals over time, and how they spread. The page and the PDF draw the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from simulator.report.history import PastCall
from simulator.report.tally import Sum, by_series, names_of, range_text, series, total

BIN = 10
"""Points of the total in one bar of a distribution."""
MOST_DATES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value over time: `x` in per cent of the width, the rest in points of 100; `line` numbers its line."""

    x: float
    y: float
    low: float
    high: float
    line: int
    hollow: bool
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Values over time, one line for each rubric and version, never joined with another."""

    points: tuple[Point, ...]
    joins: tuple[tuple[Point, Point], ...]
    lines: tuple[str, ...]
    dates: tuple[tuple[float, str], ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """One bar of a distribution: its range of totals, how many and whose, and its height in per cent of the highest."""

    label: str
    count: int
    height: float
    who: tuple[str, ...]


def course_of(calls: Sequence[PastCall]) -> Course:
    """Return the totals of calls over time, oldest first. A retry is hollow and joined to nothing."""
    shown = [call for call in calls if call.total is not None]
    counted = list(by_series(shown))
    names = [*dict.fromkeys(name for call in shown if (name := series(call)) not in counted), *counted]
    points = []
    for at, call in enumerate(shown):
        low, high = call.range or (call.total or 0.0, call.total or 0.0)
        likely = f", likely range {text}" if (text := range_text(call.range)) else ""
        told = f"{day(call)}, {call.title}: {call.total:.0f} of 100{likely}"
        points.append(
            Point(
                x=_place(at, len(shown)),
                y=round(call.total or 0.0, 1),
                low=low,
                high=high,
                line=names.index(series(call)),
                hollow=bool(call.retry_of),
                title=f"{told}; {call.verdict}" if call.verdict else f"{told}; a retry" if call.retry_of else told,
            )
        )
    return _course(points, names, [day(call) for call in shown])


def weeks_of(calls: Sequence[PastCall]) -> Course:
    """Return the points won of the points possible, in per cent, for each week and series.

    A week is named by its Monday; weeks without a call between the first and the last have a place and no point.
    """
    found = by_series(calls)
    taken = sorted({_monday(call) for each in found.values() for call in each})
    weeks = [taken[0] + timedelta(weeks=n) for n in range((taken[-1] - taken[0]).days // 7 + 1)] if taken else []
    points = []
    for at, week in enumerate(weeks):
        for line, (name, each) in enumerate(found.items()):
            within = [call for call in each if _monday(call) == week]
            won = total(within)
            if won.percent is not None:
                whose = ", ".join(names_of(within))
                title = f"week of {week}, {name}: {won.text()} points in {_calls(len(within))} by {whose}"
                y = won.percent
                points.append(Point(x=_place(at, len(weeks)), y=y, low=y, high=y, line=line, hollow=False, title=title))
    return _course(points, list(found), [str(week) for week in weeks])


def piles_of(calls: Sequence[PastCall]) -> tuple[Pile, ...]:
    """Return how the totals of calls of one series spread, in steps of ten points."""
    found: list[list[PastCall]] = [[] for _ in range(100 // BIN)]
    for call in calls:
        if call.total is not None:
            found[min(len(found) - 1, int(call.total // BIN))].append(call)
    most = max(map(len, found)) or 1
    return tuple(
        Pile(
            label=f"{at * BIN} to {at * BIN + BIN if at == len(found) - 1 else at * BIN + BIN - 1}",
            count=len(each),
            height=round(100 * len(each) / most, 1),
            who=names_of(each),
        )
        for at, each in enumerate(found)
    )


def day(call: PastCall) -> str:
    """Return the day of a call."""
    return call.started[:10]


def _course(points: list[Point], lines: list[str], dates: list[str]) -> Course:
    joins: list[tuple[Point, Point]] = []
    for line in range(len(lines)):
        joins += pairwise([point for point in points if point.line == line and not point.hollow])
    step = -(-len(dates) // MOST_DATES) or 1
    solid = [point for point in points if not point.hollow]
    told = f"First {solid[0].y:.0f}, last {solid[-1].y:.0f} of 100." if solid else "Nothing to show yet."
    rubrics = "1 rubric" if len(lines) == 1 else f"{len(lines)} rubrics or versions"
    return Course(
        points=tuple(points),
        joins=tuple(joins),
        lines=tuple(lines),
        dates=tuple((_place(at, len(dates)), dates[at]) for at in range(0, len(dates), step)),
        summary=f"{told} {rubrics}. The table below says the same.",
    )


def _monday(call: PastCall) -> date:
    day = date.fromisoformat(call.started[:10])
    return day - timedelta(days=day.weekday())


def _place(at: int, count: int) -> float:
    return round(100 * (at + 0.5) / count, 2)


def _calls(count: int) -> str:
    return f"{count} call{'' if count == 1 else 's'}"


__all__ = ["Course", "Pile", "Point", "Sum", "course_of", "day", "piles_of", "weeks_of"]
