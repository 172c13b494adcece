"""Two scripted parties through the real engine, without sound: what each test of a conversation stands on."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from simulator.call.engine import Engine
from simulator.call.parts import Parts, Settings
from simulator.clock import BLOCK, from_ms
from simulator.headset.textual import TextListening, TextMelody, TextSpeaker, TextVoice
from simulator.ports import HangUp, Say, Wait
from tests.readings import reading


@dataclass
class Line:
    text: str


@dataclass
class Timed:
    """Says each text at its time (ms)."""

    says: list
    heard: list = field(default_factory=list)

    def step(self, at, *, customer_speaking, trainee_speaking):
        if self.says and at >= from_ms(self.says[0][0]):
            return Line(self.says.pop(0)[1])
        return None

    def notice(self, event):
        self.heard.append(event)


class Caller:
    """A customer who says prepared lines in order and keeps what they were told."""

    def __init__(self, lines, *, style="talk_on", barge=None):
        self.lines = deque(lines)
        self.style = style
        self.barge = barge
        self.occasions = []
        self.noticed = []
        self.excusing = []

    def notice(self, event):
        self.noticed.append(event)
        return ()

    def move(self, at, occasion, *, heard, acts):
        self.occasions.append((occasion, heard.text if heard else None))
        return self.lines.popleft() if self.lines else Wait()

    def when_cut_off(self):
        return self.style

    def barge_in(self, at, *, speaking, excusing):
        self.excusing.append(excusing)
        if self.barge and speaking > from_ms(3000):
            line, self.barge = self.barge, None
            return line
        return None

    def satisfaction(self):
        return 3, "It went as it went."

    def said(self):
        return ()

    def possible_lines(self):
        return ()


class Plain:
    """Understands only what these tests need."""

    def read(self, words, *, context=()):
        acts = {"hold": "hold_request", "busy": "excuse"}
        return reading(" ".join(words), *((acts[word], word) for word in acts if word in words))

    def completeness(self, words):
        if words and words[-1] in ("and", "um", "so"):
            return "unfinished"
        return "complete"

    def promised_hold(self, words):
        return from_ms(20000) if "twenty" in words else None


def say(text, **more):
    return Say(id=text.split()[0], purpose="vent", text=text, band="angry", **more)


def call(says, caller, *, seconds=60, understanding=None, round_trip=0):
    """Run a call of at most `seconds`; return its events and both tracks."""
    speaker = TextSpeaker(Timed(list(says)), name="test")
    parts = Parts(
        customer=caller,
        understanding=understanding or Plain(),
        ear=speaker,
        detector=speaker,
        voice=TextVoice(),
        listening=TextListening(),
        melody=TextMelody(),
    )
    settings = Settings(scenario="test", seed=1, recognizer="text", headset="text", round_trip=round_trip)
    engine = Engine(parts, settings)
    out = np.zeros(BLOCK, np.int16)
    events, trainee, customer = [], [], []
    for _ in range(seconds * 50):
        block = speaker.exchange(out, customer_speaking=engine.customer_speaking)
        out = engine.step(block)
        trainee.append(block)
        customer.append(engine.heard)
        for event in engine.drain():
            speaker.notice(event)
            events.append(event)
        if engine.done:
            break
    return events, np.concatenate(trainee), np.concatenate(customer)


def of(events, kind):
    return [event for event in events if isinstance(event, kind)]


HANG_UP = HangUp(outcome="hung_up", reason="had enough")
