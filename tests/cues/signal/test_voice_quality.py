import numpy as np
import pytest

from simulator.cues.signal.pitch import pitch_track
from simulator.cues.signal.voice_quality import voice_quality
from tests.cues.voices import as_int16, buzz, silence

pytestmark = pytest.mark.unit


def measured(samples, *, snr_db=60.0, clipped=0.0):
    track = pitch_track(samples)
    return voice_quality(samples, track.f0_hz, track.strength, snr_db=snr_db, clipped=clipped)


def two_tones(high_db):
    """A voice of 200 Hz whose harmonics over 1 kHz lie `high_db` against those under it."""
    time = np.arange(32000) / 16000
    low = sum(np.sin(2 * np.pi * 200 * k * time) for k in range(1, 5))
    high = sum(np.sin(2 * np.pi * 200 * k * time) for k in range(6, 10))
    return as_int16(0.02 * (low + 10 ** (high_db / 20) * high))


@pytest.mark.parametrize("high_db", [-30, -20, -10, 0])
def test_alpha_ratio_is_the_ratio_of_the_bands(high_db):
    assert measured(two_tones(high_db))["alpha_ratio_db"].value == pytest.approx(high_db, abs=0.2)


@pytest.mark.parametrize("hnr_db", [5, 10, 20, 30])
def test_harmonics_to_noise_is_what_was_mixed(hnr_db):
    found = measured(buzz(200, 5, noise_db=hnr_db))["harmonics_to_noise_db"]
    assert found.value == pytest.approx(hnr_db, abs=1.0)


def test_level_does_not_matter():
    loud, soft = (measured(two_tones(-15) // np.int16(by)) for by in (1, 8))
    for key, found in loud.items():
        assert soft[key].value == pytest.approx(found.value, abs=found.error)


def reasons(found):
    return {key: measure.reason for key, measure in found.items()}


def test_what_cannot_be_told_says_why():
    assert set(reasons(measured(silence(1))).values()) == {"too short: 0.0 s of voiced speech, 0.5 s needed"}
    noisy = reasons(measured(two_tones(-10), snr_db=12))
    assert set(noisy.values()) == {"too noisy: speech is 12 dB above the noise, 25 dB needed"}
    clipped = measured(two_tones(-10), clipped=0.02)
    assert clipped["alpha_ratio_db"].reason == "clipped: 2.0% of the speech is at full scale"
    assert clipped["harmonics_to_noise_db"].value is not None


def test_a_telephone_line_is_recognised():
    time = np.arange(32000) / 16000
    phone = as_int16(0.02 * sum(np.sin(2 * np.pi * 150 * k * time) for k in range(2, 22)))
    assert "telephone band" in measured(phone)["alpha_ratio_db"].reason
