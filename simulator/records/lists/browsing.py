"""Filed calls for the room: a table that sorts and filters, a queue of what waits for a person, and who read what."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from simulator.errors import InputError
from simulator.records.database.log import write_down
from simulator.records.database.tables import Call, Person, Review, Score, Team
from simulator.records.reviews.standing import DECISIONS, reviewed_calls, standing_of
from simulator.records.staff.people import key_of

SORTS: dict[str, Any] = {
    "started": Call.started,
    "person": Person.key,
    "scenario": Call.title,
    "outcome": Call.outcome,
    "total": Score.total,
}
"""What the table can be sorted by, and the column."""
_Calls: TypeAlias = Select[Call, Score, str, str]
PAGE = 50
"""Calls on one page of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the table shows: each filter "" lets everything through.

    Parameters
    ----------
    person, team, scenario, mode, verdict : str
        `verdict` is the program's.
    sort : str
        One of `SORTS`; anything else is the time of the call.
    down : bool
        Whether the greatest comes first.
    page : int >= 1
    """

    person: str = ""
    team: str = ""
    scenario: str = ""
    mode: str = ""
    verdict: str = ""
    sort: str = "started"
    down: bool = True
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One call of the table; `total` and `verdict` as they stand after review."""

    name: str
    started: datetime
    person: str
    team: str
    title: str
    scenario: str
    mode: str
    shared: bool
    outcome: str
    total: float | None
    verdict: str | None
    changed: bool
    here: bool
    trainee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A call that waits for a person, why, and where its folder is."""

    line: Line
    why: str
    path: str


def call_lines(session: Session, asked: Asked, *, whole: bool = False) -> tuple[list[Line], int]:
    """Return one page of the calls that instructors see, or with `whole` all of them, and how many there are."""
    wanted = _filtered(_calls().where(Call.shared), asked)
    count = session.scalar(wanted.with_only_columns(func.count(Call.id)).order_by(None)) or 0
    column = SORTS.get(asked.sort, Call.started)
    wanted = wanted.order_by(column.desc().nulls_last() if asked.down else column.asc().nulls_last(), Call.id)
    if not whole:
        wanted = wanted.limit(PAGE).offset((max(1, asked.page) - 1) * PAGE)
    return list(_lines(session, wanted)), count


def own_lines(session: Session, person: str) -> list[Line]:
    """Return somebody's own filed calls, shared or not, latest first."""
    return list(_lines(session, _calls().where(Call.person_id == person).order_by(Call.started.desc(), Call.id)))


def scenarios_filed(session: Session) -> list[tuple[str, str]]:
    """Return the scenarios of the calls that instructors see: each its name and its title."""
    found = session.execute(select(Call.scenario, func.max(Call.title)).where(Call.shared).group_by(Call.scenario))
    return sorted((str(name), str(title)) for name, title in found)


def queue(session: Session) -> list[Waiting]:
    """Return the shared calls that are borderline or have an appeal without an answer, oldest first."""
    said, reply, same = Review.call_id == Call.id, aliased(Review), aliased(Score)
    of_this = (Review.score_id == same.id, same.sha256 == Score.sha256)  # what was said of another score holds no more
    decided = exists().where(said, Review.kind.in_(DECISIONS), *of_this)
    changed = exists().where(said, Review.kind.in_(("override", "correction")))
    appealed = exists().where(said, Review.kind == "appeal", ~exists().where(reply.answers == Review.id))
    may_wait = or_(and_(Score.verdict == "borderline", ~decided), changed, appealed)  # the rest is decided for good
    wanted = _calls().where(Call.shared, Call.trainee != "recorded", may_wait).order_by(Call.started, Call.id)
    waiting = []
    for call, score, name, team in session.execute(wanted).all():
        if score is None:
            continue
        standing = standing_of(session, call)
        why = [f"appeal: {each.text}" for each in standing.appeals]
        why += ["borderline"] if standing.verdict == "borderline" else []
        if why:
            line = _line(call, standing.total, standing.verdict, (name or "", team or ""), changed=standing.changed)
            waiting.append(Waiting(line=line, why="; ".join(why), path=call.path))
    return waiting


def filed_counts(session: Session) -> dict[tuple[str, str], int]:
    """Return how many calls are filed, by mode and outcome."""
    wanted = select(Call.mode, Call.outcome, func.count()).group_by(Call.mode, Call.outcome)
    return {(mode, outcome): count for mode, outcome, count in session.execute(wanted)}


def open_call(session: Session, name: str, *, by: str, what: str) -> Path | None:
    """Return the folder of a call that instructors see, and write down who opened what of it; None if there is none.

    Parameters
    ----------
    session : Session
        One that writes.
    name : str
        The call's.
    by : str
        The id of the person who opens it.
    what : str
        The report, or a track.
    """
    call = shared_call(session, name)
    if call is None or not (call.present and call.host == platform.node()):
        return None
    write_down(session, "opened", call, by=by, details={"what": what})
    return Path(call.path)


def shared_call(session: Session, name: str) -> Call | None:
    """Return a call that instructors see, by its name; None if there is none."""
    wanted = select(Call).where(Call.name == name, Call.shared).order_by(Call.present.desc(), Call.id)
    return session.scalar(wanted.limit(1))


def own_call(session: Session, name: str, person: str) -> Call:
    """Return a filed call of somebody's own.

    Raises
    ------
    InputError
        If they have none of that name.
    """
    call = session.scalar(select(Call).where(Call.name == name, Call.person_id == person).limit(1))
    if call is None:
        raise InputError("you have no filed call of that name")
    return call


def _calls() -> _Calls:
    last = select(func.max(Score.number)).where(Score.call_id == Call.id).correlate(Call).scalar_subquery()
    return (
        select(Call, Score, Person.name, Team.name)
        .outerjoin(Score, (Score.call_id == Call.id) & (Score.number == last))
        .outerjoin(Person, Person.id == Call.person_id)
        .outerjoin(Team, Team.id == Person.team_id)
    )


def _filtered(wanted: _Calls, asked: Asked) -> _Calls:
    given = {Call.scenario: asked.scenario, Call.mode: asked.mode, Score.verdict: asked.verdict}
    for column, value in given.items():
        wanted = wanted.where(column == value) if value else wanted
    if asked.team:
        wanted = wanted.where(Team.key == key_of(asked.team))
    if asked.person:
        wanted = wanted.where(Person.key.contains(key_of(asked.person), autoescape=True))
    return wanted


def _lines(session: Session, wanted: _Calls) -> Iterator[Line]:
    rows = session.execute(wanted).all()
    reviewed = reviewed_calls(session)
    for call, score, name, team in rows:
        whose = (name or "", team or "")
        if score is not None and call.id in reviewed:
            standing = standing_of(session, call)
            yield _line(call, standing.total, standing.verdict, whose, changed=standing.changed)
        else:
            total, verdict = (None, None) if score is None else (score.total, score.verdict)
            yield _line(call, total, verdict, whose, changed=False)


def _line(call: Call, total: float | None, verdict: str | None, whose: tuple[str, str], *, changed: bool) -> Line:
    return Line(
        person=whose[0],
        team=whose[1],
        total=total,
        verdict=verdict,
        changed=changed,
        here=call.present and call.host == platform.node(),
        **{
            name: getattr(call, name)
            for name in ("name", "started", "title", "scenario", "mode", "shared", "outcome", "trainee")
        },
    )
