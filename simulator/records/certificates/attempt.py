"""What the records add to a certificate: the attempt that was passed, and the people who decided."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.errors import InputError
from simulator.records.attempts import AttemptState, attempt_with, state_of
from simulator.records.certificates.document import SealedAttempt, SealedDecision, SealedRecords
from simulator.records.database.tables import Call, Certificate, Person, Review


def sealed_records(session: Session, call: Call) -> tuple[SealedRecords, int]:
    """Return what a certificate of a call says of its attempt, and for how many months the policy lets it be valid.

    Raises
    ------
    InputError
        If the call is in no attempt, the attempt is not passed, or it has a certificate already.
    """
    attempt = attempt_with(session, call)
    if attempt is None:
        raise InputError(
            f"{call.name} is part of no attempt, so it cannot be certified; an instructor starts one with: "
            "hotseat certification start NAME"
        )
    state = state_of(session, attempt)
    if state.result != "passed":
        raise InputError(f"the attempt with form {attempt.form} is {state.result}: {state.reason}")
    if call.id not in {each.call.id for each in state.calls if each.counts}:
        raise InputError(f"{call.name} does not count in its attempt; certify one of the calls that do")
    old = session.scalar(select(Certificate).where(Certificate.attempt_id == attempt.id))
    if old is not None:
        raise InputError(f"this attempt has a certificate already: {old.path}")
    checker = session.get(Person, attempt.identity_by)
    sealed = SealedRecords(
        attempt=SealedAttempt(
            id=attempt.id,
            form=attempt.form,
            form_sha256=attempt.form_sha256,
            policy=attempt.policy,
            identity=attempt.identity,
            identity_by=checker.name if checker is not None else "somebody deleted",
            calls={each.call.name: each.standing.score.sha256 for each in state.calls if each.counts and each.standing},
        ),
        decision=_decision(session, state, call),
    )
    return sealed, attempt.valid_months


def _decision(session: Session, state: AttemptState, call: Call) -> SealedDecision | None:
    standings = [each.standing for each in state.calls if each.counts and each.standing is not None]
    if not any(each.changed for each in standings):
        return None
    said: list[Review] = []
    for each in standings:
        said += [*each.overrides.values(), *([each.decision] if each.decision is not None else [])]
    people = {each.by_id: session.get(Person, each.by_id) for each in said}
    names = [person.name if person is not None else "somebody deleted" for person in people.values()]
    mine = next(each.standing for each in state.calls if each.call.id == call.id)
    return SealedDecision(
        total=None if mine is None else mine.total,
        verdict="pass",
        by=sorted(set(names)),
        reasons=[each.text for each in sorted(said, key=lambda each: each.at)],
    )
