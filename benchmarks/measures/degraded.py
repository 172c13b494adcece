"""The same speech as other headsets and lines would have carried it.

Conventions
-----------
Audio is float64 at 16 kHz, full scale 1.0, and stays at 16 kHz, aligned to the sample.

References
----------
.. [1] ITU-T G.711 (11/1988), mu-law.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

Audio = NDArray[np.float64]
RATE_HZ = 16_000


def read(path: Path) -> Audio:
    """Return a file's first channel at 16 kHz."""
    samples, rate_hz = soundfile.read(path, dtype="float64", always_2d=True)
    return np.asarray(samples[:, 0] if rate_hz == RATE_HZ else soxr.resample(samples[:, 0], rate_hz, RATE_HZ))


def to_int16(audio: Audio) -> NDArray[np.int16]:
    return np.clip(np.round(audio * 32768), -32768, 32767).astype(np.int16)


def rms(audio: Audio) -> float:
    return float(np.sqrt(np.mean(audio**2)))


def normalised(audio: Audio) -> Audio:
    """Peak at -1 dBFS."""
    return audio / np.abs(audio).max() * 10 ** (-1 / 20)


def eight_khz(audio: Audio) -> Audio:
    """Down to 8 kHz and back."""
    there = soxr.resample(audio, RATE_HZ, 8000)
    return _length(soxr.resample(there, 8000, RATE_HZ), len(audio))


def mu_law(audio: Audio) -> Audio:
    """Through G.711 mu-law at 8 kHz and back."""
    there = np.clip(soxr.resample(audio, RATE_HZ, 8000), -1, 1)
    coded = np.round(127 * np.sign(there) * np.log1p(255 * np.abs(there)) / np.log(256)) / 127
    back = np.sign(coded) * (256 ** np.abs(coded) - 1) / 255
    return _length(soxr.resample(back, 8000, RATE_HZ), len(audio))


def telephone(audio: Audio) -> Audio:
    """Through the telephone band, 300 to 3400 Hz, and mu-law."""
    spectrum = np.fft.rfft(audio)
    hz = np.fft.rfftfreq(len(audio), 1 / RATE_HZ)
    slope = np.clip((hz - 200) / 100, 0, 1) * np.clip((3600 - hz) / 200, 0, 1)
    return mu_law(np.fft.irfft(spectrum * slope, len(audio)))


def quiet(audio: Audio) -> Audio:
    """30 dB softer, rounded to 16 bits."""
    return to_int16(audio * 10 ** (-30 / 20)) / 32768


def clipped(audio: Audio) -> Audio:
    """Gain up until 1 sample in 100 is cut off."""
    return np.clip(audio / np.percentile(np.abs(audio), 99), -1, 1)


def in_hubbub(audio: Audio, noise: Audio, snr_db: float = 10) -> Audio:
    """Mixed with `noise`, `snr_db` below the speech (mean power over the frames within 25 dB of the loudest)."""
    frames = audio[: len(audio) // 160 * 160].reshape(-1, 160)
    power = np.mean(frames**2, axis=1)
    speech = np.mean(power[power > power.max() * 10**-2.5])
    # From its middle on: recordings fade in.
    noise = np.resize(np.roll(noise, -(len(noise) // 2)), len(audio))
    return audio + noise * np.sqrt(speech) / rms(noise) * 10 ** (-snr_db / 20)


def copies(audio: Audio, noise: Audio) -> dict[str, Audio]:
    """Return every copy by its name."""
    return {
        "normalised": normalised(audio),
        "8 kHz": eight_khz(audio),
        "mu-law": mu_law(audio),
        "-30 dB": quiet(audio),
        "clipped": clipped(audio),
        "hubbub 10 dB": in_hubbub(audio, noise),
    }


def _length(audio: Audio, n: int) -> Audio:
    return np.pad(audio, (0, max(0, n - len(audio))))[:n]
