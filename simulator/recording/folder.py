"""The call folder, read: the one artifact that a call leaves and that everything after the call works from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from simulator.errors import InputError
from simulator.events import Event
from simulator.ports import Samples
from simulator.recording.log import read_log
from simulator.recording.manifest import Manifest, read_manifest
from simulator.recording.recover import check_is_call, is_whole, recover
from simulator.recording.track import TRACKS, length, read_track
from simulator.recording.writer import CallWriter, calls_folder

__all__ = ["CallFolder", "CallWriter", "calls_folder"]


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
    def open(cls, path: Path) -> CallFolder:
        """Return the call in a folder, mended first if it was cut off.

        Raises
        ------
        InputError
            If it is no call folder, the call is still running, or a track is missing for good.
        """
        path = Path(path)
        check_is_call(path)
        manifest = read_manifest(path) if is_whole(path) else recover(path)
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


def find_calls(root: Path) -> tuple[Path, ...]:
    """Return the call folders under `root`, oldest first; none if there is no such folder."""
    if not root.is_dir():
        return ()
    return tuple(path for path in sorted(root.iterdir()) if path.is_dir() and is_call(path))


def is_call(path: Path) -> bool:
    """Return whether a folder holds a call, whole or not."""
    try:
        check_is_call(path)
    except InputError:
        return False
    return True
