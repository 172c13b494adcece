"""Certification as documents: where everybody stands; one person's attempts, and whether another can be started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.records.attempts import (
    AttemptState,
    Counted,
    attempts_of,
    certified_until,
    has_certificate,
    last_withdrawn,
    state_of,
    why_not,
)
from simulator.records.database.tables import Call, Certificate, Entry, Person, now
from simulator.records.forms import Policy
from simulator.records.reviews.agreement import agreement_output
from simulator.records.shapes import (
    AttemptCallItem,
    AttemptItem,
    CertificationOutput,
    CertifiedItem,
    CertifiedOutput,
)
from simulator.records.staff.people import INSTRUCTOR, list_people, list_teams


def status_output(
    session: Session, person: Person, policy: Policy, *, at: datetime | None = None
) -> CertificationOutput:
    """Return where a person stands."""
    moment = at or now()
    until = certified_until(session, person)
    return CertificationOutput(
        schema="hotseat.certification/1",
        person=person.name,
        state=_state(until, moment),
        certified_until=None if until is None else until.isoformat(timespec="seconds"),
        attempts=[_attempt(session, state_of(session, each, at=moment)) for each in attempts_of(session, person)],
        why_not=why_not(session, person, policy, at=moment),
        agreement=agreement_output(session),
        withdrawn=_withdrawn(session, person),
    )


def overview(session: Session, policy: Policy, *, at: datetime | None = None) -> CertifiedOutput:
    """Return where every trainee stands, and whoever else took part in certification, by name."""
    moment = at or now()
    teams = {team.id: team.name for team in list_teams(session)}
    found = [
        item.model_copy(update={"team": teams.get(person.team_id or "")})
        for person in list_people(session)
        if (item := certified_item(session, person, policy, at=moment)) is not None
    ]
    return CertifiedOutput(schema="hotseat.certified/1", people=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A certificate of somebody's, who issued and who withdrew it ("" where the records do not say), and where it lies.

    `through` and `withdrawn_through` are "room" where whoever did it was signed in to the room of a site.
    """

    id: str
    issued: datetime
    expires: datetime
    by: str
    through: str
    path: str
    withdrawn: datetime | None
    withdrawn_by: str
    withdrawn_through: str
    why: str


def certificates_of(session: Session, person: Person) -> list[Issued]:
    """Return the certificates of a person, latest first."""
    names = {each.id: each.name for each in session.scalars(select(Person))}
    wanted = select(Certificate).join(Call, Call.id == Certificate.call_id).where(Call.person_id == person.id)
    rows = session.scalars(wanted.order_by(Certificate.issued.desc())).all()
    logged = select(Entry).where(Entry.kind == Certificate.__tablename__, Entry.row.in_([each.id for each in rows]))
    done = {(each.row, each.action): each for each in session.scalars(logged)}

    def said(row: Certificate, action: str) -> tuple[str, str]:
        entry = done.get((row.id, action))
        return ("", "") if entry is None else (names.get(entry.by or "", ""), str(entry.details.get("through", "")))

    return [
        Issued(
            id=row.certificate,
            issued=row.issued,
            expires=row.expires,
            by=said(row, "certified")[0],
            through=said(row, "certified")[1],
            path=row.path,
            withdrawn=row.withdrawn,
            withdrawn_by=said(row, "withdrawn")[0],
            withdrawn_through=said(row, "withdrawn")[1],
            why=row.withdrawn_why or "",
        )
        for row in rows
    ]


def certified_item(session: Session, person: Person, policy: Policy, *, at: datetime) -> CertifiedItem | None:
    """Return where one person stands, their team left out; None for an instructor who takes no part."""
    until, attempts, moment = certified_until(session, person), attempts_of(session, person), at
    if person.role == INSTRUCTOR and not attempts:
        return None
    last = state_of(session, attempts[-1], at=moment) if attempts else None
    state, note = _where(session, person, policy, (until, last, moment))
    shown = None if until is None else until.isoformat(timespec="seconds")
    return CertifiedItem.model_validate(
        {"person": person.name, "team": None, "state": state, "certified_until": shown, "note": note}
    )


def _where(
    session: Session, person: Person, policy: Policy, what: tuple[datetime | None, AttemptState | None, datetime]
) -> tuple[str, str]:
    """Return the state and the note of `CertifiedItem`; `what` is until when, the last attempt, and the moment."""
    until, last, moment = what
    result = "" if last is None else last.result
    if last is not None and result in ("open", "review"):
        return result, f"form {last.attempt.form}, {last.reason}"
    if last is not None and result == "passed" and not has_certificate(session, last.attempt):
        return "passed", f"form {last.attempt.form}; no certificate yet: hotseat certify CALL_DIR"
    if until is not None and moment < until:
        due = moment >= until - timedelta(days=policy.renew_days)
        return ("due", "can be renewed now") if due else ("certified", "")
    if last is not None and result in ("failed", "lapsed"):
        return result, last.reason
    if until is not None:
        return "expired", ""
    withdrawn = _withdrawn(session, person)
    return ("withdrawn", withdrawn) if withdrawn else ("not_certified", "")


def _withdrawn(session: Session, person: Person) -> str:
    found = last_withdrawn(session, person)
    return "" if found is None else f"on {found.withdrawn:%Y-%m-%d}: {found.withdrawn_why}"


def _state(until: datetime | None, moment: datetime) -> Literal["certified", "expired", "not_certified"]:
    if until is None:
        return "not_certified"
    return "certified" if moment < until else "expired"


def _attempt(session: Session, state: AttemptState) -> AttemptItem:
    checker = session.get(Person, state.attempt.identity_by)
    return AttemptItem(
        started=state.attempt.started.isoformat(timespec="seconds"),
        until=state.attempt.until.isoformat(timespec="seconds"),
        form=state.attempt.form,
        policy=state.attempt.policy,
        identity=state.attempt.identity,
        identity_by=None if checker is None else checker.name,
        result=state.result,
        reason=state.reason,
        missing=list(state.missing),
        calls=[_call(each) for each in state.calls],
    )


def _call(each: Counted) -> AttemptCallItem:
    standing = each.standing
    return AttemptCallItem.model_validate(
        {
            "call": each.call.name,
            "scenario": each.call.scenario,
            "counts": each.counts,
            "why": each.why,
            "total": None if standing is None else standing.total,
            "program": None if standing is None else standing.score.verdict,
            "now": None if standing is None else standing.verdict,
        }
    )
