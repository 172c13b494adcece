"""What noise, a soft headset and clipping take away, from one track, from two, and where the lines are known."""

import numpy as np
import pytest

from simulator.clock import Span, from_ms
from simulator.cues.measure import measure_call
from simulator.cues.reliability import BETWEEN, LOOSER, OVERLAPS, SHARES, SPEECH
from simulator.cues.voice import clipped_share
from tests.cues.voices import join, say, silence

pytestmark = pytest.mark.unit


def phrases(*, level=0.1, noise=0.0001, seed=1):
    parts = [silence(1)]
    for n in range(5):
        parts += [say(2, level=level, seed=seed + n), silence(0.6 + 0.1 * n)]
    return join(*parts, noise=noise, seed=seed)


def lost(found, keys):
    return {found[key].reason and found[key].reason.split(":")[0] for key in keys}


WORDLESS = {"words_per_minute", "articulation_rate_from_words", "steadiness_in_outbursts"}
"""Without a transcript, without the customer's track."""
OWN = [key for key in SPEECH if key not in WORDLESS]


def test_noise_takes_the_speech_and_its_pitch():
    found = measure_call(phrases(noise=0.045)).measures
    assert lost(found, [*OWN, "f0_median_hz", "f0_range_semitones"]) == {"too noisy"}
    assert "14 dB needed" in found["speaking_ms"].reason
    assert found["snr_db"].value < 14


def test_a_headset_turned_far_down_keeps_its_pitch_only():
    found = measure_call(phrases(level=0.0005, noise=0.00001)).measures
    assert lost(found, OWN) == {"too quiet"}
    assert "dBFS needed" in found["pauses"].reason
    assert found["f0_median_hz"].value == pytest.approx(120, rel=0.02)


def test_heavy_clipping_takes_what_stands_on_soft_speech():
    loud = np.clip(phrases().astype(np.int32) * 20, -32768, 32767).astype(np.int16)
    found = measure_call(loud).measures
    assert lost(found, OWN) == {"clipped"}
    assert found["f0_median_hz"].value == pytest.approx(120, rel=0.02)


def test_a_good_recording_loses_nothing():
    found = measure_call(phrases()).measures
    assert lost(found, ("speaking_ms", "pauses", "level_dbfs", "f0_median_hz", "articulation_rate")) == {None}


@pytest.fixture(scope="module")
def tracks():
    customer = join(silence(1), say(3, f0=210, seed=7), silence(5), say(4, f0=210, seed=8), silence(2))
    trainee = [silence(4.8), say(3.2), silence(3), say(1.8, seed=4), silence(2.2)]
    return join(*trainee, seed=9), join(*trainee, noise=0.045, seed=9), customer


def test_a_noisy_side_takes_what_lies_between_the_two(tracks):
    _, noisy, customer = tracks
    found = measure_call(noisy, customer).measures
    assert lost(found, (*BETWEEN, *SHARES, *OVERLAPS)) == {"too noisy"}
    assert found["interruptions"].value is not None
    turned = measure_call(customer, noisy).measures
    assert turned["talk_share"].reason.startswith("the customer's track is too noisy")
    assert turned["speaking_ms"].value == pytest.approx(7000, abs=150)


def test_known_lines_leave_the_answers_with_a_larger_error(tracks):
    clean, noisy, customer = tracks
    lines = [Span(from_ms(1000), from_ms(4000)), Span(from_ms(9000), from_ms(13000))]
    sure, unsure = (measure_call(own, customer, customer_turns=lines).measures for own in (clean, noisy))
    assert unsure["median_response_ms"].error == pytest.approx(LOOSER * sure["median_response_ms"].error)
    assert unsure["backchannels"].value is not None


def test_every_value_has_a_confidence_and_noise_lowers_it(tracks):
    clean, noisy, customer = tracks
    sure, unsure = measure_call(clean, customer).measures, measure_call(noisy, customer).measures
    for found in (sure, unsure):
        assert all(0 <= m.confidence <= 1 for m in found.values() if m.value is not None)
    assert sure["interruptions"].confidence == 1
    assert unsure["interruptions"].confidence < 0.5
    assert unsure["interruptions"].confidence == unsure["snr_db"].confidence


def test_a_noisy_baseline_is_none():
    steady = measure_call(phrases(), baseline=phrases(noise=0.045, seed=3)).measures["steadiness"]
    assert steady.reason.startswith("baseline too noisy")


def test_peaks_cut_off_below_full_scale_are_seen():
    samples = phrases()
    whole = [Span(0, len(samples))]
    assert clipped_share(samples, whole) < 0.0005
    assert clipped_share(np.clip(samples, -6000, 6000), whole) > 0.005


@pytest.mark.parametrize("hz", [80, 100, 150, 220])
def test_a_pure_tone_is_not_clipped_until_it_is(hz):
    tone = 6000 * np.sin(np.arange(32000) * 2 * np.pi * hz / 16000)
    whole = [Span(0, len(tone))]
    assert clipped_share(tone.astype(np.int16), whole) == 0
    assert clipped_share(np.clip(tone * 1.2, -6000, 6000).astype(np.int16), whole) > 0.3
