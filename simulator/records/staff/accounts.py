"""Accounts of the room: who may sign in, in which role, and the links by which people come in."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Literal, TypeAlias, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from simulator.errors import InputError
from simulator.records.database.log import write_down
from simulator.records.database.tables import Account, Call, Invitation, Person, Team, now
from simulator.records.staff.people import INSTRUCTOR, find_person, key_of, person_of

AccountRole: TypeAlias = Literal["trainee", "instructor", "officer", "administrator"]
ROLES: tuple[AccountRole, ...] = get_args(AccountRole)
INVITED_DAYS = 7
"""How long a link works; a choice of this product."""
SHORTEST, LONGEST = 12, 200
"""Characters of a password. NIST SP 800-63B asks for 8 or more, and no rules about which; this is stricter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who is signed in, as the records have them at this moment."""

    account: str
    person: str
    name: str
    role: AccountRole
    team: str


def invite(session: Session, name: str, role: str, *, by: Member) -> str:
    """Return the secret of a new link for a person, who is added if they are new; it is stored nowhere.

    For somebody who has an account the link changes the password and the role. Only an administrator makes such a
    link, or one for somebody who has calls or a link already: whoever opens it can see that person's own calls.

    Raises
    ------
    InputError
        If `by` may not, or the name or the role is none.
    """
    _check_role(role)
    if by.role not in ("administrator", "instructor"):
        raise InputError("only an administrator or an instructor invites people")
    known = find_person(session, name)
    if by.role == "instructor" and (role != "trainee" or not _is_new(session, known)):
        raise InputError("an instructor invites new trainees only; ask an administrator for anybody else")
    if known is not None and known.id == by.person:
        raise InputError("you cannot invite yourself; change your password on the page of your account")
    return _invite(session, role, person=person_of(session, name), by=by.person)


def invite_first(session: Session) -> str | None:
    """Return the secret of a link for the first administrator, and end earlier ones; None if there is one already."""
    if _administrators(session):
        return None
    _end_invitations(session, Invitation.person_id.is_(None))
    return _invite(session, "administrator", person=None, by=None)


def open_invitation(session: Session, secret: str) -> Invitation | None:
    """Return the invitation of a link; None if it was used, has expired, or never was."""
    found = session.scalar(select(Invitation).where(Invitation.token_sha256 == sha256_of_secret(secret)))
    return found if found is not None and found.used is None and found.expires > now() else None


def accept(session: Session, secret: str, *, name: str, password: str) -> Account:
    """Make the account of an invitation, or give it another password; the link works no more.

    Parameters
    ----------
    session : Session
        One that writes.
    secret : str
        Of the link.
    name : str
        Used only for the first administrator; any other invitation is for one person.
    password : str

    Raises
    ------
    InputError
        If the link works no more, or the name or the password will not do.
    """
    invitation = open_invitation(session, secret)
    if invitation is None:
        raise InputError("this link was used already, or is too old; ask for another one")
    invited = invitation.person_id
    person = person_of(session, name) if invited is None else session.get_one(Person, invited)
    check_password(password, name=person.name)
    account = _account_of(session, person.id)
    if account is None:
        account = Account(person_id=person.id, role=invitation.role, password="")
    account.password, account.active = _hasher().hash(password), True
    _give_role(person, account, invitation.role)
    invitation.person_id, invitation.used = person.id, now()
    write_down(session, "changed", person, by=invitation.by_id)
    write_down(session, "joined", account, by=invitation.by_id, details={"role": account.role})
    write_down(session, "used", invitation)
    return account


def find_account(session: Session, name: str) -> Account | None:
    """Return the account of the person of that name; None if there is none."""
    person = find_person(session, name)
    return None if person is None else _account_of(session, person.id)


def account_with(session: Session, account: str) -> Account | None:
    """Return the room's account of whoever has this account in the firm; None if nobody has."""
    person = session.scalar(select(Person).where(Person.account == account))
    return None if person is None else _account_of(session, person.id)


def is_password(account: Account | None, password: str) -> bool:
    """Return whether this is the account's password; that takes as long where there is no account."""
    try:
        _hasher().verify(_nobody() if account is None else account.password, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return account is not None and account.active


def member_of(session: Session, account_id: str) -> Member | None:
    """Return who signs in with an account; None if it is closed or gone."""
    account = session.get(Account, account_id)
    if account is None or not account.active:
        return None
    person = session.get_one(Person, account.person_id)
    team = "" if person.team_id is None else session.get_one(Team, person.team_id).name
    role: AccountRole = account.role  # type: ignore[assignment]  # nothing else is ever stored
    return Member(account=account.id, person=person.id, name=person.name, role=role, team=team)


def change_account(session: Session, name: str, *, by: Member, role: str, active: bool) -> Account:
    """Give an account another role, close it or open it again.

    Raises
    ------
    InputError
        If `by` is no administrator, there is no such account, or no administrator would be left.
    """
    if by.role != "administrator":
        raise InputError("only an administrator changes accounts")
    _check_role(role)
    account = find_account(session, name)
    if account is None:
        raise InputError(f"{name} has no account; invite them first")
    if _administrators(session) == [account.id] and (role != "administrator" or not active):
        raise InputError("this is the only administrator; make another one first")
    person = session.get_one(Person, account.person_id)
    account.active = active
    _give_role(person, account, role)
    if not active:
        _end_invitations(session, Invitation.person_id == person.id)
    write_down(session, "changed", person, by=by.person)
    write_down(session, "changed", account, by=by.person, details={"role": role, "active": active})
    return account


def change_password(session: Session, member: Member, *, old: str, new: str) -> None:
    """Give a member another password.

    Raises
    ------
    InputError
        If the old one is wrong, or the new one will not do.
    """
    account = session.get_one(Account, member.account)
    if not is_password(account, old):
        raise InputError("the old password is not right")
    check_password(new, name=member.name)
    account.password = _hasher().hash(new)
    write_down(session, "changed", account, by=member.person)


def check_password(password: str, *, name: str) -> None:
    """Raise InputError unless the password is long enough and is not made of the name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(f"a password has {SHORTEST} to {LONGEST} characters, not {len(password)}; a sentence will do")
    rest = key_of(password).replace(" ", "").replace(key_of(name).replace(" ", ""), "")
    if len(set(rest)) < 5:
        raise InputError("this password is too easy to guess; take several words that have nothing to do with you")


def sha256_of_secret(secret: str) -> str:
    """Return what is stored of a link or a session: nobody gets in with that."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _is_new(session: Session, person: Person | None) -> bool:
    """Return whether nobody loses anything by a link for a person: no account, no call, no other link, no role."""
    if person is None:
        return True
    mine = (table.person_id == person.id for table in (Account, Call, Invitation))
    return person.role == "trainee" and not any(session.scalar(select(exists().where(each))) for each in mine)


def _invite(session: Session, role: str, *, person: Person | None, by: str | None) -> str:
    secret = secrets.token_urlsafe(24)
    if person is not None:
        _end_invitations(session, Invitation.person_id == person.id)
    invitation = Invitation(
        token_sha256=sha256_of_secret(secret),
        person_id=None if person is None else person.id,
        role=role,
        by_id=by,
        expires=now() + timedelta(days=INVITED_DAYS),
    )
    write_down(session, "invited", invitation, by=by, details={"role": role})
    return secret


def _end_invitations(session: Session, whose: ColumnElement[bool]) -> None:
    for each in session.scalars(select(Invitation).where(whose, Invitation.used.is_(None))).all():
        each.used = now()
        write_down(session, "ended", each)


def _give_role(person: Person, account: Account, role: str) -> None:
    """Set the role; the records know two, and let instructors and officers judge calls."""
    account.role = role
    person.role = INSTRUCTOR if role in ("instructor", "officer") else "trainee"


def _account_of(session: Session, person: str) -> Account | None:
    return session.scalar(select(Account).where(Account.person_id == person))


def _administrators(session: Session) -> list[str]:
    return list(session.scalars(select(Account.id).where(Account.role == "administrator", Account.active)))


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise InputError(f"{role[:40]!r} is no role; there are: {', '.join(ROLES)}")


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    """Argon2id with OWASP's first choice of 19 MiB and two passes: a sign-in must not disturb the calls that run."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe())
