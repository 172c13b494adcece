"""The catch-up of a retry: a recorded call comes out as it did, and goes on from there."""

import dataclasses

import numpy as np
import pytest

from simulator.call.engine import Engine
from simulator.call.parts import Parts, Settings
from simulator.clock import BLOCK, from_ms
from simulator.customer.caller import Caller
from simulator.customer.scenario import load_scenario
from simulator.errors import InputError
from simulator.events import Heard, Late, LineStarted, Overlapped, SamplesLost, TurnEnded
from simulator.headset.device import TOO_SLOW
from simulator.headset.replay import ScriptHeadset
from simulator.headset.script import TraineeScript
from simulator.headset.textual import TextListening, TextMelody, TextSpeaker, TextVoice
from simulator.recording.retry import retry_points
from simulator.session.catch_up import catch_up
from simulator.speech.recognition.ear import LoggedEar
from tests.call.pair import Plain, Timed
from tests.readings import reading

pytestmark = pytest.mark.unit
SAYS = [
    (200, "hello larch home you are speaking to dana"),
    (5_500, "okay i am so sorry that was our mistake"),
    (13_000, "hold on hold on"),
    (24_000, "look we are very busy and half of the vans are broken and that is not my fault at all you know"),
    (40_000, "i will send a new sofa on thursday"),
]
STORY = load_scenario("missing-sofa")


READ = {
    "hello": ("greeting",),
    "sorry": (("apology", "i am so sorry"), ("ownership", "that was our mistake")),
    "busy": ("excuse",),
    "thursday": ("solution", "offer:"),
}
"""What is read in a turn with such a word."""


class Reader(Plain):
    def read(self, words, *, context=()):
        return reading(" ".join(words), *(mark for word in words for mark in READ.get(word, ())))


def engine(ear):
    parts = Parts(
        customer=Caller(STORY, seed=7),
        understanding=Reader(),
        ear=ear,
        detector=TextSpeaker(Timed([]), name="x"),
        voice=TextVoice(),
        listening=TextListening(),
        melody=TextMelody(),
    )
    return Engine(parts, Settings(scenario=STORY.id, seed=7, recognizer="text", headset="text"))


@pytest.fixture(scope="module")
def call():
    """A call of text, in which the headset failed at times: its log and both tracks."""
    speaker = TextSpeaker(Timed(list(SAYS)), name="test")
    running = engine(speaker)
    out, events, trainee, customer = np.zeros(BLOCK, np.int16), [], [], []
    for at in range(0, from_ms(55_000), BLOCK):
        block = speaker.exchange(out, customer_speaking=running.customer_speaking)
        if at == from_ms(13_000):
            running.note(SamplesLost(at=at, side="input", samples=100))
            running.note(Late(at=at, samples=900, reason=TOO_SLOW))
        trainee.append(block)
        customer.append(out)
        out = running.step(block)
        events += running.drain()
    return events, np.concatenate(trainee), np.concatenate(customer)


class Silent:
    def open(self, start):
        self.start = start

    accept = ask = answer = withdraw = close = lambda self, *given: None

    def partial(self):
        return ""


def caught_up(call, until, script=None, log=None):
    events, trainee, _ = call
    ear = LoggedEar(log or events, Silent())
    return catch_up(engine(ear), trainee, log or events, until=until, script=script)


def test_every_event_and_every_sample_comes_back(call):
    events, trainee, customer = call
    found = caught_up(call, len(trainee))
    assert [event for block in found.blocks for event in block.events] == events
    assert np.array_equal(np.concatenate([block.trainee for block in found.blocks]), trainee)
    assert np.array_equal(np.concatenate([block.customer for block in found.blocks]), customer)
    assert sum(isinstance(event, LineStarted) for event in events) >= 4
    assert any(isinstance(event, Overlapped) and event.kind == "interruption" for event in events)


@pytest.mark.parametrize("turn", [1, 2, 3, 4, 5])
def test_a_retry_begins_before_the_first_word_of_its_turn_and_after_the_turn_before(call, turn):
    events, _, customer = call
    chosen = retry_points(events)[turn - 1]
    heard = [event for event in events if isinstance(event, Heard)]
    assert chosen.text == heard[turn - 1].text
    assert chosen.at % BLOCK == 0
    assert chosen.at <= heard[turn - 1].span.start
    assert chosen.at >= max((e.at for e in events if isinstance(e, TurnEnded) and e.utterance < turn), default=0)
    found = caught_up(call, chosen.at)
    assert [e for block in found.blocks for e in block.events] == [e for e in events if e.at <= chosen.at and chosen.at]
    assert np.array_equal(found.playing, customer[chosen.at : chosen.at + BLOCK])


def test_the_line_that_the_turn_answers_is_heard_again(call):
    events, _, _ = call
    chosen = retry_points(events)[1]
    last = [e for e in events if isinstance(e, LineStarted) and e.at <= from_ms(5_500)][-1]
    assert chosen.at == last.at


def test_a_call_that_comes_out_differently_is_refused(call):
    events, trainee, _ = call
    at = next(i for i, event in enumerate(events) if isinstance(event, LineStarted))
    forged = [*events]
    forged[at] = dataclasses.replace(events[at], text="somebody else said this")
    with pytest.raises(InputError, match="does not come out as it did: there is now LineStarted"):
        caught_up(call, len(trainee), log=forged)


def test_a_log_without_the_recognizers_answers_has_no_retry_points(call):
    events, _, _ = call
    assert retry_points([event for event in events if type(event).__name__ != "Recognised"]) == ()
    assert retry_points([]) == ()


def script(*texts):
    steps = [{"when": {"trainee_silent_ms": 400}, "say": f"{n}.wav", "text": text} for n, text in enumerate(texts)]
    return TraineeScript.model_validate({"id": "other", "title": "Another", "steps": steps})


def test_another_trainee_begins_the_sentence_that_is_due_from_its_start(call):
    events, _, _ = call
    sound = np.arange(1, 16_000 * 8, dtype=np.int16)
    other = ScriptHeadset(script("one", "two"), {"0.wav": sound, "1.wav": sound})
    caught_up(call, retry_points(events)[1].at, script=other)
    block = other.exchange(np.zeros(BLOCK, np.int16), customer_speaking=True)
    assert block[0] == 1


def test_what_is_open_of_an_utterance_is_handed_over():
    class Taking(Silent):
        def accept(self, samples):
            self.taken = samples

        def ask(self, at):
            self.asked = at

    then = Taking()
    ear = LoggedEar([], then)
    ear.open(640)
    ear.accept(np.ones(320, np.int16))
    ear.accept(np.full(320, 2, np.int16))
    ear.ask(1280)
    ear.hand_over(1280)
    assert (then.start, then.asked, len(then.taken)) == (640, 1280, 640)


def test_nothing_is_handed_over_of_an_utterance_that_was_closed():
    then = Silent()
    ear = LoggedEar([], then)
    ear.open(640)
    ear.accept(np.ones(320, np.int16))
    ear.hand_over(3200)
    assert not hasattr(then, "start")
