"""Where a caller is: a kitchen, a street, an office, an airport, made of noise and tones and heard faintly on the line.

Each place is a loop of twenty seconds without a seam, in the telephone's band, the same for the same seed. Nothing is
recorded from life: rooms are shaped noise, voices in the distance are noise at the pace of syllables.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simulator.clock import BLOCK, RATE_HZ, from_seconds
from simulator.ports import Samples

Place: TypeAlias = Literal["quiet", "kitchen", "street", "office", "airport"]
LOOP = from_seconds(20)
LEVEL_DBFS = -52.0
"""RMS of a place; a customer speaks at -27 to -16 dBFS."""
SYLLABLES_HZ = 4.0
"""The pace of speech, also of speech that nobody understands."""

Sound: TypeAlias = NDArray[np.float64]


class PlaceSound:
    """What is heard behind the caller.

    Parameters
    ----------
    place : {"quiet", "kitchen", "street", "office", "airport"}
    seed : int
    """

    def __init__(self, place: Place, *, seed: int) -> None:
        made = PLACES[place](np.random.default_rng(seed))
        rms = np.sqrt(np.mean(made**2))
        scale = 0.0 if rms == 0 else 10 ** (LEVEL_DBFS / 20) / rms
        self._loop: Samples = np.round(np.clip(made * scale, -1, 1) * 32767).astype(np.int16)

    def block(self, at: int) -> Samples:
        """Return the block that begins at sample `at` of the call."""
        into = at % LOOP
        part = self._loop[into : into + BLOCK]
        return part if len(part) == BLOCK else np.concatenate((part, self._loop[: BLOCK - len(part)]))


def _noise(random: np.random.Generator, low_hz: float, high_hz: float, tilt_db: float) -> Sound:
    """Return noise from one frequency to another, falling by `tilt_db` an octave; it loops."""
    hz = np.fft.rfftfreq(LOOP, 1 / RATE_HZ)
    size = np.where((hz >= max(low_hz, 300)) & (hz <= min(high_hz, 3400)), np.maximum(hz, 1) ** (tilt_db / 6.02), 0)
    made: Sound = np.fft.irfft(size * np.exp(2j * np.pi * random.random(len(hz))), LOOP)
    made /= np.sqrt(np.mean(made**2))
    return made


def _swell(random: np.random.Generator, count: int, seconds: float) -> Sound:
    """Return `count` slow swells, as of cars that pass; it loops."""
    at = np.arange(LOOP) / RATE_HZ
    total = np.zeros(LOOP)
    for middle in random.random(count) * LOOP / RATE_HZ:
        away = np.abs(at - middle)
        total += np.exp(-((np.minimum(away, LOOP / RATE_HZ - away) / seconds) ** 2))
    return total


def _murmur(random: np.random.Generator, voices: int) -> Sound:
    """Return people talking in the distance: bands of noise that come and go at the pace of syllables."""
    total = np.zeros(LOOP)
    at = np.arange(LOOP) / LOOP
    for _ in range(voices):
        middle_hz = random.uniform(400, 1600)
        pace = round(SYLLABLES_HZ * LOOP / RATE_HZ * random.uniform(0.8, 1.2))
        talk = np.maximum(np.sin(2 * np.pi * (pace * at + random.random())), 0)
        turns = np.maximum(np.sin(2 * np.pi * (random.integers(2, 5) * at + random.random())), 0)
        total += _noise(random, middle_hz * 0.7, middle_hz * 1.5, -3) * talk * turns
    return total


def _strikes(random: np.random.Generator, count: int, hz: tuple[float, float], seconds: float) -> Sound:
    """Return `count` short sounds with a pitch between two frequencies: a plate, a key; they wrap round the end."""
    total = np.zeros(LOOP)
    length = from_seconds(seconds * 6)
    times = np.arange(length) / RATE_HZ
    for start in random.integers(0, LOOP, count):
        base = random.uniform(*hz)
        partials = sum(np.sin(2 * np.pi * base * ratio * times) / ratio for ratio in (1.0, 1.51, 2.32))
        struck = random.uniform(0.3, 1.0) * np.exp(-times / seconds) * partials
        total[(start + np.arange(length)) % LOOP] += struck
    return total


def _quiet(random: np.random.Generator) -> Sound:
    return np.zeros(LOOP)


def _kitchen(random: np.random.Generator) -> Sound:
    at = np.arange(LOOP) / RATE_HZ
    fridge = 0.3 * np.sin(2 * np.pi * 300 * at) + 0.2 * np.sin(2 * np.pi * 400 * at)
    return _noise(random, 300, 2000, -6) * 0.6 + fridge + 1.5 * _strikes(random, 7, (1700, 2600), 0.05)


def _street(random: np.random.Generator) -> Sound:
    cars = _noise(random, 300, 1500, -5) * (0.4 + 1.6 * _swell(random, 6, 1.4))
    return cars + 0.3 * _noise(random, 300, 3400, -3) + 0.3 * _murmur(random, 2)


def _office(random: np.random.Generator) -> Sound:
    keys = _strikes(random, 60, (1800, 3000), 0.006)
    return 0.4 * _noise(random, 300, 1500, -4) + _murmur(random, 5) + 0.8 * keys


def _airport(random: np.random.Generator) -> Sound:
    at = np.arange(LOOP) / RATE_HZ
    chime = np.zeros(LOOP)
    for start, hz in ((6.0, 660.0), (6.7, 523.0)):
        since = at - start
        chime += np.where(since >= 0, np.exp(-np.maximum(since, 0) / 0.8) * np.sin(2 * np.pi * hz * since), 0)
    return 0.5 * _noise(random, 300, 1200, -4) + 1.2 * _murmur(random, 9) + 1.5 * chime


PLACES: dict[Place, Callable[[np.random.Generator], Sound]] = {
    "quiet": _quiet,
    "kitchen": _kitchen,
    "street": _street,
    "office": _office,
    "airport": _airport,
}
