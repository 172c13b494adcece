"""When the customer speaks into a silence, and when a hold has gone on too long."""

import pytest

from simulator.call.silence import Silence
from simulator.clock import BLOCK, from_seconds, to_seconds

pytestmark = pytest.mark.unit


def asked(silence, seconds):
    """What the customer is asked to say, and when, in seconds."""
    found = []
    for at in range(0, from_seconds(seconds), BLOCK):
        why = silence.asks(at)
        if why is not None:
            found.append((why, round(to_seconds(at), 2)))
    return found


def test_a_hold_is_over_when_the_promised_time_is():
    silence = Silence()
    silence.hold(0, from_seconds(20))
    assert asked(silence, 45) == [("hold", 12), ("hold_over", 20), ("hold_over", 32), ("hold_over", 44)]


def test_a_hold_with_no_time_named_is_over_after_a_minute():
    silence = Silence()
    silence.hold(0, None)
    assert [when for why, when in asked(silence, 75) if why == "hold_over"] == [60, 72]
