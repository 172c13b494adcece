"""What people won in each skill, added up from the index of calls."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.records.database.tables import Person
from simulator.records.lists.index import PER_POINT, CallIndex, Points
from simulator.report.heat import NOT_NAMED, Won


def won_in(
    session: Session,
    index: CallIndex,
    people: Sequence[Person] | None = None,
    *,
    since: datetime | None = None,
    shown: str = "",
    without: Collection[str] = (),
) -> Won:
    """Return what people won in the calls that instructors see; retries are not counted.

    Parameters
    ----------
    session : Session
    index : CallIndex
    people : sequence of Person, optional
        Whose calls; without it, everybody's.
    since : datetime, optional
        Leave out what began before.
    shown : str
        The rubric and version to add up; by default the one with most calls.
    without : collection of str
        Ids of calls to leave out.
    """
    calls = index.calls(session)
    rows, keep = calls.rows, calls.rows["series"] != 0
    if since is not None:
        keep &= rows["started"] >= since.timestamp()
    if without:
        keep &= [id not in without for id in calls.ids]
    if people is not None:
        keep &= np.isin(rows["person"], [calls.code(each.id) for each in people])
    taken = {calls.texts[code]: count for code, count in _counted(rows["scenario"][keep])}
    places = np.flatnonzero(keep & rows["counts"])
    series = [calls.texts[code] for code in _by_last_use(rows["series"][places], rows["started"][places])]
    if not series:
        none = np.zeros((1, len(calls.columns)))
        return Won(
            series=(), shown="", people=(), calls=(), columns=tuple(calls.columns), points=none, of=none, taken=taken
        )
    counts = {calls.texts[code]: count for code, count in _counted(rows["series"][places])}
    chosen = shown if shown in series else max(series, key=counts.__getitem__)
    mine = places[rows["series"][places] == calls.code(chosen)]
    codes, of, counted = np.unique(rows["person"][mine], return_inverse=True, return_counts=True)
    names = {calls.code(id): name for id, name in session.execute(select(Person.id, Person.name))}
    who = [names.get(code, NOT_NAMED) for code in codes]
    by_name = sorted(range(len(who)), key=who.__getitem__)
    place_of = np.argsort(by_name)[of]
    return Won(
        series=tuple(series),
        shown=chosen,
        people=tuple(who[row] for row in by_name),
        calls=tuple(int(counted[row]) for row in by_name),
        columns=tuple(calls.columns),
        points=_sums(calls.points, mine, place_of, len(who)),
        of=_sums(calls.of, mine, place_of, len(who)),
        taken=taken,
    )


def _counted(codes: npt.NDArray[np.int32]) -> list[tuple[int, int]]:
    found, counts = np.unique(codes, return_counts=True)
    return list(zip(found.tolist(), counts.tolist(), strict=True))


def _by_last_use(codes: npt.NDArray[np.int32], started: npt.NDArray[np.float64]) -> list[int]:
    """Return each code once, the one used last at the end."""
    return sorted(set(codes.tolist()), key=lambda code: float(started[codes == code].max()))


def _sums(
    points: Points, places: npt.NDArray[np.intp], people: npt.NDArray[np.intp], count: int
) -> npt.NDArray[np.float64]:
    """Return the points of each person, and in a last row those of everybody; whole numbers, so exact till the end."""
    each = np.stack([np.bincount(people, weights=column[places], minlength=count) for column in points], axis=1)
    return np.concatenate([each, each.sum(axis=0, keepdims=True)]) / PER_POINT
