"""Both ears, on both recognizers: driven alike, heard alike; they differ in when the answer comes."""

import threading
import time

import numpy as np
import pytest

from simulator.errors import ModelError
from simulator.events import Word
from simulator.speech.recognition.ear import LiveEar, ReplayEar

pytestmark = pytest.mark.contract
EARS = [ReplayEar, LiveEar]


@pytest.fixture(params=["vosk", "whisper"])
def recognizer(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(params=EARS, ids=lambda kind: kind.__name__)
def ear(request, recognizer):
    made = request.param(recognizer)
    yield made
    made.close()
    made.close()


@pytest.fixture
def speech(human):
    """Give "he might even have been", 1.6 s."""
    return human("librivox/sense_and_sensibility_01_austen_64kb-0930.wav")[:25_600]


def feed(ear, samples):
    for at in range(0, len(samples), 320):
        ear.accept(samples[at : at + 320])


def wait(ear, at):
    """Poll block by block, as the engine does."""
    for block in range(3000):
        words = ear.answer(at + block * 320)
        if words is not None:
            return words
        if isinstance(ear, LiveEar):
            time.sleep(0.02)
    raise AssertionError("no answer in a minute")


def straight(recognizer, samples, start):
    stream = recognizer.open(start)
    for at in range(0, len(samples), 320):
        stream.accept(samples[at : at + 320])
    return stream.finish()


def test_the_answer_is_the_recognizers_own(ear, recognizer, speech):
    samples = speech
    ear.open(8_000)
    feed(ear, samples)
    ear.ask(60_000)
    words = wait(ear, 60_000)
    assert words == straight(recognizer, samples, 8_000)
    assert len(words) >= 3
    assert ear.answer(10**9) == words


def test_nothing_is_answered_before_it_is_asked_or_after_it_is_withdrawn(ear, speech):
    ear.open(0)
    feed(ear, speech[:16_000])
    assert ear.answer(10**9) is None
    ear.ask(16_000)
    ear.withdraw()
    assert ear.answer(10**9) is None
    ear.withdraw()
    assert ear.answer(10**9) is None


def test_what_comes_after_the_question_is_heard_by_the_next_one(ear, recognizer, speech):
    samples = speech
    ear.open(0)
    feed(ear, samples[:14_400])
    ear.ask(14_400)
    feed(ear, samples[14_400:17_600])
    early = wait(ear, 17_600)
    assert early[-1].span.stop <= 14_400
    ear.withdraw()
    feed(ear, samples[17_600:])
    ear.ask(len(samples))
    late = wait(ear, len(samples))
    assert len(late) > len(early)
    if recognizer.name == "whisper":
        assert late == straight(recognizer, samples, 0)


def test_a_new_utterance_forgets_the_old_one(ear, recognizer, speech):
    samples = speech
    ear.open(0)
    feed(ear, samples[:6_400])
    ear.ask(6_400)
    ear.open(100_000)
    assert ear.answer(10**9) is None
    feed(ear, samples)
    ear.ask(200_000)
    assert wait(ear, 200_000) == straight(recognizer, samples, 100_000)


def test_an_ear_with_nothing_open_hears_nothing(ear):
    ear.accept(np.zeros(320, np.int16))
    ear.ask(320)
    assert ear.answer(10**9) is None


def test_partials_come_where_the_recognizer_has_them(ear, recognizer, speech):
    ear.open(0)
    feed(ear, speech)
    ear.ask(60_000)
    wait(ear, 60_000)
    assert bool(ear.partial()) is recognizer.streams
    ear.open(90_000)
    assert ear.partial() == ""


class Slow:
    """A recognizer of the test's own: it decodes when let, and says how often."""

    name, model, model_sha256, streams = "slow", "slow", "0" * 64, False
    delay = 1600

    def __init__(self):
        self.go, self.decoding, self.decoded = threading.Event(), threading.Event(), 0

    def open(self, start):
        return SlowStream(self, start)


class SlowStream:
    def __init__(self, owner, start):
        self.owner, self.start, self.taken = owner, start, 0

    def accept(self, samples):
        self.taken += len(samples)

    def finish(self):
        from simulator.clock import Span

        self.owner.decoding.set()
        assert self.owner.go.wait(10)
        self.owner.decoded += 1
        return (Word(word=str(self.taken), span=Span(self.start, self.start + self.taken), confidence=1.0),)

    def close(self):
        pass


def test_in_replay_the_answer_comes_exactly_after_the_declared_delay():
    slow = Slow()
    slow.go.set()
    ear = ReplayEar(slow)
    ear.open(0)
    ear.accept(np.zeros(320, np.int16))
    ear.ask(320)
    assert ear.answer(320 + 1599) is None
    assert slow.decoded == 0
    assert ear.answer(320 + 1600)[0].word == "320"


def test_in_replay_a_withdrawn_question_costs_nothing():
    slow = Slow()
    slow.go.set()
    ear = ReplayEar(slow)
    ear.open(0)
    for at in range(0, 3200, 320):
        ear.accept(np.zeros(320, np.int16))
        ear.ask(at)
    assert ear.answer(at + 1600)[0].word == "3200"
    assert slow.decoded == 1


def test_live_no_method_waits_for_the_recognizer_and_a_stale_answer_is_thrown_away():
    slow = Slow()
    ear = LiveEar(slow)
    ear.open(0)
    ear.accept(np.zeros(320, np.int16))
    ear.ask(320)
    assert slow.decoding.wait(10)
    ear.withdraw()
    for at in range(640, 6400, 320):
        ear.accept(np.zeros(320, np.int16))
        ear.ask(at)
        assert ear.answer(at) is None
    slow.go.set()
    assert wait(ear, 6400)[0].word == str(19 * 320)
    assert slow.decoded == 2
    ear.close()


def test_live_a_recognizer_that_fails_is_not_silent():
    class Broken(Slow):
        def open(self, start):
            raise RuntimeError("the model is gone")

    ear = LiveEar(Broken())
    ear.open(0)
    ear.ask(0)
    with pytest.raises(ModelError, match="the recognizer slow failed: the model is gone"):
        wait(ear, 0)
    ear.close()
