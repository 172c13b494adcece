"""A call runs to its end whatever happens: by itself, by Ctrl-C, by a headset that goes, by a disk that is full."""

import _thread
import threading

import numpy as np
import pytest

from simulator.clock import BLOCK
from simulator.errors import DeviceError, InputError
from simulator.events import CallEnded, Late, SamplesLost
from simulator.headset.replay import RecordedHeadset
from simulator.recording.folder import CallFolder, CallWriter
from simulator.recording.manifest import Manifest
from simulator.session.loop import WINDING_UP, CallLoop, Ending, run_call

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

    def abandon(self):
        self.done = True


class Counting(RecordedHeadset):
    """A headset whose block number n is full of n, and which remembers what it was given."""

    def __init__(self, blocks, *, live=False, failure=None, at_the_end=lambda headset: None, events=()):
        super().__init__("counting")
        self.live, self.failure, self._at_the_end = live, failure, at_the_end
        self._blocks, self._n, self.played, self.noticed, self._events = blocks, 0, [], [], list(events)
        self.closed = threading.Event()

    def exchange(self, out, *, customer_speaking):
        self.played.append(int(out[0]))
        self._n += 1
        if self._n > self._blocks:
            self._at_the_end(self)
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


def press_ctrl_c(headset):
    """What a user does while the call's thread is busy with a block: it goes on when the headset was closed."""
    _thread.interrupt_main()
    assert headset.closed.wait(60)


@pytest.fixture
def recorder(tmp_path):
    return CallWriter(tmp_path, Manifest(scenario="echo"))


def test_both_tracks_are_what_was_heard_together(recorder):
    headset = Counting(99)
    seen = []
    ending = run_call(CallLoop(Echo(10), headset, recorder), on_block=seen.append)
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
    run_call(CallLoop(Echo(10), Counting(99, events=troubles), recorder))
    recorder.finish()
    assert list(CallFolder.open(recorder.path).events()[1:3]) == troubles


@pytest.mark.parametrize("live", [True, False])
def test_a_headset_that_goes_for_good_ends_the_call(recorder, live):
    failure = DeviceError("the headset did not come back") if live else None
    ending = run_call(CallLoop(Echo(100), Counting(5, live=live, failure=failure), recorder))
    manifest = recorder.finish()
    assert ending == Ending(failure=failure)
    assert manifest.outcome == "incomplete"
    assert CallFolder.open(recorder.path).duration == (5 + 3) * BLOCK
    reason = CallFolder.open(recorder.path).events()[-1].reason
    assert reason == ("the headset did not come back" if live else "you left the call")


def test_ctrl_c_keeps_the_call(recorder):
    headset = Counting(20, live=True, at_the_end=press_ctrl_c)
    ending = run_call(CallLoop(Echo(1000), headset, recorder))
    manifest = recorder.finish()
    assert ending.stopped
    assert headset.closed.is_set()
    assert manifest.outcome == "incomplete"
    call = CallFolder.open(recorder.path)
    assert call.events()[-1] == CallEnded(at=call.duration, outcome="incomplete", reason="you stopped the call")
    assert call.trainee()[: 20 * BLOCK : BLOCK].tolist() == list(range(1, 21))


def test_ctrl_c_in_a_replayed_call_does_not_tear_a_block(recorder):
    class Interrupted(Echo):
        def step(self, block):
            if self.at == 50 * BLOCK:
                press_ctrl_c(headset)
            return super().step(block)

    headset = Counting(100_000)
    ending = run_call(CallLoop(Interrupted(100_000), headset, recorder))
    recorder.finish()
    assert ending.stopped
    call = CallFolder.open(recorder.path)
    assert call.events()[-1].outcome == "incomplete"
    assert call.duration % BLOCK == 0
    assert call.trainee()[: 51 * BLOCK : BLOCK].tolist() == list(range(1, 52))


def test_an_engine_that_cannot_end_is_ended(recorder):
    run_call(CallLoop(Echo(10**9, slow=10**9), Counting(5), recorder))
    assert recorder.finish().outcome == "incomplete"
    assert CallFolder.open(recorder.path).duration <= 5 * BLOCK + WINDING_UP + 2 * BLOCK


def test_a_full_disk_ends_the_call(tmp_path):
    class Full:
        def audio(self, trainee, customer):
            raise InputError("cannot go on recording: No space left on device")

        def event(self, event):
            raise AssertionError("nothing is written after the disk is full")

    engine = Echo(1000)
    ending = run_call(CallLoop(engine, Counting(9999), Full()))
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
        run_call(CallLoop(Broken(10**6), Counting(10**6), recorder), on_block=look)
    assert not any(thread.name == "call" for thread in threading.enumerate())
    recorder.finish()
    assert CallFolder.open(recorder.path).manifest.outcome == "incomplete"
