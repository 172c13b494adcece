import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cues.bands import BAND_EDGES_HZ, WINDOW, band_powers
from simulator.cues.percentiles import median, percentile, percentiles
from tests.cues.voices import buzz, silence, white

pytestmark = pytest.mark.unit


def by_transform(samples):
    """The same by numpy's Fourier transform, frame by frame."""
    window = np.hanning(WINDOW)
    padded = np.pad(samples / 32768, (48, 48))
    frames = np.stack([padded[at * 160 : at * 160 + WINDOW] for at in range(len(samples) // 160)])
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2 * 2 / (WINDOW * np.sum(window**2))
    edges = [round(hz * WINDOW / 16000) for hz in BAND_EDGES_HZ]
    return np.stack([power[:, low:high].sum(axis=1) for low, high in itertools.pairwise(edges)], axis=1)


@pytest.mark.parametrize("samples", [buzz(133.0, 1), white(0.7), silence(0.2), buzz(250, 0.09)], ids=len)
def test_bands_are_those_of_the_fourier_transform(samples):
    found = band_powers(samples)
    assert found == pytest.approx(by_transform(samples), rel=1e-3, abs=1e-10)
    assert found.dtype == np.float32


def test_a_long_recording_reads_as_its_parts():
    samples = np.concatenate([buzz(150, 6), white(6)])
    assert band_powers(samples)[900:1100] == pytest.approx(band_powers(samples[890 * 160 :])[10:210], rel=1e-4)


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=50), st.integers(0, 100))
def test_percentiles_are_numpys(values, percent):
    assert percentile(values, percent) == pytest.approx(np.percentile(values, percent), rel=1e-6, abs=1e-3)
    assert percentiles(values, 5, 50)[1] == median(values) == pytest.approx(np.median(values), rel=1e-6, abs=1e-3)


def test_the_median_leaves_out_what_is_no_number():
    assert median([np.nan, 1.0, 3.0]) == 2.0
    assert np.isnan(median([np.nan]))
