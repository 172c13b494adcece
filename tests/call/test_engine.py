"""Whole conversations through the real engine: turns, overlaps, silences, holds and endings, by their timestamps."""

import itertools

import numpy as np
import pytest

from simulator.clock import from_ms, to_ms
from simulator.event_json import to_json
from simulator.events import (
    BargedIn,
    CallEnded,
    DeadAir,
    FloorChanged,
    Heard,
    HoldEnded,
    HoldStarted,
    LineEnded,
    LineStarted,
    Overheard,
    Overlapped,
    TurnEnded,
    Yielded,
)
from simulator.headset.textual import TextMelody, TextSpeaker
from tests.call.pair import HANG_UP, Caller, call, of, say

pytestmark = pytest.mark.unit
LONG = "i have been waiting at home for three whole days and nobody has had the decency to call me back about it"


def test_the_customer_waits_for_a_greeting_then_speaks_first():
    events, _, _ = call([], Caller([say("hello is anybody there")]), seconds=8)
    assert of(events, LineStarted)[0].at == from_ms(3000)


def test_a_greeting_is_answered_within_a_second():
    events, _, customer = call([(500, "good morning how can i help")], Caller([say(LONG)]), seconds=15)
    heard, line = of(events, Heard)[0], of(events, LineStarted)[0]
    assert heard.text == "good morning how can i help"
    assert 200 <= to_ms(line.at - heard.span.stop) <= 1000
    first_sound = int(np.flatnonzero(customer)[0])
    assert first_sound == line.at


def test_unfinished_speech_is_given_more_time():
    done, _, _ = call([(500, "we looked into it")], Caller([say(LONG)]), seconds=10)
    going_on, _, _ = call([(500, "we looked into it and")], Caller([say(LONG)]), seconds=10)
    assert of(going_on, TurnEnded)[0].silence >= of(done, TurnEnded)[0].silence + from_ms(700)


def test_a_pause_in_mid_turn_is_not_cut_into():
    events, _, _ = call([(500, "we looked into it and"), (2600, "we found it")], Caller([say(LONG)]), seconds=10)
    assert [h.text for h in of(events, Heard)] == ["we looked into it and we found it"]


def test_nobody_is_cut_into_who_has_just_begun_again():
    greeting = (500, "we looked into it")
    alone, _, _ = call([greeting], Caller([say(LONG)]), seconds=10)
    just_before = to_ms(of(alone, TurnEnded)[0].at) - 20
    events, _, _ = call([greeting, (just_before, "and we found it")], Caller([say(LONG)]), seconds=10)
    assert [h.text for h in of(events, Heard)] == ["we looked into it and we found it"]


def test_a_backchannel_is_no_interruption_and_no_turn():
    caller = Caller([say(LONG)])
    events, _, _ = call([(500, "good morning"), (5000, "i see")], caller, seconds=20)
    (overlap,) = of(events, Overlapped)
    assert (overlap.kind, overlap.words) == ("backchannel", "i see")
    assert [occasion for occasion, _ in caller.occasions].count("turn") == 1
    assert of(events, LineEnded)[0].completed


@pytest.mark.parametrize(("style", "completed"), [("stop", False), ("talk_on", True), ("raise_voice", True)])
def test_an_interruption_is_counted_and_taken_in_character(style, completed):
    caller = Caller([say(LONG), say("let me finish")], style=style)
    says = [(500, "good morning"), (4000, "no that is not what our system says about your case")]
    events, _, _ = call(says, caller, seconds=25)
    (overlap,) = of(events, Overlapped)
    assert overlap.kind == "interruption"
    assert overlap.customer_left > from_ms(500)
    first = of(events, LineEnded)[0]
    assert first.completed is completed
    assert caller.occasions[1][0] == "cut_off"
    if not completed:
        assert len(first.said) < len(LONG)
        assert first.span.stop - overlap.span.start < from_ms(1200)


def test_a_short_interruption_that_is_no_acknowledgement_counts():
    events, _, _ = call([(500, "good morning"), (4000, "no not true")], Caller([say(LONG)]), seconds=20)
    (overlap,) = of(events, Overlapped)
    assert overlap.kind == "interruption"


def test_a_line_stands_in_the_call_where_it_was_heard():
    far = from_ms(200)
    events, _, customer = call([(500, "good morning")], Caller([say(LONG)]), seconds=15, round_trip=far)
    line, ended = of(events, LineStarted)[0], of(events, LineEnded)[0]
    assert ended.span.start == int(np.flatnonzero(customer)[0]) == line.at + far
    assert abs(ended.span.stop - int(np.flatnonzero(customer)[-1])) <= from_ms(20)


def test_who_cuts_in_is_judged_as_they_heard_it_however_far_the_headset_is():
    def overlap(onset_ms, **far):
        events, _, _ = call([(500, "good morning"), (onset_ms, "no that is not so")], Caller([say(LONG)]), **far)
        (found,) = of(events, Overlapped)
        return found.kind, found.span.duration, found.customer_left

    events, _, _ = call([(500, "good morning")], Caller([say(LONG)]), seconds=15)
    late_in_the_line = to_ms(of(events, LineEnded)[0].span.stop) - 600
    near = overlap(late_in_the_line)
    assert near[0] == "interruption"
    assert overlap(late_in_the_line + 300, round_trip=from_ms(300)) == near
    assert overlap(late_in_the_line + 300)[0] == "collision"


def test_starting_just_before_the_customer_ends_is_a_collision():
    probe, _, _ = call([(500, "good morning")], Caller([say(LONG)]), seconds=20)
    end = to_ms(of(probe, LineEnded)[0].span.stop)
    says = [(500, "good morning"), (end - 200, "i am so sorry to hear that")]
    events, _, _ = call(says, Caller([say(LONG)]), seconds=25)
    (overlap,) = of(events, Overlapped)
    assert overlap.kind == "collision"


def test_the_customer_gives_way_when_both_begin_at_once():
    probe, _, _ = call([(500, "good morning")], Caller([say(LONG)]), seconds=20)
    start = to_ms(of(probe, LineStarted)[0].at)
    says = [(500, "good morning"), (start + 60, "this is larch homes you are speaking to dana")]
    events, _, _ = call(says, Caller([say(LONG), say(LONG)]), seconds=25)
    first = of(events, LineEnded)[0]
    assert not first.completed
    assert first.span.duration < from_ms(1200)
    assert of(events, Overlapped)[0].kind == "collision"


def test_a_vent_goes_on_after_a_breath():
    caller = Caller([say(LONG, more=True), say("and another thing")])
    events, _, _ = call([(500, "good morning")], caller, seconds=20)
    one, two = of(events, LineStarted)[:2]
    assert caller.occasions[1][0] == "continue"
    assert 600 <= to_ms(two.at - one.stop) <= 800


def test_dead_air_warns_counts_and_fails_on_time():
    caller = Caller([say("where is it")])
    events, _, _ = call([(500, "good morning")], caller, seconds=20)
    end = of(events, LineEnded)[0].at
    assert [(d.level, round(to_ms(d.at - end) / 1000)) for d in of(events, DeadAir)] == [
        ("warn", 3),
        ("count", 5),
        ("fail", 10),
    ]
    assert [o for o, _ in caller.occasions if o == "silence"] == ["silence"] * 3


def test_an_announced_hold_is_no_dead_air_until_it_runs_over():
    caller = Caller([say("where is it"), say("fine")])
    says = [(500, "good morning"), (5000, "may i put you on hold for twenty seconds"), (45000, "thank you for waiting")]
    events, _, _ = call(says, caller, seconds=50)
    (held,) = of(events, HoldStarted)
    assert held.promised == from_ms(20000)
    (ended,) = of(events, HoldEnded)
    assert ended.returned
    assert ended.over > from_ms(5000)
    assert not [d for d in of(events, DeadAir) if held.at < d.at < ended.at]
    occasions = [o for o, _ in caller.occasions]
    assert "hold" in occasions
    assert "hold_over" in occasions
    assert occasions[-1] == "returned"


def test_hold_on_said_over_the_customer_is_no_hold():
    caller = Caller([say(LONG), say("let me finish")], style="stop")
    says = [(500, "good morning"), (4000, "hold on hold on now just give me your order number")]
    events, _, _ = call(says, caller, seconds=25)
    assert of(events, HoldStarted) == []


def test_a_customer_on_hold_does_not_go_on_with_the_story():
    caller = Caller([say("where is it"), say("fine", more=True), say("and another thing")])
    events, _, _ = call([(500, "good morning"), (5000, "may i put you on hold")], caller, seconds=15)
    assert of(events, HoldStarted)
    assert "continue" not in [occasion for occasion, _ in caller.occasions]


def test_thanks_just_after_a_hold_began_do_not_end_it():
    caller = Caller([say("where is it"), say("fine")])
    says = [(500, "good morning"), (5000, "may i put you on hold"), (9000, "one moment hold please"), (20000, "back")]
    events, _, _ = call(says, caller, seconds=26)
    assert len(of(events, HoldStarted)) == 2
    assert [o for o, _ in caller.occasions if o == "returned"] == ["returned"]


@pytest.mark.parametrize(("more", "verdict"), [("", "good"), (" again and again", "slow"), (" again" * 10, "failed")])
def test_the_yield_after_a_planned_cut_is_measured(more, verdict):
    ramble = "and so we then looked at the system and"
    caller = Caller([say("where is it")], barge=say(LONG))
    probe, _, _ = call([(500, "good morning"), (4000, ramble * 6)], caller, seconds=15)
    cut = to_ms(of(probe, BargedIn)[0].at)
    words_until_cut = int((cut - 4000) / 215)
    text = " ".join(["la"] * (words_until_cut + 2)) + more
    events, _, _ = call(
        [(500, "good morning"), (4000, text)], Caller([say("where is it")], barge=say(LONG)), seconds=25
    )
    (found,) = of(events, Yielded)
    assert found.verdict == verdict
    assert of(events, Overlapped)[0].kind == "yield"


def test_the_call_ends_after_the_last_word_and_waits_for_a_goodbye():
    caller = Caller([say("thank you goodbye", outcome="won_back")])
    events, _, _ = call([(500, "good morning"), (3300, "goodbye and take care")], caller, seconds=20)
    ended = of(events, CallEnded)[0]
    assert ended.outcome == "won_back"
    assert of(events, Heard)[-1].text == "goodbye and take care"


def test_hanging_up_ends_the_call_at_once_and_loses_no_word():
    events, _, _ = call([(500, "go away then")], Caller([HANG_UP]), seconds=10)
    assert isinstance(events[-1], CallEnded)
    assert of(events, Heard)[0].text == "go away then"


def test_the_floor_never_takes_an_illegal_step_and_replays_are_identical():
    says = [(500, "good morning"), (4000, "no no no that is not true at all"), (9000, "yes"), (14000, "so")]
    first, _, one = call(says, Caller([say(LONG), say(LONG)]), seconds=40)
    second, _, two = call(says, Caller([say(LONG), say(LONG)]), seconds=40)
    assert [to_json(e) for e in first] == [to_json(e) for e in second]
    assert np.array_equal(one, two)
    changes = of(first, FloorChanged)
    assert all(a.after == b.before for a, b in itertools.pairwise(changes))


def test_the_customer_is_told_when_a_turn_still_going_on_makes_excuses():
    for word, excusing in (("busy", True), ("glad", False)):
        caller = Caller([say("hello")])
        events, _, _ = call(
            [(500, "hello"), (4_000, f"well we are {word} " + "you see and then there is more " * 4)], caller
        )
        assert (True in caller.excusing) is excusing
        assert any(word in event.text.split() for event in of(events, Overheard))


def test_the_pitch_is_read_before_the_recognizer_is_asked(monkeypatch):
    """Asked first, the recognizer's thread would hold up the call's own at the end of each turn."""
    order = []
    for kind, name in ((TextMelody, "fall"), (TextSpeaker, "ask")):
        real = getattr(kind, name)
        noted = lambda *given, real=real, name=name: (order.append(name), real(*given))[1]  # noqa: E731
        monkeypatch.setattr(kind, name, noted)
    call([(500, "we looked into it"), (6000, "and we found it")], Caller([say("where is it")]), seconds=10)
    assert order == ["fall", "ask"] * (len(order) // 2)
    assert len(order) >= 4
