"""Both speakers' turns, from the log alone."""

import json

import pytest

from simulator.recording.folder import CallFolder
from simulator.recording.transcript import transcript_of, transcript_text

from .conftest import block, conversation, started

pytestmark = pytest.mark.unit


def test_turns_stand_in_the_order_in_which_they_began(writer):
    writer.event(started(writer.manifest))
    for event in conversation():
        writer.event(event)
    for _ in range(150):
        writer.audio(block(1), block(1))
    writer.finish()
    call = CallFolder.open(writer.path)
    found = transcript_of(call)
    assert [(turn.speaker, turn.start_ms, turn.stop_ms, turn.text) for turn in found.turns] == [
        ("customer", 20.0, 1000.0, "where is my sofa"),
        ("trainee", 1250.0, 1875.0, "i am sorry"),
        ("customer", 2600.0, 3000.0, "it is late"),  # cut by the end of the recording
    ]
    assert [turn.completed for turn in found.turns] == [True, None, False]
    assert found.turns[1].words[0].stop_ms == 1375.0
    written = json.loads(transcript_text(call))
    assert written["schema"] == "hotseat.call-transcript/1"
    assert written["turns"][0]["purpose"] == "open"
