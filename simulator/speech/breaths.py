"""The breath before a long line: deep when calm, sharp when angry; made of noise, not of anybody's breath."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

LONG_LINE = 60
"""Characters of a line that takes a breath."""
BELOW_PEAK_DB = 31.0
"""How far a breath stays below the loudest moment of its line: not loud enough to count as speech for the level."""
DEEP_S, SHARP_S = 0.42, 0.2
LULL_S = 0.06
"""Between the breath and the first word."""
DEEP_HZ, SHARP_HZ = (500.0, 1800.0), (900.0, 3200.0)
PEAK_FRAME_S = 0.01


def breath(text: str, samples: NDArray[np.float32], rate_hz: float, *, sharpness: float) -> NDArray[np.float32]:
    """Return the breath before a line, with the lull after it; empty before a short line.

    Parameters
    ----------
    text : str
        Another text, another breath; the same text, the same one.
    samples : float32, shape (n,)
        The line, for its loudness.
    rate_hz : float
    sharpness : float
        0 is a deep breath, 1 a sharp intake.
    """
    if len(text) < LONG_LINE or not len(samples):
        return np.zeros(0, np.float32)
    seconds = DEEP_S + (SHARP_S - DEEP_S) * sharpness
    count = round(seconds * rate_hz)
    low, high = (deep + (sharp - deep) * sharpness for deep, sharp in zip(DEEP_HZ, SHARP_HZ, strict=True))
    random = np.random.default_rng(zlib.crc32(text.encode()))
    hz = np.fft.rfftfreq(count, 1 / rate_hz)
    size = np.exp(-(((np.maximum(hz, 1) - (low + high) / 2) / ((high - low) / 2)) ** 2))
    noise = np.fft.irfft(size * np.exp(2j * np.pi * random.random(len(hz))), count)
    # air is drawn in ever faster and then stops
    opening = np.sin(np.pi * np.linspace(0, 1, count) ** 1.6)
    drawn = noise / np.abs(noise).max() * opening
    frame = max(1, round(PEAK_FRAME_S * rate_hz))
    whole = len(samples) // frame * frame
    loudest = np.sqrt(np.mean(samples[:whole].reshape(-1, frame).astype(np.float64) ** 2, axis=1).max(initial=0.0))
    own = np.sqrt(np.mean(drawn[: count // frame * frame].reshape(-1, frame) ** 2, axis=1).max())
    lull = np.zeros(round(LULL_S * rate_hz))
    return np.concatenate((drawn * loudest / own * 10 ** (-BELOW_PEAK_DB / 20), lull)).astype(np.float32)
