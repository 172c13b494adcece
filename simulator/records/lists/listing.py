"""People, teams and calls of the database, as documents and as past calls for the pages over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

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


MARK = tuple(field.name for field in fields(Mark))


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
            for call, score, name in _rows(session, people, shared)
        ],
    )


def _now(session: Session, call: Call, reviewed: set[str]) -> dict[str, Any]:
    """Return the total and the verdict after review, where people changed them."""
    standing = standing_of(session, call) if call.id in reviewed else None
    if standing is None or not standing.changed:
        return {}
    return {"now_total": standing.total, "now_verdict": standing.verdict}


def history_of(
    session: Session, people: Sequence[Person] | None = None, *, shared: bool = True, since: datetime | None = None
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
    """
    rows, reviewed = _rows(session, people, shared, since), reviewed_calls(session)
    left_out = tuple(f"{call.name}: it has no score yet" for call, score, _ in rows if score is None)
    return History(
        calls=tuple(
            past_call_of(call, score, name or "", standing_of(session, call) if call.id in reviewed else None)
            for call, score, name in rows
            if score is not None
        ),
        left_out=left_out,
    )


def past_call_of(call: Call, score: Score, person: str, standing: Standing | None = None) -> PastCall:
    """Return a filed call as the pages over time show it; where people changed it, as it stands."""
    marks, total, verdict = tuple(map(_mark, score.criteria)), score.total, score.verdict
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
        mode=call.mode,  # type: ignore[arg-type]  # the database holds what the manifest's own type allowed
        outcome=call.outcome,  # type: ignore[arg-type]
        rubric=score.rubric,
        rubric_version=score.rubric_version,
        rubric_sha256=score.rubric_sha256,
        total=total,
        range=span,
        verdict=verdict,  # type: ignore[arg-type]
        dimensions=_dimensions(marks),
        marks=marks,
        person=person,
        retry_of=call.retry_of,
        call_dir=call.path if call.present else "",
        duration_ms=call.duration_ms,
        trainee=call.trainee,  # type: ignore[arg-type]
    )


def _mark(kept: dict[str, Any]) -> Mark:
    named = {name: kept[name] for name in MARK}
    return Mark(**{**named, "title": kept["title"] or kept["id"], "guidance": tuple(kept["guidance"])})


def _dimensions(marks: tuple[Mark, ...]) -> tuple[tuple[str, float, float], ...]:
    names = dict.fromkeys(mark.dimension for mark in marks)
    return tuple(
        (
            name,
            round(sum(mark.points for mark in marks if mark.dimension == name), 2),
            round(sum(mark.of for mark in marks if mark.dimension == name), 2),
        )
        for name in names
    )


def _rows(
    session: Session, people: Sequence[Person] | None, shared: bool, since: datetime | None = None
) -> Sequence[Row[Call, Score | None, str | None]]:
    last = select(func.max(Score.number)).where(Score.call_id == Call.id).correlate(Call).scalar_subquery()
    wanted = (
        select(Call, Score, Person.name)
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
    return session.execute(wanted).all()
