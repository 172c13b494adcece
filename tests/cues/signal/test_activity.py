import numpy as np
import pytest

from simulator.clock import Span, from_seconds, span_ms
from simulator.cues.signal.activity import find_speech
from simulator.errors import InputError
from tests.cues.voices import join, say, silence

pytestmark = pytest.mark.unit

TALK = [silence(1), say(2), silence(0.6), say(1.5, f0=200, seed=3), silence(1.2), say(0.4, seed=4), silence(2)]
TRUTH_MS = [(1000, 3000), (3600, 5100), (6300, 6700)]


def assert_spans(speech, truth_ms, within_ms=40):
    found = [span_ms(span) for span in speech]
    assert len(found) == len(truth_ms), found
    for (start, stop), (want_start, want_stop) in zip(found, truth_ms, strict=True):
        assert abs(start - want_start) <= within_ms, found
        assert abs(stop - want_stop) <= within_ms, found


def test_speech_is_found_where_it_is():
    assert_spans(find_speech(join(*TALK)).speech, TRUTH_MS)


@pytest.mark.parametrize("gain_db", [-30, -20, 12])
def test_level_does_not_matter(gain_db):
    gain = 10 ** (gain_db / 20)
    assert_spans(find_speech(join(*[part * gain for part in TALK], noise=0.0001 * gain)).speech, TRUTH_MS)


@pytest.mark.parametrize("noise", [0.001, 0.01])
def test_steady_noise_does_not_matter(noise):
    assert_spans(find_speech(join(*TALK, noise=noise)).speech, TRUTH_MS, within_ms=130)


def test_mains_hum_and_offset_do_not_matter():
    track = join(*TALK).astype(float)
    time = np.arange(len(track)) / 16000
    spoilt = track + 1500 * np.sin(2 * np.pi * 50 * time) + 900
    assert_spans(find_speech(np.rint(spoilt).astype(np.int16)).speech, TRUTH_MS)


@pytest.mark.parametrize(
    "track",
    [
        np.zeros(0, np.int16),
        np.zeros(1, np.int16),
        np.zeros(159, np.int16),
        np.zeros(32000, np.int16),
        np.full(32000, 5000, np.int16),
        join(silence(5), noise=0.05),
        join(silence(5), noise=0.00002),
    ],
    ids=["empty", "one", "159", "silence", "offset", "noise", "converter-noise"],
)
def test_what_is_no_speech(track):
    found = find_speech(track)
    assert found.speech == ()
    assert found.speech_dbfs is None


def tone(hz, duration_s, amplitude=0.3):
    return amplitude * np.sin(2 * np.pi * hz * np.arange(round(duration_s * 16000)) / 16000)


@pytest.mark.parametrize("ends_s", [0, 0.2, 0.5])
def test_a_held_voice_without_a_silence_is_speech(ends_s):
    assert_spans(
        find_speech(join(silence(ends_s), tone(180, 5), silence(ends_s), noise=0)).speech,
        [(ends_s * 1000, ends_s * 1000 + 5000)],
    )


def test_hum_that_is_soft_or_long_is_no_speech():
    assert find_speech(join(tone(100, 10, 0.002), noise=0)).speech == ()
    assert find_speech(join(tone(100, 25), noise=0)).speech == ()


def test_keyboard_clicks_are_no_speech():
    track = join(*TALK).astype(float)
    rng = np.random.default_rng(5)
    for at in from_seconds(7.2) + 2400 * np.arange(6):
        track[at : at + 600] += 6000 * rng.standard_normal(600) * np.exp(-np.arange(600) / 120)
    assert_spans(find_speech(np.rint(track).clip(-32768, 32767).astype(np.int16)).speech, TRUTH_MS)


@pytest.mark.parametrize(("gap_s", "stretches"), [(0.1, 1), (0.2, 1), (0.35, 2), (0.6, 2)])
def test_a_pause_begins_at_a_quarter_of_a_second(gap_s, stretches):
    track = join(silence(1), say(1), silence(gap_s), say(1, seed=9), silence(1))
    assert len(find_speech(track).speech) == stretches


def test_the_noise_is_told():
    found = find_speech(join(*TALK, noise=0.01))
    assert found.snr_db == pytest.approx(24, abs=4)


def test_chunks_leave_no_seam():
    long = join(*TALK, *TALK, noise=0.0002)
    speech = find_speech(long).speech
    assert len(speech) == 6
    assert all(isinstance(span, Span) for span in speech)
    assert speech[5].start - speech[2].start == pytest.approx(from_seconds(8.7), abs=320)


def test_float_audio_is_refused():
    with pytest.raises(InputError, match="int16"):
        find_speech(np.zeros(1600))
