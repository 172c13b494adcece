"""A call being written, and the child process that is killed while it writes one."""

import numpy as np
import pytest

from simulator.clock import Span
from simulator.events import CallStarted, FloorChanged, Heard, LineEnded, LineStarted, Word
from simulator.recording.folder import CallWriter
from simulator.recording.manifest import Manifest


@pytest.fixture
def manifest():
    return Manifest(
        scenario="missing-sofa",
        scenario_sha256="ab" * 32,
        scenario_data={"id": "missing-sofa", "facts": [{"id": "reference", "say": "four two seven"}]},
        seed=7,
        recognizer="whisper",
        model="tiny.en",
        device="good",
        started="2026-11-22T10:15:00+01:00",
    )


@pytest.fixture
def writer(tmp_path, manifest):
    made = CallWriter(tmp_path / "calls", manifest)
    yield made
    made.finish()


def started(manifest):
    return CallStarted(
        at=0, scenario=manifest.scenario, seed=manifest.seed, mode="practice", recognizer="whisper", headset="good"
    )


def block(number):
    return np.full(320, number % 30000, np.int16)


def talk(writer, blocks, *, begin=True):
    """Write a call in which every block and event can be told apart."""
    if begin:
        writer.event(started(writer.manifest))
    for number in range(1, blocks + 1):
        writer.audio(block(number), -block(number))
        if number % 10 == 0:
            writer.event(FloorChanged(at=number * 320, before="open", after="trainee"))


def conversation():
    """Events of a small talk: the customer, the trainee, and a customer's line that is still open."""
    return (
        LineStarted(at=320, line=0, id="open-1", purpose="open", text="where is my sofa", band="angry", stop=16000),
        LineEnded(at=16000, line=0, span=Span(320, 16000), completed=True, said="where is my sofa"),
        Heard(
            at=40000,
            utterance=0,
            span=Span(20000, 30000),
            text="i am sorry",
            words=(Word(word="i", span=Span(20000, 22000), confidence=0.9),),
        ),
        LineStarted(at=41600, line=1, id="vent-1", purpose="vent", text="it is late", band="angry", stop=99999),
    )
