"""One track on disk: a WAV that grows during the call and gets its final header when the call ends."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np

from simulator.errors import InputError
from simulator.ports import Samples
from simulator.private import open_private
from simulator.recording.riff import HEADER, WIDTH, header

TRACKS = ("trainee.wav", "customer.wav")


def length(path: Path) -> int:
    """Return how many whole samples follow the header, whatever the header says; 0 if there is no file.

    Raises
    ------
    InputError
        If the path is a folder, a device or a circular link.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    if not stat.S_ISREG(found.st_mode):
        raise InputError(f"{path} is no file of sound; put the track back, or delete what is there")
    return max(0, found.st_size - HEADER.size) // WIDTH


def is_sealed(path: Path) -> bool:
    """Return whether the header gives the true length of the track."""
    try:
        with path.open("rb") as file:
            found = file.read(HEADER.size)
    except OSError:
        return False
    return found == header(length(path)) and path.stat().st_size == HEADER.size + length(path) * WIDTH


def seal(path: Path, samples: int) -> None:
    """Make a track exactly `samples` long: cut half a sample, fill with silence, write the header."""
    size = HEADER.size + samples * WIDTH
    if not path.exists():
        open_private(path, "xb").close()
    with path.open("r+b", buffering=0) as file:
        here = file.seek(0, 2)
        if here < HEADER.size:
            file.seek(0)
            file.truncate()
            file.write(header(0))
        elif here % WIDTH:
            file.truncate(here - here % WIDTH)
        at = file.seek(0, 2)
        while at < size:
            at += file.write(bytes(min(size - at, 1 << 16)))
        file.truncate(size)
        file.seek(0)
        file.write(header(samples))


def read_track(path: Path) -> Samples:
    """Return the samples of a track.

    Returns
    -------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    """
    found: Samples = np.fromfile(path, dtype="<i2", count=length(path), offset=HEADER.size).astype(np.int16, copy=False)
    return found
