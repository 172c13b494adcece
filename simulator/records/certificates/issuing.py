"""Issue a certificate: only for a certification call that passed when it was measured and scored again."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from simulator.errors import InputError
from simulator.events import CallStarted
from simulator.files import MOST_TEXT, read_file
from simulator.recording.folder import CallFolder
from simulator.recording.manifest import Manifest
from simulator.records.certificates.document import (
    CertificateOutput,
    Issuer,
    RereadCall,
    SealedCall,
    SealedRecords,
    SealedScore,
    SealUsed,
)
from simulator.records.certificates.keys import key_id
from simulator.records.sealing.canonical import COVERED, sha256_of, signed_bytes
from simulator.records.staff.people import check_person, key_of
from simulator.scoring.document import ScoreOutput
from simulator.scoring.folder import derived_files, judge_folder
from simulator.scoring.rubric import load_rubric

NAME = "certificate.json"
TIME = "%Y-%m-%dT%H:%M:%SZ"
LONGEST_MONTHS = 120
UNSIGNED = "0" * 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What stands behind a certificate beside the call folder.

    Parameters
    ----------
    records : SealedRecords, optional
        The attempt that was passed; with a decision, people let the call pass against the program.
    seal : SealUsed, optional
        How the call was sealed while it ran.
    issuer : Issuer, optional
        Who issues it.
    reread : RereadCall, optional
        How the call came out when a larger model heard it again.
    """

    records: SealedRecords | None = None
    seal: SealUsed | None = None
    issuer: Issuer | None = None
    reread: RereadCall | None = None


NO_PROOF = Proof()


def issue(
    folder: CallFolder,
    person: str,
    signing_key: Callable[[], Ed25519PrivateKey],
    *,
    months: int = 12,
    proof: Proof = NO_PROOF,
    now: datetime | None = None,
) -> CertificateOutput:
    """Return a signed certificate of a call that passed.

    The verdict is made here from tracks and log. Whether the recording is this log's, `session.certifying` checks; it
    gives a private copy of the folder, so that nobody can swap a file meanwhile.

    Parameters
    ----------
    folder : CallFolder
    person : str
        Who took the call, as written on the certificate.
    signing_key : callable
        Returns the private key; called last, so that a refusal makes no key.
    months : int, 1 to 120
        How long it is valid.
    proof : Proof
        The attempt and the seal.
    now : datetime, optional
        With a time zone; the time of issue.

    Raises
    ------
    InputError
        If the call cannot be certified; the message says why and what to do.
    """
    check_person(person)
    if not 1 <= months <= LONGEST_MONTHS:
        raise InputError(f"a certificate cannot be valid for {months} months; allowed: 1 to {LONGEST_MONTHS}")
    check_certifiable(folder, person)
    files = hashes_of(folder.path)
    score = made_score(folder, decided=proof.records is not None and proof.records.decision is not None)
    if hashes_of(folder.path) != files:
        raise InputError(f"a file of {folder.path} was changed while it was judged; try again")
    key = signing_key()
    issued = (now or datetime.now(UTC)).astimezone(UTC)
    parts = {part.name: getattr(proof, part.name) for part in dataclasses.fields(proof)}
    given: dict[str, Any] = {name: part for name, part in parts.items() if part is not None}  # only these are signed
    draft = CertificateOutput(
        schema="hotseat.certificate/1",
        id=secrets.token_hex(16),
        person=person,
        issued=issued.strftime(TIME),
        expires=months_after(issued, months).strftime(TIME),
        call=_call(folder.manifest),
        score=score,
        files=files,
        key=key_id(key.public_key()),
        signature=UNSIGNED,
        **given,
    )
    return draft.model_copy(update={"signature": key.sign(signed_bytes(draft)).hex()})


def hashes_of(path: Path) -> dict[str, str]:
    """Return the SHA-256 of every covered file of a call folder.

    Raises
    ------
    InputError
        If one cannot be read.
    """
    return {name: sha256_of(path / name) for name in COVERED}


def file_bytes(certificate: CertificateOutput) -> bytes:
    """Return the certificate's file. `verify` refuses any other way to write the same content."""
    return f"{certificate.to_json()}\n".encode()


def months_after(start: datetime, months: int) -> datetime:
    """Return the same day and time so many months later, or the month's last day where it is shorter.

    Examples
    --------
    >>> months_after(datetime(2027, 1, 31, tzinfo=UTC), 1).strftime(TIME)
    '2027-02-28T00:00:00Z'
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 0, -1):
        try:
            return start.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def check_certifiable(folder: CallFolder, person: str) -> None:
    """Refuse a call that can have no certificate for this person whatever its score.

    Raises
    ------
    InputError
        The message says why.
    """
    if folder.manifest.person and key_of(folder.manifest.person) != key_of(person):
        raise InputError(f"{folder.path / 'call.json'} says that {folder.manifest.person} took this call, not {person}")
    for why in _objections(folder):
        raise InputError(f"{folder.path} cannot be certified: {why}")


def _objections(folder: CallFolder) -> Iterator[str]:
    """Yield why a call can have no certificate whatever its score, most serious first."""
    manifest = folder.manifest
    started = next((event for event in folder.events() if isinstance(event, CallStarted)), None)
    if manifest.mode != "certification":
        yield "it was a practice call; take it with: hotseat call SCENARIO --mode certification"
    if started is None or (started.mode, started.scenario, started.seed) != (
        manifest.mode,
        manifest.scenario,
        manifest.seed,
    ):
        yield "call.json and the log do not agree on its mode, scenario or seed; one of them was changed"
    if manifest.trainee != "headset":
        who = {"recorded": "a recorded trainee took it", "typed": "it was typed"}.get(
            manifest.trainee, "call.json does not say that a person at a headset took it"
        )
        yield f"{who}; only a call by a person at a headset is certified"
    if not folder.trainee().any() or not folder.customer().any():
        yield "nobody is heard on one of its tracks; take another call"
    if manifest.outcome in (None, "incomplete"):
        yield "it was cut off before its end; take another call"
    if not (manifest.preflight or {}).get("passed") and not manifest.overridden_by:
        yield (
            "the headset passed no check before it; an instructor answers for such a call with: hotseat call ... "
            "--override-check NAME"
        )


def made_score(folder: CallFolder, *, decided: bool) -> SealedScore:
    """Return the score that tracks and log give, after a check that the files in the folder say the same.

    Raises
    ------
    InputError
        If a file says something else, or the call did not pass and no person decided that it does (`decided`).
    """
    used = _read_score(folder.path / "score.json")
    rubric = load_rubric("certification")
    again = f"hotseat score {folder.path} --rubric certification"
    if used.rubric.id != rubric.id:
        raise InputError(f"{folder.path} was scored by the rubric {used.rubric.id}; score it with: {again}")
    if used.rubric.sha256 != rubric.sha256:
        raise InputError(
            f"{folder.path} was scored by another version of the rubric ({used.rubric.version}, "
            f"{used.rubric.sha256[:12]}; here is {rubric.version}, {rubric.sha256[:12]}); score it again with: {again}"
        )
    scored = judge_folder(folder, rubric)
    for name, content in derived_files(scored).items():
        if _bytes(folder.path / name) != content.encode():
            raise InputError(f"{folder.path / name} is not what this recording gives; make it again with: {again}")
    output = scored.output
    if output.total is None or output.range is None or output.verdict is None:
        raise InputError(f"{folder.path} has no total, so there is no certificate: {output.reason}")
    if output.verdict == "borderline" and not decided:
        raise InputError(f"{folder.path} is borderline, so a person must decide first: {output.reason}")
    if output.verdict != "pass" and not decided:
        raise InputError(f"{folder.path} did not pass, so there is no certificate: {output.reason}")
    return SealedScore(
        rubric=output.rubric, total=output.total, range=output.range, verdict=output.verdict, versions=output.versions
    )


def _read_score(path: Path) -> ScoreOutput:
    try:
        return ScoreOutput.model_validate_json(_bytes(path))
    except ValueError as error:
        raise InputError(f"{path} is no score; make it again with: hotseat score {path.parent}") from error


def _bytes(path: Path) -> bytes:
    try:
        return read_file(path, MOST_TEXT)
    except OSError as error:
        why = error.strerror or error
        raise InputError(f"cannot read {path}: {why}; make it with: hotseat score {path.parent}") from error


def _call(manifest: Manifest) -> SealedCall:
    passed = (manifest.preflight or {}).get("passed")
    shared = manifest.model_dump(include=set(SealedCall.model_fields))
    return SealedCall.model_validate({**shared, "preflight_passed": passed if isinstance(passed, bool) else None})
