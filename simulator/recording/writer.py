"""Write a call as it happens: two tracks, a log, a manifest; on disk within one second.

Conventions
-----------
The caller's thread only queues. A thread of its own writes every `BATCH` samples or `BATCH_S` seconds, audio before
the events that speak of it, and flushes to the disk itself every `SYNC_S`. At most `PENDING` samples wait
for the disk; then the caller waits too, so that the call never runs ahead of its recording.

Before each batch it looks whether its files are still where they were. If the folder was deleted, moved or unplugged,
it copies what the open files still give into the user's data folder and goes on there.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from simulator.clock import clock_text, from_ms
from simulator.errors import InputError
from simulator.events import CallEnded, Event, Outcome
from simulator.ports import Samples
from simulator.private import home, make_folder, open_private, refusal, sync_folder
from simulator.recording.call_seal import NAME as SEAL
from simulator.recording.call_seal import OpenSeal, Sealer, SealKeeper
from simulator.recording.log import LOG, line
from simulator.recording.manifest import Manifest, now_text, write_manifest
from simulator.recording.recover import RESERVE, close_folder, folder_lock, release
from simulator.recording.riff import HEADER, header
from simulator.recording.track import TRACKS
from simulator.settings import read_settings

BATCH = from_ms(100)
BATCH_S = 0.1
PENDING = from_ms(300)
SYNC_S = 0.4
RESERVE_BYTES = 256 * 1024
"""Enough for a second of silence on each track, the end of the log, and the manifest."""


def calls_folder(out: Path | None = None) -> Path:
    """Return where calls are kept: `out` if given, else what the settings say, else `calls` in the data folder."""
    if out is not None:
        return out
    chosen = read_settings().folder
    return Path(chosen).expanduser() if chosen else home() / "calls"


class CallWriter:
    """A call folder being written (`ports.Recorder`).

    Parameters
    ----------
    root : Path
        Where call folders are kept; made if it is not there.
    manifest : Manifest
        What the call is made of; `id`, `started`, `state` and `seal` are filled in here.
    keeper : SealKeeper, optional
        Who seals the call while it runs. Without one, nobody can be certified for it.

    Attributes
    ----------
    path : Path
        The call's own folder, `2026-11-22T101500-missing-sofa-7f3a`: unique however many calls start at once.
    moved : str
        What to say if the folder vanished during the call, so that `path` is another one now; else "".
    failure : InputError or None
        Why nothing more can be written; from then on `audio` and `event` raise it and `finish` keeps what there is.
    unsealed : str
        Why the call is not sealed to its end; "" if it is, or no keeper was there.

    Raises
    ------
    InputError
        If the folder cannot be written, or the keeper cannot write down that the call begins.
    """

    def __init__(self, root: Path, manifest: Manifest, *, keeper: SealKeeper | None = None) -> None:
        started = manifest.started or now_text()
        self.path = _new_folder(make_folder(root), started, manifest.scenario)
        self.manifest = manifest.changed(id=self.path.name, started=started, state="running")
        self.moved = ""
        self.failure: InputError | None = None
        self.samples = 0
        """Samples on each track so far, queued ones included."""
        self.unsealed = ""
        self._seal = self._begin_seal(keeper)
        self._lock = folder_lock(self.path)
        self._turn = threading.Condition()
        self._queue: list[tuple[bytes, bytes, bytes]] = []
        self._waiting = 0
        self._written = 0
        self._sizes = [HEADER.size, HEADER.size, 0]
        self._closing = False
        self._finished = False
        self._ended = False
        try:
            self._lock.acquire(timeout=0)
            write_manifest(self.path, self.manifest)  # first: a folder with sound in it always has a manifest
            self._files = _lay_out(self.path)
            self._sealer = None if self._seal is None else Sealer(self._seal, open_private(self.path / SEAL, "ab"))
        except OSError as error:
            release(self.path, self._lock)
            raise refusal("start a recording in", self.path, error) from error
        self._watch()
        self._thread = threading.Thread(target=self._run, name=f"recording {self.path.name}", daemon=True)
        self._thread.start()

    def audio(self, trainee: Samples, customer: Samples) -> None:
        """Append a block to each track.

        Raises
        ------
        ValueError
            If the two differ in length.
        InputError
            If the disk is full or gone.
        """
        if len(trainee) != len(customer):
            raise ValueError(f"both tracks grow alike: trainee {len(trainee)} samples, customer {len(customer)}")
        self._put((_bytes(trainee), _bytes(customer), b""), len(trainee))

    def event(self, event: Event) -> None:
        """Append an event to the log.

        Raises
        ------
        InputError
            If the disk is full or gone.
        """
        self._ended = self._ended or isinstance(event, CallEnded)
        self._put((b"", b"", line(event)), 0)

    def finish(self, *, outcome: Outcome = "incomplete", reason: str = "the call was stopped") -> Manifest:
        """Close the folder for good; safe to call twice.

        Parameters
        ----------
        outcome, reason
            How the call ended, where the log does not say so itself (`CallEnded`).

        Returns
        -------
        manifest : Manifest
            As `call.json` now says.

        Raises
        ------
        InputError
            If not even the reserve is enough to close the folder; `hotseat recover` then makes it whole later.
        """
        if self._finished:
            return self.manifest
        if self.failure is None and not self._ended:
            with contextlib.suppress(InputError):
                self.event(CallEnded(at=self.samples, outcome=outcome, reason=reason))
        self._stop()
        failed = self.failure
        self.manifest = close_folder(
            self.path,
            self.manifest,
            reason=str(failed) if failed else reason,
            state="finished" if failed is None else "recovered",
        )
        self._finished = True
        release(self.path, self._lock)
        self._end_seal()
        return self.manifest

    def _begin_seal(self, keeper: SealKeeper | None) -> OpenSeal | None:
        if keeper is None:
            return None
        try:
            seal = keeper.begin(self.manifest)
        except InputError:
            self.path.rmdir()
            raise
        self.manifest = self.manifest.changed(seal=seal.id)
        return seal

    def _end_seal(self) -> None:
        if self._seal is None:
            return
        whole = not self.unsealed and self.manifest.outcome  # what went on elsewhere counts as a call that was cut off
        try:
            self._seal.end(samples=self._written, outcome=whole or "incomplete")
        except InputError as error:  # the call itself is safe
            self.unsealed = str(error)

    def _put(self, item: tuple[bytes, bytes, bytes], samples: int) -> None:
        with self._turn:
            self._turn.wait_for(lambda: self._waiting <= PENDING or self.failure is not None)
            if self.failure is not None:
                raise self.failure
            if self._closing:
                raise ValueError(f"the recording {self.path.name} is closed")
            self._queue.append(item)
            self._waiting += samples
            self.samples += samples
            if self._waiting >= BATCH:
                self._turn.notify_all()

    def _stop(self) -> None:
        with self._turn:
            self._closing = True
            self._turn.notify_all()
        self._thread.join()
        if self.failure is None and not self._is_there():
            try:
                self._move()
            except OSError as error:
                self._fail(error)
        for file in self._files:
            with contextlib.suppress(OSError):
                file.close()
        if self._sealer is not None:
            self._sealer.close()

    def _run(self) -> None:
        synced = time.monotonic()
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._closing or self._waiting >= BATCH, timeout=BATCH_S)
                batch, self._queue = self._queue, []
                samples, self._waiting = self._waiting, 0
                last = self._closing
                self._turn.notify_all()
            contents = [b"".join(item[part] for item in batch) for part in range(len(self._files))]
            try:
                if not self._is_there():
                    self._move()
                self._append(contents)
                if self._sealer is not None:
                    self._sealer.add(tuple(contents), last=last)
                if last or time.monotonic() - synced >= SYNC_S:
                    for file in self._files:
                        os.fsync(file.fileno())
                    synced = time.monotonic()
            except OSError as error:
                self._fail(error)
                return
            self._written += samples
            if last:
                return

    def _append(self, contents: list[bytes]) -> None:
        """Write a piece to each file; where the disk went meanwhile, once more in the data folder."""
        try:
            for file, content in zip(self._files, contents, strict=True):
                _write_all(file, content)
        except OSError:
            if self._is_there():
                raise
            self._move()
            for file, content in zip(self._files, contents, strict=True):
                _write_all(file, content)
        self._sizes = [size + len(content) for size, content in zip(self._sizes, contents, strict=True)]

    def _is_there(self) -> bool:
        """Return whether every file is still in the folder, as far as the file system can tell."""
        if not self._watched:
            return True
        try:
            return all(
                os.path.samestat(os.fstat(file.fileno()), (self.path / name).lstat())
                for file, name in zip(self._files, (*TRACKS, LOG), strict=True)
            )
        except OSError:
            return False

    def _watch(self) -> None:
        """Look after the files from now on; not where the file system numbers an open file in another way."""
        self._watched = True
        self._watched = self._is_there()

    def _move(self) -> None:
        """Go on in the data folder with what the open files still give; what they do not is silence there.

        Raises
        ------
        OSError
            If nothing can be written there either.
        """
        before, old, lock = self.path, self._files, self._lock
        if self._sealer is not None:  # the chain was in the folder that vanished
            self._sealer.close()
            self._sealer, self.unsealed = None, "its folder vanished during the call"
        contents = [_read_back(file, size) for file, size in zip(old, self._sizes, strict=True)]
        try:
            root = make_folder(calls_folder())
            self.path = _new_folder(root, self.manifest.started, self.manifest.scenario, before.name)
            self._lock = folder_lock(self.path)
            self._lock.acquire(timeout=0)
            told = f"the folder {before} vanished after {clock_text(self._written)}: the recording went on here"
            self.manifest = self.manifest.changed(id=self.path.name, repairs=(*self.manifest.repairs, told))
            write_manifest(self.path, self.manifest)
        except InputError as error:
            raise OSError(str(error)) from error
        self._files = _lay_out(self.path)
        for file, content, size in zip(self._files[:2], contents, self._sizes, strict=False):
            _write_all(file, content.ljust(size, b"\0")[HEADER.size :])
        _write_all(self._files[2], contents[2][: contents[2].rfind(b"\n") + 1])
        self._watch()
        release(before, lock)
        for file in old:
            with contextlib.suppress(OSError):
                file.close()
        self.moved = (
            f"The folder {before} vanished during the call, at {clock_text(self._written)}. "
            f"The recording went on in {self.path}"
        )

    def _fail(self, error: OSError) -> None:
        kept = clock_text(self._written)
        with self._turn:
            self.failure = InputError(
                f"cannot go on recording in {self.path}: {error.strerror or error}; the call is kept up to {kept}; "
                "make space and take the call again"
            )
            self._turn.notify_all()


def _bytes(samples: Samples) -> bytes:
    return samples.astype("<i2", copy=False).tobytes()


def _write_all(file: IO[Any], content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]


def _read_back(file: IO[Any], size: int) -> bytes:
    """Return what was written to a file so far: the first `size` bytes, or as many as can be read."""
    found = b""
    with contextlib.suppress(OSError):
        file.seek(0)
        while len(found) < size and (piece := file.read(size - len(found))):
            found += piece
    return found


def _new_folder(root: Path, started: str, scenario: str, name: str = "") -> Path:
    if name:
        with contextlib.suppress(FileExistsError):
            return make_folder(root / name, fresh=True)
    when = datetime.fromisoformat(started).strftime("%Y-%m-%dT%H%M%S")
    slug = re.sub(r"[^a-z0-9]+", "-", scenario.lower()).strip("-")[:60] or "call"
    while True:
        try:
            return make_folder(root / f"{when}-{slug}-{secrets.token_hex(2)}", fresh=True)
        except FileExistsError:
            continue


def _lay_out(folder: Path) -> tuple[IO[Any], ...]:
    with open_private(folder / RESERVE, "xb") as reserve:
        _write_all(reserve, secrets.token_bytes(RESERVE_BYTES))  # random: no file system can store it in less
    files = tuple(open_private(folder / name, "a+b") for name in (*TRACKS, LOG))
    for file in files[:2]:
        _write_all(file, header(0))
    for file in files:
        os.fsync(file.fileno())
    sync_folder(folder)
    return files
