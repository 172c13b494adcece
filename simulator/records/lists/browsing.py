"""Filed calls for the room: a table that sorts and filters, a queue of what waits for a person, and who read what."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, defer

from simulator.errors import InputError
from simulator.records.database.log import write_down
from simulator.records.database.tables import Call, Person, Review, Score, Team
from simulator.records.lists.index import PART, CallIndex, IndexedCalls
from simulator.records.reviews.standing import CHANGES, DECISIONS, reviewed_calls, standing_of, why_waiting
from simulator.records.staff.people import key_of

SORTS = {"started": "started", "person": "person", "scenario": "title", "outcome": "outcome", "total": "total"}
"""What the table can be sorted by, and the column of the index."""
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


def call_lines(session: Session, index: CallIndex, asked: Asked, *, whole: bool = False) -> tuple[list[Line], int]:
    """Return one page of the calls that instructors see, or with `whole` all of them, and how many there are."""
    calls = index.calls(session)
    places = _sorted(session, calls, _filtered(session, calls, asked), asked)
    count = len(places)
    if not whole:
        start = (max(1, asked.page) - 1) * PAGE
        places = places[start : start + PAGE]
    return _by_id(session, [calls.ids[place] for place in places]), count


def own_lines(session: Session, person: str) -> list[Line]:
    """Return somebody's own filed calls, shared or not, latest first."""
    mine = _calls().where(Call.person_id == person).order_by(Call.started.desc(), Call.id)
    return [line for _, line in _lines(session, mine)]


def scenarios_filed(session: Session, index: CallIndex) -> list[tuple[str, str]]:
    """Return the scenarios of the calls that instructors see: each its name and its latest title."""
    return _scenarios(index.calls(session))


@lru_cache(maxsize=1)
def _scenarios(calls: IndexedCalls) -> list[tuple[str, str]]:
    latest = calls.rows[np.argsort(-calls.rows["started"], kind="stable")]
    found, first = np.unique(latest["scenario"], return_index=True)
    titles = latest["title"][first]
    return sorted((calls.texts[name], calls.texts[title]) for name, title in zip(found, titles, strict=True))


def shared_counts(session: Session, index: CallIndex) -> dict[str, int]:
    """Return how many of each person's calls instructors see, by the person's id."""
    calls = index.calls(session)
    found, counts = np.unique(calls.rows["person"], return_counts=True)
    return {calls.texts[code]: int(count) for code, count in zip(found, counts, strict=True)}


def waiting_ids(session: Session, index: CallIndex) -> list[str]:
    """Return the ids of the calls that `queue` returns."""
    calls = index.calls(session)
    places = np.flatnonzero(calls.rows["waits"])
    return [calls.ids[place] for place in places[np.argsort(calls.rows["started"][places], kind="stable")]]


def queue(session: Session, ids: Sequence[str] | None = None) -> list[Waiting]:
    """Return the shared calls that are borderline or have an appeal without an answer, oldest first.

    With `ids` only those of them.
    """
    said, reply, same = Review.call_id == Call.id, aliased(Review), aliased(Score)
    of_this = (Review.score_id == same.id, same.sha256 == Score.sha256)  # what was said of another score holds no more
    decided = exists().where(said, Review.kind.in_(DECISIONS), *of_this)
    changed = exists().where(said, Review.kind.in_(CHANGES))
    appealed = exists().where(said, Review.kind == "appeal", ~exists().where(reply.answers == Review.id))
    may_wait = or_(and_(Score.verdict == "borderline", ~decided), changed, appealed)  # the rest is decided for good
    wanted = _calls().where(Call.shared, Call.trainee != "recorded", may_wait).order_by(Call.started, Call.id)
    if ids is not None:
        wanted = wanted.where(Call.id.in_(ids))
    waiting = []
    for call, score, name, team in session.execute(wanted).all():
        if score is None:
            continue
        standing = standing_of(session, call)
        why = why_waiting(standing)
        if why:
            line = _line(call, standing.total, standing.verdict, (name or "", team or ""), changed=standing.changed)
            waiting.append(Waiting(line=line, why=why, path=call.path))
    return waiting


def filed_counts(session: Session) -> dict[tuple[str, str], int]:
    """Return how many calls are filed, by mode and outcome."""
    wanted = select(Call.mode, Call.outcome, func.count()).group_by(Call.mode, Call.outcome)
    return {(mode, outcome): count for mode, outcome, count in session.execute(wanted)}


def is_scored_by(session: Session, rubric: str) -> bool:
    """Return whether a filed call has a score by a rubric, in any version."""
    return session.scalar(select(Score.id).where(Score.rubric == rubric).limit(1)) is not None


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
    return (  # criteria are most of a score and are shown nowhere here
        select(Call, Score, Person.name, Team.name)
        .options(defer(Score.criteria), defer(Score.versions))
        .outerjoin(Score, (Score.call_id == Call.id) & (Score.number == last))
        .outerjoin(Person, Person.id == Call.person_id)
        .outerjoin(Team, Team.id == Person.team_id)
    )


def _filtered(session: Session, calls: IndexedCalls, asked: Asked) -> npt.NDArray[np.intp]:
    """Return the places of the calls that every filter lets through."""
    keep = np.ones(len(calls.rows), np.bool_)
    for column in ("scenario", "mode", "verdict"):
        if getattr(asked, column):
            keep &= calls.rows[column] == calls.code(getattr(asked, column))
    if asked.team or asked.person:
        people = select(Person.id).outerjoin(Team, Team.id == Person.team_id)
        if asked.team:
            people = people.where(Team.key == key_of(asked.team))
        if asked.person:
            people = people.where(Person.key.contains(key_of(asked.person), autoescape=True))
        keep &= np.isin(calls.rows["person"], [calls.code(each) for each in session.scalars(people)])
    return np.flatnonzero(keep)


def _sorted(session: Session, calls: IndexedCalls, places: npt.NDArray[np.intp], asked: Asked) -> npt.NDArray[np.intp]:
    """Return places in the order that was asked for; among equals the latest call first, what is unknown at the end."""
    column = SORTS.get(asked.sort, "started")
    key = calls.rows[column][places]
    if key.dtype != np.float64:
        names = dict(session.execute(select(Person.id, Person.key)).all()) if column == "person" else {}
        codes, of = np.unique(key, return_inverse=True)
        texts = [names.get(calls.texts[code], calls.texts[code]) for code in codes]
        order = {text: number for number, text in enumerate(sorted(texts))}
        key = np.array([order[text] if text else np.nan for text in texts], np.float64)[of]
    latest = -calls.rows["started"][places]
    return places[np.lexsort((latest, -key if asked.down else key))]


def _by_id(session: Session, ids: Sequence[str]) -> list[Line]:
    """Return the lines of some calls, in that order."""
    found: dict[str, Line] = {}
    for start in range(0, len(ids), PART):
        part = list(ids[start : start + PART])
        found |= dict(_lines(session, _calls().where(Call.id.in_(part))))
    return [found[id] for id in ids if id in found]


def _lines(session: Session, wanted: _Calls) -> Iterator[tuple[str, Line]]:
    rows = session.execute(wanted).all()
    reviewed = reviewed_calls(session, [call.id for call, *_ in rows])
    for call, score, name, team in rows:
        whose = (name or "", team or "")
        if score is not None and call.id in reviewed:
            standing = standing_of(session, call)
            yield call.id, _line(call, standing.total, standing.verdict, whose, changed=standing.changed)
        else:
            total, verdict = (None, None) if score is None else (score.total, score.verdict)
            yield call.id, _line(call, total, verdict, whose, changed=False)


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
