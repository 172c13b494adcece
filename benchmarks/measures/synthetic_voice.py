"""Voices whose pitch is known at every sample: harmonics under moving formants, with hiss and silence between.

Conventions
-----------
16 kHz, float64, full scale 1.0. `Truth.f0_hz` has one value a sample, NaN where no voice sounds. Everything follows
from the seed.

References
----------
.. [1] G. E. Peterson and H. L. Barney (1952), "Control methods used in a study of the vowels", JASA 24: formants.
.. [2] J. P. Teixeira and P. O. Fernandes (2014), "Jitter, shimmer and HNR classification": 1 % is the clinical bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import degraded
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
VOWELS_HZ = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
WIDTHS_HZ = (80, 100, 140)


@dataclass(frozen=True, slots=True)
class Truth:
    """A signal and its pitch: both float64, shape (n,)."""

    name: str
    audio: NDArray[np.float64]
    f0_hz: NDArray[np.float64]

    def at(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the true pitch at `times_s`."""
        index = np.clip(np.round(times_s * RATE_HZ).astype(int), 0, len(self.f0_hz) - 1)
        return self.f0_hz[index]


def voiced(f0_hz: NDArray[np.float64], rng: np.random.Generator, *, jitter: float = 0.0) -> NDArray[np.float64]:
    """Return a voice with this pitch: two vowels, one gliding into the other; `jitter` is relative, cycle to cycle."""
    n = len(f0_hz)
    pitch = f0_hz
    if jitter:
        cycle = np.floor(np.cumsum(f0_hz) / RATE_HZ).astype(int)
        pitch = f0_hz * (1 + jitter * np.sqrt(np.pi / 4) * rng.standard_normal(cycle[-1] + 1)[cycle])
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    first, last = (np.array(VOWELS_HZ[rng.integers(len(VOWELS_HZ))]) for _ in range(2))
    move = np.linspace(0, 1, n)[None]
    formants = first[:, None] * (1 - move) + last[:, None] * move
    audio = np.zeros(n)
    for k in range(1, int(7600 / np.min(f0_hz)) + 1):
        hz = k * f0_hz
        gain = np.ones(n)
        for centre, width in zip(formants, WIDTHS_HZ, strict=True):
            gain *= centre**2 / np.sqrt((centre**2 - hz**2) ** 2 + (width * hz) ** 2)
        # Higher resonances keep the spectrum from falling faster than 12 dB an octave in all.
        gain *= np.where(hz < 7600, (hz / 500 + 1) ** 3 / (hz / 100) ** 1.6, 0)
        audio += gain * np.sin(k * phase + 0.5 * k)
    edge = np.minimum(1, np.minimum(np.arange(n), np.arange(n)[::-1]) / 160)
    return audio / np.sqrt(np.mean(audio**2)) * 0.1 * edge


def contour(kind: str, n: int, base_hz: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a pitch contour of `n` samples around `base_hz`: "speech", "glide" or "flat"."""
    time = np.arange(n) / RATE_HZ
    if kind == "flat":
        return np.full(n, base_hz)
    if kind == "glide":
        octaves = rng.choice([-1, 1]) * rng.uniform(0.4, 1.0)
        return base_hz * 2 ** (octaves * (np.linspace(0, 1, n) - 0.5))
    accent = rng.uniform(-0.35, 0.45) * np.exp(-(((time - rng.uniform(0, time[-1])) / 0.12) ** 2))
    return base_hz * 2 ** (accent - 0.2 * time + 0.02 * np.sin(2 * np.pi * 5 * time))


def hiss(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a fricative: noise around 4 to 6 kHz, softer than a vowel."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    hz = np.fft.rfftfreq(n, 1 / RATE_HZ)
    audio = np.fft.irfft(spectrum * np.exp(-(((hz - rng.uniform(3500, 6000)) / 1500) ** 2)), n)
    return np.asarray(audio / np.sqrt(np.mean(audio**2)) * 0.03 * np.sin(np.pi * np.arange(n) / n))


def utterances(name: str, kind: str, seed: int, *, jitter: float = 0.0, seconds: float = 20.0) -> Truth:
    """Return `seconds` of voiced stretches, hisses and silences over speakers from 85 to 400 Hz."""
    rng = np.random.default_rng(seed)
    audio, pitch, length = [], [], 0
    while length < seconds * RATE_HZ:
        base = float(np.exp(rng.uniform(np.log(105 if kind == "glide" else 85), np.log(400))))
        n = int(rng.uniform(0.12, 0.7) * RATE_HZ)
        f0 = np.clip(contour(kind, n, base, rng), 76, 590)
        parts = [(voiced(f0, rng, jitter=jitter) * 10 ** (rng.uniform(-8, 0) / 20), f0)]
        n = int(rng.uniform(0.05, 0.2) * RATE_HZ)
        parts.append((hiss(n, rng), np.full(n, np.nan)))
        n = int(rng.uniform(0.05, 0.5) * RATE_HZ)
        parts.append((np.zeros(n), np.full(n, np.nan)))
        for sound, f0 in parts:
            audio.append(sound)
            pitch.append(f0)
            length += len(sound)
    return Truth(name, np.concatenate(audio), np.concatenate(pitch))


def with_noise(truth: Truth, snr_db: float, seed: int, *, pink: bool = False) -> Truth:
    """Return the same voice in white or pink noise, `snr_db` below the voiced parts."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal(len(truth.audio))
    if pink:
        spectrum = np.fft.rfft(noise)
        spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
        spectrum[: int(50 * len(noise) / RATE_HZ)] = 0
        noise = np.fft.irfft(spectrum, len(noise))
    voice = truth.audio[~np.isnan(truth.f0_hz)]
    noise *= np.sqrt(np.mean(voice**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)
    return Truth(f"{truth.name}, {'pink' if pink else 'white'} noise {snr_db:g} dB", truth.audio + noise, truth.f0_hz)


def telephone(truth: Truth) -> Truth:
    """Return the same voice through a telephone: 300 to 3400 Hz, mu-law at 8 kHz (ITU-T G.711)."""
    return Truth(f"{truth.name}, telephone band", degraded.telephone(truth.audio), truth.f0_hz)
