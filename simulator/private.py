"""Files that only their owner can read, and the folder they live in.

POSIX systems get mode 0600 for files and 0700 for folders. Windows has no such modes: there a file inherits the
access list of its folder, and the user's own profile, where `home` lies, is closed to other users by default. Whoever
chooses another folder on Windows answers for its access list.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
from pathlib import Path
from typing import IO, Any

from simulator.errors import InputError

FILE_MODE = 0o600
FOLDER_MODE = 0o700


def home() -> Path:
    """Return where Hotseat keeps a user's calls and settings: `HOTSEAT_DATA`, else the system's place for data."""
    chosen = os.environ.get("HOTSEAT_DATA")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("hotseat", appauthor=False))


def make_folder(path: Path, *, fresh: bool = False) -> Path:
    """Make a folder, and those above it, that only the owner can enter; return it.

    Parameters
    ----------
    path : Path
    fresh : bool
        Whether it must be new; the check is atomic, so that two processes never share one.

    Raises
    ------
    FileExistsError
        If `fresh` and it is there already.
    InputError
        If the system refuses (no permission, a file in the way, no space).
    """
    _check_home(path)
    missing = [*itertools.takewhile(lambda above: not above.exists(), path.parents)]
    try:
        for folder in (*reversed(missing), path):
            _make(folder, fresh=fresh and folder == path)
        if os.name == "posix" and home() in (path, *path.parents):
            home().chmod(FOLDER_MODE)  # whoever made it
    except FileExistsError:
        if fresh and path.is_dir():
            raise
        raise InputError(f"cannot make the folder {path}: a file of that name is in the way") from None
    except OSError as error:
        raise refusal("make the folder", path, error) from error
    return path


def _make(folder: Path, *, fresh: bool) -> None:
    try:
        folder.mkdir(mode=FOLDER_MODE)
    except FileExistsError:
        if fresh or not folder.is_dir():
            raise
    else:
        if os.name == "posix":  # the umask may have taken its owner's own rights
            folder.chmod(FOLDER_MODE)


def _check_home(path: Path) -> None:
    """Refuse a data folder that is everybody's: closing it would lock them out."""
    own = home()
    if os.name != "posix" or own not in (path, *path.parents) or not own.exists():
        return
    if own.resolve() in (Path("/"), Path.home().parent) or own.stat().st_mode & stat.S_ISVTX:
        raise InputError(f"{own} is everybody's folder, so nothing is kept there; set HOTSEAT_DATA to another one")


def open_private(path: Path, mode: str = "wb") -> IO[Any]:
    """Open a file for writing, unbuffered if binary, readable by its owner only.

    Raises
    ------
    OSError
        As `open` does; use `refusal` to put it in words.
    """
    text = "b" not in mode
    file = open(  # Path.open takes no opener
        path,
        mode,
        buffering=-1 if text else 0,
        encoding="utf-8" if text else None,
        newline="\n" if text else None,
        opener=lambda name, flags: os.open(name, flags, FILE_MODE),
    )
    if os.name == "posix":  # an existing file keeps its mode otherwise
        os.fchmod(file.fileno(), FILE_MODE)
    return file


def write_private(path: Path, content: bytes | str) -> None:
    """Write a whole file so that a reader sees all of the old one or all of the new one, even after a power cut.

    Raises
    ------
    InputError
        If the system refuses (no permission, no such folder, no space); the old file is untouched.
    """
    draft = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        with open_private(draft, "xb") as file:
            left = memoryview(content.encode() if isinstance(content, str) else content)
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):  # a folder that takes no draft has none to delete
            draft.unlink()
        raise refusal("write", path, error) from error
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make new names in a folder survive a power cut, where the system needs that said (POSIX) and can do it.

    Some network and FUSE file systems cannot; the file's own content is on the disk by then.
    """
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def refusal(what: str, path: Path, error: OSError) -> InputError:
    """Return the error for a user: what could not be done, to which file, why, and what to do."""
    return InputError(f"cannot {what} {path}: {error.strerror or error}; choose a folder you may write to, with space")
