"""The seal of a call: its audio and its log, chained block by block while it runs, under a key that others hold.

Theory of operation
-------------------
Before the first sample a `SealKeeper` writes down that the call begins, and its terms: all that call.json says then.
About once a second the writer hands the keeper one digest of what it wrote on both tracks and in the log. The keeper
chains it with HMAC-SHA256 under a key of this call, and at the end writes down the last tag and the time. Whoever takes
the call learns no key, only tags. They stand in `seal.jsonl`, each with the place where its block ends, so that a check
can say where a call was changed.

How much a seal proves depends on who could read the key; see docs/certificates.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Literal, Protocol

from simulator.clock import RATE_HZ, clock_text
from simulator.errors import InputError
from simulator.events import Outcome
from simulator.files import MOST_SOUND, MOST_TEXT, open_file
from simulator.recording.log import LOG
from simulator.recording.manifest import Manifest
from simulator.recording.riff import HEADER, WIDTH
from simulator.recording.track import TRACKS

NAME = "seal.jsonl"
SEALED_BLOCK = RATE_HZ
"""A block of the chain holds at least so many samples of each track; it ends where the writer's batch ends."""
LONGEST_BLOCK, LONGEST_LOG, LONGEST_LINE = 600 * RATE_HZ, 10_000_000, 1_000
"""No block is longer than this, in samples and in bytes of the log, and no line of `seal.jsonl`, in bytes."""
LATER = {"state", "outcome", "duration_ms", "repairs", "seal"}
"""What call.json says only after the call has begun; the rest are its terms."""
Strength = Literal["none", "same-account", "other-account", "room"]


class OpenSeal(Protocol):
    """The seal of a call that runs."""

    id: str

    def add(self, digest: bytes) -> bytes:
        """Chain one block and return its tag. It is called in the writer's thread and must not wait for a disk."""

    def end(self, *, samples: int, outcome: Outcome) -> None:
        """Write down that the call ended.

        Raises
        ------
        InputError
            If it cannot be written down; the seal then stays open, and the call cannot be certified.
        """


class SealKeeper(Protocol):
    """Whoever holds the keys of seals: the records of this account, or of the server of a room."""

    def begin(self, manifest: Manifest) -> OpenSeal:
        """Write down that a call begins.

        Raises
        ------
        InputError
            If it cannot be written down.
        """


def terms_of(manifest: Manifest) -> dict[str, Any]:
    """Return what call.json says before the first sample."""
    return {name: value for name, value in manifest.model_dump(mode="json").items() if name not in LATER}


def first_tag(key: bytes, terms: dict[str, Any]) -> bytes:
    """Return the tag before the first block: it binds the terms."""
    written = json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.digest(key, written.encode(), "sha256")


def next_tag(key: bytes, tag: bytes, digest: bytes) -> bytes:
    """Return the tag of a block after the one before it."""
    return hmac.digest(key, tag + digest, "sha256")


def block_digest(parts: tuple[bytes, bytes, bytes], place: tuple[int, int]) -> bytes:
    """Return the digest of a block.

    Parameters
    ----------
    parts : tuple of bytes
        The trainee's samples, the customer's, and the lines of the log.
    place : tuple of int
        Where it ends: samples of each track, bytes of the log.
    """
    whole = hashlib.sha256(f"{place[0]} {place[1]}\n".encode())
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.digest()


class Sealer:
    """Cuts what a call writes into blocks, and notes each one's tag in `seal.jsonl`.

    Parameters
    ----------
    seal : OpenSeal
    file : IO
        `seal.jsonl`, open for appending bytes.
    """

    def __init__(self, seal: OpenSeal, file: IO[Any]) -> None:
        self._seal, self._file = seal, file
        self._parts = (bytearray(), bytearray(), bytearray())
        self._samples = self._log = 0

    def add(self, parts: tuple[bytes, ...], *, last: bool) -> None:
        """Take in what was written; `last` closes the block that is open.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        for number, part in enumerate(parts):
            self._parts[number].extend(part)
        if not any(self._parts) or (len(self._parts[0]) < SEALED_BLOCK * WIDTH and not last):
            return
        self._samples += len(self._parts[0]) // WIDTH
        self._log += len(self._parts[2])
        trainee, customer, log = (bytes(part) for part in self._parts)
        tag = self._seal.add(block_digest((trainee, customer, log), (self._samples, self._log)))
        for kept in self._parts:
            kept.clear()
        self._file.write(_line(self._samples, self._log, tag))

    def close(self) -> None:
        """Close the file; safe to call twice."""
        with contextlib.suppress(OSError):
            self._file.close()


def check_chain(folder: Path, key: bytes, terms: dict[str, Any], *, head: str) -> None:
    """Check a call folder's tracks and log against its chain.

    Parameters
    ----------
    folder : Path
    key : bytes
        Of this call.
    terms : dict
        As they were when it began.
    head : str
        The last tag, in hex, as the keeper wrote it down.

    Raises
    ------
    InputError
        If anything was changed; the message says from where on.
    """
    tag, at, log_at = first_tag(key, terms), 0, 0
    try:
        with contextlib.ExitStack() as stack:
            files = [stack.enter_context(open_file(folder / name, MOST_SOUND)) for name in (*TRACKS, LOG)]
            for file in files[:2]:
                file.seek(HEADER.size)
            for samples, log, noted in _noted(folder):
                sizes = ((samples - at) * WIDTH, (samples - at) * WIDTH, log - log_at)
                trainee, customer, lines = (file.read(size) for file, size in zip(files, sizes, strict=True))
                tag = next_tag(key, tag, block_digest((trainee, customer, lines), (samples, log)))
                if not hmac.compare_digest(tag, noted):
                    raise InputError(
                        f"the call in {folder} is not as it was sealed: something was changed between "
                        f"{clock_text(at)} and {clock_text(samples)}, or in {NAME}"
                    )
                at, log_at = samples, log
            more = any(file.read(1) for file in files)
    except OSError as error:
        raise InputError(f"cannot read the call in {folder}: {error.strerror or error}") from error
    if more or tag.hex() != head:
        raise InputError(f"the call in {folder} is not as it was sealed: it is longer or shorter than it was")


def _line(samples: int, log: int, tag: bytes) -> bytes:
    return json.dumps({"samples": samples, "log": log, "tag": tag.hex()}).encode() + b"\n"


def _noted(folder: Path) -> Iterator[tuple[int, int, bytes]]:
    """Yield where each block ends (samples, bytes of the log), and its tag."""
    at = log_at = 0
    with open_file(folder / NAME, MOST_TEXT) as file:
        while line := file.readline(LONGEST_LINE):
            try:
                found = json.loads(line)
                samples, log, tag = int(found["samples"]), int(found["log"]), bytes.fromhex(found["tag"])
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise InputError(f"{folder / NAME} is damaged, so the call cannot be certified") from error
            fits = at <= samples <= at + LONGEST_BLOCK and log_at <= log <= log_at + LONGEST_LOG
            if not fits or line != _line(samples, log, tag):  # one way to write it, so that no byte is without meaning
                raise InputError(f"{folder / NAME} is damaged, so the call cannot be certified")
            yield samples, log, tag
            at, log_at = samples, log
