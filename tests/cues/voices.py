"""Made voices with known truth: a buzz of harmonics, and one through two formants that opens and closes."""

import numpy as np

from simulator.clock import RATE_HZ

SYLLABLE_S = 0.2


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


def say(seconds, *, f0=120.0, level=0.1, glide=0.0, syllable=SYLLABLE_S, seed=1):
    """Float speech-like sound, full scale 1: `glide` is how far pitch moves over a phrase, in semitones."""
    rng = np.random.default_rng(seed)
    count = round(seconds * RATE_HZ)
    time = np.arange(count) / RATE_HZ
    wave = np.sin(2 * np.pi * 0.6 * time + rng.uniform(0, 6))
    pitch = f0 * 2 ** (glide * wave / 24) * (1 + 0.004 * rng.standard_normal(1))
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(pitch, count)) / RATE_HZ
    vowel = rng.uniform(0.8, 1.3, size=int(seconds / syllable) + 2)
    shape = vowel[(time / syllable).astype(int)]
    voice = np.zeros(count)
    for k in range(1, 26):
        hz = k * f0
        if hz > 3600:
            break
        gain = 1 / (1 + ((hz - 600 * shape) / 250) ** 2) + 0.4 / (1 + ((hz - 1500 * shape) / 300) ** 2) + 0.02
        voice += gain * np.sin(k * phase + k)
    opening = 0.3 + 0.7 * np.sin(np.pi * (time / syllable % 1)) ** 2
    edge = np.clip(np.minimum(time, time[-1] - time) / 0.01, 0, 1) if count else 1.0
    voice *= opening * edge
    return voice * level / np.sqrt(np.mean(voice**2))


def join(*parts, noise=0.0001, seed=2):
    """Int16 track of the parts in turn, over room noise."""
    samples = np.concatenate(parts)
    samples = samples + noise * np.random.default_rng(seed).standard_normal(len(samples))
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)
