"""Long recordings and tracks read from disk as they are needed, so that memory does not grow with the call.

Theory of operation
-------------------
A WAV that is 16-bit, mono, 16 kHz already needs no conversion: its samples are mapped into memory by the system. After
every quarter of a megabyte the system is told to let go of what was read, so a program that works through the recording
piece by piece holds a piece or two at a time. Where it cannot be told (Windows), it lets go by itself when memory is
short. Any other file is converted piece by piece into a temporary file without a name, which only this program can read
and which is gone when it ends.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from simulator.clock import RATE_HZ
from simulator.errors import InputError
from simulator.recording.audio import Audio, convert_audio

_RIGHT_FORM = (1, 1, RATE_HZ, 16)
"""PCM, mono, 16 kHz, 16 bit, as a WAV header says it."""

MOST_TAKEN = 1 << 18
"""Bytes of slices after which the system is told to let go of what was read."""
LEAST_TAKEN = 1 << 16
"""Linux maps so much around the first byte that is read, however short the slice."""


class Mapped(np.ndarray[Any, np.dtype[Any]]):
    """Values on disk; slices are ordinary arrays."""

    _held: mmap.mmap | None = None
    _taken = 0

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        if not isinstance(found, np.ndarray):
            return found
        if self._held is not None and hasattr(self._held, "madvise"):
            if self._taken > MOST_TAKEN:
                self._held.madvise(mmap.MADV_DONTNEED)
                self._taken = 0
            self._taken += max(found.nbytes, LEAST_TAKEN)
        return found.view(np.ndarray)


def map_audio(path: Path, *, channel: int | None = None) -> Audio:
    """Return a recording as `read_audio` does, left on disk.

    The file must stay as it is while the samples are in use.

    Raises
    ------
    InputError
        As `read_audio`.
    """
    path = Path(path)
    place = None if channel else _samples_in(path)
    if place is None:
        return _converted(path, channel)
    offset, count = place
    with path.open("rb") as file:
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return Audio(samples=_mapped(held, "<i2", (count,), offset), notes=(), source_rate_hz=RATE_HZ)


def map_written(file: Any, dtype: DTypeLike, *, width: int = 1) -> Mapped:
    """Return what was written into a temporary file, left there; the file may be closed, and is gone with the array.

    Parameters
    ----------
    file : binary file, open for writing and reading, not empty
    dtype : numpy dtype
        Of the values in it.
    width : int
        Values in one row; more than 1 gives an array of two dimensions.
    """
    file.flush()
    count = file.tell() // np.dtype(dtype).itemsize // width
    held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return _mapped(held, dtype, (count,) if width == 1 else (count, width))


def _converted(path: Path, channel: int | None) -> Audio:
    import tempfile

    try:
        with tempfile.TemporaryFile(prefix="hotseat-") as file:
            notes, rate_hz = convert_audio(
                path, channel=channel, keep=lambda part: file.write(part.astype("<i2", copy=False).tobytes())
            )
            samples = map_written(file, "<i2") if file.tell() else np.empty(0, np.int16)
    except (OSError, ValueError) as error:
        place = tempfile.gettempdir()
        raise InputError(f"cannot convert {path} in {place}: {error}; make room there, or set TMPDIR") from error
    return Audio(samples=samples, notes=notes, source_rate_hz=rate_hz)


def _mapped(held: mmap.mmap, dtype: DTypeLike, shape: tuple[int, ...], offset: int = 0) -> Mapped:
    count = int(np.prod(shape))
    values = np.frombuffer(held, dtype=dtype, count=count, offset=offset).reshape(shape).view(Mapped)
    values._held = held
    return values


def _samples_in(path: Path) -> tuple[int, int] | None:
    """Return where a WAV's samples begin and how many there are; None where it is not right as it is."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if file.read(12)[:4] != b"RIFF":
                return None
            form = None
            while len(chunk := file.read(8)) == 8:
                name, length = struct.unpack("<4sI", chunk)
                if name == b"fmt " and length >= 16:
                    fields = struct.unpack("<HHIIHH", file.read(16))
                    form = (fields[0], fields[1], fields[2], fields[5])
                    length -= 16
                elif name == b"data":
                    whole = length and length % 2 == 0 and file.tell() + length <= size and file.tell() % 2 == 0
                    return (file.tell(), length // 2) if whole and form == _RIGHT_FORM else None
                file.seek(length + length % 2, 1)
    except (OSError, ValueError, struct.error):
        return None
    return None
