"""The call folder, read: the one artifact that a call leaves and that everything after the call works from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from simulator.errors import InputError
from simulator.events import Event
from simulator.ports import Samples
from simulator.recording.log import read_log
from simulator.recording.manifest import NAME as MANIFEST
from simulator.recording.manifest import Manifest, read_manifest
from simulator.recording.recover import check_is_call, is_whole, recover
from simulator.recording.track import TRACKS, length, read_track
from simulator.recording.writer import CallWriter, calls_folder

__all__ = ["CallFolder", "CallWriter", "calls_folder"]


_CUT_OFF = "the call in {0} was cut off or is still running; mend it with: hotseat recover {0}"


@dataclass(frozen=True)
class CallFolder:
    """A whole call on disk. Use `CallFolder.open`.

    Parameters
    ----------
    path : Path
    manifest : Manifest
        What `call.json` says.
    duration : int, samples
        Length of both tracks.
    """

    path: Path
    manifest: Manifest
    duration: int

    @classmethod
    def open(cls, path: Path, *, mend: bool = False) -> CallFolder:
        """Return the call in a folder.

        Parameters
        ----------
        path : Path
        mend : bool
            Whether a call that was cut off is mended first; only where a command writes into the folder anyway.

        Raises
        ------
        InputError
            If it is no call folder, the call is still running or, without `mend`, was cut off.
        """
        path = Path(path)
        check_is_call(path)
        whole = is_whole(path)
        manifest = recover(path) if mend and not whole else _manifest_of(path)
        if not (whole or mend):
            raise InputError(_CUT_OFF.format(path))
        return cls(path, manifest, length(path / TRACKS[0]))

    def trainee(self) -> Samples:
        """Return the trainee's track: int16, shape (duration,), 16 kHz."""
        return self._track(TRACKS[0])

    def customer(self) -> Samples:
        """Return the customer's track: int16, shape (duration,), 16 kHz."""
        return self._track(TRACKS[1])

    def events(self) -> tuple[Event, ...]:
        """Return the log, in the order of happening.

        Raises
        ------
        InputError
            If a line is no event.
        """
        return self._events

    @cached_property
    def _events(self) -> tuple[Event, ...]:
        return read_log(self.path)

    def _track(self, name: str) -> Samples:
        try:
            return read_track(self.path / name)
        except OSError as error:
            raise InputError(f"cannot read {self.path / name}: {error.strerror or error}") from error


def _manifest_of(path: Path) -> Manifest:
    if not os.path.lexists(path / MANIFEST):
        raise InputError(_CUT_OFF.format(path))
    return read_manifest(path)


def find_calls(root: Path) -> tuple[Path, ...]:
    """Return the call folders under `root`, oldest first, links and hidden ones left out; none without a folder."""
    if not root.is_dir():
        return ()
    folders = (path for path in sorted(root.iterdir()) if not path.name.startswith(".") and not path.is_symlink())
    return tuple(path for path in folders if path.is_dir() and is_call(path))


def is_call(path: Path) -> bool:
    """Return whether a folder holds a call, whole or not."""
    try:
        check_is_call(path)
    except InputError:
        return False
    return True
