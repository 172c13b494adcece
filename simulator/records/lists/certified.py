"""Where everybody stands in certification, in memory: only whom the log or the calendar changed is looked up anew."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.records.attempts import attempts_of, certified_until
from simulator.records.certification_page import certified_item
from simulator.records.database.log import DELETED
from simulator.records.database.tables import (
    Attempt,
    AttemptCall,
    Call,
    CallSeal,
    Certificate,
    Entry,
    Person,
    Review,
    Score,
    now,
)
from simulator.records.forms import Policy
from simulator.records.lists.index import last_entry
from simulator.records.sealing.call_seals import RUNNING, open_seals
from simulator.records.shapes import CertifiedItem
from simulator.records.staff.people import list_people, list_teams

OF_PERSON: dict[Any, Any] = {
    Call: select(Call.person_id, Call.id),
    Attempt: select(Attempt.person_id, Attempt.id),
    CallSeal: select(CallSeal.person_id, CallSeal.id),
    AttemptCall: select(Attempt.person_id, AttemptCall.id).join(AttemptCall, AttemptCall.attempt_id == Attempt.id),
    **{
        table: select(Call.person_id, table.id).join(table, table.call_id == Call.id)
        for table in (Score, Review, Certificate)
    },
}
"""By table, whose each row is."""


class CertifiedIndex:
    """Keeps the items of `CertifiedOutput` of one database; may be asked by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read, self._policy = 0, ""
        self._kept: dict[str, tuple[CertifiedItem | None, datetime | None]] = {}

    def people(self, session: Session, policy: Policy, *, at: datetime | None = None) -> list[CertifiedItem]:
        """Return where every trainee stands, and whoever else took part in certification, by name."""
        moment = at or now()
        with self._lock:
            self._forget(session, policy, moment)
            teams = {team.id: team.name for team in list_teams(session)}
            found = []
            for person in list_people(session):
                if person.id not in self._kept:
                    item = certified_item(session, person, policy, at=moment)
                    self._kept[person.id] = item, _next_change(session, person, policy, moment)
                kept = self._kept[person.id][0]
                if kept is not None:
                    found.append(kept.model_copy(update={"team": teams.get(person.team_id or "")}))
            return found

    def _forget(self, session: Session, policy: Policy, moment: datetime) -> None:
        last = last_entry(session)
        if last < self._read or policy.sha256 != self._policy:
            self._kept = {}
        elif last > self._read:
            self._forget_changed(session)
        due = [person for person, (_, until) in self._kept.items() if until is not None and until <= moment]
        for person in due:
            del self._kept[person]
        self._read, self._policy = last, policy.sha256

    def _forget_changed(self, session: Session) -> None:
        entries = session.execute(select(Entry.kind, Entry.row, Entry.action).where(Entry.number > self._read)).all()
        if any(entry.action == DELETED for entry in entries):  # whose it was is not known any more
            self._kept = {}
            return
        for table, whose in OF_PERSON.items():
            rows = [entry.row for entry in entries if entry.kind == table.__tablename__]
            if rows:
                for person, _ in session.execute(whose.where(table.id.in_(rows))):
                    self._kept.pop(person, None)
        for entry in entries:
            if entry.kind == Person.__tablename__:
                self._kept.pop(entry.row, None)


def _next_change(session: Session, person: Person, policy: Policy, moment: datetime) -> datetime | None:
    """Return when time alone can next change where a person stands; None if it cannot."""
    until, attempts = certified_until(session, person), attempts_of(session, person)
    moments = [] if until is None else [until, until - timedelta(days=policy.renew_days)]
    if attempts:
        last = attempts[-1]
        running = open_seals(session, person.id, since=last.started, until=last.until)
        moments += [last.until + timedelta(microseconds=1), *(each.begun + RUNNING for each in running)]
    return min((each for each in moments if each > moment), default=None)
