"""One track on disk: a WAV that grows during the call and gets its final header when the call ends."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np

from simulator.errors import InputError
from simulator.files import MOST_SOUND, file_size, open_file
from simulator.ports import Samples
from simulator.private import open_private
from simulator.recording.riff import HEADER, WIDTH, header

TRACKS = ("trainee.wav", "customer.wav")


def length(path: Path) -> int:
    """Return how many whole samples follow the header, whatever the header says; 0 if there is no file.

    Raises
    ------
    InputError
        If the path is anything but a file of its own, or too large for a track.
    """
    try:
        size = file_size(path, MOST_SOUND)
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    return max(0, size - HEADER.size) // WIDTH


def is_sealed(path: Path) -> bool:
    """Return whether the header gives the true length of the track."""
    try:
        with open_file(path, MOST_SOUND) as file:
            found = file.read(HEADER.size)
            size = file.seek(0, io.SEEK_END)
    except OSError:
        return False
    return size >= HEADER.size and size % WIDTH == 0 and found == header((size - HEADER.size) // WIDTH)


def seal(path: Path, samples: int) -> None:
    """Make a track exactly `samples` long: cut half a sample, fill with silence, write the header."""
    size = HEADER.size + samples * WIDTH
    if not os.path.lexists(path):
        open_private(path, "xb").close()
    with open_file(path, MOST_SOUND, change=True) as file:
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
    with open_file(path, MOST_SOUND) as file:
        found: Samples = np.fromfile(file, dtype="<i2", offset=HEADER.size).astype(np.int16, copy=False)
    return found
