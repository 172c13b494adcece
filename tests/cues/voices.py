"""Synthetic voices of known pitch for the tests of the cues."""

import numpy as np

RATE_HZ = 16_000


def buzz(f0_hz, seconds=1.0, level=0.1, noise_db=None, seed=0):
    """Return int16 samples of harmonics of `f0_hz` (a number, or one value a sample), and white noise if wanted."""
    n = round(seconds * RATE_HZ)
    pitch = np.broadcast_to(np.asarray(f0_hz, float), (n,))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    count = int(4000 / pitch.max())
    audio = sum(np.sin(k * phase + 0.3 * k * k) / k for k in range(1, count + 1))
    audio *= level / np.sqrt(np.mean(audio**2))
    if noise_db is not None:
        audio = audio + np.random.default_rng(seed).standard_normal(n) * level * 10 ** (-noise_db / 20)
    return as_int16(audio)


def as_int16(audio):
    return np.clip(np.round(audio * 32768), -32768, 32767).astype(np.int16)


def silence(seconds):
    return np.zeros(round(seconds * RATE_HZ), np.int16)


def white(seconds, level=0.05, seed=1):
    return as_int16(np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ)) * level)


def syllables(count, f0_hz=150.0, rate=4.0, level=0.1):
    """Return `count` vowels at `rate` a second, loudness rising and falling by half of a raised cosine each."""
    n = round(count / rate * RATE_HZ)
    swell = np.sin(np.pi * np.arange(n) * rate / RATE_HZ) ** 2
    return as_int16(buzz(f0_hz, n / RATE_HZ, level) / 32768 * swell)


def in_pieces(samples, seed):
    """Cut samples at random places."""
    cuts = np.sort(np.random.default_rng(seed).integers(0, len(samples) + 1, 1 + len(samples) // 2500))
    return np.split(samples, cuts)
