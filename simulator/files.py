"""Open files that somebody else may have made or changed, such as those of a call folder.

Only a regular file is opened, at most so large as the caller says, and no open waits: a FIFO, a device or a socket is
refused. In a call folder a file is also no link and has one name only, so that nobody reads or writes another file
through it. Every reader of a call folder opens its files here.

On Windows a link is found before the file is opened, and the opened file is compared with what was found. That part is
written from Microsoft's and Python's documentation and was not run.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from simulator.errors import InputError

MOST_DATA = 1_000_000
"""Bytes of a file that an author writes; the largest that is shipped has 29,000."""
MOST_TEXT = 8_000_000
"""Bytes of a log, a score, measures or a transcript; an hour of a call has 2 million."""
MOST_SOUND = 150_000_000
"""Bytes of a track or a report: 78 minutes of a track. The longest call has one hour."""
PIECE = 1 << 20
"""Bytes read at a time."""
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"))
_NAME_SURROGATE = 0x20000000
"""The bit of a reparse tag by which Windows marks other names for a place (IsReparseTagNameSurrogate, ntifs.h)."""
_NAME = re.compile(r"(?!(?i:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[A-Za-z0-9_][A-Za-z0-9._-]{0,118}(?<!\.)")


def open_file(path: Path, most: int, *, links: bool = False, change: bool = False) -> BinaryIO:
    """Open a regular file to read, or to read and write without a buffer; it is never made here.

    Parameters
    ----------
    path : Path
    most : int, bytes
        A larger file is refused.
    links : bool
        Whether links, and files with several names, are allowed: a file that the user named may be one.
    change : bool
        Whether it is written to.

    Raises
    ------
    OSError
        As `os.open` does; FileNotFoundError if there is none.
    InputError
        If it is a link, a folder, a FIFO or a device, has another name, or is larger than `most`.
    """
    path = Path(path)
    found = path.stat() if links else path.lstat()
    _check(path, found, most, links=links)  # before it is opened: opening some devices does something
    flags = _FLAGS & ~getattr(os, "O_NOFOLLOW", 0) if links else _FLAGS
    handle = os.open(path, flags | (os.O_RDWR if change else os.O_RDONLY))
    try:
        opened = os.fstat(handle)
        _check(path, opened, most, links=links)
        if (opened.st_dev, opened.st_ino) != (found.st_dev, found.st_ino):
            raise InputError(f"cannot read {path}: it was exchanged while it was opened; try again")
        return os.fdopen(handle, "r+b", buffering=0) if change else os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_file(path: Path, most: int, *, links: bool = False) -> bytes:
    """Return a file's content; see `open_file` for what is refused."""
    with open_file(path, most, links=links) as file:
        content = file.read(most + 1)
    if len(content) > most:  # it grew meanwhile
        raise InputError(_too_large(path, most))
    return content


def file_size(path: Path, most: int) -> int:
    """Return the size of a call folder's file in bytes; see `open_file` for what is refused."""
    found = path.lstat()
    _check(path, found, most, links=False)
    return found.st_size


def file_sha256(path: Path, most: int, *, links: bool = False) -> str:
    """Return the SHA-256 of a file, in hex; see `open_file` for what is refused."""
    total, size = hashlib.sha256(), 0
    with open_file(path, most, links=links) as file:
        while piece := file.read(PIECE):
            size += len(piece)
            if size > most:
                raise InputError(_too_large(path, most))
            total.update(piece)
    return total.hexdigest()


def is_name(text: str) -> bool:
    """Return whether a text may be the name of one file or folder on every system: no path, no device, no dot first.

    Examples
    --------
    >>> is_name("2026-11-22T101500-missing-sofa-7f3a"), is_name("../secret"), is_name("nul.txt"), is_name("")
    (True, False, False, False)
    """
    return _NAME.fullmatch(text) is not None


def _check(path: Path, found: os.stat_result, most: int, *, links: bool) -> None:
    if not links and (stat.S_ISLNK(found.st_mode) or _is_name_surrogate(found)):
        raise InputError(f"cannot read {path}: it is a link, which is not followed; put the file itself there")
    if not stat.S_ISREG(found.st_mode):
        raise InputError(f"cannot read {path}: it is no file; put the file back, or delete what is there")
    if not links and found.st_nlink > 1:
        raise InputError(f"cannot read {path}: it has a second name (a hard link); put a copy of it there")
    if found.st_size > most:
        raise InputError(_too_large(path, most))


def _is_name_surrogate(found: os.stat_result) -> bool:
    """Return whether Windows calls it a link, a junction or another name for a place elsewhere."""
    return bool(getattr(found, "st_reparse_tag", 0) & _NAME_SURROGATE)


def _too_large(path: Path, most: int) -> str:
    return f"cannot read {path}: it is larger than allowed (at most {most:,} bytes); put the right file there"
