"""Make a valid call folder of what a crash, a power cut or a full disk left behind.

Nothing that was recorded is discarded except a torn last line and half a sample. Both tracks end at the same sample;
the shorter one is filled with silence. A call without an end gets `call_ended` with the outcome "incomplete".
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import filelock

from simulator.clock import RATE_HZ, to_ms
from simulator.errors import InputError
from simulator.events import CallEnded, CallStarted, Event
from simulator.files import MOST_TEXT, file_size, is_name, read_file
from simulator.private import FILE_MODE, refusal
from simulator.recording.log import LOG, is_exactly, salvage_log, write_log
from simulator.recording.manifest import NAME, Manifest, read_manifest, write_manifest
from simulator.recording.track import TRACKS, is_sealed, length, seal

LOCK = "call.lock"
"""Held by the operating system's own lock while a call runs, so that it dies with its process."""
RESERVE = ".reserve"
"""Space kept back so that a call can be closed properly on a full disk."""
AHEAD = RATE_HZ
"""Events may be this much ahead of the audio on disk; later ones are damaged."""
ALONE = 120 * RATE_HZ
"""A track may be this much longer than the other one and the log; a crash makes it a second."""
CUT_OFF = "the call was cut off"


def recover(folder: Path) -> Manifest:
    """Mend a call folder, if it needs it, and return its manifest.

    Raises
    ------
    InputError
        If it is no call folder, the call is still running, or the folder cannot be written.
    """
    check_is_call(folder)
    with locked(folder):
        if not needs_mending(folder):
            return read_manifest(folder)
        return close_folder(folder, _manifest(folder), reason=CUT_OFF, state="recovered")


def check_is_call(folder: Path) -> None:
    """Raise InputError unless `folder` holds the parts of a call."""
    if not folder.exists():
        raise InputError(f"there is no folder {folder}")
    if not folder.is_dir():
        raise InputError(f"{folder} is a file; give the folder of a call")
    if not any(os.path.lexists(folder / part) for part in (NAME, *TRACKS, LOG)):
        raise InputError(f"{folder} is no call folder: it has no {NAME}; `hotseat call` makes call folders")


def is_whole(folder: Path) -> bool:
    """Return whether a call ended properly and its tracks agree with each other and with the manifest."""
    try:
        manifest = read_manifest(folder)
    except InputError:
        return False
    lengths = [length(folder / track) for track in TRACKS]
    return (
        manifest.state != "running"
        and all(is_sealed(folder / track) for track in TRACKS)
        and lengths[0] == lengths[1]
        and manifest.duration_ms == to_ms(lengths[0])
        and os.path.lexists(folder / LOG)
    )


def needs_mending(folder: Path) -> bool:
    """Return whether a call was cut off, or a line of its log cannot be read."""
    return not is_whole(folder) or salvage_log(folder)[1] > 0


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder against a running call and against other programs that mend it."""
    lock = folder_lock(folder)
    try:
        check_lock(folder)
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise InputError(f"the call in {folder} is still running; wait until it has ended") from None
    except OSError as error:
        raise refusal("mend", folder, error) from error
    try:
        yield
    finally:
        release(folder, lock)


def folder_lock(folder: Path) -> filelock.BaseFileLock:
    """Return the lock of a call folder, not yet held."""
    return filelock.FileLock(folder / LOCK, mode=FILE_MODE, thread_local=False)


def check_lock(folder: Path) -> None:
    """Raise InputError if the lock file is not one that can be made or used: the lock would empty another file."""
    with contextlib.suppress(FileNotFoundError):
        file_size(folder / LOCK, MOST_TEXT)


def release(folder: Path, lock: filelock.BaseFileLock) -> None:
    """Release a folder and delete its lock file."""
    lock.release()
    with contextlib.suppress(OSError):  # Windows: another program may be looking at it just now
        (folder / LOCK).unlink(missing_ok=True)


def close_folder(folder: Path, manifest: Manifest, *, reason: str, state: str) -> Manifest:
    """Bring log, tracks and manifest to one end; used at the end of every call and after a crash alike.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    try:
        (folder / RESERVE).unlink(missing_ok=True)
        return _close(folder, manifest, reason, state)
    except OSError as error:
        raise refusal("finish the call in", folder, error) from error


def _close(folder: Path, manifest: Manifest, reason: str, state: str) -> Manifest:
    lengths = [length(folder / track) for track in TRACKS]
    audio = max(lengths)
    events, lost = salvage_log(folder)
    if audio - max(min(lengths), *(event.at for event in events), 0) > ALONE:
        raise InputError(
            f"{folder / TRACKS[lengths.index(audio)]} is far longer than the other track and the log: it is no track "
            "of this call; put the right one back"
        )
    kept = [event for event in events if event.at <= audio + AHEAD]
    end = max([audio, *(event.at for event in kept)])
    repairs = list(manifest.repairs)
    if lost or len(kept) < len(events):
        repairs.append(f"{lost + len(events) - len(kept)} damaged lines of {LOG} left out")
    for track, here in zip(TRACKS, lengths, strict=True):
        if here < end:
            repairs.append(f"{track} was {to_ms(end - here):g} ms shorter: filled with silence")
        seal(folder / track, end)
    kept = _with_ends(kept, manifest, end, reason)
    if not is_exactly(folder, kept):
        write_log(folder, kept)
    last = kept[-1]
    assert isinstance(last, CallEnded)
    if last.reason == reason and state == "recovered":
        repairs.append(f"{reason} after {to_ms(end):g} ms")
    closed = manifest.changed(
        state=state, outcome=last.outcome, duration_ms=to_ms(end), repairs=tuple(dict.fromkeys(repairs))
    )
    write_manifest(folder, closed)
    return closed


def _with_ends(events: list[Event], manifest: Manifest, end: int, reason: str) -> list[Event]:
    if not any(isinstance(event, CallStarted) for event in events):
        start = CallStarted(
            at=0,
            scenario=manifest.scenario,
            seed=manifest.seed,
            mode=manifest.mode,
            recognizer=manifest.recognizer,
            headset=manifest.device,
        )
        events = [start, *events]
    ended = next((event for event in events if isinstance(event, CallEnded)), None)
    if ended is not None:  # it stays last, even if a dying process appended more
        return [*(event for event in events if not isinstance(event, CallEnded)), ended]
    return [*events, CallEnded(at=end, outcome="incomplete", reason=reason)]


def _manifest(folder: Path) -> Manifest:
    try:
        return read_manifest(folder)
    except InputError:
        if _is_readable(folder / NAME):  # changed by hand, or made by a later version: not ours to overwrite
            raise
    if os.path.lexists(folder / NAME):
        (folder / NAME).replace(folder / f"{NAME}.damaged")
    events, _ = salvage_log(folder)
    name = folder.name if is_name(folder.name) else ""
    started = next((event for event in events if isinstance(event, CallStarted)), None)
    repairs = (f"{NAME} was lost: made again from {LOG}",)
    if started is None:
        return Manifest(id=name, scenario="unknown", repairs=repairs)
    return Manifest(
        id=name,
        scenario=started.scenario,
        seed=started.seed,
        mode=started.mode,
        recognizer=started.recognizer,
        device=started.headset,
        repairs=repairs,
    )


def _is_readable(path: Path) -> bool:
    try:
        return isinstance(json.loads(read_file(path, MOST_TEXT)), dict)
    except (OSError, ValueError, RecursionError):
        return False
