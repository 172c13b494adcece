"""Assignments: which scenarios a person or a team has to pass by when, and how far everybody is.

Theory of operation
-------------------
What is assigned to a team holds for whoever is in it now. A call counts from the assignment on, if it is whole, no
retry, and of the person and the scenario. It passes where it stands passed after review; practice has no verdict, so
there it passes when the customer was won back or passed on and the total reaches the assignment's mark. Practice stays
its trainee's own: an assignment shows how many calls passed, never their totals.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.errors import InputError
from simulator.recording.folder import find_calls
from simulator.recording.manifest import read_manifest
from simulator.records.database.log import delete_row, write_down
from simulator.records.database.tables import Assignment, Call, Person, Team, now
from simulator.records.reviews.standing import standing_of
from simulator.records.shapes import AssignedPerson, AssignedScenario, AssignmentItem, AssignmentsOutput
from simulator.records.staff.people import find_person, known_person, known_team, list_people, list_teams
from simulator.scoring.rubric import load_rubric
from simulator.settings import read_settings

State = Literal["open", "done", "done_late", "late"]
WON = ("won_back", "escalated")
DAY = "%Y-%m-%d"


@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """What can be assigned: a scenario or a form, and its scenarios."""

    id: str
    scenarios: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One scenario of an assignment for one person: how many calls of it passed, of how many."""

    scenario: str
    passed: int
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """How far one person is with one assignment."""

    assignment: Assignment
    person: Person
    state: State
    tasks: tuple[Task, ...]

    @property
    def missing(self) -> tuple[Task, ...]:
        """The scenarios that have not been passed often enough."""
        return tuple(task for task in self.tasks if task.passed < self.assignment.passes)


@functools.cache
def usual_mark() -> float:
    """Return the total that passes an assigned practice call: the mark of certification. Read once."""
    passing = load_rubric("certification").passing
    assert passing is not None  # the shipped rubric has a rule for passing
    return passing.total


def assign(
    session: Session, what: What, to: str, *, day: date, passes: int = 1, mark: float | None = None
) -> Assignment:
    """Assign a scenario or a form; assigning it again to the same gives it another day, count and mark.

    Parameters
    ----------
    session : Session
        One that writes.
    what : What
        From `session.stories.what_of`.
    to : str
        A person or a team.
    day : date
        The last day, local time.
    passes : int
        How often each scenario is to be passed.
    mark : float, optional
        The least total of a practice call that passes, of 100; by default the mark of certification.

    Raises
    ------
    InputError
        If there is no such person or team, or the day is over.
    """
    due = datetime.combine(day + timedelta(days=1), time()).astimezone()
    if due <= now():
        raise InputError(f"{day:{DAY}} is over; give a day from today on, such as {date.today():{DAY}}")
    person, team = addressee(session, to)
    found = _same(session, what.id, person, team)
    least = usual_mark() if mark is None else mark
    values = {"passes": passes, "mark": least, "due": due, "scenarios": list(what.scenarios)}
    if found is None:
        ids = {"person_id": person.id if person else None, "team_id": team.id if team else None}
        found = Assignment(what=what.id, **values, **ids)
        write_down(session, "assigned", found)
        return found
    for name, value in values.items():
        setattr(found, name, value)
    write_down(session, "changed", found)
    return found


def end_assignment(session: Session, what: str, to: str) -> None:
    """Take an assignment back.

    Raises
    ------
    InputError
        If there is no such assignment.
    """
    person, team = addressee(session, to)
    found = _same(session, what, person, team)
    if found is None:
        raise InputError(f"{what} is not assigned to {to}; see: hotseat assignments")
    delete_row(session, found)


def addressee(session: Session, name: str) -> tuple[Person | None, Team | None]:
    """Return the person or the team of that name.

    Raises
    ------
    InputError
        If there is none, or one of each.
    """
    person = find_person(session, name)
    teams = [team.name for team in list_teams(session)]
    try:
        team = known_team(session, name)
    except InputError:
        team = None
    if person is not None and team is not None:
        raise InputError(f"there is a person and a team called {name!r}; rename the person: hotseat people rename")
    if person is None and team is None:
        try:
            known_person(session, name)
        except InputError as error:
            there = f"There are the teams {', '.join(teams)}." if teams else "There is no team yet."
            raise InputError(f"{error} {there}") from error
    return person, team


def _same(session: Session, what: str, person: Person | None, team: Team | None) -> Assignment | None:
    wanted = select(Assignment).where(Assignment.what == what)
    whose = Assignment.team_id == team.id if team is not None else Assignment.person_id == (person and person.id)
    return session.scalar(wanted.where(whose))


def person_here(session: Session, calls: Path) -> Person | None:
    """Return who takes calls on this machine: whom the settings name, else whoever took the last call that names one.

    Parameters
    ----------
    session : Session
    calls : Path
        The folder of calls.
    """
    named = read_settings().person
    if named:
        return find_person(session, named)
    for path in reversed(find_calls(calls)):
        try:
            name = read_manifest(path).person
        except InputError:  # whose it is cannot be known
            continue
        if name:
            return find_person(session, name)
    return None


def due_of(session: Session, person: Person, *, at: datetime | None = None) -> tuple[Due, ...]:
    """Return a person's own assignments and those of their team, the nearest day first."""
    mine = (Assignment.person_id == person.id) | (Assignment.team_id == (person.team_id or ""))
    found = session.scalars(select(Assignment).where(mine).order_by(Assignment.due, Assignment.what)).all()
    return tuple(_due(session, each, person, at or now()) for each in found)


def assignments_output(session: Session, *, to: str | None = None, at: datetime | None = None) -> AssignmentsOutput:
    """Return every assignment and how far everybody is with it, the nearest day first.

    Parameters
    ----------
    session : Session
    to : str, optional
        Only those of this person or team.
    at : datetime, optional
        The moment that "late" is told by; by default now.

    Raises
    ------
    InputError
        If there is no such person or team.
    """
    wanted = select(Assignment).order_by(Assignment.due, Assignment.what, Assignment.id)
    only: Person | None = None
    if to is not None:
        only, team = addressee(session, to)
        whose = only.team_id if only is not None else team and team.id
        mine = Assignment.team_id == (whose or "")
        wanted = wanted.where(mine | (Assignment.person_id == only.id) if only is not None else mine)
    teams = {team.id: team.name for team in list_teams(session)}
    return AssignmentsOutput(
        schema="hotseat.assignments/1",
        assignments=[_item(session, each, teams, only, at or now()) for each in session.scalars(wanted).all()],
    )


def _item(
    session: Session, each: Assignment, teams: dict[str, str], only: Person | None, at: datetime
) -> AssignmentItem:
    people = [only] if only is not None else _people(session, each, teams)
    return AssignmentItem(
        what=each.what,
        to=teams.get(each.team_id or "") or people[0].name,
        team=each.team_id is not None,
        due=last_day(each),
        passes=each.passes,
        mark=each.mark,
        people=[
            AssignedPerson(
                person=due.person.name,
                state=due.state,
                scenarios=[AssignedScenario(scenario=t.scenario, passed=t.passed, taken=t.taken) for t in due.tasks],
            )
            for due in (_due(session, each, person, at) for person in people)
        ],
    )


def last_day(assignment: Assignment) -> str:
    """Return the last day of an assignment, local time.

    Examples
    --------
    >>> last_day(Assignment(due=datetime(2026, 12, 5).astimezone()))
    '2026-12-04'
    """
    return f"{(assignment.due - timedelta(seconds=1)).astimezone():{DAY}}"


def _people(session: Session, each: Assignment, teams: dict[str, str]) -> Sequence[Person]:
    if each.person_id is not None:
        return [session.get_one(Person, each.person_id)]
    return [person for person in list_people(session, team=teams[each.team_id or ""]) if person.role == "trainee"]


def _due(session: Session, assignment: Assignment, person: Person, at: datetime) -> Due:
    calls = session.scalars(
        select(Call)
        .where(Call.person_id == person.id, Call.scenario.in_(assignment.scenarios), Call.retry_of == "")
        .where(Call.trainee != "recorded")
        .where(Call.started > assignment.created - timedelta(seconds=1), Call.outcome != "incomplete")
        .order_by(Call.started)
    ).all()  # call.json knows the second only
    passed = [call for call in calls if _passes(session, call, assignment.mark)]
    tasks, finished = [], []
    for name in assignment.scenarios:
        mine = [call for call in passed if call.scenario == name]
        tasks.append(Task(scenario=name, passed=len(mine), taken=sum(call.scenario == name for call in calls)))
        finished += [mine[assignment.passes - 1].started] if len(mine) >= assignment.passes else []
    state: State = "late" if at >= assignment.due else "open"
    if len(finished) == len(tasks):
        state = "done" if max(finished) < assignment.due else "done_late"
    return Due(assignment=assignment, person=person, state=state, tasks=tuple(tasks))


def _passes(session: Session, call: Call, mark: float) -> bool:
    try:
        standing = standing_of(session, call)
    except InputError:  # it was not scored
        return False
    if standing.verdict is not None or call.mode == "certification":
        return standing.verdict == "pass"
    total = standing.total
    if total is not None and any(each.by_id == call.person_id for each in standing.corrections):
        total = min(total, standing.score.total or 0.0)  # nobody corrects themselves to a pass
    return call.outcome in WON and total is not None and total >= mark
