"""Tracks that do not fill the memory: short ones are plain arrays, long ones lie in temporary files.

Conventions
-----------
A track has one value, or one row of values, every 10 ms. Whoever reads one takes slices of it, or goes through it with
`pieces`, `parts_of`, `in_speech` or `runs_of`; then a call of two hours needs no more memory than one of ten minutes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from simulator.clock import Span
from simulator.cues.framing import HOP
from simulator.errors import InputError
from simulator.recording.mapped import map_written

IN_MEMORY = 1 << 18
"""Bytes up to which a track stays in memory: eleven minutes of float32."""
PIECE = 6000
"""Frames that are worked on at once: a minute."""


class Keeper:
    """Takes in one track piece by piece.

    Examples
    --------
    >>> keeper = Keeper()
    >>> keeper.add(np.zeros(3, np.float32))
    >>> keeper.track()
    array([0., 0., 0.], dtype=float32)
    """

    def __init__(self) -> None:
        self._parts: list[NDArray[Any]] = []
        self._held = 0
        self._dtype, self._width = np.dtype(np.float32), 1
        self._file: IO[bytes] | None = None

    def add(self, part: NDArray[Any]) -> None:
        """Take in the next piece; all pieces are of one type and width.

        Raises
        ------
        InputError
            If the disk is full.
        """
        self._parts.append(part)
        self._held += part.nbytes
        self._dtype, self._width = part.dtype, 1 if part.ndim == 1 else part.shape[1]
        if self._held > IN_MEMORY:
            self._write()

    def track(self) -> NDArray[Any]:
        """Return all of it; float32 and empty if nothing came."""
        if self._file is None:
            return np.concatenate(self._parts) if self._parts else np.empty(0, np.float32)
        self._write()
        with self._file as file:
            return map_written(file, self._dtype, width=self._width)

    def _write(self) -> None:
        try:
            # Without a name, readable by this program only, and gone when it ends.
            self._file = self._file or tempfile.TemporaryFile(prefix="hotseat-")
            for part in self._parts:
                self._file.write(np.ascontiguousarray(part).data)
        except OSError as error:
            place = tempfile.gettempdir()
            raise InputError(f"cannot measure in {place}: {error}; make room there, or set TMPDIR") from error
        self._parts, self._held = [], 0


def keep(parts: Iterable[NDArray[Any]]) -> NDArray[Any]:
    """Return consecutive pieces as one track."""
    keeper = Keeper()
    for part in parts:
        keeper.add(part)
    return keeper.track()


def pieces(count: int, *, size: int = PIECE) -> Iterator[slice]:
    """Go through `count` frames, `size` at a time.

    Examples
    --------
    >>> list(pieces(5, size=3))
    [slice(0, 3, None), slice(3, 5, None)]
    """
    return (slice(at, min(at + size, count)) for at in range(0, count, size))


def parts_of(track: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Go through a track, `PIECE` frames at a time."""
    return (track[at] for at in pieces(len(track)))


def in_speech(speech: Iterable[Span], track: NDArray[Any], *more: NDArray[Any]) -> Iterator[tuple[NDArray[Any], ...]]:
    """Go through what tracks hold in `speech`: pieces of `PIECE` frames or a little more, one array a track.

    Examples
    --------
    >>> [part.tolist() for part, in in_speech([Span(160, 480), Span(640, 800)], np.arange(6))]
    [[1, 2, 4]]
    """
    tracks = (track, *more)
    held: list[tuple[NDArray[Any], ...]] = []
    many = 0
    for first, last in _frames(speech, len(track)):
        # Copied: a slice of a track on disk would call it all into memory, slice by slice.
        held.append(tuple(np.array(one[first:last]) for one in tracks))
        many += last - first
        if many >= PIECE:
            yield tuple(np.concatenate(parts) for parts in zip(*held, strict=True))
            held, many = [], 0
    if held:
        yield tuple(np.concatenate(parts) for parts in zip(*held, strict=True))


def _frames(speech: Iterable[Span], count: int) -> Iterator[tuple[int, int]]:
    for span in speech:
        stop = min(span.stop // HOP, count)
        for first in range(span.start // HOP, stop, PIECE):
            yield first, min(first + PIECE, stop)


def runs_of(masks: Iterable[NDArray[np.bool_]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return first and last (not included) of each run of True, in masks that follow on one another.

    Examples
    --------
    >>> runs_of([np.array([False, True]), np.array([True, False, True])])
    (array([1, 4]), array([3, 5]))
    """
    edges: list[NDArray[np.intp]] = []
    at, before = 0, False
    for mask in masks:
        edges.append(at + np.flatnonzero(np.diff(mask, prepend=before)))
        at, before = at + len(mask), bool(mask[-1]) if len(mask) else before
    found = np.concatenate([np.empty(0, np.intp), *edges, np.array([at] if before else [], np.intp)])
    return found[::2], found[1::2]
