"""A private copy of a call folder, so that what is judged and what is signed are the same bytes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from simulator.errors import InputError
from simulator.files import MOST_SOUND, open_file
from simulator.private import make_folder
from simulator.recording.folder import CallFolder


@contextmanager
def snapshot(folder: CallFolder, names: Sequence[str]) -> Iterator[CallFolder]:
    """Give a copy of a call in a temporary folder that only this user can enter; it is deleted afterwards.

    Parameters
    ----------
    folder : CallFolder
    names : sequence of str
        The files to copy; one that is not there is left out.

    Raises
    ------
    InputError
        If a file cannot be copied, or the copy is no whole call: somebody was changing it.
    """
    with tempfile.TemporaryDirectory(prefix="hotseat-", ignore_cleanup_errors=True) as root:
        copy = make_folder(Path(root) / folder.path.name)
        for name in names:
            try:
                with open_file(folder.path / name, MOST_SOUND) as file, (copy / name).open("xb") as kept:
                    shutil.copyfileobj(file, kept)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise InputError(
                    f"cannot copy {folder.path / name}: {error.strerror or error}; make room in {root}"
                ) from error
        yield CallFolder.open(copy)
