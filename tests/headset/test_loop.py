"""A call runs to its end whatever happens: by itself, by Ctrl-C, by a headset that goes, by a disk that is full."""

import _thread
import threading
import time

import numpy as np
import pytest

from simulator.clock import BLOCK, from_seconds
from simulator.errors import DeviceError, InputError
from simulator.events import CallEnded, Late, LineStarted, SamplesLost
from simulator.headset.loop import WINDING_UP, Ending, run_call
from simulator.headset.replay import AFTERWARDS, ScriptHeadset, WavHeadset
from simulator.headset.script import TraineeScript
from simulator.recording.folder import CallFolder, CallWriter
from simulator.recording.manifest import Manifest

pytestmark = pytest.mark.unit


class Echo:
    """An engine that says back what it hears, ends after `blocks`, and winds up for `slow` blocks when stopped."""

    def __init__(self, blocks, slow=3):
        self.at, self.done, self.customer_speaking = 0, False, False
        self.events, self._blocks, self._slow, self._left = [], blocks, slow, None
        self._out = np.zeros(BLOCK, np.int16)

    def step(self, block):
        self.at += BLOCK
        self.heard, self._out = self._out, block + np.int16(1)
        if self._left is not None:
            self._left -= 1
        if self._left == 0 or self.at >= self._blocks * BLOCK:
            ended = self.ending if self._left is not None else ("won_back", "said all")
            self.events.append(CallEnded(at=self.at, outcome=ended[0], reason=ended[1]))
            self.done = True
        return self._out

    def drain(self):
        found, self.events = tuple(self.events), []
        return found

    def note(self, event):
        self.events.append(event)

    def stop(self, outcome, reason):
        self._left, self.ending = self._slow, (outcome, reason)


class Counting:
    """A headset whose block number n is full of n, and which remembers what it was given."""

    name = "counting"

    def __init__(self, blocks, *, live=False, failure=None, wait=None, events=()):
        self.live, self.failure, self._wait = live, failure, wait
        self._blocks, self._n, self.played, self.noticed, self._events = blocks, 0, [], [], list(events)
        self.closed = threading.Event()

    def exchange(self, out, *, customer_speaking):
        self.played.append(int(out[0]))
        self._n += 1
        if self._n > self._blocks:
            if self._wait:
                self.closed.wait(20)
            return None
        return np.full(BLOCK, self._n, np.int16)

    def notice(self, event):
        self.noticed.append(event)

    def events(self, at):
        found = tuple(event for event in self._events if event.at <= at)
        self._events = [event for event in self._events if event.at > at]
        return found

    def close(self):
        self.closed.set()


@pytest.fixture
def recorder(tmp_path):
    return CallWriter(tmp_path, Manifest(scenario="echo"))


def test_both_tracks_are_what_was_heard_together(recorder):
    headset = Counting(99)
    seen = []
    ending = run_call(Echo(10), headset, recorder, on_block=seen.append)
    recorder.finish()
    assert ending == Ending()
    call = CallFolder.open(recorder.path)
    assert call.trainee()[::BLOCK].tolist() == list(range(1, 11))
    assert call.customer()[::BLOCK].tolist() == [0, *range(2, 11)]
    assert headset.played == [0, *range(2, 11)]
    assert [block.at for block in seen] == [BLOCK * n for n in range(1, 11)]
    assert [block.customer[0] for block in seen] == headset.played
    assert headset.noticed == [CallEnded(at=3200, outcome="won_back", reason="said all")]


def test_what_the_headset_reports_is_in_the_log(recorder):
    troubles = [Late(at=640, samples=1600, reason="slow"), SamplesLost(at=960, side="input", samples=320)]
    run_call(Echo(10), Counting(99, events=troubles), recorder)
    recorder.finish()
    assert list(CallFolder.open(recorder.path).events()[1:3]) == troubles


@pytest.mark.parametrize("live", [True, False])
def test_a_headset_that_goes_for_good_ends_the_call(recorder, live):
    failure = DeviceError("the headset did not come back") if live else None
    ending = run_call(Echo(100), Counting(5, live=live, failure=failure), recorder)
    manifest = recorder.finish()
    assert ending == Ending(failure=failure)
    assert manifest.outcome == "incomplete"
    assert CallFolder.open(recorder.path).duration == (5 + 3) * BLOCK
    reason = CallFolder.open(recorder.path).events()[-1].reason
    assert reason == ("the headset did not come back" if live else "the trainee left the call")


def test_ctrl_c_keeps_the_call(recorder):
    headset = Counting(20, live=True, wait=True)
    threading.Timer(0.3, _thread.interrupt_main).start()
    ending = run_call(Echo(1000), headset, recorder)
    manifest = recorder.finish()
    assert ending.stopped
    assert headset.closed.is_set()
    assert manifest.outcome == "incomplete"
    call = CallFolder.open(recorder.path)
    assert call.events()[-1] == CallEnded(at=call.duration, outcome="incomplete", reason="you stopped the call")
    assert call.trainee()[: 20 * BLOCK : BLOCK].tolist() == list(range(1, 21))


def test_ctrl_c_in_a_replayed_call_does_not_tear_a_block(recorder):
    class Slow(Echo):
        def step(self, block):
            time.sleep(0.002)
            return super().step(block)

    threading.Timer(0.2, _thread.interrupt_main).start()
    ending = run_call(Slow(100_000), Counting(100_000), recorder)
    recorder.finish()
    assert ending.stopped
    call = CallFolder.open(recorder.path)
    assert call.events()[-1].outcome == "incomplete"
    assert call.duration % BLOCK == 0


def test_an_engine_that_cannot_end_is_ended(recorder):
    run_call(Echo(10**9, slow=10**9), Counting(5), recorder)
    assert recorder.finish().outcome == "incomplete"
    assert CallFolder.open(recorder.path).duration <= 5 * BLOCK + WINDING_UP + 2 * BLOCK


def test_a_full_disk_ends_the_call(tmp_path):
    class Full:
        def audio(self, trainee, customer):
            raise InputError("cannot go on recording: No space left on device")

        def event(self, event):
            raise AssertionError("nothing is written after the disk is full")

    engine = Echo(1000)
    ending = run_call(engine, Counting(9999), Full())
    assert str(ending.failure) == "cannot go on recording: No space left on device"
    assert engine.ending[0] == "incomplete"
    assert engine.done


@pytest.mark.parametrize("where", ["engine", "onlooker"])
def test_a_fault_of_ours_is_raised_and_the_worker_ends(recorder, where):
    class Broken(Echo):
        def step(self, block):
            if where == "engine" and self.at > 3200:
                raise RuntimeError("our fault")
            return super().step(block)

    def look(block):
        if where == "onlooker":
            raise RuntimeError("our fault")

    with pytest.raises(RuntimeError, match="our fault"):
        run_call(Broken(10**6), Counting(10**6), recorder, on_block=look)
    assert not any(thread.name == "call" for thread in threading.enumerate())
    recorder.finish()
    assert CallFolder.open(recorder.path).manifest.outcome == "incomplete"


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
