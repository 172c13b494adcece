"""What the terminal shows during a call."""

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from simulator.cli.live import live_view as module
from simulator.cli.live.live_view import live_view
from simulator.clock import Span
from simulator.events import (
    Act,
    ActsRead,
    CallEnded,
    DeviceLost,
    FloorChanged,
    Heard,
    HoldEnded,
    HoldStarted,
    LineEnded,
    LineStarted,
    MoodMoved,
)
from simulator.session.loop import Block

pytestmark = pytest.mark.unit
SILENCE, LOUD = np.zeros(320, np.int16), np.full(320, 8000, np.int16)
MOOD = MoodMoved(at=9, anger=70, trust=20, band="angry", met=("heard",), changes=())


def block(*events, at=16000, trainee=SILENCE, customer=SILENCE):
    return Block(at=at, trainee=trainee, customer=customer, events=events)


def shown(monkeypatch, *blocks, terminal=False, waiting=None, width=100, **options):
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=width, color_system=None)
    monkeypatch.setattr(module, "Console", lambda **_: console)
    monkeypatch.setattr(module, "FRAME_S", 0.0)
    with live_view("The missing [sofa]", **options) as view:
        for each in blocks:
            view(each)
        if waiting is not None:
            view.waiting(waiting)
    return out.getvalue()


def test_a_pipe_gets_a_line_where_the_floor_changes(monkeypatch):
    text = shown(
        monkeypatch,
        block(FloorChanged(at=1, before="open", after="customer"), at=1600),
        block(at=3200),
        block(FloorChanged(at=1, before="customer", after="both"), at=16000),
        block(CallEnded(at=1, outcome="hung_up", reason="x"), at=16000 * 75),
    )
    assert text.splitlines() == [
        "The missing [sofa]. Greet the caller. Ctrl-C ends the call and keeps it.",
        " 0:00.1  the customer is speaking",
        " 0:01.0  both are speaking",
        " 1:15.0  the call is over",
    ]


def test_a_terminal_gets_time_floor_and_levels(monkeypatch):
    changed = FloorChanged(at=1, before="open", after="trainee")
    text = shown(monkeypatch, block(changed, at=16000 * 61, trainee=LOUD), terminal=True)
    assert "1:01.0  you are speaking" in text
    you = next(line for line in text.splitlines() if " you  █" in line)
    assert you.count("█") == 16
    assert next(line for line in text.splitlines() if "customer  ·" in line).count("·") == 20


def test_a_long_hint_is_broken_under_itself_in_a_narrow_terminal(monkeypatch):
    text = shown(monkeypatch, block(MOOD), terminal=True, hints=True, width=44)
    first = next(n for n, line in enumerate(text.splitlines()) if "hint  the customer is angry" in line)
    assert text.splitlines()[first + 1].startswith(" " * 11 + "what happened")


def test_a_replayed_call_does_not_call_the_onlooker_trainee(monkeypatch):
    changed = FloorChanged(at=1, before="open", after="trainee")
    assert "the trainee is speaking" in shown(monkeypatch, block(changed), live=False, terminal=True)
    for terminal in (False, True):
        assert "you are speaking" not in shown(monkeypatch, block(changed), live=False, terminal=terminal)


def said_in_a_replay():
    text = "Where is my sofa? It was due on Tuesday, and there is nothing here but the floor I am sitting on."
    return [
        block(LineStarted(at=0, line=1, id="a", purpose="vent", text=text, band="angry", stop=90000)),
        block(Heard(at=1, utterance=1, span=Span(32000, 48000), text="hold [on]", words=())),
        block(LineEnded(at=1, line=1, span=Span(16000, 80000), completed=False, said=text), at=80000),
        block(CallEnded(at=1, outcome="hung_up", reason="x"), at=16000 * 75),
    ]


def test_a_replayed_call_can_be_read_along_in_the_order_of_speaking(monkeypatch):
    text = shown(monkeypatch, *said_in_a_replay(), live=False)
    assert text.splitlines()[1:] == [
        " 0:01.0  customer  Where is my sofa? It was due on Tuesday, and there is nothing here but the floor I am "
        "sitting on. ... (cut off)",
        " 0:02.0  trainee   hold [on]",
        " 1:15.0  the call is over",
    ]


def test_a_hint_in_a_replayed_call_stands_where_it_came_and_not_before_what_was_said_earlier(monkeypatch):
    started, heard, ended, _ = said_in_a_replay()
    blocks = [started, replace(heard, at=56000), replace(block(MOOD), at=64000), ended]
    text = shown(monkeypatch, *blocks, live=False, hints=True)
    assert [line[9:14] for line in text.splitlines()[1:]] == ["custo", "train", "hint:"]


def test_in_a_terminal_long_lines_hang_under_who_said_them(monkeypatch):
    text = shown(monkeypatch, *said_in_a_replay(), live=False, terminal=True)
    assert "\n" + " " * 19 + "I am sitting on. ... (cut off)\n" in text
    assert text.index("customer  Where") < text.index("trainee   hold [on]") < text.index("1:15.0  the call is over")


def test_a_live_call_shows_nobody_what_is_being_said(monkeypatch):
    for terminal in (False, True):
        assert "sofa?" not in shown(monkeypatch, *said_in_a_replay(), terminal=terminal)


def test_hints_are_off_unless_asked_for(monkeypatch):
    assert "angry" not in shown(monkeypatch, block(MOOD))
    assert "angry" not in shown(monkeypatch, block(MOOD), terminal=True)
    hinted = shown(monkeypatch, block(MOOD), hints=True)
    assert "hint: the customer is angry; say back what happened" in hinted
    before = replace(MOOD, band="furious", met=())  # a turn may move the mood more than once
    assert shown(monkeypatch, block(before, MOOD), hints=True) == hinted


def test_holds_and_a_lost_headset_are_told(monkeypatch):
    text = shown(
        monkeypatch,
        block(HoldStarted(at=1, promised=None)),
        block(HoldEnded(at=1, span=Span(1, 2), over=0, returned=True)),
        block(DeviceLost(at=1, reason="x")),
        waiting="the microphone stopped",
    )
    assert "the customer is on hold" in text
    assert "the microphone stopped: plug the headset in again, the call waits" in text
    assert "the call waits" in shown(monkeypatch, block(), waiting="the earphone stopped", terminal=True)


def test_a_hold_shows_its_clock_against_the_promise(monkeypatch):
    begun = block(HoldStarted(at=16000, promised=16000 * 30), at=16000)
    assert "0:12 of the 0:30 you promised\n" in shown(monkeypatch, begun, block(at=16000 * 13), terminal=True)
    late = shown(monkeypatch, begun, block(at=16000 * 40), terminal=True)
    assert "on hold, 0:39 of the 0:30 you promised, come back now" in late
    ended = block(HoldEnded(at=1, span=Span(1, 2), over=0, returned=True))
    last = shown(monkeypatch, begun, ended, terminal=True).splitlines()[-4:]
    assert not any("on hold" in line for line in last)


def test_the_screen_says_to_greet_the_caller_until_somebody_speaks(monkeypatch):
    assert "0:01.0  greet the caller" in shown(monkeypatch, block(), terminal=True)
    spoke = block(FloorChanged(at=1, before="open", after="trainee"))
    assert "0:01.0  greet the caller" not in shown(monkeypatch, spoke, terminal=True)


def test_hints_say_something_else_when_something_else_is_wrong(monkeypatch):
    blame = Act(act="blame", rule="x", words="you should have", first=0, last=2, strength=0.9)
    harm = ActsRead(at=1, utterance=1, span=Span(0, 9), acts=(blame,))
    text = shown(monkeypatch, block(MOOD), block(harm, MOOD), block(MOOD), hints=True)
    hints = [line.partition("hint: ")[2] for line in text.splitlines() if "hint: " in line]
    assert hints == [
        "the customer is angry; say back what happened and what it means for them",
        "the customer is angry; blame nobody: say what you will do",
        "the customer is angry; name what it must feel like, without a but",
    ]


def test_the_briefing_can_be_shown_during_the_call(monkeypatch):
    for terminal in (False, True):
        out = io.StringIO()
        console = Console(file=out, force_terminal=terminal, width=80, color_system=None)
        monkeypatch.setattr(module, "Console", lambda console=console, **_: console)
        with live_view("x") as view:
            view(block())
            view.tell("Profile: [Karen] Whitlock")
        assert "Profile: [Karen] Whitlock" in out.getvalue()


def test_with_json_nothing_is_shown(monkeypatch):
    assert shown(monkeypatch, block(CallEnded(at=1, outcome="hung_up", reason="x")), quiet=True, waiting="x") == ""
