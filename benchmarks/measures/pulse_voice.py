"""Voices of known pitch made another way than in `synthetic_voice`: pulses through resonators.

Glottal pulses (Rosenberg 1971), one a period, go through a cascade of moving resonators (Klatt 1980), with breath in
the open phase. Each speaker has a range of pitch and a habit: jitter, shimmer, breath, vowels of a low first formant.

References
----------
.. [1] A. E. Rosenberg (1971), "Effect of glottal pulse shape on the quality of natural vowels", JASA 49(2B): shape C.
.. [2] D. H. Klatt (1980), "Software for a cascade/parallel formant synthesizer", JASA 67(3): resonators.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from synthetic_voice import RATE_HZ, Truth

Audio = NDArray[np.float64]
OPEN_VOWELS_HZ = ((660, 1720, 2410), (730, 1090, 2440), (850, 1610, 2810), (500, 1500, 2500), (610, 2330, 2990))
CLOSE_VOWELS_HZ = ((270, 2290, 3010), (300, 870, 2240), (310, 2790, 3310), (370, 950, 2670), (390, 1990, 2550))
WIDTHS_HZ = (60, 90, 150)
STEP = 160
FINE = 8
"""Pulses are drawn at this many times the rate, so that a period need not be whole samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks: pitch range in Hz, cycle-to-cycle changes of period and height, breath over voice, kind of vowel."""

    name: str
    low_hz: float
    high_hz: float
    jitter: float = 0.0
    shimmer: float = 0.0
    breath: float = 0.0
    close: bool = False
    size: float = 1.0


SPEAKERS = (
    Speaker(name="low man", low_hz=78, high_hz=125, jitter=0.005, shimmer=0.03),
    Speaker(name="man", low_hz=90, high_hz=190, jitter=0.005, shimmer=0.03),
    Speaker(name="man, close vowels", low_hz=90, high_hz=190, jitter=0.005, close=True),
    Speaker(name="woman", low_hz=170, high_hz=350, jitter=0.005, shimmer=0.03, size=1.16),
    Speaker(name="woman, close vowels", low_hz=170, high_hz=350, jitter=0.005, close=True, size=1.16),
    Speaker(name="woman, breathy", low_hz=150, high_hz=300, jitter=0.005, breath=0.25, size=1.16),
    Speaker(name="child", low_hz=230, high_hz=480, jitter=0.005, shimmer=0.03, size=1.35),
    Speaker(name="rough", low_hz=90, high_hz=250, jitter=0.025, shimmer=0.12, breath=0.1),
)


def speak(who: Speaker, seed: int, seconds: float = 20.0) -> Truth:
    """Return stretches of voice, hisses and silences of one speaker."""
    rng = np.random.default_rng(seed)
    audio: list[Audio] = []
    pitch: list[Audio] = []
    while sum(map(len, audio)) < seconds * RATE_HZ:
        n = int(rng.uniform(0.15, 0.9) * RATE_HZ)
        f0 = _contour(who, n, rng)
        audio.append(_voice(who, f0, rng) * 10 ** (rng.uniform(-10, 0) / 20))
        pitch.append(f0)
        for loud, n in ((0.02, rng.uniform(0.04, 0.15)), (0.0, rng.uniform(0.05, 0.6))):
            hiss = np.diff(rng.standard_normal(int(n * RATE_HZ) + 1)) * loud
            audio.append(hiss * np.sin(np.pi * np.arange(len(hiss)) / len(hiss)))
            pitch.append(np.full(len(hiss), np.nan))
    return Truth(who.name, np.concatenate(audio), np.concatenate(pitch))


def _contour(who: Speaker, n: int, rng: np.random.Generator) -> Audio:
    """Return a smooth walk in log pitch between targets every 0.15 to 0.3 s, inside the speaker's range."""
    knots = max(2, int(n / RATE_HZ / rng.uniform(0.15, 0.3)) + 1)
    span = np.log2(who.high_hz / who.low_hz)
    at = np.clip(np.cumsum(rng.normal(0, 0.25, knots)) + rng.uniform(0.2, 0.8) * span, 0, span)
    place = np.linspace(0, knots - 1, n)
    left = np.minimum(place.astype(int), knots - 2)
    part = (1 - np.cos(np.pi * (place - left))) / 2
    return np.asarray(who.low_hz * 2 ** (at[left] * (1 - part) + at[left + 1] * part))


def _voice(who: Speaker, f0: Audio, rng: np.random.Generator) -> Audio:
    n = len(f0)
    source = np.zeros(n * FINE)
    at = 0.0
    while at < n - 1:
        period = RATE_HZ / f0[int(at)] * (1 + who.jitter * rng.standard_normal())
        height = 1 + who.shimmer * rng.standard_normal()
        opening, closing = 0.4 * period, 0.16 * period
        time = np.arange(int(at * FINE), min(n * FINE, int((at + opening + closing) * FINE))) / FINE - at
        rising = 0.5 * (1 - np.cos(np.pi * np.clip(time / opening, 0, 1)))
        falling = np.cos(0.5 * np.pi * np.clip((time - opening) / closing, 0, 1))
        first = int(at * FINE)
        source[first : first + len(time)] += height * np.where(time < opening, rising, falling)
        at += period
    pulses = source.reshape(n, FINE).mean(axis=1)
    flow = np.diff(pulses, prepend=0.0)
    if who.breath:
        flow = flow + who.breath * flow.std() * rng.standard_normal(n) * (0.4 + 0.6 * pulses / pulses.max())
    sound = _resonate(who, flow, rng)
    edge = np.minimum(1, np.minimum(np.arange(n), np.arange(n)[::-1]) / 240)
    return np.asarray(sound / np.sqrt(np.mean(sound**2)) * 0.1 * edge)


def _resonate(who: Speaker, flow: Audio, rng: np.random.Generator) -> Audio:
    vowels = CLOSE_VOWELS_HZ if who.close else OPEN_VOWELS_HZ
    first, last = (np.array(vowels[rng.integers(len(vowels))]) * who.size for _ in range(2))
    sound = flow
    for index, width in enumerate(WIDTHS_HZ):
        out, state = np.empty_like(sound), np.zeros(2)
        for start in range(0, len(sound), STEP):
            place = start / len(sound)
            hz = first[index] * (1 - place) + last[index] * place
            radius = np.exp(-np.pi * width / RATE_HZ)
            a = (1.0, -2 * radius * np.cos(2 * np.pi * hz / RATE_HZ), radius**2)
            out[start : start + STEP], state = lfilter([sum(a)], a, sound[start : start + STEP], zi=state)
        sound = out
    return sound
