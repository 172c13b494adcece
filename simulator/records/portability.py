"""Export or delete everything about one person.

Theory of operation
-------------------
Deleting takes folders and rows in one transaction (`erasing`). Its last entry in the log says how much was deleted, and
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
from simulator.files import MOST_SOUND, is_name, read_file
from simulator.private import open_private, refusal
from simulator.recording.folder import calls_folder, find_calls
from simulator.recording.manifest import read_manifest
from simulator.records.database.log import delete_row
from simulator.records.database.tables import (
    Account,
    Assignment,
    Attempt,
    AttemptCall,
    Call,
    CallSeal,
    Certificate,
    Entry,
    FormerName,
    Invitation,
    Person,
    Review,
    Row,
    Score,
    Team,
    now,
)
from simulator.records.erasing import OURS, Erasure
from simulator.records.retention import delete_call_rows, delete_folder
from simulator.records.reviews.standing import open_appeals, reviews_of
from simulator.records.staff.people import key_of, known_person

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
            {name: value for name, value in row.values().items() if name not in SECRET} | _secret(row)
        )
    hashes: dict[str, str] = {}
    try:
        with open_private(out, "xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            _put(archive, "rows.json", _json(content), hashes)
            missing = [call.name for call in calls if not Path(call.path).is_dir()]
            for inside, path in _files(calls, session):
                try:
                    _put(archive, inside, read_file(path, MOST_SOUND), hashes)
                except InputError as error:  # a link, or a file that is larger than any of a call
                    missing.append(f"{inside}: {error}")
            manifest = {"schema": "hotseat-person-export/1", "person": person.name, "files": hashes, "missing": missing}
            _put(archive, "manifest.json", _json(manifest), {})
    except FileExistsError:
        raise InputError(f"{out} exists already; give another file with -o") from None
    except OSError as error:
        raise refusal("write", out, error) from error
    return len(hashes) + 1


def what_goes(session: Session, name: str) -> tuple[str, ...]:
    """Return what deleting a person would lose, each in a few words.

    Raises
    ------
    InputError
        If there is no such person.
    """
    person, moment = known_person(session, name), now()
    calls = _calls(session, person)
    _, unfiled = _unfiled_of(session, person, calls)
    rows = rows_of(session, person)
    certificates = [row for row in rows if isinstance(row, Certificate)]
    valid = sum(row.withdrawn is None and row.expires > moment for row in certificates)
    mine = {call.id for call in calls}
    counts = (
        (len(calls) + len(unfiled), "call with its recording", "calls with their recordings"),
        (len(certificates), f"certificate ({valid} still valid)", f"certificates ({valid} still valid)"),
        (sum(isinstance(row, Attempt) for row in rows), "attempt at certification", "attempts at certification"),
        (sum(len(open_appeals(reviews_of(session, call))) for call in calls), "open appeal", "open appeals"),
        (sum(isinstance(row, Review) and row.call_id in mine for row in rows), "review of them", "reviews of them"),
        (sum(isinstance(row, Assignment) for row in rows), "assignment", "assignments"),
        (sum(isinstance(row, Account) for row in rows), "account of the room", "accounts of the room"),
    )
    return tuple(f"{count} {one if count == 1 else many}" for count, one, many in counts if count)


def delete_person(session: Session, name: str) -> Forgotten:
    """Delete a person: folders, certificates, rows; the log keeps that somebody was deleted. Then call `Records.wipe`.

    Calls that were never filed are found where this person's calls lie, and in the user's own calls folder. Their
    reviews of other people's calls stay, without their name. Files go when the session commits.

    Raises
    ------
    InputError
        If there is no such person, or a folder cannot be deleted; then nothing is, once the session ends.
    """
    person = known_person(session, name)
    calls = _calls(session, person)
    erasure = Erasure(session)
    roots, unfiled = _unfiled_of(session, person, calls)
    certificates = [row for row in rows_of(session, person) if isinstance(row, Certificate)]
    for call in calls:
        delete_folder(call, erasure)
    for path, id_ in unfiled:
        erasure.take_folder(path, id_)
    for certificate in certificates:
        erasure.take_file(Path(certificate.path), [certificate.certificate.encode()])
        erasure.take_file(Path(certificate.path).with_suffix(".pdf"), OURS)
    for page in sorted(page for root in roots for pattern in PAGES for page in root.glob(pattern)):
        erasure.take_file(page, OURS)
    before = _entries(session)
    for call in calls:
        delete_call_rows(session, call)
    for table in (CallSeal, Attempt, Assignment, FormerName):
        for row in session.scalars(select(table).where(table.person_id == person.id)):
            delete_row(session, row)
    for way in _ways_in(session, person):
        delete_row(session, way)
    receipt = secrets.token_hex(16)
    deleted = _entries(session) - before + 1
    count = len(calls) + len(unfiled)
    delete_row(session, person, details={"calls": count, "rows": deleted, "who": _mark(receipt, name)})
    left = tuple(str(path) for path in erasure.left)
    return Forgotten(calls=count, rows=deleted, receipt=receipt, left=left)


def _unfiled_of(session: Session, person: Person, calls: list[Call]) -> tuple[list[Path], list[tuple[Path, str]]]:
    """Return the folders a person's calls may lie in, and the calls there that were never filed, each with its id."""
    roots = sorted({calls_folder().absolute(), *(Path(call.path).parent for call in calls if call.present)})
    former = session.scalars(select(FormerName.key).where(FormerName.person_id == person.id))
    names, filed = {person.key, *former}, {call.name for call in calls}
    filed_at = {call.path for call in calls}
    found = [each for root in roots for each in _unfiled(root, names, filed) if str(each[0]) not in filed_at]
    return roots, found


def _unfiled(root: Path, names: set[str], filed: set[str]) -> Iterator[tuple[Path, str]]:
    """Yield what is left of a person's calls: folders that were never filed, cut-off ones too, and copies."""
    for path in find_calls(root):
        try:
            manifest = read_manifest(path)
        except InputError:  # whose it is cannot be known
            continue
        id_ = manifest.id or path.name
        if id_ in filed or (manifest.person and key_of(manifest.person) in names):
            yield path, id_


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
    for own in (Attempt, Assignment, CallSeal, FormerName):
        found += session.scalars(select(own).where(own.person_id == person.id).order_by(own.id))
    said = select(Review).where(Review.by_id == person.id, Review.call_id.not_in(ids)).order_by(Review.at)
    return [*found, *session.scalars(said), *_ways_in(session, person)]


def _ways_in(session: Session, person: Person) -> list[Row]:
    accounts = session.scalars(select(Account).where(Account.person_id == person.id))
    return [*accounts, *session.scalars(select(Invitation).where(Invitation.person_id == person.id))]


def _secret(row: Row) -> dict[str, str]:
    """Return what takes the place of a secret in an export: whoever had the key of a seal could make another."""
    return {"key": "not exported"} if isinstance(row, CallSeal) else {}


def _entries(session: Session) -> int:
    return session.scalar(select(func.max(Entry.number))) or 0


def _calls(session: Session, person: Person) -> list[Call]:
    return list(session.scalars(select(Call).where(Call.person_id == person.id).order_by(Call.started)))


def _files(calls: list[Call], session: Session) -> Iterator[tuple[str, Path]]:
    for call in calls:
        folder = Path(call.path)
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            inside = path.relative_to(folder).parts
            if path.is_file() and all(is_name(part.lstrip(".")) for part in inside):
                yield "/".join(("calls", call.name if is_name(call.name) else call.id, *inside)), path
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


def _mark(receipt: str, name: str) -> str:
    return hashlib.sha256(f"{receipt} {key_of(name)}".encode()).hexdigest()
