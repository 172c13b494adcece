"""Export or delete everything about one person.

Theory of operation
-------------------
Deleting removes folders first, then rows, in one transaction. Its last entry in the log says how much was deleted, and
holds a hash of the name with a salt that is not stored. The salt is the receipt: whoever has it and knows the name can
show that this person was deleted, and nobody else can find out from the log who it was.
"""

from __future__ import annotations

import hashlib
import json
import platform
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from simulator.errors import InputError
from simulator.private import open_private, refusal
from simulator.records.database.log import delete_row
from simulator.records.database.tables import (
    Account,
    Attempt,
    AttemptCall,
    Call,
    Certificate,
    Entry,
    Invitation,
    Person,
    Review,
    Row,
    Score,
    Team,
)
from simulator.records.people import key_of, known_person
from simulator.records.retention import delete_call_rows, delete_folder

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive, so that the same content gives the same bytes."""
SECRET = ("salt", "password", "token_sha256")
"""Columns that no export holds."""
PAGES = ("progress*.html", "progress*.pdf", "team*.html", "team*.pdf")
"""Pages over time, in the folder of the calls; they can be made again without the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What deleting a person removed, and the receipt that proves it."""

    calls: int
    rows: int
    receipt: str
    left: tuple[str, ...]


def export_person(session: Session, name: str, out: Path) -> int:
    """Write everything about a person into a ZIP file: rows and call folders; return how many files.

    Raises
    ------
    InputError
        If there is no such person, a folder lies on another machine, or the file cannot be written or is there already.
    """
    person = known_person(session, name)
    calls = _calls(session, person)
    for call in calls:
        if call.present and call.host != platform.node():
            raise InputError(f"the folder of {call.name} lies on the machine {call.host}; export there")
    content: dict[str, Any] = {}
    for row in rows_of(session, person):
        content.setdefault(row.__tablename__, []).append(
            {name: value for name, value in row.values().items() if name not in SECRET}
        )
    hashes: dict[str, str] = {}
    try:
        with open_private(out, "xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            _put(archive, "rows.json", _json(content), hashes)
            for inside, path in _files(calls, session):
                _put(archive, inside, path.read_bytes(), hashes)
            missing = [call.name for call in calls if not Path(call.path).is_dir()]
            manifest = {"schema": "hotseat-person-export/1", "person": person.name, "files": hashes, "missing": missing}
            _put(archive, "manifest.json", _json(manifest), {})
    except FileExistsError:
        raise InputError(f"{out} exists already; give another file with -o") from None
    except OSError as error:
        raise refusal("write", out, error) from error
    return len(hashes) + 1


def delete_person(session: Session, name: str) -> Forgotten:
    """Delete a person: folders, certificates, rows; the log keeps that somebody was deleted. Then call `Records.wipe`.

    Their reviews of other people's calls stay, without their name.

    Raises
    ------
    InputError
        If there is no such person, or a folder cannot be deleted; then nothing of the database was changed.
    """
    person = known_person(session, name)
    calls = _calls(session, person)
    rows = rows_of(session, person)
    certificates = [Path(row.path) for row in rows if isinstance(row, Certificate)]
    for call in calls:
        delete_folder(call)
    pages = {page for call in calls for pattern in PAGES for page in Path(call.path).parent.glob(pattern)}
    left = tuple(str(path) for path in (*certificates, *sorted(pages)) if not _remove(path))
    before = _entries(session)
    for call in calls:
        delete_call_rows(session, call)
    for attempt in session.scalars(select(Attempt).where(Attempt.person_id == person.id)):
        delete_row(session, attempt)
    for row in _ways_in(session, person):
        delete_row(session, row)
    receipt = secrets.token_hex(16)
    deleted = _entries(session) - before + 1
    delete_row(session, person, details={"calls": len(calls), "rows": deleted, "who": _mark(receipt, name)})
    return Forgotten(calls=len(calls), rows=deleted, receipt=receipt, left=left)


def was_deleted(session: Session, name: str, receipt: str) -> datetime | None:
    """Return when the person whose name and receipt these are was deleted; None if the log has no such deletion."""
    wanted = _mark(receipt.strip(), name)
    deletions = session.scalars(select(Entry).where(Entry.kind == Person.__tablename__, Entry.row_sha256.is_(None)))
    return next((each.at for each in deletions if each.details.get("who") == wanted), None)


def rows_of(session: Session, person: Person) -> list[Row]:
    """Return every row about a person: their own, and the reviews of their calls."""
    ids = [call.id for call in _calls(session, person)]
    found: list[Row] = [person]
    if person.team_id is not None:
        found.append(session.get_one(Team, person.team_id))
    found += session.scalars(select(Call).where(Call.id.in_(ids)).order_by(Call.started))
    for table in (Score, Review, Certificate, AttemptCall):
        found += session.scalars(select(table).where(table.call_id.in_(ids)).order_by(table.id))
    found += session.scalars(select(Attempt).where(Attempt.person_id == person.id).order_by(Attempt.started))
    said = select(Review).where(Review.by_id == person.id, Review.call_id.not_in(ids)).order_by(Review.at)
    return [*found, *session.scalars(said), *_ways_in(session, person)]


def _ways_in(session: Session, person: Person) -> list[Row]:
    accounts = session.scalars(select(Account).where(Account.person_id == person.id))
    return [*accounts, *session.scalars(select(Invitation).where(Invitation.person_id == person.id))]


def _entries(session: Session) -> int:
    return session.scalar(select(func.max(Entry.number))) or 0


def _calls(session: Session, person: Person) -> list[Call]:
    return list(session.scalars(select(Call).where(Call.person_id == person.id).order_by(Call.started)))


def _files(calls: list[Call], session: Session) -> Iterator[tuple[str, Path]]:
    for call in calls:
        folder = Path(call.path)
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                yield f"calls/{call.name}/{path.relative_to(folder).as_posix()}", path
        for row in session.scalars(select(Certificate).where(Certificate.call_id == call.id)):
            path = Path(row.path)
            if path.is_file() and not path.is_relative_to(folder):
                yield f"certificates/{row.certificate}.json", path


def _put(archive: zipfile.ZipFile, name: str, content: bytes, hashes: dict[str, str]) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, content)
    hashes[name] = hashlib.sha256(content).hexdigest()


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _remove(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
        path.with_suffix(".pdf").unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _mark(receipt: str, name: str) -> str:
    return hashlib.sha256(f"{receipt} {key_of(name)}".encode()).hexdigest()
