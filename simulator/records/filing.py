"""File calls: from the call folder into the database.

Theory of operation
-------------------
The folder is written first and holds everything that a row says, the person's name included. So a crash between the
two loses nothing: the next `sync` finds a folder without a row and files it. A row whose folder is gone is marked, not
deleted. Folders are looked for only on the machine that filed them.
"""

from __future__ import annotations

import hashlib
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.errors import InputError
from simulator.files import MOST_TEXT, read_file
from simulator.recording.folder import CallFolder, find_calls
from simulator.recording.manifest import NAME, Manifest, read_manifest
from simulator.recording.recover import is_whole
from simulator.records.attempts import join_attempt
from simulator.records.certificates.verifying import check_signed
from simulator.records.database.log import write_down
from simulator.records.database.opening import Records
from simulator.records.database.tables import AttemptCall, Call, Certificate, Person, Score
from simulator.records.erasing import settle
from simulator.records.reviews.standing import latest_score
from simulator.records.sealing.call_seals import bind_seal
from simulator.records.sealing.canonical import sha256_of
from simulator.records.shapes import SyncOutput
from simulator.records.staff.people import find_person, key_of, may_answer, person_of
from simulator.scoring.document import ScoreOutput
from simulator.scoring.folder import judge_folder, score_text
from simulator.scoring.rubric import list_rubrics, load_rubric

SCORE = "score.json"
CERTIFICATE = "certificate.json"
KEPT = {"id", "title", "dimension", "guidance", "status", "points", "of", "uncertain", "doubt", "keeps"}
"""Of a criterion in score.json; its evidence and its reason, which quote the trainee, stay in the folder."""


def file_call(session: Session, path: Path, *, person: str | None = None) -> Call:
    """File a call and its score, or update its row; filing twice changes nothing.

    Parameters
    ----------
    session : Session
        One that writes.
    path : Path
        The call's folder.
    person : str, optional
        Who took it; added if they are new. Without it, whoever call.json names.

    Raises
    ------
    InputError
        If the call was cut off, belongs to somebody else, or a recorded trainee took it and `person` is given.
    """
    path = path.absolute()
    if not is_whole(path):
        raise InputError(f"the call in {path} was cut off or is still running; mend it with: hotseat recover {path}")
    manifest = read_manifest(path)
    name = _person(session, path, manifest, person)
    owner = person_of(session, name) if name else None
    sha256 = sha256_of(path / NAME)
    call = _filed(session, path, manifest, sha256)
    if call is None:
        call = _call(path, manifest, sha256)
        call.person_id = None if owner is None else owner.id
        call.overridden = may_answer(session, manifest.overridden_by or "", owner)
        write_down(session, "filed", call)
    else:
        _update(session, call, path, owner)
    if call.mode == "certification":
        bind_seal(session, CallFolder.open(path), call)
    join_attempt(session, call)
    _file_score(session, call)
    if os.path.lexists(path / CERTIFICATE) and not certificate_fault(path):
        file_certificate(session, call, path / CERTIFICATE)
    return call


def certificate_fault(folder: Path) -> str:
    """Return why the certificate in a call folder is not filed; "" if it is right or there is none."""
    path = folder / CERTIFICATE
    if not os.path.lexists(path):
        return ""
    try:
        check_signed(path, folder)
    except InputError as error:
        return str(error)
    return ""


def sync(records: Records, root: Path) -> SyncOutput:
    """File every call under a folder that is missing in the database, and mark what is gone.

    Each call is a transaction of its own, so that a broken folder blocks no other and writers wait only briefly.

    Parameters
    ----------
    records : Records
    root : Path
        A folder of call folders.
    """

    def is_known(call: str, person: str) -> bool:
        with records.reading() as session:
            filed = session.scalar(select(Call.id).where(Call.name == call).limit(1))
            return filed is not None or (bool(person) and find_person(session, person) is not None)

    settle(root, is_known)
    done = SyncOutput(schema="hotseat.sync/1", filed=[], scored=[], moved=[], gone=[], left=[])
    with records.reading() as session:
        mine = session.scalars(select(Call).where(Call.host == platform.node()))
        known = {call.path: (call.present, _last_sha256(session, call)) for call in mine}
    for path in find_calls(root):
        at = str(path.absolute())
        if known.get(at) == (True, _sha256_or_none(path / SCORE)):
            continue
        try:
            with records.writing() as session:
                file_call(session, path)
        except InputError as error:
            done.left.append(f"{path.name}: {error}")
        else:
            _note(done, known.get(at), path.name)
            fault = certificate_fault(path)
            if fault:
                done.left.append(f"the certificate of {path.name}: {fault}")
    _mark_gone(records, done)
    return done


def share(session: Session, call: Call, *, shared: bool) -> None:
    """Let instructors see a practice call, or no longer.

    Raises
    ------
    InputError
        If it is a certification call: those are always visible.
    """
    if call.mode == "certification":
        raise InputError(f"{call.name} is a certification call; instructors always see those")
    call.shared = shared
    write_down(session, "shared" if shared else "unshared", call)


def _person(session: Session, path: Path, manifest: Manifest, given: str | None) -> str:
    if manifest.trainee == "recorded":
        if given:
            raise InputError(
                f"{path} is nobody's: a recorded trainee took it, so it cannot be filed for a person or certified"
            )
        return ""  # whatever an older version wrote
    written = manifest.person
    if written and given and key_of(written) != key_of(given) and not _same_person(session, written, given):
        raise InputError(f"{path / NAME} says that {written} took this call; it cannot be filed for {given}")
    return given or written


def _same_person(session: Session, one: str, other: str) -> bool:
    """Return whether two names are known and one person's, such as a former name."""
    found = find_person(session, one)
    return found is not None and found is find_person(session, other)


def _filed(session: Session, path: Path, manifest: Manifest, sha256: str) -> Call | None:
    """Return the row of this call, wherever its folder was before; None if it was not filed.

    Raises
    ------
    InputError
        If the folder's call.json was changed since it was filed.
    """
    name = manifest.id or path.name
    call = session.scalar(select(Call).where(Call.name == name, Call.manifest_sha256 == sha256))
    if call is None and session.scalar(select(Call).where(Call.path == str(path), Call.name == name)) is not None:
        raise InputError(f"{path / NAME} was changed since the call was filed; put the old one back")
    return call


def _update(session: Session, call: Call, path: Path, owner: Person | None) -> None:
    if owner is not None and call.person_id not in (None, owner.id):
        raise InputError(f"{call.name} is filed for somebody else; a call is not given from one person to another")
    changed = []
    here = call.host == platform.node()
    if call.path != str(path) and not (here and Path(call.path).is_dir()):  # a copy beside the original changes nothing
        call.path, call.host = str(path), platform.node()
        changed.append("moved")
    if not call.present:
        call.present = True
        changed.append("found again")
    if owner is not None and call.person_id is None:
        call.person_id = owner.id
        changed.append("given a person")
    if changed:
        write_down(session, ", ".join(changed), call)


def _call(path: Path, manifest: Manifest, sha256: str) -> Call:
    return Call(
        name=manifest.id or path.name,
        manifest_sha256=sha256,
        host=platform.node(),
        path=str(path),
        present=True,
        shared=manifest.mode == "certification",
        **manifest.model_dump(include={"mode", "trainee", "scenario", "scenario_sha256", "recognizer", "device"}),
        title=str(manifest.scenario_data.get("title") or manifest.scenario),
        retry_of="" if manifest.retry is None else manifest.retry.call,
        started=_moment(manifest.started, path),
        duration_ms=manifest.duration_ms or 0.0,
        outcome=manifest.outcome or "incomplete",
        checked=bool((manifest.preflight or {}).get("passed")),
    )


def _moment(text: str, path: Path) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:  # an old or edited manifest: the time of the file is the next best
        return datetime.fromtimestamp((path / "call.json").stat().st_mtime, UTC)


def _file_score(session: Session, call: Call) -> None:
    path = Path(call.path) / SCORE
    try:
        content = read_file(path, MOST_TEXT)
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    last = latest_score(session, call)
    if last is not None and last.sha256 == hashlib.sha256(content).hexdigest():
        return
    score = _judged(call, path, content)
    sha256 = hashlib.sha256(score_text(score).encode()).hexdigest()
    if last is None or last.sha256 != sha256:
        write_down(session, "scored", _score(call, score, sha256, 1 if last is None else last.number + 1))


def _judged(call: Call, path: Path, content: bytes) -> ScoreOutput:
    """Return the score that the tracks and the log give now; the file says only by which rubric.

    The file itself is taken only for a practice call that was scored by a rubric which is not here any more.
    """
    try:
        written = ScoreOutput.model_validate_json(content)
    except ValidationError as error:
        if call.mode != "certification":
            raise InputError(f"{path} is no score; make it again with: hotseat score {path.parent}") from error
        return judge_folder(CallFolder.open(path.parent), load_rubric("certification")).output
    if call.mode != "certification":
        shipped = written.rubric.id in list_rubrics()
        if not shipped or load_rubric(written.rubric.id).sha256 != written.rubric.sha256:
            return written
    rubric = load_rubric("certification" if call.mode == "certification" else written.rubric.id)
    return judge_folder(CallFolder.open(path.parent), rubric).output


def _score(call: Call, score: ScoreOutput, sha256: str, number: int) -> Score:
    return Score(
        call_id=call.id,
        number=number,
        sha256=sha256,
        rubric=score.rubric.id,
        rubric_version=score.rubric.version,
        rubric_sha256=score.rubric.sha256,
        low=None if score.range is None else score.range[0],
        high=None if score.range is None else score.range[1],
        criteria=[each.model_dump(mode="json", include=KEPT) for each in score.criteria],
        **score.model_dump(include={"total", "verdict", "reason", "versions"}),
    )


def file_certificate(session: Session, call: Call, path: Path, *, by: str | None = None) -> None:
    """File a call's certificate; filing twice changes nothing. `by` is the id of who issued it, where that is known.

    Raises
    ------
    InputError
        If the file is no certificate of this call, signed by a key that is known here.
    """
    found = check_signed(path, Path(call.path))
    if found.call.id != call.name:
        raise InputError(f"{path} is the certificate of another call, {found.call.id}; it is not filed")
    if session.scalar(select(Certificate).where(Certificate.certificate == found.id)) is not None:
        return
    belongs = session.scalar(select(AttemptCall.attempt_id).where(AttemptCall.call_id == call.id))
    row = Certificate(
        call_id=call.id,
        attempt_id=belongs if found.records is not None else None,
        certificate=found.id,
        issued=datetime.fromisoformat(found.issued),
        expires=datetime.fromisoformat(found.expires),
        path=str(path.absolute()),
    )
    write_down(session, "certified", row, by=by)


def _last_sha256(session: Session, call: Call) -> str | None:
    last = latest_score(session, call)
    return None if last is None else last.sha256


def _sha256_or_none(path: Path) -> str | None:
    return sha256_of(path) if os.path.lexists(path) else None


def _note(done: SyncOutput, known: tuple[bool, str | None] | None, name: str) -> None:
    (done.filed if known is None else done.scored if known[0] else done.moved).append(name)


def _mark_gone(records: Records, done: SyncOutput) -> None:
    with records.writing() as session:
        for call in session.scalars(select(Call).where(Call.present, Call.host == platform.node())):
            if not Path(call.path).is_dir():
                call.present = False
                write_down(session, "gone", call)
                done.gone.append(call.name)
