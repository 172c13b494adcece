"""Places are faint, in the telephone's band, without a seam, and no two alike; a breath is softer than its line."""

import itertools

import numpy as np
import pytest

from simulator.clock import BLOCK
from simulator.speech.breaths import breath
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
