"""Which files a certificate covers, and the exact bytes that are signed.

Canonical JSON here: keys sorted, no white space, UTF-8 without escapes beyond those JSON demands, numbers as Python
writes them (the shortest text that reads back as the same number), no NaN or infinity.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simulator.contract import Document
from simulator.errors import InputError
from simulator.files import MOST_SOUND, file_sha256, open_file

COVERED = (
    "call.json",
    "events.jsonl",
    "trainee.wav",
    "customer.wav",
    "transcript.json",
    "cues.json",
    "score.json",
    "report.html",
)
"""The files of a call folder on which a verdict depends, and the report that shows it."""


def canonical(content: dict[str, Any]) -> bytes:
    """Return the bytes to sign for `content`: equal content gives equal bytes.

    Raises
    ------
    ValueError
        If it holds NaN, an infinity, or half of a surrogate pair.

    Examples
    --------
    >>> canonical({"b": [1, 2.5], "a": "é"}).decode()
    '{"a":"é","b":[1,2.5]}'
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def signed_bytes(document: Document) -> bytes:
    """Return what a document's signature is over: canonical JSON of everything else in it."""
    return canonical(document.model_dump(mode="json", by_alias=True, exclude={"signature"}, exclude_unset=True))


def read_small(path: Path, most: int, *, remedy: str) -> bytes:
    """Return a file's first bytes, at most `most`.

    Raises
    ------
    InputError
        If it cannot be read; `remedy` says what to do.
    """
    try:
        with open_file(path, MOST_SOUND, links=True) as file:
            return file.read(most)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}; {remedy}") from error
    except ValueError as error:  # a name that no system allows
        raise InputError(f"cannot read {path}: {error}; {remedy}") from error


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a call folder's file, in hex.

    Raises
    ------
    InputError
        If it cannot be read, or is no file of its own (`files.open_file`).
    """
    try:
        return file_sha256(path, MOST_SOUND)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
