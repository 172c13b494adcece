"""When a scripted trainee speaks, block by block."""

import pytest
from pydantic import ValidationError

from simulator.clock import BLOCK, from_ms
from simulator.datafile import read_yaml
from simulator.errors import InputError
from simulator.events import LineStarted
from simulator.headset.script import Stepper, TraineeScript

pytestmark = pytest.mark.unit


def script(*steps):
    return TraineeScript.model_validate({"id": "t", "title": "T", "steps": steps})


def step(text, on=(), times=1, **when):
    return {"when": when, "text": text, "on": on, "times": times}


def line(purpose, at=0):
    return LineStarted(at=at, line=0, id=f"{purpose}-1", purpose=purpose, text="x", band="angry", stop=at + 1)


def play(stepper, course, *, lines=(), says_ms=400):
    """Run a course of (who, ms) with who in "-CTB"; returns (ms, text) of every step; each say lasts `says_ms`."""
    said, at, busy = [], 0, 0
    lines = dict(lines)
    for who, ms in course:
        for _ in range(ms // 20):
            if at in lines:
                stepper.notice(line(lines[at]))
            fired = stepper.step(from_ms(at), customer_speaking=who in "CB", trainee_speaking=busy > 0 or who in "TB")
            busy = max(0, busy - 20)
            if fired is not None:
                said.append((at, fired.text))
                busy = says_ms
            at += 20
    return said


def test_the_first_step_needs_no_customer():
    assert play(Stepper(script(step("hello", customer_silent_ms=500))), [("-", 1000)]) == [(500, "hello")]


def test_a_step_in_order_waits_for_an_answer():
    steps = [step("one", customer_silent_ms=400), step("two", customer_silent_ms=400)]
    said = play(Stepper(script(*steps)), [("-", 5000), ("C", 1000), ("-", 1000)])
    assert said == [(400, "one"), (6400, "two")]


def test_a_script_can_interrupt_and_then_waits_again():
    steps = [step("but", customer_speaking_ms=1200), step("no", customer_speaking_ms=1200)]
    said = play(Stepper(script(*steps)), [("C", 6000)], says_ms=2000)
    assert said == [(1200, "but"), (1200 + 2000 + 20 + 1200, "no")]


def test_a_short_word_thrown_in_needs_no_answer():
    steps = [step("mhm", customer_speaking_ms=1000), step("i see", customer_silent_ms=300)]
    assert play(Stepper(script(*steps)), [("C", 1200), ("-", 2000)]) == [(1000, "mhm"), (1000 + 420 + 300, "i see")]


def test_a_long_interruption_does():
    steps = [step("listen", customer_speaking_ms=1000), step("well", customer_silent_ms=300)]
    course = [("C", 1200), ("-", 4000), ("C", 500), ("-", 500)]
    assert play(Stepper(script(*steps)), course, says_ms=2000) == [(1000, "listen"), (6000, "well")]


def test_silence_counts_from_the_last_word_of_either():
    steps = [step("one", trainee_silent_ms=0), step("two", trainee_silent_ms=1500)]
    said = play(Stepper(script(*steps)), [("-", 4000)])
    assert said == [(0, "one"), (400 + 20 + 1500, "two")]


def test_a_step_with_a_purpose_fires_out_of_order_and_once():
    steps = [
        step("first", customer_silent_ms=400),
        step("reference", on=["ask_reference"], customer_silent_ms=200),
        step("second", customer_silent_ms=400),
    ]
    course = [("C", 1000), ("-", 1000), ("C", 1000), ("-", 1000)]
    stepper = Stepper(script(*steps))
    said = play(stepper, course, lines={0: "ask_reference", 2000: "ask_reference"}.items())
    assert said == [(1200, "reference"), (3400, "first")]


def test_a_line_calls_for_one_step_only_and_ids_work_too():
    steps = [step("a", on=["vent-1"], customer_speaking_ms=200, times=5), step("b", trainee_silent_ms=60_000)]
    stepper = Stepper(script(*steps))
    assert play(stepper, [("C", 5000)], lines={0: "vent", 3000: "vent"}.items()) == [(200, "a"), (3000, "a")]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"when": {}, "text": "x"}, "give customer_silent_ms"),
        ({"when": {"customer_silent_ms": 1, "customer_speaking_ms": 1}, "text": "x"}, "one of the two"),
        ({"when": {"customer_silent_ms": -1}, "text": "x"}, "greater than or equal to 0"),
        ({"when": {"customer_silent_ms": 1}, "text": ""}, "at least 1 character"),
        ({"when": {"customer_silent_ms": 1}, "text": "x", "say": "../../etc/passwd"}, "match pattern"),
        ({"when": {"customer_silent_ms": 1}, "text": "x", "sya": "a.flac"}, "not permitted"),
    ],
)
def test_a_malformed_step_is_refused(fields, says):
    with pytest.raises(ValidationError, match=says):
        script(fields)


def test_a_malformed_file_names_the_line(tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text("id: t\ntitle: T\nsteps:\n  - when: {customer_silent_ms: 500}\n    say: a.flac\n")
    with pytest.raises(InputError, match=r"t\.yaml:4: steps\.0\.text: Field required"):
        read_yaml(path, TraineeScript)
    assert BLOCK == from_ms(20)
