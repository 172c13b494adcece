"""What the records add to an archive scored again: whose calls they are, and which reviews would lapse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.errors import InputError
from simulator.recording.manifest import read_manifest
from simulator.records.database.tables import Call, Person
from simulator.records.rescoring.document import RescoreOutput, RescoreRow
from simulator.records.reviews.review_page import filed_call
from simulator.records.reviews.standing import standing_of
from simulator.records.staff.people import find_person, key_of


def chosen(
    calls: Sequence[Path],
    *,
    mode: Literal["practice", "certification", "all"],
    person: str | None,
    session: Session | None,
) -> list[Path]:
    """Return the calls of a mode and a person; a folder that cannot be read stays, to be named as broken.

    Parameters
    ----------
    calls : sequence of Path
        Call folders.
    mode : str
    person : str or None
        By their present name or a former one; None for everybody.
    session : Session or None
        The records, if there are any.

    Raises
    ------
    InputError
        If no call is that person's.
    """
    found = []
    for path in calls:
        try:
            manifest = read_manifest(path)
        except InputError:
            found.append((path, True))
            continue
        if mode in ("all", manifest.mode):
            found.append((path, person is None or _is_theirs(path, manifest.person, person, session)))
    if person is not None and found and not any(theirs for _, theirs in found):
        raise InputError(f"none of these calls is {person}'s; see: hotseat records list, hotseat people list")
    return [path for path, theirs in found if theirs]


def with_records(session: Session, result: RescoreOutput, calls: Sequence[Path]) -> RescoreOutput:
    """Return a result with who took each call, as the records have it, and the reviews that would lapse.

    Parameters
    ----------
    session : Session
    result : RescoreOutput
    calls : sequence of Path
        The folders that were scored again.
    """
    paths = {path.name: path for path in calls}
    rows = [_with_records(session, row, paths[row.call]) for row in result.rows]
    lapsing = sum(len(row.lapsing) for row in rows)
    return result.model_copy(update={"rows": rows, "summary": result.summary.model_copy(update={"lapsing": lapsing})})


def check_home(session: Session, lms: str | None) -> None:
    """Raise InputError if people have accounts in an LMS and its home page is not known."""
    if lms is None and session.scalar(select(Person.id).where(Person.account.is_not(None)).limit(1)) is not None:
        raise InputError(
            "people here have accounts in an LMS; say where, for xAPI: hotseat config lms https://lms.example.org"
        )


def taken_by(session: Session, path: Path, written: str) -> Person | None:
    """Return who took a call: whom the records have, else who has the name in call.json."""
    call = filed_call(session, path)
    if call is not None and call.person_id is not None:
        return session.get(Person, call.person_id)
    return find_person(session, written) if written else None


def _is_theirs(path: Path, written: str, name: str, session: Session | None) -> bool:
    if session is not None:
        person = find_person(session, name)
        if person is not None:
            return taken_by(session, path, written) is person
    return key_of(written) == key_of(name)


def _with_records(session: Session, row: RescoreRow, path: Path) -> RescoreRow:
    person = taken_by(session, path, row.person)
    changed: dict[str, object] = {} if person is None else {"person": person.name, "account": person.account}
    call = filed_call(session, path)
    if call is not None:
        changed["lapsing"] = _lapsing(session, call, row.new_sha256)
    return row.model_copy(update=changed)


def _lapsing(session: Session, call: Call, sha256: str) -> list[str]:
    standing = standing_of(session, call)
    if standing.score.sha256 == sha256:
        return []
    names = {each.id: each.name for each in session.query(Person)}
    held = [
        *standing.corrections,
        *standing.overrides.values(),
        *([standing.decision] if standing.decision is not None else []),
    ]
    return [
        f"{each.kind}{f' of {each.criterion}' if each.criterion else ''} by {names.get(each.by_id, 'somebody deleted')}"
        for each in sorted(held, key=lambda each: each.number)
    ]
