"""Raw audio to a line: pauses, level, band, ends and word times, on made-up signals with known answers."""

import itertools

import numpy as np
import pytest

from simulator.clock import RATE_HZ, Span, from_ms, from_seconds
from simulator.speech.profiles import Delivery
from simulator.speech.recognition.word_times import word_spans
from simulator.speech.rendering import Rendering
from simulator.speech.shaping import LineEffect, line_noise, shape, silences, speech_level_dbfs, telephone_band

pytestmark = pytest.mark.unit
DRY = LineEffect(telephone=False)


def tone(seconds, hz=1000.0, level=0.1, rate_hz=RATE_HZ):
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    return (level * np.sin(2 * np.pi * hz * times)).astype(np.float32)


def quiet(seconds, rate_hz=RATE_HZ):
    return np.zeros(round(seconds * rate_hz), np.float32)


def said(*parts, rate_hz=RATE_HZ, onsets=()):
    return Rendering(samples=np.concatenate(parts), rate_hz=rate_hz, onsets=onsets)


def delivery(level_dbfs=-20.0, pauses=1.0):
    return Delivery(rate_wpm=170, pitch_semitones=0, range_percent=50, level_dbfs=level_dbfs, pauses=pauses)


@pytest.mark.parametrize("level_dbfs", [-30.0, -23.0, -17.0])
@pytest.mark.parametrize("telephone", [True, False])
def test_a_line_has_the_level_that_was_asked_for(level_dbfs, telephone):
    speech = shape(said(tone(1.0)), "hello", delivery(level_dbfs), LineEffect(telephone=telephone))
    assert speech_level_dbfs(speech.samples / np.float32(32768)) == pytest.approx(level_dbfs, abs=0.3)


def test_nothing_passes_the_ceiling_however_loud():
    spiky = tone(1.0, level=0.01)
    spiky[::800] = 1.0
    speech = shape(said(spiky), "hello", delivery(-12.0), DRY)
    assert np.abs(speech.samples.astype(int)).max() <= 0.95 * 32767 + 1


@pytest.mark.parametrize(("factor", "wanted"), [(0.5, 0.2), (1.0, 0.4), (1.5, 0.6)])
def test_pauses_inside_a_line_become_longer_or_shorter(factor, wanted):
    speech = shape(said(tone(0.5), quiet(0.4), tone(0.5)), "one two", delivery(pauses=factor), DRY)
    (pause,) = silences(speech.samples / np.float32(32768))
    assert pause.duration == pytest.approx(from_seconds(wanted), abs=from_ms(25))


def test_words_move_with_the_pauses():
    onsets = ((0, 0.0), (4, 0.9))
    rendering = said(tone(0.5), quiet(0.4), tone(0.5), onsets=onsets)
    for factor, second in ((0.5, 0.7), (1.0, 0.9), (2.0, 1.3)):
        (_, first), (_, then) = shape(rendering, "one two", delivery(pauses=factor), DRY).words
        assert first.start == 0
        assert first.stop == pytest.approx(from_seconds(0.5), abs=from_ms(15))
        assert then.start == pytest.approx(from_seconds(second), abs=from_ms(15))


def test_the_silence_around_a_line_is_cut_off():
    speech = shape(said(quiet(0.5), tone(1.0), quiet(0.9)), "hello", delivery(), DRY)
    assert len(speech.samples) == pytest.approx(from_seconds(1.08), abs=from_ms(20))


@pytest.mark.parametrize("telephone", [True, False])
def test_a_line_begins_and_ends_without_a_click(telephone):
    speech = shape(
        said(tone(1.0, level=0.5)), "hello", delivery(-15.0), LineEffect(telephone=telephone, noise_dbfs=-50.0)
    )
    assert abs(int(speech.samples[0])) <= 1
    assert abs(int(speech.samples[-1])) <= 1


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_any_rate_comes_to_the_call_clock(rate_hz):
    speech = shape(said(tone(1.0, 440.0, rate_hz=rate_hz), rate_hz=rate_hz), "hello", delivery(), LineEffect())
    assert len(speech.samples) == pytest.approx(RATE_HZ, abs=from_ms(20))
    spectrum = np.abs(np.fft.rfft(speech.samples))
    assert np.argmax(spectrum) * RATE_HZ / len(speech.samples) == pytest.approx(440, abs=2)


def test_silence_from_the_engine_is_a_short_silence():
    speech = shape(said(quiet(1.0)), "...", delivery(), LineEffect())
    assert 0 < len(speech.samples) < from_ms(200)
    assert not speech.samples.any()
    assert speech.words == ()


def test_the_telephone_keeps_its_band_and_nothing_else():
    noise = np.random.default_rng(1).standard_normal(RATE_HZ * 4).astype(np.float32)
    power = np.abs(np.fft.rfft(telephone_band(noise))) ** 2
    at_hz = np.fft.rfftfreq(len(noise), 1 / RATE_HZ)
    inside = power[(at_hz > 400) & (at_hz < 3300)].mean()
    for outside in (at_hz < 200, (at_hz > 3500) & (at_hz < 8000)):
        assert 10 * np.log10(power[outside].mean() / inside) < -40


def test_line_noise_is_at_its_level_and_the_same_for_the_same_seed():
    hiss = line_noise(RATE_HZ, level_dbfs=-60.0, seed=7)
    assert 10 * np.log10(np.mean(hiss.astype(float) ** 2)) == pytest.approx(-60, abs=0.1)
    assert np.array_equal(hiss, line_noise(RATE_HZ, level_dbfs=-60.0, seed=7))
    assert not np.array_equal(hiss, line_noise(RATE_HZ, level_dbfs=-60.0, seed=8))
    assert not len(line_noise(0, level_dbfs=-60.0, seed=7))


def test_word_times_are_estimated_over_the_voiced_part_where_the_engine_is_silent():
    voiced = [Span(0, 400), Span(1000, 1400)]
    words = word_spans("aaaa bbbb cccc dddd", [], voiced=voiced)
    assert [span for _, span in words] == [Span(0, 200), Span(200, 400), Span(1000, 1200), Span(1200, 1400)]


def test_pauses_are_laid_where_the_text_has_a_mark_as_the_lengths_allow():
    voiced = [Span(0, 8000), Span(10_000, 26_000), Span(30_000, 46_000)]
    words = word_spans("No. Nobody rang me. Nobody ever rings!", [], voiced=voiced)
    starts = {word: span.start for word, span in words}
    assert (starts["Nobody"], starts["No."]) == (30_000, 0)
    assert [span.start for word, span in words if word == "Nobody"] == [10_000, 30_000]
    one_word = word_spans("Nobody", [], voiced=[Span(0, 400), Span(700, 1000)])
    assert one_word == (("Nobody", Span(0, 400)),)


def test_words_the_engine_does_not_time_share_what_lies_between_their_neighbours():
    words = word_spans("one — two three", [(0, 100), (10, 1100)], voiced=[Span(0, 1600)])
    starts = [span.start for _, span in words]
    assert starts[0] == 100
    assert starts[3] == 1100
    assert 100 < starts[1] < starts[2] < 1100


@pytest.mark.parametrize("text", ["one", "one two three four", "£45, “really”?", "a  b\nc"])
def test_words_are_those_of_the_text_in_order_and_apart(text):
    words = word_spans(text, [(0, 5)], voiced=[Span(0, 3000), Span(5000, 9000)])
    assert [word for word, _ in words] == text.split()
    for (_, one), (_, two) in itertools.pairwise(words):
        assert one.start < one.stop <= two.start + 1
