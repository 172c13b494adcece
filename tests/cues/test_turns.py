"""How each turn was delivered, on sounds whose level, pitch and pace are known."""

import numpy as np
import pytest

from simulator.clock import RATE_HZ, Span
from simulator.cues.measure import measure_call
from simulator.cues.turns import measure_turns, own_normal
from simulator.events import Word
from tests.scoring.made_call import voice

pytestmark = pytest.mark.unit
CALM, LOUD = Span(RATE_HZ, 19 * RATE_HZ), Span(22 * RATE_HZ, 26 * RATE_HZ)


@pytest.fixture(scope="module")
def measured():
    length = 28 * RATE_HZ
    low, high = voice(length, [CALM], f0_hz=150, seed=1), voice(length, [LOUD], f0_hz=189, seed=2)
    return measure_call((low * 0.5).astype(np.int16) + high)


def test_a_turn_is_compared_with_the_first_speech(measured):
    words = [
        Word(word="yes", span=Span(LOUD.start + n * 6400, LOUD.start + n * 6400 + 3200), confidence=1.0)
        for n in range(10)
    ]
    calm, loud = measure_turns(measured, [(CALM, ()), (LOUD, words)])
    assert calm.louder_db == pytest.approx(0, abs=1)
    assert calm.higher_semitones == pytest.approx(0, abs=0.5)
    assert loud.louder_db == pytest.approx(6, abs=1)
    assert loud.higher_semitones == pytest.approx(4, abs=0.5)
    assert loud.words_per_minute == pytest.approx(150, rel=0.1)
    assert calm.words_per_minute is None


def test_with_too_little_speech_there_is_no_own_normal():
    short = measure_call(voice(5 * RATE_HZ, [Span(RATE_HZ, 4 * RATE_HZ)], f0_hz=150, seed=1))
    assert own_normal(short) == "Your own normal could not be told: 3 s of speech, 15 s needed."
    (turn,) = measure_turns(short, [(Span(RATE_HZ, 4 * RATE_HZ), ())])
    assert (turn.louder_db, turn.higher_semitones) == (None, None)
