import numpy as np
import pytest

from simulator.clock import Span
from simulator.cues.measure import measure_call
from simulator.cues.steadiness import CUES, STEPS, Units, compare, cut_units, outbursts
from tests.cues.voices import join, say, silence

pytestmark = pytest.mark.unit


def units(count=20, seed=0, **raised):
    """Units of a speaker who wavers as people do, some cues raised by so many steps."""
    rng = np.random.default_rng(seed)
    usual = {
        "level": (-25, 1.5),
        "pitch": (84, 0.8),
        "pitch_range": (5, 1.2),
        "pace": (4.5, 0.4),
        "brightness": (-14, 1.5),
    }
    values = {}
    for name, (middle, spread) in usual.items():
        step = STEPS[name] * middle if name == "pace" else STEPS[name]
        values[name] = middle + spread * rng.standard_normal(count) + step * raised.get(name, 0.0)
    return Units(spans=tuple(Span(i * 40000, i * 40000 + 32000) for i in range(count)), cues=values)


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_same_speaker_saying_other_things_stays_near_one(seed):
    assert compare(units(seed=seed), units(7, seed=100 + seed)).index > 0.8


def test_more_raised_is_less_steady():
    calm = units(8, seed=50)
    found = [
        compare(units(level=s, pitch=s, pitch_range=s, pace=s, brightness=s), calm).index for s in (0, 0.5, 1, 1.5, 2)
    ]
    assert found == sorted(found, reverse=True)
    assert found[2] < 0.5
    assert found[4] < 0.15


@pytest.mark.parametrize("cue", CUES)
def test_one_cue_alone_never_decides(cue):
    assert compare(units(**{cue: 3.0}), units(8, seed=50)).index > 0.3


@pytest.mark.parametrize("cue", CUES)
def test_quieter_lower_slower_is_not_agitated(cue):
    assert compare(units(**{cue: -2.0}), units(8, seed=50)).index > 0.8


def test_a_short_outburst_in_a_long_calm_call_counts():
    calm, loud = units(16, seed=3), units(4, seed=4, level=1.5, pitch=1.5)
    both = Units(
        spans=calm.spans + loud.spans, cues={name: np.concatenate([calm.cues[name], loud.cues[name]]) for name in CUES}
    )
    assert compare(both, units(8, seed=50)).index < 0.7


def test_a_cue_that_is_missing_is_left_out():
    now, calm = units(level=1, pitch=1), units(8, seed=50)
    now.cues["pace"][:] = np.nan
    found = compare(now, calm)
    assert "pace" not in found.changes
    assert 0 < found.index < 0.9
    assert found.confidence < compare(units(level=1, pitch=1), calm).confidence


def test_nothing_to_compare_is_none():
    nothing = Units(spans=(), cues={name: np.zeros(0) for name in CUES})
    assert compare(nothing, units()) is None
    assert compare(units(), nothing) is None


def test_units_are_about_two_seconds():
    found = cut_units([Span(0, 16000 * 7), Span(200000, 205000)])
    assert [unit.duration for unit in found] == [28000] * 4


def test_outbursts_are_a_step_above_the_customers_middle():
    level = np.full(4000, -30.0, np.float32)
    level[1000:1200] = -22
    spans = [Span(i * 160, (i + 200) * 160) for i in (0, 500, 1000, 1500, 2000)]
    assert outbursts(spans, level) == (Span(160000, 192000),)
    assert outbursts(spans[:2], level) == ()


def talk(f0=120.0, level=0.05, syllable=0.22, glide=3.0, seed=0, phrases=6):
    parts = [silence(0.5)]
    for i in range(phrases):
        parts += [say(2.4, f0=f0, level=level, syllable=syllable, glide=glide, seed=seed + i), silence(0.5)]
    return parts


def test_calm_and_agitated_delivery_from_audio():
    calm = join(*talk(seed=20))
    again = measure_call(join(*talk(seed=40)), baseline=calm).measures
    agitated = measure_call(join(*talk(f0=160, level=0.15, syllable=0.16, glide=9, seed=60)), baseline=calm).measures
    assert again["steadiness"].value > 0.85
    assert agitated["steadiness"].value < 0.5
    assert agitated["level_change_db"].value == pytest.approx(9.5, abs=1)
    assert agitated["f0_change_semitones"].value == pytest.approx(5, abs=1)
    assert agitated["steadiness"].spans


def test_the_first_quarter_minute_is_the_baseline():
    track = join(*talk(seed=20, phrases=7), *talk(f0=160, level=0.15, syllable=0.16, glide=9, seed=60))
    found = measure_call(track).measures
    assert found["steadiness"].value < 0.5
    assert found["f0_change_semitones"].value == pytest.approx(5, abs=1)


def test_too_short_says_what_is_needed():
    found = measure_call(join(*talk(phrases=3))).measures["steadiness"]
    assert found.value is None
    assert "18 s needed without --baseline" in found.reason
    brief = measure_call(join(*talk()), baseline=join(silence(1), say(0.7), silence(1))).measures["steadiness"]
    assert "baseline too short" in brief.reason
