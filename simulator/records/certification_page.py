"""A person's certification as a document: state, attempts, and whether another can be started."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from simulator.records.agreement import agreement_output
from simulator.records.attempts import AttemptState, Counted, attempts_of, certified_until, state_of, why_not
from simulator.records.database.tables import Person, now
from simulator.records.forms import Policy
from simulator.records.shapes import AttemptCallItem, AttemptItem, CertificationOutput


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
    )


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
