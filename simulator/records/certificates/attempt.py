"""What the records add to a certificate: the attempt that was passed, and the people who decided."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.errors import InputError
from simulator.records.attempts import AttemptState, Counted, attempt_with, state_of
from simulator.records.certificates.document import SealedAttempt, SealedDecision, SealedRecords
from simulator.records.database.tables import Attempt, Call, Certificate, Person, Review


def sealed_records(session: Session, call: Call, made: Mapping[str, str]) -> tuple[SealedRecords, int]:
    """Return what a certificate of a call says of its attempt, and for how many months the policy lets it be valid.

    Parameters
    ----------
    session : Session
    call : Call
    made : mapping of str to str
        The SHA-256 of the score that each call of the attempt gave when it was judged again just now, by its name.

    Raises
    ------
    InputError
        If the attempt cannot be certified (`passed_attempt`), or a call of it gives another score than was filed.
    """
    attempt, state = passed_attempt(session, call)
    for each in counted(state):
        if each.standing is None or made.get(each.call.name) != each.standing.score.sha256:
            raise InputError(
                f"{each.call.name} gives another score now than was filed for the attempt; score it again with: "
                f"hotseat score {each.call.path} --rubric certification, then: hotseat records sync"
            )
    checker = session.get(Person, attempt.identity_by)
    sealed = SealedRecords(
        attempt=SealedAttempt(
            id=attempt.id,
            form=attempt.form,
            form_sha256=attempt.form_sha256,
            policy=attempt.policy,
            identity=attempt.identity,
            identity_by=checker.name if checker is not None else "somebody deleted",
            calls={each.call.name: made[each.call.name] for each in counted(state)},
        ),
        decision=_decision(session, state, call),
    )
    return sealed, attempt.valid_months


def passed_attempt(session: Session, call: Call) -> tuple[Attempt, AttemptState]:
    """Return the attempt that a call counts in, after a check that it can be certified.

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
    old = session.scalar(
        select(Certificate).where(Certificate.attempt_id == attempt.id, Certificate.withdrawn.is_(None))
    )
    if old is not None:
        raise InputError(f"this attempt has a certificate already: {old.path}")
    return attempt, state


def counted(state: AttemptState) -> list[Counted]:
    """Return the calls that count in an attempt."""
    return [each for each in state.calls if each.counts]


def _decision(session: Session, state: AttemptState, call: Call) -> SealedDecision | None:
    standings = [each.standing for each in state.calls if each.counts and each.standing is not None]
    if not any(each.changed for each in standings):
        return None
    said: list[Review] = []
    for each in standings:
        said += [*each.corrections, *each.overrides.values(), *([each.decision] if each.decision is not None else [])]
    people = {each.by_id: session.get(Person, each.by_id) for each in said}
    names = [person.name if person is not None else "somebody deleted" for person in people.values()]
    mine = next(each.standing for each in state.calls if each.call.id == call.id)
    return SealedDecision(
        total=None if mine is None else mine.total,
        verdict="pass",
        by=sorted(set(names)),
        reasons=[each.text for each in sorted(said, key=lambda each: each.at)],
    )
