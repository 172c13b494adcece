"""Certify a call: every call of its attempt is checked and judged again from a private copy, and that copy is signed.

Theory of operation
-------------------
What is judged, hashed and signed is one and the same copy. The slow part, taking the calls again, runs outside the
transaction that issues; what it found is compared with the records inside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulator.errors import InputError
from simulator.files import MOST_SOUND, read_file
from simulator.ports import Recognizer
from simulator.private import write_private
from simulator.recording.call_seal import NAME as SEAL
from simulator.recording.folder import CallFolder
from simulator.recording.snapshot import snapshot
from simulator.records.certificates.attempt import counted, passed_attempt, sealed_records
from simulator.records.certificates.document import CertificateOutput, Issuer, RereadCall, SealUsed
from simulator.records.certificates.issuing import (
    TIME,
    Proof,
    check_certifiable,
    file_bytes,
    hashes_of,
    issue,
    made_score,
)
from simulator.records.certificates.keys import KeyRing
from simulator.records.database.log import write_down
from simulator.records.database.opening import Records, Session, exists, open_records
from simulator.records.database.tables import Call, CallSeal
from simulator.records.filing import file_call, file_certificate
from simulator.records.reviews.review_page import review_output
from simulator.records.sealing.call_seals import check_seal
from simulator.records.sealing.canonical import COVERED
from simulator.records.sealing.heads import sign_head
from simulator.records.staff.people import find_person, key_of, known_instructor
from simulator.report.page import NAME as REPORT
from simulator.report.page import render
from simulator.scoring.folder import Scored, judge_folder, score_text
from simulator.scoring.rubric import load_rubric
from simulator.session.recording_check import check_recording
from simulator.session.rereading import judge_again
from simulator.session.trainees import Notify
from simulator.speech.recognition.recognizers import open_recognizer

DEFAULT_MONTHS = 12
"""Of a certificate without an attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be certified: for whom, for how many months (None: as the policy says), and into which file.

    `issuer` is who certifies, where that is known; another instructor than the person. `review_model` is the larger
    model that hears the calls again first.
    """

    person: str
    months: int | None
    path: Path
    issuer: Issuer | None = None
    review_model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A private copy of a call whose recording is its log's, the score that it gives now, and as it was heard again."""

    copy: CallFolder
    scored: Scored
    reread: RereadCall | None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(score_text(self.scored.output).encode()).hexdigest()


def certify(folder: CallFolder, asked: Asked, *, database: str | None, notify: Notify) -> CertificateOutput:
    """Issue and file a certificate of a call, and write it.

    Parameters
    ----------
    folder : CallFolder
    asked : Asked
    database : str or None
        Which records; None for the user's own.
    notify : callable
        Told in words what happens meanwhile.

    Raises
    ------
    InputError
        If the call cannot be certified; the message says why.
    ModelError
        If a recognizer or voice that a call needs is not installed.
    """
    if not exists(database):
        raise InputError(
            f"there are no records in {database or 'your data folder'}, so this call was not sealed in them; name the "
            "records that the call was taken with: --database FILE_OR_URL"
        )
    ring, here = KeyRing(), folder.path.absolute()
    with open_records(database) as records, ExitStack() as stack:
        records.through = "" if asked.issuer is None else asked.issuer.through
        call_id, others = _filed(records, folder, asked.person)
        with records.reading() as session:  # again on the copies; here so that a refusal comes before the slow part
            for path in dict.fromkeys((here, *others)):
                check_certifiable(CallFolder.open(path), asked.person)
                check_seal(session, CallFolder.open(path))
            made_score(folder, decided=True)
        larger = None if asked.review_model is None else open_recognizer(model=asked.review_model, notify=notify)
        judged = {
            path: stack.enter_context(_judged(CallFolder.open(path), larger, notify))
            for path in dict.fromkeys((here, *others))
        }
        with records.writing() as session:
            issuer = _issuer(session, asked)
            call = None if call_id is None else session.get_one(Call, call_id)
            made = _issue(session, ring, asked, judged, (call, here))
            _put_report(judged[here].copy, folder)
            if hashes_of(folder.path) != made.files:
                raise InputError(f"a file of {folder.path} was changed while it was judged; try again")
            write_private(asked.path, file_bytes(made))
            if call is not None:
                file_certificate(session, call, asked.path, by=issuer)
        try:  # the certificate is valid without it
            sign_head(records, ring)
        except InputError as error:
            notify(f"The head of the log was not signed: {error}")
    return made


def _filed(records: Records, folder: CallFolder, person: str) -> tuple[str | None, tuple[Path, ...]]:
    """File a call and return its row's id and the folders of all calls of its attempt; None for somebody not known."""
    with records.writing() as session:
        if find_person(session, person) is None:
            return None, ()
        call = file_call(session, folder.path, person=person)
        state = passed_attempt(session, call)[1]
        return call.id, tuple(Path(each.call.path) for each in counted(state))


@contextmanager
def _judged(folder: CallFolder, larger: Recognizer | None, notify: Notify) -> Iterator[_Judged]:
    with snapshot(folder, (*COVERED, SEAL)) as copy:
        check_recording(copy, notify)
        rubric = load_rubric("certification")
        scored = judge_folder(copy, rubric)
        reread = None if larger is None else judge_again(copy, larger, scored, rubric)
        yield _Judged(copy=copy, scored=scored, reread=reread)


def _check_reread(judged: Mapping[Path, _Judged]) -> None:
    """Refuse where a call does not pass by the words of the larger model: then a person decides."""
    for path, found in judged.items():
        if found.reread is not None and found.reread.verdict != "pass":
            total = "no total" if found.reread.total is None else f"{found.reread.total:.1f} of 100"
            raise InputError(
                f"by the words that {found.reread.model} hears, {path} does not pass: {found.reread.verdict}, {total}; "
                f"see what it hears with: hotseat review reread {path} --review-model {found.reread.model} --by NAME, "
                "correct what was misheard (hotseat review correct) or let an instructor decide, and certify again"
            )


def _issue(
    session: Session, ring: KeyRing, asked: Asked, judged: Mapping[Path, _Judged], which: tuple[Call | None, Path]
) -> CertificateOutput:
    """Check the seals, make the report of the copy again, and sign it."""
    call, here = which
    mine = judged[here]
    seals = {each: check_seal(session, found.copy) for each, found in judged.items()}
    seal, sealed, months = seals[here], None, DEFAULT_MONTHS
    if seal.certificate is not None:
        raise InputError(f"{here} has a certificate already: {seal.certificate}")
    if call is not None:
        sealed, months = sealed_records(session, call, {each.copy.manifest.id: each.sha256 for each in judged.values()})
    if sealed is None or sealed.decision is None:  # where people decided, their word is above any recognizer's
        _check_reread(judged)
    reviews = None if call is None else review_output(session, call)
    write_private(mine.copy.path / REPORT, render(mine.copy, mine.scored, reviews))
    made = issue(
        mine.copy,
        asked.person,
        ring.signing_key,
        months=asked.months or months,
        proof=Proof(records=sealed, seal=_used(seal), issuer=asked.issuer, reread=mine.reread),
    )
    seal.certificate = made.id
    write_down(session, "certified", seal)
    return made


def _issuer(session: Session, asked: Asked) -> str | None:
    """Return the id of who certifies; None where nobody said so."""
    if asked.issuer is None:
        return None
    issuer = known_instructor(session, asked.issuer.by)
    if key_of(issuer.name) == key_of(asked.person):
        raise InputError(f"{issuer.name} cannot certify themselves; another instructor can")
    return issuer.id


def _used(seal: CallSeal) -> SealUsed:
    assert seal.ended is not None  # check_seal refuses one that was not ended
    return SealUsed.model_validate(
        {
            "id": seal.id,
            "strength": seal.strength,
            "begun": seal.begun.strftime(TIME),
            "ended": seal.ended.strftime(TIME),
            "person": seal.terms["person"],
        }
    )


def _put_report(copy: CallFolder, folder: CallFolder) -> None:
    content = (copy.path / REPORT).read_bytes()
    path = folder.path / REPORT
    if not path.is_file() or read_file(path, MOST_SOUND) != content:
        write_private(path, content)
