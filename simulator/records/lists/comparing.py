"""Calls side by side, as they stand after review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from simulator.errors import InputError
from simulator.records.database.tables import Person
from simulator.records.lists.browsing import shared_call
from simulator.records.reviews.standing import standing_of
from simulator.report.tally import Sum
from simulator.scoring.guidance import DIMENSIONS
from simulator.scoring.summing import CriterionRow

MOST = 4
"""Calls that fit on a screen beside each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the calls; `criteria` by id, those that did not apply left out."""

    name: str
    person: str
    started: datetime
    title: str
    mode: str
    outcome: str
    rubric: str
    total: float | None
    verdict: str | None
    dimensions: dict[str, Sum]
    criteria: dict[str, CriterionRow]


def compare(session: Session, names: Sequence[str]) -> list[Side]:
    """Return calls that instructors see, oldest first.

    Parameters
    ----------
    session : Session
    names : sequence of str
        Two to `MOST` names of calls.

    Raises
    ------
    InputError
        If there are too few or too many, or one is not there, not shared or not scored.
    """
    wanted = list(dict.fromkeys(names))
    if not 2 <= len(wanted) <= MOST:
        raise InputError(f"compare two to {MOST} calls, not {len(wanted)}; tick them in the table of calls")
    return sorted((_side(session, name) for name in wanted), key=lambda side: (side.started, side.name))


def _side(session: Session, name: str) -> Side:
    call = shared_call(session, name)
    if call is None:
        raise InputError(f"there is no call {name[:100]!r} that instructors see")
    standing = standing_of(session, call)
    person = session.get(Person, call.person_id) if call.person_id else None
    applied = [row for row in standing.rows if row.of]
    return Side(
        name=call.name,
        person="" if person is None else person.name,
        started=call.started,
        title=call.title,
        mode=call.mode,
        outcome=call.outcome,
        rubric=f"{standing.score.rubric} {standing.score.rubric_version}",
        total=standing.total,
        verdict=standing.verdict,
        dimensions={name: _sum([row for row in applied if row.dimension == name]) for name in DIMENSIONS},
        criteria={row.id: row for row in applied},
    )


def _sum(rows: Sequence[CriterionRow]) -> Sum:
    return Sum(points=sum(row.points for row in rows), of=sum(row.of for row in rows))
