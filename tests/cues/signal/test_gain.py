import numpy as np
import pytest

from simulator.clock import Span
from simulator.cues.measure import measure_call
from simulator.cues.signal.gain import gain_rise_db, suspect_gain
from simulator.cues.signal.level import level_track
from tests.cues.voices import as_int16, buzz, white

pytestmark = pytest.mark.unit
SPEECH, PAUSE = 1.5, 1.5


def call(pauses=6):
    """Speech and pauses in a noise 40 dB below it, as float, and where the speech is."""
    parts = [np.concatenate([buzz(150, SPEECH), np.zeros(round(PAUSE * 16000), np.int16)]) for _ in range(pauses)]
    audio = np.concatenate(parts) / 32768
    length = round((SPEECH + PAUSE) * 16000)
    speech = [Span(i * length, i * length + round(SPEECH * 16000)) for i in range(pauses)]
    return audio + white(len(audio) / 16000, 0.001)[: len(audio)] / 32768, speech


def automatic_gain(audio, release_db_s):
    """Turn down at once to -26 dBFS, up again at `release_db_s`, by at most 20 dB."""
    power = np.mean(audio.reshape(-1, 160) ** 2, axis=1)
    wanted = np.clip(-26 - 10 * np.log10(power + 1e-12), 0, 20)
    gain, now = np.empty(len(power)), 20.0
    for i, want in enumerate(wanted):
        now = min(want, now + release_db_s / 100)
        gain[i] = now
    return audio * 10 ** (np.repeat(gain, 160) / 20)


def test_a_plain_headset_is_not_suspected():
    audio, speech = call()
    level = level_track(as_int16(audio))
    assert gain_rise_db(level, speech) == pytest.approx(0, abs=0.5)
    assert suspect_gain(level, speech) is None


@pytest.mark.parametrize("release_db_s", [8, 15])
def test_a_gain_that_recovers_in_pauses_is_suspected(release_db_s):
    audio, speech = call()
    level = level_track(as_int16(automatic_gain(0.4 * audio, release_db_s)))
    assert "automatic gain suspected: the noise rises by" in suspect_gain(level, speech)


def test_too_few_pauses_or_digital_silence_tell_nothing():
    audio, speech = call(pauses=4)
    assert gain_rise_db(level_track(as_int16(audio)), speech) is None
    assert gain_rise_db(np.full(2000, -120, np.float32), [Span(i * 32000, i * 32000 + 8000) for i in range(8)]) is None


def test_the_fading_of_a_room_is_no_gain():
    level = np.full(3000, -60, np.float32)
    speech = [Span(i * 48000, i * 48000 + 16000) for i in range(10)]
    for span in speech:
        level[span.stop // 160 :][:100] = np.linspace(-30, -60, 100)
    assert suspect_gain(level, speech) is None


def test_a_measurement_then_says_why_it_has_no_change_of_level():
    audio, _ = call(pauses=14)
    plain, gained = (measure_call(as_int16(sound)) for sound in (audio, automatic_gain(0.4 * audio, 8)))
    assert plain.measures["level_change_db"].value == pytest.approx(0, abs=1)
    assert "automatic gain suspected" in gained.measures["level_change_db"].reason
