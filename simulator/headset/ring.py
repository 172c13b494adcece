"""A queue of samples between two threads: the audio callback on one side, the call on the other.

One thread writes and one reads; neither ever waits for the other, and nothing is allocated on the writing side. Each
side moves only its own counter, after the samples are in place, so that the other never sees half a write.
"""

from __future__ import annotations

import numpy as np

from simulator.ports import Samples


class Ring:
    """A ring buffer of int16 samples for one writer and one reader.

    Parameters
    ----------
    capacity : int > 0, samples

    Examples
    --------
    >>> ring = Ring(4)
    >>> ring.write(np.array([1, 2, 3], np.int16)), ring.read(2).tolist(), ring.available
    (3, [1, 2], 1)
    >>> ring.write(np.array([4, 5, 6, 7], np.int16)), ring.read(9).tolist()
    (3, [3, 4, 5, 6])
    """

    def __init__(self, capacity: int) -> None:
        if capacity <= 0:
            raise ValueError(f"a ring needs room for at least one sample, got {capacity}")
        self._store: Samples = np.zeros(capacity, np.int16)
        self._written = 0
        self._taken = 0

    @property
    def available(self) -> int:
        """How many samples can be read now."""
        return self._written - self._taken

    def write(self, samples: Samples) -> int:
        """Append as much as fits; return how many samples that was. The rest is the caller's to account for."""
        count = min(len(samples), len(self._store) - self.available)
        at = self._written % len(self._store)
        first = min(count, len(self._store) - at)
        self._store[at : at + first] = samples[:first]
        self._store[: count - first] = samples[first:count]
        self._written += count
        return count

    def read(self, count: int) -> Samples:
        """Take out at most `count` samples, oldest first."""
        out: Samples = np.empty(min(count, self.available), np.int16)
        self.read_into(out)
        return out

    def read_into(self, out: Samples) -> int:
        """Fill `out` from its start with as much as there is; return how many samples that was."""
        count = min(len(out), self.available)
        at = self._taken % len(self._store)
        first = min(count, len(self._store) - at)
        out[:first] = self._store[at : at + first]
        out[first:count] = self._store[: count - first]
        self._taken += count
        return count
