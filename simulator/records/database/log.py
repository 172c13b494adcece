"""The log: every change of a row, in a chain of hashes, so that edits made outside Hotseat are found.

Theory of operation
-------------------
Each entry holds the hash of its row, as the row then was, and of the entry before it. Editing a row breaks its hash;
removing one leaves an entry without a row; editing or removing an entry breaks the chain. Cutting off the end of the
log together with its rows leaves a shorter chain that is intact: only a head that was kept elsewhere reveals that
(`records.sealing.heads`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.records.database.tables import ROWS, Entry, Row, now
from simulator.records.sealing.canonical import canonical

START = "0" * 64
"""What the first entry names as the hash before it."""
DELETED = "deleted"
NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check of the log found: its length, the hash of its last entry, and what is wrong."""

    entries: int
    head: str
    faults: tuple[str, ...]


def write_down(
    session: Session, action: str, row: Row, *, by: str | None = None, details: dict[str, Any] | None = None
) -> Entry:
    """Add an entry about a row that was just added or changed.

    Parameters
    ----------
    session : Session
        One that writes.
    action : str
        What was done, in a word or two.
    row : Row
    by : str, optional
        The id of who did it.
    details : dict, optional
        What else to keep for good: no name, and no text that anybody wrote.
    """
    session.add(row)
    session.flush()
    session.refresh(row)  # hashed as the database gives it back
    return _append(session, (action, row), row_sha256(row), by, details)


def delete_row(session: Session, row: Row, *, by: str | None = None, details: dict[str, Any] | None = None) -> Entry:
    """Delete a row and add an entry that says so and holds nothing of its content."""
    session.delete(row)
    session.flush()
    return _append(session, (DELETED, row), None, by, details)


def row_sha256(row: Row) -> str:
    """Return the hash of a row, its salt included; empty columns are left out, so that a new column changes no hash."""
    content = {name: value for name, value in row.values().items() if value is not None}
    return hashlib.sha256(canonical(content)).hexdigest()


def check_log(session: Session, *, heads: Mapping[str, str] = NONE) -> Checked:
    """Check the chain and every row.

    Parameters
    ----------
    session : Session
    heads : mapping of str to str
        Hashes of entries that were kept elsewhere and must be in the log, each with its name for messages.
    """
    faults: list[str] = []
    last: dict[tuple[str, str], str | None] = {}
    number, previous, missing = 0, START, dict(heads)
    for entry in session.scalars(select(Entry).order_by(Entry.number).execution_options(yield_per=500)):
        number += 1
        if entry.number != number:
            faults.append(f"entry {number} of the log is missing")
            number = entry.number
        if entry.previous != previous or entry.sha256 != _sha256(entry):
            faults.append(f"entry {entry.number} of the log was changed, or the one before it")
        previous = entry.sha256
        missing.pop(entry.sha256, None)
        last[entry.kind, entry.row] = entry.row_sha256
    lost = "is not in the log: its end was cut off, or all of it made anew"
    faults += [f"{name} {lost}" for name in missing.values()]
    faults += _row_faults(session, last)
    return Checked(entries=number, head=previous, faults=tuple(faults))


def _append(
    session: Session, what: tuple[str, Row], row_hash: str | None, by: str | None, details: dict[str, Any] | None
) -> Entry:
    action, row = what
    last = session.scalar(select(Entry).order_by(Entry.number.desc()).limit(1))
    entry = Entry(
        number=1 if last is None else last.number + 1,
        at=now(),
        action=action,
        kind=row.__tablename__,
        row=row.id,
        row_sha256=row_hash,
        by=by,
        details={**({"through": through} if (through := session.info.get("through")) else {}), **(details or {})},
        previous=START if last is None else last.sha256,
        sha256="",
    )
    entry.sha256 = _sha256(entry)
    session.add(entry)
    session.flush()
    return entry


def _sha256(entry: Entry) -> str:
    content = {name: value for name, value in entry.values().items() if name != "sha256"}
    return hashlib.sha256(canonical(content)).hexdigest()


def _row_faults(session: Session, last: dict[tuple[str, str], str | None]) -> Iterator[str]:
    for table in ROWS:
        kind = table.__tablename__
        for row in session.scalars(select(table).order_by(table.id).execution_options(yield_per=500)):
            expected = last.pop((kind, row.id), "")
            if expected == "":
                yield f"a row of {kind} is in no entry of the log: {row.id}"
            elif expected is None:
                yield f"a row of {kind} was deleted and put back: {row.id}"
            elif expected != row_sha256(row):
                yield f"a row of {kind} was changed outside Hotseat: {row.id}"
    yield from (
        f"a row of {kind} was removed outside Hotseat: {row}"
        for (kind, row), expected in sorted(last.items())
        if expected is not None
    )
