"""Rehearsal with sound: a synthetic trainee through the real voice, detector, recognizer, measures and score."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from simulator.clock import RATE_HZ
from simulator.customer.scenario import load_scenario
from simulator.events import CallEnded, CallStarted, Heard
from simulator.headset.script import TraineeScript
from simulator.scoring.rubric import load_rubric
from simulator.session.rehearsal import RehearsalOutput, rehearse_aloud
from simulator.session.trainees import read_script, script_path, speech_of
from simulator.speech.recognition.recognizers import open_recognizer
from tests.command_line import root

pytestmark = pytest.mark.device


@pytest.fixture
def rooms(tmp_path, monkeypatch):
    """Temporary folders go here, and calls would be kept there."""
    rooms = tmp_path / "temporary", tmp_path / "home"
    rooms[0].mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(rooms[0]))
    monkeypatch.setenv("HOTSEAT_DATA", str(rooms[1]))
    return rooms


def test_a_trainee_without_recordings_is_heard_and_scored_and_nothing_is_kept(rooms):
    temporary, home = rooms
    notes: list[str] = []
    done = rehearse_aloud(
        "cold-dinner",
        "rude",
        seed=1,
        recognizer=open_recognizer(notify=notes.append),
        rubric=load_rubric(),
        notify=notes.append,
    )
    started = next(event for event in done.events if isinstance(event, CallStarted))
    assert started.recognizer in ("whisper", "vosk")
    heard = " ".join(event.text for event in done.events if isinstance(event, Heard)).split()
    story = load_scenario("cold-dinner")
    written = {word for step in read_script(story, "rude").steps for word in step.text.split()}
    assert len(heard) >= 8
    assert sum(word in written for word in heard) >= 0.6 * len(heard)
    assert isinstance(done.events[-1], CallEnded)
    assert done.outcome == "hung_up"
    assert done.score.total is not None
    assert done.measurement.measures["f0_median_hz"].value is not None
    assert list(temporary.iterdir()) == []
    assert not (home / "calls").exists()


@pytest.mark.usefixtures("rooms")
def test_a_rude_trainee_who_is_heard_has_a_low_total():
    recognizer = open_recognizer(notify=print)
    done = rehearse_aloud("cold-dinner", "rude", seed=1, recognizer=recognizer, rubric=load_rubric(), notify=print)
    assert done.score.total < 40


def test_without_text_only_the_command_rehearses_with_sound(rooms, tmp_path):
    script = tmp_path / "short.yaml"
    script.write_text(
        "id: short\ntitle: Says one thing and leaves\nsteps:\n"
        "  - {when: {customer_silent_ms: 500}, text: goodbye you stupid idiot}\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(root, ["scenarios", "rehearse", "missing-sofa", "--trainee", str(script), "--json"])
    assert done.exit_code == 0, done.output
    (row,) = RehearsalOutput.model_validate_json(done.stdout).rows
    assert (row.trainee, row.seed) == ("short", 1)
    assert row.outcome in ("hung_up", "unresolved")


def test_recordings_are_used_where_they_are_and_the_voice_is_wide_band():
    story = load_scenario("missing-sofa")
    good = read_script(story, "good")
    same, speech = speech_of(good, script_path(story, "good").parent, print)
    assert same == good
    assert set(speech) == {step.say for step in good.steps}
    text = "so the sofa was six weeks late and nobody spoke to us this is such a mess"
    unspoken = TraineeScript.model_validate(
        {"id": "test", "title": "test", "steps": [{"when": {"customer_silent_ms": 500}, "text": text}]}
    )
    script, made = speech_of(unspoken, Path(), print)
    samples = made[script.steps[0].say]
    power = np.abs(np.fft.rfft(samples)) ** 2
    above = power[np.fft.rfftfreq(len(samples), 1 / RATE_HZ) > 4000].sum() / power.sum()
    assert above > 1e-3  # a telephone line leaves a thousand times less
