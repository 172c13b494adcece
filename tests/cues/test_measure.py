import numpy as np
import pytest

from simulator.clock import Span, from_ms, from_seconds
from simulator.cues.catalogue import SPECS
from simulator.cues.contract import MeasureOutput
from simulator.cues.export.document import to_document, to_json
from simulator.cues.measure import measure_call, measure_spans
from simulator.cues.talk.filled import steady_voices
from simulator.cues.talk.overlaps import CustomerLine
from simulator.events import Word
from tests.cues.voices import join, say, silence

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def call():
    """The customer speaks 1-4 s and 9-13 s; the trainee answers 4.8-8 s and cuts in at 11-12.8 s."""
    customer = join(silence(1), say(3, f0=210, seed=7), silence(5), say(4, f0=210, seed=8), silence(2))
    trainee = join(silence(4.8), say(3.2), silence(3), say(1.8, seed=4), silence(2.2), seed=9)
    return trainee, customer


def test_a_whole_call(call):
    found = measure_call(*call).measures
    assert found["talk_share"].value == pytest.approx(5 / 12, abs=0.01)
    assert found["median_response_ms"].value == pytest.approx(800, abs=60)
    assert found["interruptions"].value == 1
    assert found["backchannels"].value == found["collisions"].value == found["dead_air"].value == 0
    assert found["level_dbfs"].value == pytest.approx(-20, abs=0.5)
    assert found["f0_median_hz"].value == pytest.approx(120, rel=0.02)
    assert found["articulation_rate"].value == pytest.approx(5, rel=0.15)
    assert found["words_per_minute"].reason == "no transcript: give the words with --transcript"


def test_every_measure_is_there_with_its_unit(call):
    for found in (measure_call(*call), measure_call(call[0]), measure_spans(160000, [Span(0, 16000)], None)):
        assert list(found.measures) == list(SPECS)
        for key, measure in found.measures.items():
            assert measure.unit == SPECS[key].unit
            assert (measure.value is None) == (measure.reason is not None)


def test_the_same_call_gives_the_same_bytes(call):
    assert to_json(measure_call(*call)) == to_json(measure_call(*call))


def test_the_document_has_the_published_shape_to_the_byte(call):
    words = [Word(word="sorry", span=Span(from_ms(9000), from_ms(9300)), confidence=0.9)]
    for found in (
        measure_call(*call, words=words),
        measure_call(call[0]),
        measure_spans(160000, [Span(0, 16000)], None),
    ):
        assert MeasureOutput.model_validate(to_document(found)).to_json() == to_json(found)


def test_without_audio_the_voice_is_unmeasurable():
    found = measure_spans(from_seconds(20), [Span(16000, 48000)], [Span(64000, 96000)], words=[])
    assert found.measures["speaking_ms"].value == 2000
    assert found.measures["filled_pauses"].value == 0
    for key in ("level_dbfs", "f0_median_hz", "steadiness", "articulation_rate_from_audio", "snr_db"):
        assert found.measures[key].reason == "no audio"


def test_a_known_line_is_cut_to_what_is_heard(call):
    line = CustomerLine(span=Span(from_ms(8500), from_ms(13400)), would_stop=from_ms(16000))
    found = measure_call(*call, customer_turns=[Span(from_ms(900), from_ms(4100)), line])
    (overlap,) = found.overlaps
    assert overlap.kind == "interruption"
    assert overlap.customer_left == pytest.approx(from_ms(5000), abs=from_ms(60))


def test_tracks_differ_in_length(call):
    found = measure_call(call[0][: from_seconds(8)], call[1])
    assert found.duration == from_seconds(15)
    assert found.measures["interruptions"].value == 0


def test_clipped_speech_has_no_level(call):
    loud = np.clip(call[0].astype(np.int32) * 20, -32768, 32767).astype(np.int16)
    found = measure_call(loud).measures
    assert found["clipped"].value > 0.01
    assert "clipped" in found["level_dbfs"].reason
    assert found["f0_median_hz"].value == pytest.approx(120, rel=0.05)


def test_speech_in_loud_noise_says_so():
    track = join(silence(2), say(3, level=0.03), silence(1), say(3, level=0.03, seed=5), silence(3), noise=0.012)
    found = measure_call(track).measures
    assert "too noisy" in found["pauses"].reason
    assert "14 dB needed" in found["steadiness"].reason


@pytest.mark.parametrize("samples", [0, 1, 100, 320, 5000])
def test_almost_nothing_is_measured_without_a_fault(samples):
    found = measure_call(np.zeros(samples, np.int16), np.zeros(samples // 2, np.int16))
    assert found.duration == samples
    assert found.measures["talk_share"].reason == "nobody spoke"
    assert to_document(found)["duration_ms"] == pytest.approx(samples / 16, abs=0.001)


def hum(seconds, f0=118.0):
    """One vowel on one pitch: an um as audio shows it."""
    time = np.arange(round(seconds * 16000)) / 16000
    wave = sum(np.sin(2 * np.pi * f0 * k * time) / (1 + ((f0 * k - 500) / 200) ** 2) for k in range(1, 20))
    return 0.05 * wave * np.clip(np.minimum(time, time[-1] - time) / 0.02, 0, 1)


def test_a_filled_pause_is_heard_without_words():
    track = join(silence(0.5), say(1.5, glide=5), silence(0.4), hum(0.45), silence(0.5), say(1.5, glide=5), silence(1))
    found = measure_call(track)
    assert found.measures["filled_pauses"].value == 1
    (span,) = found.filled_pauses
    assert span.start == pytest.approx(from_ms(2400), abs=from_ms(60))
    assert span.duration == pytest.approx(from_ms(450), abs=from_ms(60))
    assert found.measures["filled_pauses"].confidence == 0.5


def test_a_filled_pause_that_words_and_audio_know_counts_once():
    track = join(silence(0.5), say(1.5, glide=5), silence(0.4), hum(0.45), silence(0.5), say(1.5, glide=5), silence(1))
    um = Word(word="um", span=Span(from_ms(2450), from_ms(2800)), confidence=0.9)
    assert measure_call(track, words=[um]).measures["filled_pauses"].value == 1
    drawn = Word(word="so", span=Span(from_ms(2400), from_ms(2850)), confidence=0.9)
    assert measure_call(track, words=[drawn]).measures["filled_pauses"].value == 0


@pytest.mark.parametrize(("seconds", "count"), [(0.8, 1), (0.3, 0)])
def test_a_filled_pause_without_a_silence_beside_it_must_be_long(seconds, count):
    stop = silence(0.08)
    track = join(silence(0.5), say(1.5, glide=5), stop, hum(seconds), stop, say(1.5, glide=5), silence(1))
    assert measure_call(track).measures["filled_pauses"].value == count


def test_no_voice_has_no_filled_pause():
    assert steady_voices(np.zeros(16000, np.int16), np.full(100, np.nan, np.float32), ()) == ()
