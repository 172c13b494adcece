import itertools

import numpy as np
import pytest

from simulator.cues.signal.bands import BAND_EDGES_HZ, WINDOW, band_powers
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
