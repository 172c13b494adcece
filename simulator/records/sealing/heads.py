"""Signed heads of the log: with one, a log that was made anew or cut short is found.

Theory of operation
-------------------
The hash of the last entry depends on all entries before it. Once it is signed with the key of the certificates and kept
in a file outside the database, every later log must contain it. A head is signed after each certificate of somebody in
the records. Whoever can write to the data folder can delete signed heads, so keep a copy of one elsewhere.

    heads/00000057-3fa9c1d20b7e.json    one signed head, by number of entries and hash
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidSignature
from pydantic import Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.contract import Document
from simulator.errors import InputError
from simulator.private import home, make_folder, write_private
from simulator.records.certificates.issuing import TIME
from simulator.records.certificates.keys import KeyRing, key_id
from simulator.records.database.log import START, check_log
from simulator.records.database.opening import Records
from simulator.records.database.tables import Entry
from simulator.records.sealing.canonical import read_small, signed_bytes
from simulator.records.shapes import LogOutput

LONGEST_FILE = 10_000
"""Bytes; a signed head has about 500."""


class SignedHead(Document):
    """The file of a signed head. `first` is the hash of the log's first entry, which tells one log from another."""

    schema_: Literal["hotseat.head/1"] = Field(alias="schema")
    database: str
    first: str
    entries: int
    head: str
    signed: str
    key: str
    signature: str


def sign_head(records: Records, ring: KeyRing, *, now: datetime | None = None) -> tuple[SignedHead, Path]:
    """Sign the head of the log as it is, keep it in the data folder, and return it and its file.

    Raises
    ------
    InputError
        If the log is empty or has a fault.
    """
    with records.reading() as session:
        found, first = check_log(session), first_of(session)
    if found.faults:
        raise InputError(f"the log is not right, so its head is not signed: {found.faults[0]} (hotseat records verify)")
    if found.entries == 0:
        raise InputError("nothing is in the log yet, so there is nothing to sign")
    key = ring.signing_key()
    draft = SignedHead(
        schema="hotseat.head/1",
        database=records.where,
        first=first,
        entries=found.entries,
        head=found.head,
        signed=(now or datetime.now(UTC)).strftime(TIME),
        key=key_id(key.public_key()),
        signature="",
    )
    made = draft.model_copy(update={"signature": key.sign(signed_bytes(draft)).hex()})
    path = make_folder(home() / "heads") / f"{made.entries:08}-{made.head[:12]}.json"
    if not path.exists():
        write_private(path, head_text(made))
    return made, path


def head_text(head: SignedHead) -> str:
    """Return a signed head as its file holds it."""
    return f"{head.to_json()}\n"


def first_of(session: Session) -> str:
    """Return the hash of the log's first entry."""
    return session.scalar(select(Entry.sha256).order_by(Entry.number).limit(1)) or START


def read_head(path: Path, ring: KeyRing) -> SignedHead:
    """Return a signed head, its signature checked.

    Raises
    ------
    InputError
        If it cannot be read, is no signed head, or was not signed by a key known here.
    """
    content = read_small(path, LONGEST_FILE, remedy="give a file that hotseat records sign wrote")
    try:
        head = SignedHead.model_validate_json(content)
        key = ring.public(head.key)
        if key is None:
            raise InputError(f"{path} was signed by the key {head.key}, which is not known here (hotseat keys show)")
        key.verify(bytes.fromhex(head.signature), signed_bytes(head))
    except ValidationError as error:
        raise InputError(f"{path} is no signed head; hotseat records sign writes one") from error
    except (InvalidSignature, ValueError) as error:
        raise InputError(f"{path} is not as it was signed") from error
    return head


def kept_heads(where: str, first: str, ring: KeyRing) -> tuple[Sequence[SignedHead], Sequence[str]]:
    """Return the signed heads of one log that are kept here, oldest first, and what is wrong with any file of them.

    Parameters
    ----------
    where : str
        The database. A head of it counts even if the log there has another first entry: then it was made anew.
    first : str
        Hash of the log's first entry. A head of the same log counts wherever the database was then.
    ring : KeyRing
        With the public keys to trust.
    """
    heads, faults = [], []
    for path in sorted((home() / "heads").glob("*.json")):
        try:
            head = read_head(path, ring)
        except InputError as error:
            faults.append(str(error))
            continue
        if head.database == where or head.first == first:
            heads.append(head)
    return heads, faults


def check_records(records: Records, ring: KeyRing, *, given: str | None = None) -> LogOutput:
    """Check the log, its rows, and that every signed head, and one given by hash or file, is in it.

    Raises
    ------
    InputError
        If `given` is a file that is no signed head.
    """
    with records.reading() as session:
        heads, faults = kept_heads(records.where, first_of(session), ring)
        wanted = {head.head: f"the head signed on {head.signed} ({head.entries} entries)" for head in heads}
        if given is not None:
            is_file = Path(given).is_file()
            wanted[read_head(Path(given), ring).head if is_file else given.lower()] = "the head that was given"
        found = check_log(session, heads=wanted)
    faults = [*faults, *found.faults]
    return LogOutput(
        schema="hotseat.log/1",
        valid=not faults,
        entries=found.entries,
        head=found.head,
        faults=faults,
        signed_heads=len(heads),
        last_signed=max((head.signed for head in heads), default=None),
    )
