"""The page of a team: sums of what everybody's scores say, week by week, with the names behind every count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.report.charts import Course, Pile, piles_of, weeks_of
from simulator.report.history import PastCall
from simulator.report.progress import FEW, CallLine, call_line, named, told
from simulator.report.tally import Often, Sum, by_series, dimensions, names_of, often, times, total
from simulator.report.view import VERDICTS


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """One person in the tables of a team; `dimensions` in the order of the team's own."""

    name: str
    calls: int
    sum: Sum
    dimensions: tuple[Sum, ...]
    last: CallLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How many calls came out one way, and whose."""

    verdict: str
    count: str
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesView:
    """What a team did under one rubric in one version; `without` are its people without a call under it."""

    name: str
    calls: int
    people: int
    verdicts: tuple[Judged, ...]
    piles: tuple[Pile, ...]
    dimensions: tuple[tuple[str, Sum], ...]
    weakest: tuple[Often, ...]
    members: tuple[MemberLine, ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    """Everything the page of a team shows; `without` are its people without any call that counts here."""

    name: str
    told: str
    course: Course
    series: tuple[SeriesView, ...]
    without: tuple[str, ...]
    notes: tuple[str, ...]


def team_view(
    calls: Sequence[PastCall], *, people: Iterable[str] = (), name: str = "", notes: Sequence[str] = ()
) -> TeamView:
    """Return the page of a team.

    Parameters
    ----------
    calls : sequence of PastCall
        Oldest first.
    people : iterable of str
        Everybody in the team, with calls or without.
    name : str
    notes : sequence of str
        On what is not among the calls.
    """
    groups, everybody = by_series(calls), tuple(people)
    return TeamView(
        name=name,
        told=told(calls),
        course=weeks_of(calls),
        series=tuple(_series(title, each, everybody) for title, each in reversed(groups.items())),
        without=_without(everybody, [call for each in groups.values() for call in each]),
        notes=tuple(notes),
    )


def _series(name: str, calls: tuple[PastCall, ...], everybody: tuple[str, ...]) -> SeriesView:
    judged = [call for call in calls if call.verdict is not None]
    return SeriesView(
        name=name,
        calls=len(calls),
        people=len(names_of(calls)),
        verdicts=tuple(_judged(key, text, judged) for key, text in VERDICTS.items() if judged),
        piles=piles_of(calls),
        dimensions=tuple((named(each), found) for each, found in dimensions(calls).items()),
        weakest=tuple(each for each in often(calls) if each.lost)[: 2 * FEW],
        members=tuple(_member(who, calls) for who in names_of(calls)),
        without=_without(everybody, calls),
    )


def _judged(verdict: str, text: str, judged: Sequence[PastCall]) -> Judged:
    mine = [call for call in judged if call.verdict == verdict]
    return Judged(verdict=text, count=times(len(mine), len(judged)), who=names_of(mine))


def _member(name: str, calls: Sequence[PastCall]) -> MemberLine:
    own = [call for call in calls if names_of([call]) == (name,)]
    return MemberLine(
        name=name,
        calls=len(own),
        sum=total(own),
        dimensions=tuple(dimensions(own).values()),
        last=call_line(own[-1]),
    )


def _without(everybody: tuple[str, ...], calls: Sequence[PastCall]) -> tuple[str, ...]:
    found = {call.person for call in calls}
    return tuple(name for name in everybody if name not in found)
