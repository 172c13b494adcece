"""Anger in a natural voice: one neutral rendering, delivered as a band of anger asks.

Pitch, liveliness, pace, brightness and emphasis are made here; level and pauses in `shaping`, as for every engine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.speech.profiles import Delivery
from simulator.speech.psola import HOP_S, Curve, respeak

VERSION = 2
"""Part of the cache key: raise it when anything here or in `psola` changes what is heard."""
OWN_RATE_WPM = 165
"""How fast these voices speak unasked, on the scale of the profiles (espeak-ng's)."""
PLAIN_RANGE, LIVELY_RANGE = 50, 66
"""Range, in per cent, at which emphasis begins, and at which it is whole."""
STRESS_SEMITONES, STRESS_DB, STRESS_SLOWING = 2.0, 3.0, 0.15
"""What whole emphasis adds to the strongest syllable of a phrase."""
STRESS_REACH_S = 0.18
"""How far to both sides of that syllable emphasis fades."""
MARKED_SEMITONES, MARKED_DB, MARKED_SLOWING = 3.0, 3.5, 0.22
"""What whole weight adds to a word that the scenario marks; its phrase has no other emphasis."""
CALM_WEIGHT = 0.6
"""How much of it is left in a calm band."""
SILENT_DB, PHRASE_GAP_S = 35.0, 0.12
"""A silence of this depth and length parts two phrases."""
OCTAVE_HZ = 1000.0
LOWEST_OCTAVE, HIGHEST_OCTAVE = -1.5, 2.0
"""Brightness turns the spectrum about 1000 Hz and no further than from 350 to 4000 Hz."""


def deliver(
    samples: NDArray[np.float32],
    rate_hz: float,
    f0_hz: Curve,
    delivery: Delivery,
    *,
    semitones: float,
    marked: Curve | None = None,
) -> NDArray[np.float32]:
    """Return a neutral rendering as `delivery` asks.

    Parameters
    ----------
    samples : float32, shape (n,), full scale ±1
    rate_hz : float
    f0_hz : float, shape (frames,)
        Its pitch every 10 ms, 0 without voice.
    delivery : Delivery
    semitones : float
        How far the pitch is moved; the delivery's own counts from another engine's voice.
    marked : float, shape (frames,), optional
        1 in words that the scenario marks, falling to 0 around them.
    """
    frames = len(f0_hz)
    lively = liveliness(delivery)
    marked = np.zeros(frames) if marked is None else marked
    stress = _stress(samples, rate_hz, f0_hz, marked) * lively
    weight = marked * (CALM_WEIGHT + (1 - CALM_WEIGHT) * lively)
    voiced = f0_hz > 0
    middle = float(np.median(f0_hz[voiced])) if voiced.any() else 1.0
    melody = (np.maximum(f0_hz, 1) / middle) ** (delivery.range_percent / PLAIN_RANGE)
    higher = semitones + STRESS_SEMITONES * stress + MARKED_SEMITONES * weight
    wanted = np.where(voiced, middle * melody * 2 ** (higher / 12), 0)
    pace = delivery.rate_wpm / OWN_RATE_WPM * (1 - STRESS_SLOWING * stress) * (1 - MARKED_SLOWING * weight)
    at = (np.arange(frames) + 0.5) * HOP_S * rate_hz
    louder = 10 ** (np.interp(np.arange(len(samples)), at, STRESS_DB * stress + MARKED_DB * weight) / 20)
    spoken = respeak((samples * louder).astype(np.float32), rate_hz, f0_hz=f0_hz, wanted_hz=wanted, pace=pace)
    return brighten(spoken, rate_hz, delivery.brightness_db)


def liveliness(delivery: Delivery) -> float:
    """Return how much of the emphasis, from 0 to 1, a delivery has."""
    return min(1.0, max(0.0, (delivery.range_percent - PLAIN_RANGE) / (LIVELY_RANGE - PLAIN_RANGE)))


def brighten(samples: NDArray[np.float32], rate_hz: float, db_per_octave: float) -> NDArray[np.float32]:
    """Return the speech with its spectrum turned about 1000 Hz; a raised voice has more of the high, not only more.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 2000 * np.arange(16000) / 16000).astype(np.float32)
    >>> round(float(20 * np.log10(np.abs(brighten(tone, 16000, 3.0)).max())), 1)
    3.0
    """
    if db_per_octave == 0 or not len(samples):
        return samples
    spectrum = np.fft.rfft(samples)
    hz = np.maximum(np.fft.rfftfreq(len(samples), 1 / rate_hz), 1)
    octaves = np.clip(np.log2(hz / OCTAVE_HZ), LOWEST_OCTAVE, HIGHEST_OCTAVE)
    return np.fft.irfft(spectrum * 10 ** (db_per_octave * octaves / 20), len(samples)).astype(np.float32)


def _stress(samples: NDArray[np.float32], rate_hz: float, f0_hz: Curve, marked: Curve) -> Curve:
    """Return 1 at the strongest syllable of each phrase without a marked word, falling to 0 around it."""
    hop = round(HOP_S * rate_hz)
    whole = np.zeros(len(f0_hz) * hop)
    whole[: len(samples)] = samples[: len(whole)]
    level = 10 * np.log10(np.mean(whole.reshape(-1, hop) ** 2, axis=1) + 1e-10)
    loud = level > level.max() - SILENT_DB
    stress = np.zeros(len(f0_hz))
    frames = np.arange(len(f0_hz))
    high = np.where(f0_hz > 0, 12 * np.log2(np.maximum(f0_hz, 1) / 100), 0)
    strength = np.where(f0_hz > 0, level + high, -np.inf)
    for start, stop in _phrases(loud):
        best = start + int(np.argmax(strength[start:stop]))
        if np.isfinite(strength[best]) and marked[start:stop].max() < 1:
            near = np.abs(frames - best) * HOP_S / STRESS_REACH_S
            stress = np.maximum(stress, np.where(near < 1, 0.5 + 0.5 * np.cos(np.pi * near), 0))
    return stress


def _phrases(loud: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False])).astype(np.int8))).reshape(-1, 2)
    found: list[tuple[int, int]] = []
    for start, stop in edges:
        if found and (start - found[-1][1]) * HOP_S < PHRASE_GAP_S:
            found[-1] = (found[-1][0], int(stop))
        else:
            found.append((int(start), int(stop)))
    return found
