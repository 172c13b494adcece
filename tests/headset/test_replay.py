"""Headsets without a person: a scripted trainee with recorded speech, or one long recording."""

import numpy as np
import pytest

from simulator.clock import BLOCK, from_seconds
from simulator.errors import InputError
from simulator.events import LineStarted
from simulator.headset.replay import AFTERWARDS, ScriptHeadset, WavHeadset
from simulator.headset.script import TraineeScript

pytestmark = pytest.mark.unit


def script(*steps):
    return TraineeScript.model_validate({"id": "t", "title": "T", "steps": steps})


def test_a_scripted_trainee_says_the_recording_and_then_is_silent():
    said = np.arange(1, 701, dtype=np.int16)
    steps = [{"when": {"customer_silent_ms": 40}, "text": "a", "say": "a.flac"}]
    headset = ScriptHeadset(script(*steps), {"a.flac": said})
    out = np.zeros(BLOCK, np.int16)
    blocks = [headset.exchange(out, customer_speaking=False) for _ in range(8)]
    np.testing.assert_array_equal(
        np.concatenate(blocks), np.concatenate([np.zeros(2 * BLOCK), said, np.zeros(6 * BLOCK - 700)])
    )
    assert all(block.dtype == np.int16 and block.shape == (BLOCK,) for block in blocks)


def test_a_scripted_trainee_hears_what_the_customer_wants():
    steps = [{"when": {"customer_silent_ms": 0}, "on": ["ask"], "text": "a", "say": "a.flac"}]
    headset = ScriptHeadset(script(*steps), {"a.flac": np.ones(BLOCK, np.int16)})
    out = np.zeros(BLOCK, np.int16)
    assert not headset.exchange(out, customer_speaking=False).any()
    headset.notice(LineStarted(at=0, line=0, id="x", purpose="ask", text="?", band="angry", stop=9))
    assert headset.exchange(out, customer_speaking=False).all()


@pytest.mark.parametrize("say", [None, "b.flac"])
def test_a_script_without_its_recording_is_refused(say):
    steps = [{"when": {"customer_silent_ms": 0}, "text": "good afternoon", "say": say}]
    with pytest.raises(InputError, match=r"step 1 \('good afternoon'\) has no recorded speech"):
        ScriptHeadset(script(*steps), {"a.flac": np.ones(BLOCK, np.int16)})


def test_a_recording_plays_to_its_end_and_goes_when_the_customer_is_silent():
    headset = WavHeadset(np.arange(1, 501, dtype=np.int16), name="a.wav")
    out = np.zeros(BLOCK, np.int16)
    first = np.concatenate([headset.exchange(out, customer_speaking=False) for _ in range(2)])
    assert first[:500].tolist() == list(range(1, 501))
    assert not first[500:].any()
    for _ in range(from_seconds(60) // BLOCK):
        assert headset.exchange(out, customer_speaking=True) is not None
    left = 0
    while headset.exchange(out, customer_speaking=False) is not None:
        left += BLOCK
    assert left == AFTERWARDS
