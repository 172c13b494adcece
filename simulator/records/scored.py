"""What the program last said of a call."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.records.database.tables import Call, Score


def latest_score(session: Session, call: Call) -> Score | None:
    """Return what the program last said of a call; None if it was not scored."""
    return session.scalar(select(Score).where(Score.call_id == call.id).order_by(Score.number.desc()).limit(1))
