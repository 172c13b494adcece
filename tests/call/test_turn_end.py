"""How much silence ends a turn."""

import pytest

from simulator.call.turn_end import CAUTION, CONTINUATION, LONGEST, NEEDED, TurnEnd
from simulator.clock import from_ms

pytestmark = pytest.mark.unit


def test_an_unfinished_phrase_gets_more_than_a_sentence():
    for fall in (-6.0, 0.0, None):
        question, complete, opener, unclear, unfinished = (
            TurnEnd().rule(kind, fall).needed for kind in ("question", "complete", "opener", "unclear", "unfinished")
        )
        assert question <= complete < min(opener, unclear)
        assert max(opener, unclear) < unfinished


def test_a_fragment_that_does_not_fall_gets_more_than_one_that_does():
    answered, looking = (TurnEnd().rule("fragment", fall).needed for fall in (-6.0, 0.0))
    assert answered < NEEDED["complete"][1] < NEEDED["unclear"][1] < looking


@pytest.mark.parametrize("kind", sorted(set(NEEDED) - {"opener"}))
def test_the_clearer_the_pitch_falls_the_less_silence_is_needed(kind):
    rule = TurnEnd().rule
    assert rule(kind, -5.0).needed < rule(kind, -4.0).needed < rule(kind, -3.0).needed < rule(kind, 0.0).needed
    assert rule(kind, -5.0).needed < rule(kind, None).needed < rule(kind, 0.0).needed
    assert (rule(kind, -5.0).needed, rule(kind, 0.0).needed) == NEEDED[kind]


def test_a_question_ends_high_or_low_and_who_ends_a_sentence_high_goes_on():
    rule = TurnEnd().rule
    assert [rule("question", fall).why for fall in (4.0, 0.0, -6.0)] == [
        "question, rising",
        "question",
        "question, falling",
    ]
    assert rule("question", 4.0).needed == NEEDED["question"][0] < rule("question", 0.0).needed
    assert rule("complete", 4.0).needed == NEEDED["complete"][1] + CONTINUATION
    assert rule("complete", 4.0).why == "complete, rising"


@pytest.mark.parametrize("kind", NEEDED)
def test_a_slow_speaker_gets_more_time_within_bounds(kind):
    turn_end = TurnEnd()
    for _ in range(6):
        turn_end.went_on(from_ms(1100))
    assert NEEDED[kind][0] < turn_end.rule(kind, -6.0).needed <= LONGEST[kind]
    assert turn_end.rule(kind, -6.0).why.endswith("slow speaker")


def test_articulation_is_no_pause():
    turn_end = TurnEnd()
    for _ in range(6):
        turn_end.went_on(from_ms(150))
    assert turn_end.rule("complete", 0.0).needed == NEEDED["complete"][1]


def test_a_pause_cut_into_by_mistake_makes_the_customer_wait_longer():
    turn_end = TurnEnd()
    before = turn_end.rule("complete", -6.0).needed
    turn_end.cut_into()
    assert turn_end.rule("complete", -6.0).needed == before + CAUTION
    turn_end.turn_confirmed()
    assert turn_end.rule("complete", -6.0).needed == before + CAUTION // 2
    for _ in range(20):
        turn_end.cut_into()
    assert turn_end.rule("complete", -6.0).needed == LONGEST["complete"]
