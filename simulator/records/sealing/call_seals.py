"""Seals of certification calls, kept in the records: begun, ended, and whether a call folder fits its seal.

The keeper is the records of the account that takes the call. Whoever may use that account can read the key: the seal
of `hotseat call` is weak, and says so; where the server of a room takes the call (`lab.certification`) it is strong.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.clock import to_seconds
from simulator.errors import InputError
from simulator.events import Outcome
from simulator.files import MOST_TEXT, read_file
from simulator.recording.call_seal import OpenSeal, Strength, check_chain, first_tag, next_tag, terms_of
from simulator.recording.folder import CallFolder
from simulator.recording.manifest import NAME, Manifest, manifest_text
from simulator.records.database.log import write_down
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Call, CallSeal, Person, now
from simulator.records.staff.people import find_person, person_of

CLOCKS_DIFFER = timedelta(minutes=5)
"""By so much the start in call.json may differ from the moment at which the keeper was told."""
FASTER = 0.98
"""A call whose seal was open for less than this share of its length was not taken in real time."""
RUNNING = timedelta(hours=1)
"""A seal that is open for longer belongs to a call that was cut off; no call takes so long."""


class RecordsKeeper:
    """Keeps seals in the records (`SealKeeper`); they are made if there are none.

    Parameters
    ----------
    database : str, optional
        Which records; without it the user's own.
    strength : Strength
        Who could read the key.
    """

    def __init__(self, database: str | None = None, *, strength: Strength = "same-account") -> None:
        self._database, self._strength = database, strength

    def begin(self, manifest: Manifest) -> OpenSeal:
        """Write down that a call begins; see `SealKeeper.begin`."""
        key, terms = secrets.token_bytes(32), terms_of(manifest)
        with open_records(self._database) as records, records.writing() as session:
            person = person_of(session, manifest.person) if manifest.person else None
            row = CallSeal(
                person_id=None if person is None else person.id,
                name=manifest.id,
                scenario=manifest.scenario,
                strength=self._strength,
                key=key.hex(),
                terms=terms,
                begun=now(),
            )
            write_down(session, "begun", row)
            return _Open(self._database, row.id, key, first_tag(key, terms))


class _Open:
    """A seal that is open (`OpenSeal`)."""

    def __init__(self, database: str | None, seal_id: str, key: bytes, tag: bytes) -> None:
        self.id = seal_id
        self._database, self._key, self._tag = database, key, tag

    def add(self, digest: bytes) -> bytes:
        self._tag = next_tag(self._key, self._tag, digest)
        return self._tag

    def end(self, *, samples: int, outcome: Outcome) -> None:
        with open_records(self._database) as records, records.writing() as session:
            row = session.get(CallSeal, self.id)
            if row is None:
                raise InputError(f"the seal {self.id} is not in the records any more")
            row.ended, row.samples, row.outcome, row.head = now(), samples, outcome, self._tag.hex()
            write_down(session, "ended", row)


def check_seal(session: Session, folder: CallFolder) -> CallSeal:
    """Return the seal of a call after a check that its folder is as it was sealed.

    Raises
    ------
    InputError
        If it is not, or there is no seal; the message says why.
    """
    manifest = folder.manifest
    row = session.get(CallSeal, manifest.seal) if manifest.seal else None
    if row is None:
        raise InputError(
            f"{folder.path} was not sealed in these records while it ran, so nobody can be certified for it; take "
            "another call with: hotseat call SCENARIO --mode certification --person NAME"
        )
    terms = terms_of(manifest)
    changed = sorted(name for name in terms.keys() | row.terms.keys() if terms.get(name) != row.terms.get(name))
    if changed:
        raise InputError(f"{folder.path / 'call.json'} is not as it was sealed; changed: {', '.join(changed)}")
    if row.ended is None or row.head is None:
        raise InputError(f"the seal of {folder.path} was never ended: the call was cut off; take another call")
    _check_times(row, folder)
    if row.samples != folder.duration or row.outcome != manifest.outcome:
        raise InputError(f"{folder.path} is not as it was sealed: its length or outcome is another")
    check_chain(folder.path, bytes.fromhex(row.key), row.terms, head=row.head)
    if read_file(folder.path / NAME, MOST_TEXT) != manifest_text(manifest).encode() or manifest.repairs:
        raise InputError(f"{folder.path / NAME} is not as the program wrote it: something in it was changed")
    return row


def bind_seal(session: Session, folder: CallFolder, call: Call) -> str:
    """Note that a filed call fits its seal; return why not if it does not, and "" if it does or did before."""
    bound = session.scalar(select(CallSeal).where(CallSeal.call_id == call.id))
    if bound is not None:
        return ""
    try:
        row = check_seal(session, folder)
    except InputError as error:
        return str(error)
    person = session.get(Person, call.person_id) if call.person_id else None
    if person is None or find_person(session, folder.manifest.person or " ") is not person:
        return f"the seal of {call.name} does not name the person it is filed for"
    if row.call_id is not None:
        return f"the seal of {call.name} belongs to another call that was filed"
    row.call_id, row.person_id = call.id, person.id
    write_down(session, "fits", row)
    return ""


def seal_of(session: Session, call: Call) -> CallSeal | None:
    """Return the seal that a filed call fits; None if it fits none."""
    return session.scalar(select(CallSeal).where(CallSeal.call_id == call.id))


def open_seals(session: Session, person_id: str, *, since: datetime, until: datetime) -> list[CallSeal]:
    """Return the seals of calls that a person began in a period and that were never filed, oldest first."""
    wanted = select(CallSeal).where(
        CallSeal.person_id == person_id,
        CallSeal.call_id.is_(None),
        CallSeal.begun >= since,
        CallSeal.begun <= until,
    )
    return list(session.scalars(wanted.order_by(CallSeal.begun)))


def _check_times(row: CallSeal, folder: CallFolder) -> None:
    try:
        started = datetime.fromisoformat(folder.manifest.started).astimezone(UTC)
    except ValueError:
        started = datetime.min.replace(tzinfo=UTC)
    if abs(started - row.begun) > CLOCKS_DIFFER:
        raise InputError(f"{folder.path} says that it began at {folder.manifest.started}; its seal says {row.begun}")
    assert row.ended is not None
    took_s, length_s = (row.ended - row.begun).total_seconds(), to_seconds(folder.duration)
    if took_s < FASTER * length_s:
        raise InputError(
            f"{folder.path} lasts {length_s:.0f} s and was sealed within {took_s:.0f} s: it was not taken in real time"
        )
