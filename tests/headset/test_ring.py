"""The ring buffer loses nothing, repeats nothing and never waits."""

import threading

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from simulator.headset.ring import Ring

pytestmark = pytest.mark.unit
CAPACITY = 13


class RingIsAQueue(RuleBasedStateMachine):
    """Against a plain list, in any order of writes and reads."""

    def __init__(self):
        super().__init__()
        self.ring = Ring(CAPACITY)
        self.model = []
        self.count = 0

    @rule(size=st.integers(0, 20))
    def write(self, size):
        samples = np.arange(self.count, self.count + size).astype(np.int16)
        fitted = self.ring.write(samples)
        assert fitted == min(size, CAPACITY - len(self.model))
        self.model += samples[:fitted].tolist()
        self.count += fitted

    @rule(size=st.integers(0, 20))
    def read(self, size):
        assert self.ring.read(size).tolist() == self.model[:size]
        del self.model[:size]

    @rule(size=st.integers(0, 20))
    def read_into(self, size):
        out = np.full(size, -1, np.int16)
        got = self.ring.read_into(out)
        assert out[:got].tolist() == self.model[:size]
        assert (out[got:] == -1).all()
        del self.model[:size]

    @invariant()
    def counts_agree(self):
        assert self.ring.available == len(self.model)


TestRingIsAQueue = RingIsAQueue.TestCase


def test_two_threads_pass_everything_through_in_order():
    ring, total = Ring(997), 40_000
    source = (np.arange(total) % 30011).astype(np.int16)
    got = []

    def write():
        at = 0
        while at < total:
            at += ring.write(source[at : at + 320])

    writer = threading.Thread(target=write)
    writer.start()
    while sum(map(len, got)) < total:
        got.append(ring.read(441))
    writer.join()
    np.testing.assert_array_equal(np.concatenate(got), source)


def test_a_ring_needs_room():
    with pytest.raises(ValueError, match="at least one sample"):
        Ring(0)
