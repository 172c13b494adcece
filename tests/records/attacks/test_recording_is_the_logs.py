"""Issue 13, item 2: the recording must be this log's."""

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.recording.folder import CallFolder
from simulator.session import recording_check
from simulator.session.recording_check import check_recording
from tests.records.attacks.conftest import edit, put_track
from tests.scoring.made_call import voice

pytestmark = pytest.mark.device


@pytest.fixture
def call(minute, tmp_path):
    """A copy of the first minute of a call, to spoil."""
    return Path(shutil.copytree(minute, tmp_path / "calls" / minute.name))


def checked(path, recognizer):
    return check_recording(CallFolder.open(path), print, recognizer=recognizer)


def test_an_untouched_call_comes_out_again_in_full(taken, recognizer):
    found = checked(taken, recognizer)
    assert (found.events, found.words, found.customer) == (1.0, 1.0, 1.0)


def test_so_does_its_first_minute(minute, recognizer):
    """What is done to it below is refused for what was done, and not for the cut."""
    found = checked(minute, recognizer)
    assert (found.words, found.customer) == (1.0, 1.0)
    assert found.events > 0.97


def replaced(path, kind):
    """Return what somebody might put in place of the trainee's track."""
    folder = CallFolder.open(path)
    own, rng = folder.trainee().astype(float), np.random.default_rng(1)
    if kind == "zeros":
        return np.zeros(len(own), np.int16)
    if kind == "white noise":
        return rng.normal(0, 1500, len(own)).astype(np.int16)
    if kind == "noise as loud as the words":
        loud = np.convolve(np.abs(own), np.ones(800) / 800, "same")
        return np.clip(rng.normal(0, 1, len(own)) * loud, -32000, 32000).astype(np.int16)
    if kind == "backwards":
        return folder.trainee()[::-1].copy()
    spans = [event.span for event in folder.events() if type(event).__name__ == "SpeechEnded"]
    return voice(len(own), spans, f0_hz=190, seed=3)  # somebody else, who hums whenever the trainee spoke


KINDS = ("zeros", "white noise", "noise as loud as the words", "backwards", "somebody else")


@pytest.mark.parametrize("kind", KINDS)
def test_another_recording_of_the_trainee_is_refused(call, recognizer, kind):
    put_track(call / "trainee.wav", replaced(call, kind))
    with pytest.raises(InputError, match="is not the one its log tells of"):
        checked(call, recognizer)


def test_a_silent_customer_is_refused(call, recognizer):
    put_track(call / "customer.wav", np.zeros(CallFolder.open(call).duration, np.int16))
    with pytest.raises(InputError, match="0 % of the customer's sound"):
        checked(call, recognizer)


def test_words_that_nobody_said_are_refused(call, recognizer):
    """The log is forged alike everywhere, so that the engine does what it says; the recognizer hears other words."""
    path = call / "events.jsonl"
    events = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for event in events:
        if event["event"] in ("recognised", "heard"):
            for word in event["words"]:
                word["word"] = {"the": "sorry", "i": "we", "and": "but", "you": "they", "that": "this"}.get(
                    word["word"], word["word"] + "s"
                )
    path.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events), "utf-8")
    with pytest.raises(InputError, match="% of the words"):
        checked(call, recognizer)


def test_another_scenario_under_the_same_name_is_refused(call, recognizer):
    story = CallFolder.open(call).manifest.scenario_data
    edit(call, scenario_data=story | {"start": {"anger": 10, "trust": 90}})
    with pytest.raises(InputError, match="is not the one here"):
        checked(call, recognizer)


def test_another_model_is_named(call, recognizer):
    edit(call, model_sha256="0" * 64)
    with pytest.raises(InputError, match="another model listened in the call"):
        check_recording(CallFolder.open(call), print)


def test_what_differs_of_the_machine_is_said(call, recognizer):
    manifest = CallFolder.open(call).manifest
    other = manifest.changed(versions=manifest.versions | {"numpy": "1.26.0"})
    assert "numpy 1.26.0 then" in recording_check.why_different(other)
    assert recording_check.why_different(manifest) == ""


def test_the_bounds_are_bounds(taken):
    enough = recording_check.Agreement(events=0.95, words=0.9, customer=0.95)
    assert enough.enough
    for name in ("events", "words", "customer"):
        assert not dataclasses.replace(enough, **{name: getattr(enough, name) - 0.01}).enough
