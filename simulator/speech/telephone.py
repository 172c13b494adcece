"""The telephone: a band of 300 to 3400 Hz, and a touch of line noise for who wants it.

References
----------
ITU-T G.712 (2001), the voice-frequency band of a telephone channel, 300 to 3400 Hz.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ

LOW_HZ = 300.0
HIGH_HZ = 3400.0
TAPS = 513
"""A Hamming window of this length falls off over about 100 Hz (3.3 / length, in cycles a sample)."""


@functools.cache
def _band() -> NDArray[np.float64]:
    at = np.arange(TAPS) - TAPS // 2
    low, high = (2 * edge / RATE_HZ for edge in (LOW_HZ, HIGH_HZ))
    taps: NDArray[np.float64] = (high * np.sinc(high * at) - low * np.sinc(low * at)) * np.hamming(TAPS)
    return taps


def telephone_band(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the telephone band of 16 kHz audio, in step with it.

    Parameters
    ----------
    samples : float32, shape (n,)

    Returns
    -------
    band : float32, shape (n,)
        Linear phase, without delay.

    Examples
    --------
    >>> times = np.arange(16000) / 16000
    >>> [round(float(np.abs(telephone_band(np.sin(2 * np.pi * hz * times).astype(np.float32))[4000:12000]).max()), 2)
    ...  for hz in (100, 1000, 5000)]
    [0.0, 1.0, 0.0]
    """
    padded = np.pad(samples.astype(np.float64), TAPS // 2)
    return np.convolve(padded, _band(), mode="valid").astype(np.float32)


def line_noise(count: int, *, level_dbfs: float, seed: int) -> NDArray[np.float32]:
    """Return `count` samples of hiss in the telephone band, the same for the same seed.

    Parameters
    ----------
    count : int
    level_dbfs : float
        RMS; about -60 is a clean line, -50 a poor one.
    seed : int
    """
    hiss = telephone_band(np.random.default_rng(seed).standard_normal(count + TAPS).astype(np.float32))[:count]
    rms = np.sqrt(np.mean(hiss.astype(np.float64) ** 2)) if count else 1.0
    return (hiss * (10 ** (level_dbfs / 20) / rms)).astype(np.float32)
