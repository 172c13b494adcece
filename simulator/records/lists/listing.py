"""People, teams and calls of the database, as documents and as past calls for the pages over time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, Text, cast, func, select
from sqlalchemy.orm import Session, defer

from simulator.records.database.tables import Account, Call, FormerName, Person, Score
from simulator.records.lists.browsing import shared_counts
from simulator.records.lists.index import CallIndex
from simulator.records.reviews.standing import Standing, reviewed_calls, standing_of
from simulator.records.shapes import (
    FiledCall,
    FiledCallsOutput,
    PeopleOutput,
    PersonItem,
    TeamItem,
    TeamsOutput,
)
from simulator.records.staff.people import list_people, list_teams
from simulator.report.history import History, Mark, PastCall


def people_output(session: Session, *, team: str | None = None) -> PeopleOutput:
    """Return everybody, or a team."""
    teams = {each.id: each.name for each in list_teams(session)}
    counts = dict(session.execute(select(Call.person_id, func.count()).group_by(Call.person_id)).all())
    former: dict[str, list[str]] = {}
    for person_id, name in session.execute(select(FormerName.person_id, FormerName.name).order_by(FormerName.key)):
        former.setdefault(person_id, []).append(name)
    return PeopleOutput(
        schema="hotseat.people/1",
        people=[
            PersonItem(
                name=each.name,
                role="instructor" if each.role == "instructor" else "trainee",
                team=teams.get(each.team_id or ""),
                calls=counts.get(each.id, 0),
                account=each.account,
                former_names=former.get(each.id, []),
            )
            for each in list_people(session, team=team)
        ],
    )


MARKS = TypeAdapter(tuple[Mark, ...])
"""Read from text at once, without what is kept beside the marks: half the time of a page over a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person of the room; `account` is its role, "" without one."""

    name: str
    team: str
    account: str
    active: bool
    calls: int


def people_lines(session: Session, index: CallIndex, *, team: str | None = None) -> list[PersonLine]:
    """Return everybody, or a team, with their accounts; `calls` counts those that instructors see."""
    counts = shared_counts(session, index)
    teams = {each.id: each.name for each in list_teams(session)}
    accounts = {each.person_id: each for each in session.scalars(select(Account))}
    return [
        PersonLine(
            name=each.name,
            team=teams.get(each.team_id or "", ""),
            account="" if each.id not in accounts else accounts[each.id].role,
            active=each.id in accounts and accounts[each.id].active,
            calls=counts.get(each.id, 0),
        )
        for each in list_people(session, team=team)
    ]


def teams_output(session: Session) -> TeamsOutput:
    """Return the teams with their people."""
    everybody = list_people(session)
    return TeamsOutput(
        schema="hotseat.teams/1",
        teams=[
            TeamItem(name=team.name, people=[each.name for each in everybody if each.team_id == team.id])
            for team in list_teams(session)
        ],
    )


def calls_output(session: Session, people: Sequence[Person] | None = None, *, shared: bool = False) -> FiledCallsOutput:
    """Return the filed calls, oldest first: all, or those of some people; with `shared`, those instructors see."""
    reviewed = reviewed_calls(session)
    return FiledCallsOutput(
        schema="hotseat.records/1",
        calls=[
            FiledCall.model_validate(
                {
                    **{column: value for column, value in call.values().items() if column in FiledCall.model_fields},
                    "call": call.name,
                    "call_dir": call.path,
                    "person": name,
                    "started": call.started.isoformat(timespec="seconds"),
                    "total": None if score is None else score.total,
                    "verdict": None if score is None else score.verdict,
                    **_now(session, call, reviewed),
                }
            )
            for call, score, name, _ in _rows(session, people, shared)
        ],
    )


def _now(session: Session, call: Call, reviewed: set[str]) -> dict[str, Any]:
    """Return the total and the verdict after review, where people changed them."""
    standing = standing_of(session, call) if call.id in reviewed else None
    if standing is None or not standing.changed:
        return {}
    return {"now_total": standing.total, "now_verdict": standing.verdict}


def history_of(
    session: Session,
    people: Sequence[Person] | None = None,
    *,
    shared: bool = True,
    since: datetime | None = None,
    without: Collection[str] = (),
) -> History:
    """Return past calls for the pages over time.

    Parameters
    ----------
    session : Session
    people : sequence of Person, optional
        Whose calls; without it, everybody's.
    shared : bool
        Whether to leave out practice that its trainee did not share; only the trainee may see that.
    since : datetime, optional
        Leave out what began before.
    without : collection of str
        Ids of calls whose points whoever asks may not see yet.
    """
    rows = _rows(session, people, shared, since, without)
    reviewed = reviewed_calls(session, None if people is None else [row.Call.id for row in rows])
    return History(
        calls=tuple(
            _past_call(row, standing_of(session, row.Call) if row.Call.id in reviewed else None)
            for row in rows
            if row.Score is not None
        ),
        left_out=tuple(f"{row.Call.name}: it has no score yet" for row in rows if row.Score is None),
    )


def _past_call(row: Row[Call, Score | None, str | None, str], standing: Standing | None) -> PastCall:
    """Return a filed call as the pages over time show it; where people changed it, as it stands."""
    call, score = row.Call, row.Score
    kept, total, verdict = MARKS.validate_json(row.criteria), score.total, score.verdict
    marks = tuple(mark if mark.title else replace(mark, title=mark.id) for mark in kept)
    span = None if score.low is None or score.high is None else (score.low, score.high)
    if standing is not None and standing.changed:
        total, verdict, span = standing.total, standing.verdict, None
        marks = tuple(
            replace(mark, status=row.status, points=row.points, of=row.of)
            for mark, row in zip(marks, standing.rows, strict=True)
        )
    return PastCall(
        id=call.name,
        started=call.started.isoformat(timespec="seconds"),
        scenario=call.scenario,
        title=call.title,
        mode=call.mode,
        outcome=call.outcome,
        rubric=score.rubric,
        rubric_version=score.rubric_version,
        rubric_sha256=score.rubric_sha256,
        total=total,
        range=span,
        verdict=verdict,
        dimensions=_dimensions(marks),
        marks=marks,
        person=row.name or "",
        retry_of=call.retry_of,
        call_dir=call.path if call.present else "",
        duration_ms=call.duration_ms,
        trainee=call.trainee,
    )


def _dimensions(marks: tuple[Mark, ...]) -> tuple[tuple[str, float, float], ...]:
    sums: dict[str, tuple[float, float]] = {}
    for mark in marks:
        points, of = sums.get(mark.dimension, (0.0, 0.0))
        sums[mark.dimension] = points + mark.points, of + mark.of
    return tuple((name, round(points, 2), round(of, 2)) for name, (points, of) in sums.items())


def _rows(
    session: Session,
    people: Sequence[Person] | None,
    shared: bool,
    since: datetime | None = None,
    without: Collection[str] = (),
) -> Sequence[Row[Call, Score | None, str | None, str]]:
    """Return calls with their last score, their person's name, and the criteria as the database's text."""
    last = select(func.max(Score.number)).where(Score.call_id == Call.id).correlate(Call).scalar_subquery()
    wanted = (
        select(Call, Score, Person.name, cast(Score.criteria, Text).label("criteria"))
        .options(defer(Score.criteria), defer(Score.versions))
        .outerjoin(Score, (Score.call_id == Call.id) & (Score.number == last))
        .outerjoin(Person, Person.id == Call.person_id)
        .order_by(Call.started, Call.name)
    )
    if people is not None:
        wanted = wanted.where(Call.person_id.in_([person.id for person in people]))
    if shared:
        wanted = wanted.where(Call.shared)
    if since is not None:
        wanted = wanted.where(Call.started >= since)
    if without:
        wanted = wanted.where(Call.id.not_in(without))
    return session.execute(wanted).all()
