"""Angrier is higher, louder, faster and with shorter pauses, by our own cues; and no two voices sound alike."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from simulator.clock import to_seconds, total
from simulator.cues.signal.pitch import pitch_track
from simulator.speech.profiles import list_profiles
from simulator.speech.shaping import silences, speech_level_dbfs
from simulator.vocabulary import BANDS

pytestmark = pytest.mark.device
TEXT = (
    "I ordered that sofa three weeks ago, and it still has not come. I stayed at home all day on Thursday, "
    "and nobody came. So what are you going to do about it?"
)


@dataclass(frozen=True, kw_only=True)
class Heard:
    f0_hz: float
    level_dbfs: float
    words_per_second: float
    pause_s: float
    spectrum: np.ndarray


def heard(speech):
    samples = speech.samples / np.float32(32768)
    pauses = total(silences(samples))
    spectrum = np.abs(np.fft.rfft(samples[: len(samples) // 512 * 512].reshape(-1, 512) * np.hanning(512))) ** 2
    bands = spectrum.mean(axis=0)[10:108].reshape(-1, 7).mean(axis=1)
    shape = 10 * np.log10(bands)
    return Heard(
        f0_hz=float(np.nanmedian(pitch_track(speech.samples).f0_hz)),
        level_dbfs=speech_level_dbfs(samples),
        words_per_second=len(TEXT.split()) / to_seconds(len(speech.samples) - pauses),
        pause_s=to_seconds(pauses),
        spectrum=shape - shape.mean(),
    )


@pytest.fixture(scope="module")
def everyone(tmp_path_factory):
    from simulator.speech.voice import open_voice

    cache = tmp_path_factory.mktemp("cache")
    found = {}
    for profile in list_profiles():
        voice = open_voice(profile, cache=cache)
        found[profile.name] = {band: heard(voice.speak(TEXT, band)) for band in BANDS}
        voice.close()
    return found


@pytest.mark.parametrize("name", [profile.name for profile in list_profiles()])
def test_every_band_up_is_heard(everyone, name):
    ladder = [everyone[name][band] for band in BANDS]
    for calmer, angrier in itertools.pairwise(ladder):
        assert angrier.level_dbfs > calmer.level_dbfs + 1.0
        assert angrier.words_per_second > calmer.words_per_second * 1.02
        assert angrier.pause_s <= calmer.pause_s
        assert angrier.f0_hz > calmer.f0_hz * 0.99
    first, last = ladder[0], ladder[-1]
    assert 12 * np.log2(last.f0_hz / first.f0_hz) > 3.0
    assert last.level_dbfs - first.level_dbfs == pytest.approx(9.0, abs=1.0)
    assert last.words_per_second > 1.25 * first.words_per_second
    assert last.pause_s < 0.5 * first.pause_s


def test_no_two_voices_sound_alike(everyone):
    for one, two in itertools.combinations(everyone, 2):
        a, b = everyone[one]["cool"], everyone[two]["cool"]
        semitones = abs(12 * np.log2(a.f0_hz / b.f0_hz))
        timbre_db = float(np.sqrt(np.mean((a.spectrum - b.spectrum) ** 2)))
        assert semitones > 1.0 or timbre_db > 2.0, f"{one} and {two}: {semitones:.1f} semitones, {timbre_db:.1f} dB"


def test_women_are_higher_than_men(everyone):
    women = [everyone[profile.name]["cool"].f0_hz for profile in list_profiles() if profile.gender == "woman"]
    men = [everyone[profile.name]["cool"].f0_hz for profile in list_profiles() if profile.gender == "man"]
    assert min(women) > max(men) * 1.2
