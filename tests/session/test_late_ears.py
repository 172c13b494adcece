"""A call's result does not hang on a few tenths of a second: a headset's way there and back, a slower recognizer."""

import dataclasses
from collections import deque

import numpy as np
import pytest

from simulator.clock import BLOCK, from_ms
from simulator.events import Overlapped
from simulator.headset.replay import RecordedHeadset, ScriptHeadset
from simulator.recording.folder import CallFolder
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from simulator.session.compose import Wanted, compose
from simulator.session.loop import CallLoop
from simulator.speech.recognition.recognizers import open_recognizer

pytestmark = pytest.mark.device
SEED = 4
"""A call with an overlap of 0.54 s: 0.04 s less, and it would be no interruption."""


class FarAway(RecordedHeadset):
    """A scripted trainee who hears the customer later, and is heard later, by a number of blocks."""

    def __init__(self, near, *, there, back):
        super().__init__(near.name)
        self._near = near
        self._heard = deque([False] * there)
        self._said = deque([np.zeros(BLOCK, np.int16)] * back)

    def exchange(self, out, *, customer_speaking):
        self._heard.append(customer_speaking)
        self._said.append(self._near.exchange(out, customer_speaking=self._heard.popleft()))
        return self._said.popleft()

    def notice(self, event):
        self._near.notice(event)


def take(out, recognizer, *, delay_ms, there=0, back=0, seed=SEED, trainee="bad"):
    recognizer.delay = from_ms(delay_ms)
    wanted = Wanted(scenario="missing-sofa", trainee=trainee, seed=seed, out=out)
    call = compose(wanted, lambda note: None, recognizer=recognizer)
    far = FarAway(call.loop.headset, there=there, back=back)
    dataclasses.replace(call, loop=CallLoop(call.loop.engine, far, call.recorder)).run()
    folder = CallFolder.open(call.recorder.path)
    kinds = [event.kind for event in folder.events() if isinstance(event, Overlapped)]
    return folder.manifest.outcome, kinds.count("interruption"), score_folder(folder, load_rubric()).output.total


def test_a_headset_a_third_of_a_second_away_changes_nothing_that_is_judged(tmp_path, monkeypatch):
    recognizer = open_recognizer(notify=lambda note: None)
    near = take(tmp_path / "near", recognizer, delay_ms=300)
    monkeypatch.setattr(ScriptHeadset, "latency_ms", 340.0)
    far = take(tmp_path / "far", recognizer, delay_ms=700, there=10, back=7)
    assert near[1] >= 3
    assert far == (*near[:2], pytest.approx(near[2], abs=3.0))
