"""Check a certificate, offline: its form, its key, its signature, its dates, and the call it covers.

Theory of operation
-------------------
The file must be byte for byte what Hotseat writes for its content, so that no byte of it can be changed unnoticed. The
signature covers the content, and the content holds the hash of every covered file of the call.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError

from simulator.errors import InputError
from simulator.records.certificates.document import CertificateOutput, VerifyOutput
from simulator.records.certificates.issuing import TIME, file_bytes
from simulator.records.certificates.keys import KeyRing, key_id, read_public
from simulator.records.certificates.withdrawing import own_list, own_withdrawn, read_withdrawn
from simulator.records.sealing.canonical import COVERED, read_small, sha256_of, signed_bytes

LONGEST_FILE = 1_000_000
"""Bytes; a certificate has about 3 000."""
CLOCKS_DIFFER = timedelta(days=1)
"""A certificate issued this far in the future may come from a machine whose clock is ahead; one further may not."""


class _NotValidError(Exception):
    """Why the certificate is not valid."""


def verify(
    path: Path,
    *,
    call: Path | None = None,
    key: Path | None = None,
    withdrawn: Path | None = None,
    now: datetime | None = None,
) -> VerifyOutput:
    """Say whether a certificate is valid: signed, in force, not withdrawn, and every file of its call unchanged.

    Parameters
    ----------
    path : Path
        The certificate.
    call : Path, optional
        The folder of its call; without it, the one the certificate lies in or beside.
    key : Path, optional
        PEM of the public key to trust; without it, the keys known to this user are.
    withdrawn : Path, optional
        A list of withdrawn certificates, beside this user's own.
    now : datetime, optional
        With a time zone; the time for which it is checked.

    Raises
    ------
    InputError
        If a file or folder that was named is not there, `key` holds no public key, or `withdrawn` is no signed list.
    """
    content = read_small(path, LONGEST_FILE + 1, remedy="give the file of a certificate")
    trusted = None if key is None else read_public(key)
    if call is not None and not call.is_dir():
        raise InputError(f"there is no folder {call}; give the folder of the call")
    lists = [read_withdrawn(each, trusted) for each in (withdrawn, own_list()) if each is not None and each.exists()]
    certificate: CertificateOutput | None = None
    gone = ""
    try:
        certificate = _parsed(content)
        _check_signature(certificate, trusted or _known(certificate.key))
        _check_dates(certificate, now or datetime.now(UTC))
        gone = next((each[certificate.id] for each in lists if certificate.id in each), "")
        if gone:
            raise _NotValidError(f"it was withdrawn on {gone}")
        folder = call or _folder_near(path, certificate)
        if folder is None:
            raise _NotValidError("no file of its call was there to check; give the call's folder with --call CALL_DIR")
        _check_files(certificate, folder)
    except _NotValidError as rejected:
        return _output(certificate, valid=False, reason=str(rejected), withdrawn=bool(gone))
    signed = f"signed by key {certificate.key} for {certificate.person}, valid until {certificate.expires}"
    return _output(certificate, valid=True, reason=f"{signed}; all {len(COVERED)} files of its call are unchanged")


def _output(
    certificate: CertificateOutput | None, *, valid: bool, reason: str, withdrawn: bool = False
) -> VerifyOutput:
    files = len(COVERED) if valid else 0
    told: dict[str, object] = {}
    if certificate is not None:
        told = {
            "device": certificate.call.device,
            "overridden_by": certificate.call.overridden_by,
            "seal": "none" if certificate.seal is None else certificate.seal.strength,
            "attempt": None if certificate.records is None else certificate.records.attempt.form,
        }
    return VerifyOutput.model_validate(
        {
            "schema": "hotseat.verify/1",
            "valid": valid,
            "reason": reason,
            "files_checked": files,
            "files": files,
            "withdrawn": withdrawn,
            **told,
        }
    )


def check_signed(path: Path, folder: Path) -> CertificateOutput:
    """Return a certificate after a check of its signature, by a key known here, and of its call's files.

    Raises
    ------
    InputError
        If it is no certificate, its key is not known, or a file was changed. The dates are not looked at.
    """
    found = read_certificate(path)
    if found.id in own_withdrawn():
        raise InputError(f"{path} is not filed: it was withdrawn")
    try:
        _check_files(found, folder)
    except _NotValidError as rejected:
        raise InputError(f"{path} is not filed: {rejected}") from rejected
    return found


def read_certificate(path: Path) -> CertificateOutput:
    """Return a certificate after a check of its signature, by a key known here.

    Raises
    ------
    InputError
        If it is no certificate, or its key is not known.
    """
    try:
        found = _parsed(read_small(path, LONGEST_FILE + 1, remedy="give the file of a certificate"))
        _check_signature(found, _known(found.key))
    except _NotValidError as rejected:
        raise InputError(f"{path} cannot be used: {rejected}") from rejected
    return found


def _parsed(content: bytes) -> CertificateOutput:
    if len(content) > LONGEST_FILE:
        raise _NotValidError(f"this is no certificate: it has more than {LONGEST_FILE} bytes")
    try:
        certificate = CertificateOutput.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"][:4])[:100] or "the file"
        raise _NotValidError(f"this is no certificate, or it was damaged: {place}: {first['msg'][:200]}") from error
    except ValueError as error:  # a number too long for Python
        raise _NotValidError("this is no certificate, or it was damaged") from error
    try:
        same = file_bytes(certificate) == content
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise _NotValidError("a byte of the certificate was changed: it is not written as certificates are")
    if set(certificate.files) != set(COVERED):
        raise _NotValidError("the certificate does not cover the files of a call")
    return certificate


def _known(wanted: str) -> Ed25519PublicKey:
    try:
        key = KeyRing().public(wanted)
    except InputError as error:
        raise _NotValidError(str(error)) from error
    if key is None:
        raise _NotValidError(
            f"its key {wanted} is not known here, so it may come from anybody; "
            "give the issuer's public key with --key PUBLIC.pem"
        )
    return key


def _check_signature(certificate: CertificateOutput, key: Ed25519PublicKey) -> None:
    if key_id(key) != certificate.key:
        raise _NotValidError(f"it names the key {certificate.key}, and the key given is {key_id(key)}")
    try:
        key.verify(bytes.fromhex(certificate.signature), signed_bytes(certificate))
    except (InvalidSignature, ValueError) as error:
        raise _NotValidError("the signature does not fit: the certificate was changed, or is forged") from error


def _check_dates(certificate: CertificateOutput, now: datetime) -> None:
    try:
        issued, expires = (
            datetime.strptime(text, TIME).replace(tzinfo=UTC) for text in (certificate.issued, certificate.expires)
        )
    except ValueError as error:
        raise _NotValidError("its dates are no dates") from error
    if now >= expires:
        raise _NotValidError(f"it expired on {certificate.expires}")
    if issued - now > CLOCKS_DIFFER:
        raise _NotValidError(
            f"it was issued on {certificate.issued}, which is still to come; is this machine's clock right?"
        )


def _folder_near(path: Path, certificate: CertificateOutput) -> Path | None:
    """Return the call folder that the certificate lies in, or that lies beside it; None if there is none."""
    here = path.resolve().parent
    if here.name == certificate.call.id or any((here / name).exists() for name in COVERED):
        return here
    name = certificate.call.id
    plain = name not in ("", ".", "..") and Path(name).name == name
    return here / name if plain and (here / name).is_dir() else None


def _check_files(certificate: CertificateOutput, folder: Path) -> None:
    for name in COVERED:
        try:
            found = sha256_of(folder / name)
        except InputError as error:
            raise _NotValidError(str(error)) from error
        if found != certificate.files[name]:
            raise _NotValidError(f"{folder / name} was changed after the certificate was made")
