import numpy as np
import pytest

from simulator.cues.signal.nuclei import find_nuclei
from simulator.cues.signal.pitch import pitch_track
from tests.cues.voices import as_int16, buzz, silence, syllables, white

pytestmark = pytest.mark.unit


def nuclei(samples):
    return find_nuclei(samples, pitch_track(samples).f0_hz)


@pytest.mark.parametrize(("count", "rate"), [(6, 3.0), (12, 4.0), (15, 5.0), (18, 6.0)])
def test_each_vowel_is_one_nucleus_at_its_middle(count, rate):
    found = nuclei(np.concatenate([silence(0.5), syllables(count, rate=rate), silence(0.5)]))
    middles = 8000 + (np.arange(count) + 0.5) / rate * 16000
    assert found == pytest.approx(middles, abs=200)


def test_a_sustained_vowel_is_one_nucleus():
    swell = np.minimum(1, np.minimum(np.arange(32000), np.arange(32000)[::-1]) / 1600)
    vowel = as_int16(buzz(140, 2) / 32768 * swell)
    assert len(nuclei(np.concatenate([silence(0.3), vowel, silence(0.3)]))) == 1


def test_noise_and_silence_have_none():
    puffs = np.concatenate([np.concatenate([silence(0.3), white(0.1, seed=seed)]) for seed in range(8)])
    for samples in (silence(2), puffs, silence(0.005), np.zeros(0, np.int16)):
        assert len(nuclei(samples)) == 0


def test_vowels_25_db_below_the_loud_ones_do_not_count():
    loud, soft = syllables(4), syllables(4, level=0.1 * 10 ** (-30 / 20))
    assert len(nuclei(np.concatenate([loud, silence(0.4), soft, silence(0.3)]))) == 4


def test_the_count_does_not_depend_on_level():
    samples = np.concatenate([silence(0.3), syllables(9), silence(0.3)])
    assert len(nuclei(samples)) == len(nuclei(samples // np.int16(16))) == 9
