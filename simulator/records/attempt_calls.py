"""Which attempt a certification call belongs to: decided once, when the call is filed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.records.database.log import write_down
from simulator.records.database.tables import Attempt, AttemptCall, Call


def join_attempt(session: Session, call: Call) -> None:
    """Let a certification call count in the attempt that was open when it was taken, if the form has its scenario."""
    if call.mode != "certification" or call.person_id is None:
        return
    if session.scalar(select(AttemptCall).where(AttemptCall.call_id == call.id)) is not None:
        return
    # call.json knows the second only
    wanted = select(Attempt).where(
        Attempt.person_id == call.person_id,
        Attempt.started < call.started + timedelta(seconds=1),
        Attempt.until >= call.started,
    )
    attempt = session.scalar(wanted.order_by(Attempt.started.desc()).limit(1))
    if attempt is not None and call.scenario in attempt.scenarios:
        write_down(session, "joined", AttemptCall(attempt_id=attempt.id, call_id=call.id))
