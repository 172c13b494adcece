"""The customer's "mm" comes while the trainee explains, to a calm customer alone, and in no track."""

import numpy as np
import pytest

from simulator.clock import BLOCK, RATE_HZ, Span
from simulator.events import MoodMoved, SpeechEnded, SpeechStarted, TurnEnded
from simulator.session.surroundings import Surroundings
from simulator.speech.places import PlaceSound

pytestmark = pytest.mark.unit
MM = np.full(BLOCK, 1000, np.int16)
SILENT = np.zeros(BLOCK, np.int16)
OVER = TurnEnded(at=90_000, utterance=1, speech_stop=80_000, silence=1, needed=1, why="whole")


def around(band="cool", place="quiet"):
    return Surroundings(PlaceSound(place, seed=1), {"cool": [MM]}, band=band, seed=1)


def spoke(start_s, stop_s):
    start, stop = round(start_s * RATE_HZ), round(stop_s * RATE_HZ)
    return (
        SpeechStarted(at=start + 1600, onset=start),
        SpeechEnded(at=stop + 1600, span=Span(start, stop)),
    )


def says(sounds, *events):
    for event in events:
        sounds.notice(event)
    return bool(sounds.over(SILENT, 0, customer_speaking=False).any())


def test_a_calm_customer_says_mm_when_a_long_explanation_goes_on():
    assert says(around(), *spoke(0, 5), spoke(5.6, 9)[0])


@pytest.mark.parametrize(
    "events",
    [
        [*spoke(0, 2), spoke(2.6, 9)[0]],
        [*spoke(0, 5), spoke(7, 9)[0]],
        [*spoke(0, 5)],
        [*spoke(0, 5), OVER, spoke(5.6, 9)[0]],
    ],
    ids=["too soon", "a long pause", "no more speech", "the turn is over"],
)  # fmt: skip
def test_there_is_nothing_to_encourage(events):
    assert not says(around(), *events)


def test_an_angry_customer_encourages_nobody():
    sounds = around()
    sounds.notice(MoodMoved(at=0, anger=70, trust=10, band="angry", met=(), changes=()))
    assert not says(sounds, *spoke(0, 5), spoke(5.6, 9)[0])


def test_it_is_not_said_again_at_once_and_gives_way_to_a_line():
    sounds = around()
    assert says(sounds, *spoke(0, 5), spoke(5.6, 9)[0])
    assert not says(sounds, spoke(5.6, 9)[1], spoke(9.5, 11)[0])
    assert says(sounds, spoke(9.5, 14)[1], spoke(14.5, 16)[0])
    sounds = around()
    for event in (*spoke(0, 5), spoke(5.6, 9)[0]):
        sounds.notice(event)
    assert np.array_equal(sounds.over(MM, 0, customer_speaking=True), MM)


def test_a_place_is_added_to_the_line_and_never_wraps():
    sounds = around(place="street")
    loud = np.full(BLOCK, 32767, np.int16)
    assert sounds.over(SILENT, 0, customer_speaking=False).any()
    assert sounds.over(loud, 0, customer_speaking=True).min() > 30_000
