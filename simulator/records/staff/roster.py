"""The roster: people and teams from a table, another name for somebody, two entries made one."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.datafile import read_text
from simulator.errors import InputError
from simulator.records.database.log import delete_row, write_down
from simulator.records.database.tables import ROWS, Attempt, Call, Certificate, FormerName, Person, Review, Team
from simulator.records.staff.people import (
    INSTRUCTOR,
    add_person,
    add_team,
    check_free,
    find_person,
    key_of,
    known_person,
    set_account,
)

COLUMNS = ("name", "team", "role", "account")
ROLES = ("trainee", INSTRUCTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person of a table; "" where the table says nothing."""

    number: int
    name: str
    team: str
    role: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Whom a table added and changed, and its new teams, by name."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    teams: tuple[str, ...]


def read_roster(path: Path) -> tuple[Line, ...]:
    """Return the people of a CSV file, as Excel and others write it: with commas, semicolons or tabs.

    Its first line names the columns: `name`, and any of `team`, `role` (trainee or instructor) and `account`, the
    person's name in the firm's LMS.

    Raises
    ------
    InputError
        If it cannot be read, has other columns, or a line has no name or an unknown role; the line is named.
    """
    return parse_roster(read_text(path), str(path))


def parse_roster(text: str, where: str) -> tuple[Line, ...]:
    """Return the people of a table as `read_roster` does; `where` is what the errors call it."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(",;\t", key=first.count)
    rows = csv.DictReader(text.splitlines(), delimiter=mark, skipinitialspace=True)
    names = [(name or "").strip().casefold() for name in rows.fieldnames or ()]
    unknown = [name for name in names if name not in COLUMNS]
    if "name" not in names or unknown or len(set(names)) < len(names):
        given = ", ".join(names) or "nothing"
        raise InputError(f"{where}:1: the columns are {given}; allowed: {', '.join(COLUMNS)}, each once, name always")
    rows.fieldnames = names
    found: list[Line] = []
    for row in rows:
        cells = {name: " ".join((row.get(name) or "").split()) for name in COLUMNS}
        if None in row:
            raise InputError(
                f"{where}:{rows.line_num}: more cells than columns; put a name that holds {mark!r} in quotes"
            )
        if not any(cells.values()):
            continue
        role = cells["role"].casefold()
        if not cells["name"]:
            raise InputError(f"{where}:{rows.line_num}: no name; give one, or delete the line")
        if role and role not in ROLES:
            raise InputError(f"{where}:{rows.line_num}: the role is {cells['role']!r}; allowed: {' or '.join(ROLES)}")
        found.append(Line(**{**cells, "role": role}, number=rows.line_num))
    if not found:
        raise InputError(f"{where}: nobody is in this table; give a line for each person under the columns")
    return tuple(found)


def import_roster(session: Session, path: Path, appoint: Callable[[], Person | None]) -> Imported:
    """Add everybody in a CSV file with their teams; who is there already gets what the file says.

    Parameters
    ----------
    session : Session
        One that writes.
    path : Path
        As for `read_roster`.
    appoint : callable
        Returns who makes people instructors; asked once, if the file makes somebody one.

    Raises
    ------
    InputError
        If a line cannot be used; it is named, and nothing of the file is kept.
    """
    return import_lines(session, read_roster(path), str(path), appoint)


def import_lines(session: Session, lines: Sequence[Line], where: str, appoint: Callable[[], Person | None]) -> Imported:
    """Add everybody of a table that was read, as `import_roster` does; `where` is what the errors call it."""
    by = appoint() if any(_appoints(session, line) for line in lines) else None
    done: dict[str, list[str]] = {"added": [], "changed": [], "teams": []}
    seen: dict[str, int] = {}
    for line in lines:
        try:
            person = find_person(session, line.name)
            key = key_of(line.name) if person is None else person.key
            if key in seen:
                raise InputError(f"{line.name} stands in line {seen[key]} already")
            seen[key] = line.number
            _take(session, line, person, by, done)
        except InputError as error:
            raise InputError(f"{where}:{line.number}: {error}") from error
    return Imported(**{name: tuple(names) for name, names in done.items()})


def _appoints(session: Session, line: Line) -> bool:
    person = find_person(session, line.name)
    return bool(line.role) and line.role != ("trainee" if person is None else person.role)


def _take(session: Session, line: Line, person: Person | None, by: Person | None, done: dict[str, list[str]]) -> None:
    team = None
    if line.team:
        team = session.scalar(select(Team).where(Team.key == key_of(line.team)))
        if team is None:
            team = add_team(session, line.team)
            done["teams"].append(team.name)
    if person is None:
        role = line.role or "trainee"
        add_person(
            session,
            line.name,
            role=role,
            team=None if team is None else team.name,
            account=line.account or None,
            by=by if role == INSTRUCTOR else None,
        )
        done["added"].append(line.name)
        return
    before = (person.role, person.team_id, person.account)
    person.role = line.role or person.role
    person.team_id = person.team_id if team is None else team.id
    set_account(session, person, line.account or None)
    if before != (person.role, person.team_id, person.account):
        write_down(session, "changed", person, by=None if by is None else by.id)
        done["changed"].append(person.name)


def rename_person(session: Session, name: str, to: str, *, by: Person | None = None) -> Person:
    """Give a person another name; calls and commands that carry the old one still find them.

    Raises
    ------
    InputError
        If there is no such person, or the new name is somebody else's or cannot stand on a certificate.
    """
    person = known_person(session, name)
    if find_person(session, to) is not person:
        check_free(session, to)
    old, back = (person.name, person.key), key_of(to)
    if back != person.key:
        again = session.scalar(select(FormerName).where(FormerName.key == back))
        if again is not None:  # a name they had before is theirs again
            delete_row(session, again)
    person.name, person.key = to, back
    who = None if by is None else by.id
    write_down(session, "renamed", person, by=who)
    if old[1] != back:
        write_down(session, "kept", FormerName(name=old[0], key=old[1], person_id=person.id), by=who)
    return person


def merge_people(session: Session, name: str, into: str, *, by: Person | None = None) -> Person:
    """Make two entries of one person one: everything of `name` becomes `into`'s, and the name still finds them.

    Raises
    ------
    InputError
        If there is no such person, both are the same, one judged the other's calls or checked their identity, or both
        have been certified or tried to be: their attempts cannot be told apart afterwards.
    """
    gone, stays = known_person(session, name), known_person(session, into)
    _check_one_person(session, gone, stays)
    who = None if by is None else by.id
    for table in ROWS:
        if "person_id" in table.__table__.columns:
            for row in session.scalars(select(table).where(table.__table__.c.person_id == gone.id)).all():
                row.person_id = stays.id  # type: ignore[attr-defined]  # it has that column
                write_down(session, "merged", row, by=who)
    for review in session.scalars(select(Review).where(Review.by_id == gone.id)).all():
        review.by_id = stays.id
        write_down(session, "merged", review, by=who)
    for attempt in session.scalars(select(Attempt).where(Attempt.identity_by == gone.id)).all():
        attempt.identity_by = stays.id
        write_down(session, "merged", attempt, by=who)
    kept = FormerName(name=gone.name, key=gone.key, person_id=stays.id)
    account, team = gone.account, gone.team_id
    delete_row(session, gone, by=who)
    write_down(session, "kept", kept, by=who)
    if (stays.account is None and account) or (stays.team_id is None and team):
        stays.account, stays.team_id = stays.account or account, stays.team_id or team
        write_down(session, "merged", stays, by=who)
    return stays


def _check_one_person(session: Session, one: Person, other: Person) -> None:
    if one.id == other.id:
        raise InputError(f"{one.name} and {other.name} are one person already")
    if one.role != other.role:
        raise InputError(
            f"{one.name} is {one.role} and {other.name} is {other.role}; make them alike first: hotseat people change"
        )
    for judge, judged in ((one, other), (other, one)):
        reviewed = select(Review.id).join(Call, Call.id == Review.call_id)
        said = reviewed.where(Review.by_id == judge.id, Call.person_id == judged.id).limit(1)
        vouched = select(Attempt.id).where(Attempt.identity_by == judge.id, Attempt.person_id == judged.id).limit(1)
        if session.scalar(said) is not None or session.scalar(vouched) is not None:
            raise InputError(f"{judge.name} judged a call of {judged.name} or vouched for them: they are two people")
    if all(_certifies(session, each) for each in (one, other)):
        raise InputError(f"{one.name} and {other.name} both have attempts at certification; those cannot become one")


def _certifies(session: Session, person: Person) -> bool:
    tried = session.scalar(select(Attempt.id).where(Attempt.person_id == person.id).limit(1))
    certified = select(Certificate.id).join(Call, Call.id == Certificate.call_id).where(Call.person_id == person.id)
    return tried is not None or session.scalar(certified.limit(1)) is not None
