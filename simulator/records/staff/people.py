"""People and teams: found by name, whatever its capitals and spaces."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.errors import InputError
from simulator.records.database.log import write_down
from simulator.records.database.tables import FormerName, Person, Team

INSTRUCTOR = "instructor"


def check_person(person: str) -> None:
    """Raise InputError unless `person` can stand on a certificate: 1 to 200 printable characters."""
    if not person.strip() or person != person.strip() or len(person) > 200 or not person.isprintable():
        raise InputError(f"{person[:60]!r} is no name for a certificate: give 1 to 200 printable characters")


def key_of(name: str) -> str:
    """Return a name as it is compared: without capitals and doubled spaces.

    Examples
    --------
    >>> key_of("Dana  LUKASZ") == key_of("dana lukasz")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def find_person(session: Session, name: str) -> Person | None:
    """Return the person who has that name, or had it before; None if there is none."""
    key = key_of(name)
    found = session.scalar(select(Person).where(Person.key == key))
    former = select(Person).join(FormerName, FormerName.person_id == Person.id).where(FormerName.key == key)
    return found if found is not None else session.scalar(former)


def known_person(session: Session, name: str) -> Person:
    """Return the person of that name.

    Raises
    ------
    InputError
        If there is none; names like it are said.
    """
    person = find_person(session, name)
    if person is None:
        raise InputError(f'{_nobody(session, name)} Add them with: hotseat people add "{name}"')
    return person


def unknown(session: Session, name: str) -> str:
    """Return what to ask before somebody of that name is added, names like it included; "" where nothing is to ask.

    Nothing is to ask about a name that is known, nor about the first person of all.
    """
    if find_person(session, name) is not None or session.scalar(select(Person.id).limit(1)) is None:
        return ""
    return _nobody(session, name)


def known_instructor(session: Session, name: str) -> Person:
    """Return the instructor of that name.

    Raises
    ------
    InputError
        If there is nobody of that name, or they are a trainee.
    """
    person = known_person(session, name)
    if person.role != INSTRUCTOR:
        raise InputError(
            f"{person.name} is a trainee in the records, and only an instructor may do this; "
            f'if they are one: hotseat people change "{person.name}" --role instructor'
        )
    return person


def appointing(session: Session, by: str | None) -> Person | None:
    """Return the instructor who gives somebody a role; None as long as there is no instructor.

    Raises
    ------
    InputError
        If there are instructors and `by` is none of them.
    """
    if by is not None:
        return known_instructor(session, by)
    first = session.scalar(select(Person.name).where(Person.role == INSTRUCTOR).order_by(Person.key).limit(1))
    if first is not None:
        raise InputError(f'only an instructor of the records gives somebody a role; say which one: --by "{first}"')
    return None


def may_answer(session: Session, name: str, person: Person | None) -> bool:
    """Return whether somebody may answer for a person's call whose headset passed no check: another instructor."""
    found = find_person(session, name)
    return found is not None and found.role == INSTRUCTOR and (person is None or found.id != person.id)


def add_person(
    session: Session,
    name: str,
    *,
    role: str = "trainee",
    team: str | None = None,
    account: str | None = None,
    by: Person | None = None,
) -> Person:
    """Add a person; `by` is who made them an instructor, `account` their name in the firm's LMS.

    Raises
    ------
    InputError
        If the name cannot stand on a certificate, it or the account is taken, or there is no such team.
    """
    check_free(session, name)
    person = Person(
        name=name, key=key_of(name), role=role, team_id=None if team is None else known_team(session, team).id
    )
    set_account(session, person, account)
    write_down(session, "added", person, by=None if by is None else by.id)
    return person


def check_free(session: Session, name: str) -> None:
    """Raise InputError unless `name` can be given to somebody: it fits on a certificate, and nobody has or had it."""
    check_person(name)
    taken = find_person(session, name)
    if taken is None:
        return
    if taken.key != key_of(name):
        raise InputError(f"{name} is a former name of {taken.name}; give another, such as one with a number")
    raise InputError(f"{taken.name} is in the records already; give the second one another name, such as a number")


def set_account(session: Session, person: Person, account: str | None) -> None:
    """Give a person another name in the firm's LMS; "" takes it away, None leaves it.

    Raises
    ------
    InputError
        If somebody else has it.
    """
    if account is None:
        return
    holder = session.scalar(select(Person).where(Person.account == account)) if account else None
    if holder is not None and holder is not person:
        raise InputError(f"{holder.name} has the account {account!r} already; each account is one person's")
    person.account = account or None


def person_of(session: Session, name: str) -> Person:
    """Return the person of that name, added now if there was none."""
    return find_person(session, name) or add_person(session, name)


def change_person(
    session: Session,
    name: str,
    *,
    role: str | None = None,
    team: str | None = None,
    account: str | None = None,
    by: Person | None = None,
) -> Person:
    """Give a person another role, team or account; "" is none, `by` is who gave the role.

    Raises
    ------
    InputError
        If there is no such person or team, or the account is somebody else's.
    """
    person = known_person(session, name)
    if role is not None:
        person.role = role
    if team is not None:
        person.team_id = known_team(session, team).id if team else None
    set_account(session, person, account)
    write_down(session, "changed", person, by=None if by is None else by.id)
    return person


def list_people(session: Session, *, team: str | None = None) -> Sequence[Person]:
    """Return everybody, or a team, by name.

    Raises
    ------
    InputError
        If there is no such team.
    """
    wanted = select(Person).order_by(Person.key)
    if team is not None:
        wanted = wanted.where(Person.team_id == known_team(session, team).id)
    return session.scalars(wanted).all()


def add_team(session: Session, name: str) -> Team:
    """Add a team.

    Raises
    ------
    InputError
        If the name is not printable, or taken.
    """
    check_person(name)
    if session.scalar(select(Team).where(Team.key == key_of(name))) is not None:
        raise InputError(f"there is a team {name!r} already; give another name")
    team = Team(name=name, key=key_of(name))
    write_down(session, "added", team)
    return team


def known_team(session: Session, name: str) -> Team:
    """Return the team of that name.

    Raises
    ------
    InputError
        If there is none.
    """
    team = session.scalar(select(Team).where(Team.key == key_of(name)))
    if team is None:
        like = _like(name, session.scalars(select(Team.name)).all())
        raise InputError(f'there is no team {name!r}.{like} Add it with: hotseat teams add "{name}"')
    return team


def list_teams(session: Session) -> Sequence[Team]:
    """Return all teams, by name."""
    return session.scalars(select(Team).order_by(Team.key)).all()


def _nobody(session: Session, name: str) -> str:
    return f"nobody called {name!r} is in the records.{_like(name, session.scalars(select(Person.name)).all())}"


def _like(name: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(key_of(name), [key_of(each) for each in names], n=3, cutoff=0.7)
    found = [each for key in near for each in names if key_of(each) == key]
    return f" Did you mean {' or '.join(found)}?" if found else ""
