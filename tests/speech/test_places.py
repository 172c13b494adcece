"""Places are faint, in the telephone's band, without a seam, and no two alike; a breath is softer than its line."""

import itertools

import numpy as np
import pytest

from simulator.clock import BLOCK
from simulator.cues.signal.pitch import pitch_track
from simulator.speech.breaths import breath, hum, intake, sigh
from simulator.speech.places import LEVEL_DBFS, LOOP, PLACES, PlaceSound

pytestmark = pytest.mark.unit
HEARD = [place for place in PLACES if place != "quiet"]


def whole(place, seed=1):
    sound = PlaceSound(place, seed=seed)
    return np.concatenate([sound.block(at) for at in range(0, LOOP, BLOCK)]).astype(np.float64) / 32768


def spectrum(samples):
    return np.abs(np.fft.rfft(samples)) ** 2


@pytest.mark.parametrize("place", HEARD)
def test_a_place_is_faint_and_in_the_band(place):
    made = whole(place)
    assert 10 * np.log10(np.mean(made**2)) == pytest.approx(LEVEL_DBFS, abs=0.5)
    power, hz = spectrum(made), np.fft.rfftfreq(LOOP, 1 / 16_000)
    assert power[(hz < 250) | (hz > 4200)].sum() < 0.03 * power.sum()
    assert np.abs(made).max() < 10 ** (-20 / 20)


@pytest.mark.parametrize("place", HEARD)
def test_the_loop_has_no_seam_and_no_two_calls_the_same(place):
    made = whole(place)
    steps = np.abs(np.diff(np.concatenate((made, made[:1]))))
    assert steps[-1] <= steps[:-1].max()
    sound = PlaceSound(place, seed=1)
    assert np.array_equal(sound.block(3 * LOOP + 640), sound.block(640))
    assert np.array_equal(whole(place), made)
    assert not np.array_equal(whole(place, seed=2), made)


def test_no_two_places_sound_alike():
    shapes = {}
    for place in HEARD:
        made = whole(place)
        bands = np.array([part.sum() for part in np.array_split(spectrum(made)[6000:68000], 8)])
        shapes[place] = 10 * np.log10(bands / bands.sum())
    for one, two in itertools.combinations(HEARD, 2):
        assert np.sqrt(np.mean((shapes[one] - shapes[two]) ** 2)) > 1.5, f"{one} and {two}"


def test_a_quiet_place_is_silent():
    assert not whole("quiet").any()


def test_a_breath_is_soft_and_comes_before_long_lines_alone():
    line = (0.3 * np.sin(np.arange(64_000) * 0.05)).astype(np.float32)
    text = "I stayed at home all day on Thursday, and nobody came, and nobody rang."
    deep, sharp = (breath(text, line, 32_000, sharpness=sharpness) for sharpness in (0.0, 1.0))
    assert len(deep) > len(sharp) > 0
    for drawn in (deep, sharp):
        assert 0.001 < np.abs(drawn).max() < 0.1 * np.abs(line).max()
    assert np.array_equal(breath(text, line, 32_000, sharpness=0.0), deep)
    assert len(breath("No.", line, 32_000, sharpness=0.0)) == 0


@pytest.mark.parametrize(
    "make", [lambda: sigh(1), lambda: intake(1), lambda: hum(200.0)], ids=["sigh", "intake", "hum"]
)
def test_a_sound_without_words_is_short_in_the_band_and_always_the_same(make):
    sound = make()
    power, hz = spectrum(sound), np.fft.rfftfreq(len(sound), 1 / 16_000)
    assert power[(hz < 250) | (hz > 3500)].sum() < 0.01 * power.sum()
    assert 0.2 <= len(sound) / 16_000 <= 1.0
    assert np.abs(sound[[0, -1]]).max() < 0.1 * np.abs(sound).max()
    assert np.array_equal(make(), sound)


def test_a_sigh_fades_an_intake_grows_and_a_hum_has_the_pitch_of_its_speaker():
    halves = lambda sound: [float(np.mean(half**2)) for half in np.array_split(sound, 2)]  # noqa: E731
    assert halves(sigh(1))[0] > 2 * halves(sigh(1))[1]
    assert halves(intake(1))[1] > 2 * halves(intake(1))[0]
    f0_hz = pitch_track(np.round(hum(200.0) * 3000).astype(np.int16)).f0_hz
    assert np.nanmedian(f0_hz) == pytest.approx(200 * 2 ** (-1.5 / 12), rel=0.06)
