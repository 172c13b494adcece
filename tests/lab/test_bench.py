"""The figures of `hotseat lab bench`; the whole of it, with speech and real time, is run by hand (docs)."""

import numpy as np
import pytest

from simulator.clock import BLOCK
from simulator.headset.browser import NUMBER
from simulator.lab import bench as module
from simulator.lab.bench import Seat, scripted

pytestmark = pytest.mark.unit
VOICE, NOISE = np.full(BLOCK, 3_000, "<i2"), np.full(BLOCK, 50, "<i2")


@pytest.fixture
def seat(monkeypatch):
    """A seat whose clock a test sets."""
    made = Seat(0, scripted(print), sent=[0.0, 0.02, 0.04])
    monkeypatch.setattr(module.time, "monotonic", lambda: made.now)
    Seat.now = 0.0
    yield made
    del Seat.now


def hear(seat, number, sound, at):
    Seat.now = at
    seat._hear(NUMBER.pack(number) + sound.tobytes())


def test_a_reply_is_timed_from_the_last_word_to_the_first_sound_and_noise_is_none(seat):
    seat._said = 0.04
    hear(seat, 0, NOISE, 0.05)
    assert (seat.gaps_ms, seat.frames) == ([], 0)
    hear(seat, 1, VOICE, 0.06)
    hear(seat, 2, VOICE, 0.08)
    assert seat.gaps_ms == pytest.approx([20.0])
    assert (seat.frames, seat.late) == (2, 0)


def test_a_frame_later_than_the_page_holds_back_is_late(seat):
    hear(seat, 1, VOICE, 0.02 + module.BUFFER_S + 0.001)
    hear(seat, 2, VOICE, 0.04 + module.BUFFER_S - 0.001)
    assert (seat.frames, seat.late) == (2, 1)


def test_the_room_is_looked_at_while_every_seat_talks(seat):
    seat.gaps_ms, seat.live_at, seat.over_at, seat.broken = [500.0, 700.0], 10.0, 30.0, "it broke"
    samples = [(5.0, 0.0, 9e6), (12.0, 8.0, 4e6), (22.0, 13.0, 5e6), (40.0, 99.0, 8e6)]
    found = module._output([seat], samples)
    assert (found.reply_gap_ms.median, found.replies) == (600, 2)
    assert (found.cpu_cores, found.rss_mb) == (0.5, 5)
    assert found.broken == ["seat 1: it broke"]
