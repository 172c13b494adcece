"""Withdraw certificates: noted in the records, and in a signed list that goes to whoever checks certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.contract import Document
from simulator.errors import InputError
from simulator.private import home, write_private
from simulator.records.certificates.document import TimeUtc
from simulator.records.certificates.issuing import TIME
from simulator.records.certificates.keys import KeyRing, key_id
from simulator.records.database.log import write_down
from simulator.records.database.tables import Call, CallSeal, Certificate, Person, now
from simulator.records.sealing.canonical import read_small, signed_bytes
from simulator.records.staff.people import known_instructor

NAME = "withdrawn.json"
LONGEST_FILE = 10_000_000
"""Bytes: over 100 000 withdrawn certificates."""


class Withdrawal(Document):
    """One withdrawn certificate. The reason and the instructor's name stay in the records."""

    id: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    at: TimeUtc


class WithdrawnOutput(Document):
    """The list of withdrawn certificates; `signature` is as in a certificate."""

    schema_: Literal["hotseat.withdrawn/1"] = Field(alias="schema")
    issued: TimeUtc
    certificates: list[Withdrawal]
    key: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    signature: Annotated[str, Field(pattern="^[0-9a-f]{128}$")]


def own_list() -> Path:
    """Return where this user's list is kept."""
    return home() / "keys" / NAME


def withdraw(session: Session, ring: KeyRing, certificate: str, *, by: str, reason: str) -> WithdrawnOutput:
    """Withdraw a certificate and return the new list, which is kept beside the keys.

    The call can be certified again afterwards, with what was wrong put right.

    Parameters
    ----------
    session : Session
        One that writes.
    ring : KeyRing
    certificate : str
        Its own id.
    by, reason : str
        The instructor who withdraws it, and why.

    Raises
    ------
    InputError
        If these records know no such certificate, it is withdrawn already, or `by` is no instructor.
    """
    person = known_instructor(session, by)
    if not reason.strip():
        raise InputError("say why the certificate is withdrawn: --reason TEXT")
    row = session.scalar(select(Certificate).where(Certificate.certificate == certificate))
    seal = session.scalar(select(CallSeal).where(CallSeal.certificate == certificate))
    if row is None and seal is None:
        raise InputError(f"these records know no certificate {certificate} that holds")
    if row is not None:
        if row.withdrawn is not None:
            raise InputError(f"the certificate {certificate} was withdrawn already")
        row.withdrawn, row.withdrawn_by, row.withdrawn_why = now(), person.id, reason
        write_down(session, "withdrawn", row, by=person.id)
    if seal is not None:
        seal.certificate = None
        write_down(session, "withdrawn", seal, by=person.id)
    made = _extended(ring, certificate)
    write_private(own_list(), f"{made.to_json()}\n")
    return made


def read_withdrawn(path: Path, key: Ed25519PublicKey | None) -> dict[str, str]:
    """Return when each certificate of a list was withdrawn, by its id.

    Parameters
    ----------
    path : Path
    key : Ed25519PublicKey or None
        The key to trust; without it, or where it is not the list's, the keys known to this user are.

    Raises
    ------
    InputError
        If it is no list, or was not signed by a key that is trusted.
    """
    content = read_small(path, LONGEST_FILE + 1, remedy="give a file that hotseat keys withdrawn wrote")
    try:
        found = WithdrawnOutput.model_validate_json(content)
        signer = key if key is not None and key_id(key) == found.key else KeyRing().public(found.key)
        if signer is None:
            raise InputError(f"the list {path} was signed by the key {found.key}, which is not known here")
        signer.verify(bytes.fromhex(found.signature), signed_bytes(found))
    except ValidationError as error:
        raise InputError(f"{path} is no list of withdrawn certificates") from error
    except (InvalidSignature, ValueError) as error:
        raise InputError(f"the list of withdrawn certificates in {path} was changed, or is forged") from error
    return {each.id: each.at for each in found.certificates}


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A certificate that was withdrawn here: whose, by whom and why; "" where these records do not say."""

    id: str
    at: str
    person: str = ""
    by: str = ""
    why: str = ""


def withdrawals(session: Session) -> list[Withdrawn]:
    """Return the certificates that were withdrawn here, oldest first."""
    names = {each.id: each.name for each in session.scalars(select(Person))}
    wanted = select(Certificate, Call.person_id).join(Call).where(Certificate.withdrawn.is_not(None))
    rows = {row.certificate: (row, names.get(owner or "", "")) for row, owner in session.execute(wanted)}
    found = []
    for id_, at in sorted(own_withdrawn().items(), key=lambda each: (each[1], each[0])):
        row, person = rows.get(id_, (None, ""))
        by = "" if row is None else names.get(row.withdrawn_by or "", "somebody deleted")
        found.append(Withdrawn(id=id_, at=at, person=person, by=by, why=(row and row.withdrawn_why) or ""))
    return found


def own_withdrawn() -> dict[str, str]:
    """Return when each certificate was withdrawn here, by its id; none where no list was made yet."""
    return read_withdrawn(own_list(), None) if own_list().exists() else {}


def _extended(ring: KeyRing, certificate: str) -> WithdrawnOutput:
    at = datetime.now(UTC).strftime(TIME)
    before = own_withdrawn()
    signing = ring.signing_key()
    draft = WithdrawnOutput(
        schema="hotseat.withdrawn/1",
        issued=at,
        certificates=[Withdrawal(id=id_, at=when) for id_, when in sorted({certificate: at, **before}.items())],
        key=key_id(signing.public_key()),
        signature="0" * 128,
    )
    return draft.model_copy(update={"signature": signing.sign(signed_bytes(draft)).hex()})
