"""Delete the files of calls together with their rows: all of it or nothing.

Theory of operation
-------------------
What is to go is first moved into a folder of its own beside it, `.deleting-NAME`. Only when the database has kept the
deletion of the rows are these folders deleted; if it does not, everything is moved back. What a crash leaves between
the two is settled by the next `sync`: moved back while the records know the call or the person, else deleted.

Only files that Hotseat writes are taken, by name; whatever else lies in a call's folder stays there and is told.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from simulator.errors import InputError
from simulator.files import MOST_SOUND, read_file
from simulator.private import make_folder, refusal
from simulator.recording.manifest import NAME, read_manifest
from simulator.recording.recover import LOCK, RESERVE, locked
from simulator.records.sealing.canonical import COVERED

STAGE = ".deleting-"
CALL_FILES = (
    *COVERED,
    *("report-now.html", "report.pdf", "certificate.json", "certificate.pdf", "seal.jsonl"),
    *(f"{NAME}.damaged", LOCK, RESERVE),
)
"""Everything that Hotseat writes into a call's folder."""
_DRAFT = re.compile(rf"\.(?:{'|'.join(map(re.escape, CALL_FILES))})\.[0-9a-f]{{8}}")
OURS = (b"Hotseat</title>", b"Made on this machine; nothing was sent anywhere")
"""What every page that Hotseat makes holds, HTML and PDF."""


class Erasure:
    """Files on their way out, bound to a session: gone with its commit, back if it ends without one.

    Attributes
    ----------
    left : list of Path
        Files in the calls' folders that are not Hotseat's, so that they stay.
    """

    def __init__(self, session: Session) -> None:
        self.left: list[Path] = []
        self._stages: list[tuple[Path, Path]] = []
        event.listen(session, "after_commit", lambda _: self._erase(), once=True)
        event.listen(session, "after_transaction_end", self._ended)

    def take_folder(self, folder: Path, call: str) -> None:
        """Take the files of a call.

        Raises
        ------
        InputError
            If the folder is a link or another call's, the call is running, or the system refuses.
        """
        if folder.is_symlink():
            raise InputError(f"{folder} is a link to another place; nothing was deleted")
        if not folder.is_dir():
            return
        if _call_in(folder) not in (call, None if folder.name == call else call):
            raise InputError(f"{folder} is not the folder of {call} any more; nothing was deleted")
        with locked(folder):
            pass
        names = sorted(path.name for path in folder.iterdir())
        taken = [name for name in names if _is_ours(folder / name)]
        self.left += [folder / name for name in names if name not in taken]
        self._move(folder, folder.with_name(STAGE + folder.name), taken)

    def take_file(self, path: Path, marks: Iterable[bytes]) -> None:
        """Take a certificate or a page, if it holds one of `marks`; what does not is somebody else's."""
        try:
            content = read_file(path, MOST_SOUND)
        except FileNotFoundError:
            return
        except (OSError, InputError):
            self.left.append(path)
            return
        if any(mark in content for mark in marks):
            self._move(path.parent, path.with_name(STAGE + path.name), [path.name])
        else:
            self.left.append(path)

    def _move(self, folder: Path, stage: Path, names: list[str]) -> None:
        try:
            make_folder(stage, fresh=True)
            self._stages.append((stage, folder))
            for name in names:
                (folder / name).rename(stage / name)
            if stage.parent != folder:
                with contextlib.suppress(OSError):  # what is not ours stays in it
                    folder.rmdir()
        except OSError as error:
            raise refusal("delete the files in", folder, error) from error

    def _erase(self) -> None:
        for stage, _ in self._stages:
            shutil.rmtree(stage, ignore_errors=True)
        self._stages.clear()

    def _ended(self, _: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None:
            while self._stages:
                _put_back(*self._stages.pop())


def settle(root: Path, is_known: Callable[[str, str], bool]) -> None:
    """Finish what a crash left in a folder of calls.

    Parameters
    ----------
    root : Path
    is_known : callable
        Whether the records know a call, by its id, or the person whose name call.json has.
    """
    for stage in sorted(root.glob(f"{STAGE}*")):
        if stage.is_symlink() or not stage.is_dir():
            continue
        try:
            manifest = read_manifest(stage)
        except InputError:
            back = any((stage / name).exists() for name in CALL_FILES)  # better kept than lost
        else:
            back = is_known(manifest.id or stage.name.removeprefix(STAGE), manifest.person)
        if back:
            _put_back(stage, stage.with_name(stage.name.removeprefix(STAGE)))
        else:
            shutil.rmtree(stage, ignore_errors=True)


def _put_back(stage: Path, folder: Path) -> None:
    with contextlib.suppress(OSError, InputError):  # what cannot be put back stays in its stage for `settle`
        make_folder(folder)
        for path in sorted(stage.iterdir()):
            if not os.path.lexists(folder / path.name):
                path.rename(folder / path.name)
        stage.rmdir()


def _call_in(folder: Path) -> str | None:
    """Return the id in a folder's call.json; None if there is none to read."""
    try:
        return read_manifest(folder).id or folder.name
    except InputError:
        return None


def _is_ours(path: Path) -> bool:
    named = path.name in CALL_FILES or _DRAFT.fullmatch(path.name) is not None
    return named and not (path.is_dir() and not path.is_symlink())
