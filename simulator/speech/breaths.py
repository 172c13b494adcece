"""What is heard of a caller beside words: the breath before a long line, a sigh, a sharp intake, an "hm".

All of it is shaped noise and tones, nobody's breath, and the same for the same seed.
"""

from __future__ import annotations

import zlib
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ, from_ms
from simulator.speech.shaping import telephone_band

LONG_LINE = 60
"""Characters of a line that takes a breath."""
BELOW_PEAK_DB = 31.0
"""How far a breath stays below the loudest moment of its line: not loud enough to count as speech for the level."""
DEEP_S, SHARP_S = 0.42, 0.2
LULL_S = 0.06
"""Between the breath and the first word."""
DEEP_HZ, SHARP_HZ = (500.0, 1800.0), (900.0, 3200.0)
PEAK_FRAME_S = 0.01
NASAL_FORMANTS = ((260.0, 60.0, 1.0), (1000.0, 150.0, 0.12), (2200.0, 250.0, 0.05))
"""Where a hum resounds: middle, half width (Hz) and size (Stevens, Acoustic Phonetics, 1998, chapter 9, for [m])."""
NASAL_TOP_HZ = 3000.0

Sound: TypeAlias = NDArray[np.float64]


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
    # air is drawn in ever faster and then stops
    opening = np.sin(np.pi * np.linspace(0, 1, count) ** 1.6)
    drawn = _air(count, rate_hz, (low, high), zlib.crc32(text.encode())) * opening
    frame = max(1, round(PEAK_FRAME_S * rate_hz))
    whole = len(samples) // frame * frame
    loudest = np.sqrt(np.mean(samples[:whole].reshape(-1, frame).astype(np.float64) ** 2, axis=1).max(initial=0.0))
    own = np.sqrt(np.mean(drawn[: count // frame * frame].reshape(-1, frame) ** 2, axis=1).max())
    lull = np.zeros(round(LULL_S * rate_hz))
    return np.concatenate((drawn * loudest / own * 10 ** (-BELOW_PEAK_DB / 20), lull)).astype(np.float32)


def intake(seed: int) -> Sound:
    """Return a sharp breath drawn in through the mouth, as of somebody who is about to object; 16 kHz."""
    count = from_ms(260)
    drawn = _air(count, RATE_HZ, SHARP_HZ, seed) * np.linspace(0, 1, count) ** 1.5
    return _levelled(drawn * np.minimum(1, np.arange(count)[::-1] / from_ms(30)))


def sigh(seed: int) -> Sound:
    """Return a sigh: air let out, quickly at first, and darker towards its end; 16 kHz."""
    count = from_ms(1000)
    into = np.linspace(0, 1, count)
    air = _air(count, RATE_HZ, (700.0, 2200.0), seed) * (1 - into) + _air(count, RATE_HZ, (350.0, 1100.0), seed) * into
    return _levelled(air * np.minimum(1, into / 0.12) * np.cos(np.pi / 2 * into) ** 1.5)


def hum(f0_hz: float) -> Sound:
    """Return an "hm" with closed lips that falls by three semitones, begun at `f0_hz`; 16 kHz."""
    count = from_ms(380)
    into = np.linspace(0, 1, count)
    pitch_hz = f0_hz * 2 ** (-3 * into / 12)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    voice = np.zeros(count)
    for number in range(1, int(NASAL_TOP_HZ / f0_hz) + 1):
        nasal = sum(gain / (1 + ((number * f0_hz - at) / width) ** 2) for at, width, gain in NASAL_FORMANTS)
        voice += nasal * np.cos(number * phase)
    return _levelled(voice * np.minimum(1, into / 0.15) * np.minimum(1, (1 - into) / 0.4))


def _air(count: int, rate_hz: float, band_hz: tuple[float, float], seed: int) -> Sound:
    """Return noise about the middle of a band, with a peak of 1."""
    low, high = band_hz
    random = np.random.default_rng(seed)
    hz = np.fft.rfftfreq(count, 1 / rate_hz)
    size = np.exp(-(((np.maximum(hz, 1) - (low + high) / 2) / ((high - low) / 2)) ** 2))
    noise: Sound = np.fft.irfft(size * np.exp(2j * np.pi * random.random(len(hz))), count)
    noise /= np.abs(noise).max()
    return noise


def _levelled(sound: Sound) -> Sound:
    """Return a sound in the telephone's band, with an RMS of 1."""
    heard: Sound = telephone_band(sound.astype(np.float32)).astype(np.float64)
    heard /= np.sqrt(np.mean(heard**2))
    return heard
