"""A call that is typed: what the lines ask for, when the next one is asked for, and what is kept of the call."""

import _thread
import itertools
import threading

import numpy as np
import pytest

from simulator.clock import BLOCK, from_ms, from_seconds, to_ms
from simulator.customer.scenario import load_scenario
from simulator.errors import InputError
from simulator.events import CallEnded, CallStarted, DeadAir, Heard, LineEnded, LineStarted, Overlapped
from simulator.recording.folder import CallFolder
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from simulator.session.typed import (
    ANSWER_AFTER,
    NOTHING_SAID,
    TYPED,
    TypedLine,
    TypedStepper,
    compose_typed,
    typed_line,
)

pytestmark = pytest.mark.unit
STORY = load_scenario("missing-sofa")
LINES = (
    "good afternoon larch home this is dana how can i help you",
    "so the sofa was due on tuesday and nobody came that must be so frustrating",
    "i am so sorry that was our mistake and i will see to it myself",
)


# ---- one line


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  good morning \n", TypedLine("good morning")),
        ("~7", TypedLine("", silent=from_seconds(7))),
        ("~0.5 right then", TypedLine("right then", silent=from_seconds(0.5))),
        ("!1.5 hold on", TypedLine("hold on", into=from_seconds(1.5))),
        ("!0 wait", TypedLine("wait", into=0)),
        ("go on !1.5 hold on", TypedLine("go on", then=TypedLine("hold on", into=from_seconds(1.5)))),
        ("~2 well !1 no", TypedLine("well", silent=from_seconds(2), then=TypedLine("no", into=from_seconds(1)))),
        ("no! you don't say", TypedLine("no! you don't say")),
        ("~600", TypedLine("", silent=from_seconds(600))),
    ],
)
def test_a_line_asks_for_words_a_silence_or_an_interruption(line, expected):
    assert typed_line(line) == expected


@pytest.mark.parametrize("line", ["~", "!", "~soon", "!hold on", "!2", "~601", "!1e3 x", "~7s", "~-3", "well !soon no"])
def test_a_line_without_its_number_or_words_is_refused_with_how_to_write_it(line):
    with pytest.raises(InputError, match=r"write ~7 to stay silent for 7 s, or !1\.5 words"):
        typed_line(line)


# ---- when


class Asked:
    """Hands out lines and counts how many were asked for."""

    def __init__(self, *lines):
        self.lines, self.count = list(lines), 0

    def __call__(self):
        self.count += 1
        return self.lines.pop(0) if self.lines else None


def steps(stepper, *, start=0, blocks=1, customer=False, trainee=False):
    """Return at which samples something is said, and what."""
    found = []
    for at in range(start, start + blocks * BLOCK, BLOCK):
        line = stepper.step(at, customer_speaking=customer, trainee_speaking=trainee)
        if line is not None:
            found.append((at, line.text))
    return found


def test_the_first_line_is_asked_for_at_once_and_said():
    assert steps(TypedStepper(Asked("hello")), blocks=5) == [(0, "hello")]


def test_no_line_is_asked_for_while_anybody_speaks_nor_in_the_customers_pause():
    asked = Asked("hello")
    stepper = TypedStepper(asked)
    steps(stepper, blocks=50, customer=True)
    steps(stepper, start=50 * BLOCK, blocks=ANSWER_AFTER // BLOCK - 1)
    assert asked.count == 0
    assert steps(stepper, start=49 * BLOCK + ANSWER_AFTER, blocks=3)[0][1] == "hello"


def test_a_customer_who_says_nothing_is_waited_for():
    asked = Asked("one", "two")
    stepper = TypedStepper(asked)
    assert steps(stepper, blocks=1) == [(0, "one")]
    steps(stepper, start=BLOCK, blocks=20, trainee=True)
    quiet_from = 21 * BLOCK
    ((at, text),) = steps(stepper, start=quiet_from, blocks=NOTHING_SAID // BLOCK + 2)
    assert (text, at - quiet_from) == ("two", NOTHING_SAID)


def test_a_silence_is_kept_before_the_next_line_is_asked_for():
    asked = Asked("~2", "well")
    ((at, text),) = steps(TypedStepper(asked), blocks=from_seconds(3) // BLOCK)
    assert text == "well"
    assert from_seconds(2) <= at <= from_seconds(2) + 2 * BLOCK


def test_words_after_a_silence_are_said_then():
    ((at, text),) = steps(TypedStepper(Asked("~2 well")), blocks=from_seconds(3) // BLOCK)
    assert (at, text) == (from_seconds(2), "well")


def test_an_interruption_waits_for_the_customer_to_speak_that_long():
    stepper = TypedStepper(Asked("!1.5 hold on"))
    assert steps(stepper, blocks=100) == []
    start = 100 * BLOCK
    ((at, text),) = steps(stepper, start=start, blocks=100, customer=True)
    assert (text, at - start) == ("hold on", from_seconds(1.5))


def test_empty_lines_are_passed_over_and_the_end_hangs_up():
    stepper = TypedStepper(Asked("", "  \n", "hello"))
    assert steps(stepper, blocks=1) == [(0, "hello")]
    assert not stepper.over
    steps(stepper, start=BLOCK, blocks=NOTHING_SAID // BLOCK + 2)
    assert stepper.over


# ---- a whole call


def take(out, *lines, seed=3):
    call = compose_typed(STORY, iter([*lines, None]).__next__, seed=seed, out=out)
    seen = []
    ending = call.run(seen.append)
    return call, CallFolder.open(call.recorder.path), seen, ending


@pytest.fixture(scope="module")
def typed(tmp_path_factory):
    return take(tmp_path_factory.mktemp("typed"), *LINES)


def test_every_line_is_heard_as_it_was_typed_and_the_end_hangs_up(typed):
    _, folder, seen, ending = typed
    assert tuple(folder.events()) == tuple(seen)
    assert tuple(event.text for event in seen if isinstance(event, Heard)) == LINES
    assert isinstance(seen[-1], CallEnded)
    assert (seen[-1].outcome, ending.stopped) == ("incomplete", False)


def test_the_call_is_marked_as_typed_and_both_tracks_are_silent(typed):
    _, folder, seen, _ = typed
    manifest = folder.manifest
    assert (manifest.recognizer, manifest.model, manifest.device) == (TYPED, TYPED, TYPED)
    assert manifest.mode == "practice"
    started = next(event for event in seen if isinstance(event, CallStarted))
    assert (started.recognizer, started.headset) == (TYPED, TYPED)
    assert not np.any(folder.trainee())
    assert not np.any(folder.customer())


def test_every_turn_is_kept_with_its_reading_and_the_answer(typed):
    call, _, seen, _ = typed
    assert tuple(turn.text for turn in call.turns) == LINES
    said = [event.said for event in seen if isinstance(event, LineEnded)]
    assert list(itertools.chain.from_iterable(turn.customer for turn in call.turns)) == said
    assert any(turn.reading.acts for turn in call.turns)


def test_a_line_takes_the_time_that_speaking_it_would_take(typed):
    _, _, seen, _ = typed
    for event in seen:
        if isinstance(event, Heard):
            assert 120 <= to_ms(event.span.duration) / len(event.words) <= 900


def test_the_voice_is_not_scored(typed):
    _, folder, _, _ = typed
    output = score_folder(folder, load_rubric()).output
    status = {row.id: row.status for row in output.criteria}
    assert {status[name] for name in ("steady-voice", "steady-pace")} == {"unmeasurable"}
    assert output.total is not None


def test_the_same_lines_and_seed_give_the_same_call(typed, tmp_path):
    assert take(tmp_path, *LINES)[2] == typed[2]


def test_a_typed_silence_is_dead_air(tmp_path):
    _, _, seen, _ = take(tmp_path, LINES[0], "~7", LINES[1])
    assert [event.level for event in seen if isinstance(event, DeadAir)][:2] == ["warn", "count"]


def test_a_typed_interruption_is_one(tmp_path):
    _, _, seen, _ = take(tmp_path, f"{LINES[0]} !1.5 just give me your order number please and we go on", LINES[1])
    overlap = next(event for event in seen if isinstance(event, Overlapped) and event.by == "trainee")
    lines = [event for event in seen if isinstance(event, LineStarted) and event.at <= overlap.span.start]
    assert overlap.kind == "interruption"
    assert from_ms(1400) <= overlap.span.start - lines[-1].at <= from_ms(1700)


def test_a_line_that_cannot_be_read_ends_the_call_and_keeps_it(tmp_path):
    with pytest.raises(InputError, match="write ~7"):
        take(tmp_path, LINES[0], "~soon")
    (folder,) = tmp_path.iterdir()
    assert any(isinstance(event, Heard) for event in CallFolder.open(folder).events())


def test_ctrl_c_keeps_the_call(tmp_path):
    def next_line():
        raise KeyboardInterrupt

    call = compose_typed(STORY, next_line, seed=1, out=tmp_path)
    assert call.run(lambda event: None).stopped
    assert CallFolder.open(call.recorder.path).manifest.outcome == "incomplete"


def test_a_stop_at_any_moment_tears_no_block(tmp_path):
    """Ctrl-C came in the middle of a block once, and the call could not wind up."""
    lines = ["good morning you are through to Dana how can I help"] * 40
    for moment in range(1, 12):
        call = compose_typed(STORY, iter([*lines, None]).__next__, seed=1, out=tmp_path)
        timer = threading.Timer(moment * 0.03, _thread.interrupt_main)
        timer.start()
        ending = call.run(lambda event: None)
        timer.join()
        log = list(CallFolder.open(call.recorder.path).events())
        assert ending.stopped
        assert isinstance(log[-1], CallEnded)
        assert [event.at for event in log] == sorted(event.at for event in log)
