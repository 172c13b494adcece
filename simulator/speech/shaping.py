"""From an engine's raw audio to a line ready to play: trimmed, paused, in the telephone band, at its level, no click.

Loudness and pauses are made here and not by the engine, so that they mean the same with every engine on every system.

References
----------
ITU-T G.712 (2001), the voice-frequency band of a telephone channel, 300 to 3400 Hz.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ, Span, from_ms, gaps
from simulator.ports import Samples, Speech
from simulator.speech.profiles import Delivery
from simulator.speech.recognition.word_times import word_spans
from simulator.speech.rendering import Rendering

VERSION = 1
"""Part of the cache key: raise it when anything here changes what is heard."""

FRAME = from_ms(10)
SILENCE_BELOW_PEAK_DB = 40.0
"""A frame this far below the loudest is silence; synthetic speech has no room noise."""
PAUSE = from_ms(80)
"""A silence inside a line from this length is a pause; the closure of a stop consonant is shorter."""
SHORTEST_PAUSE = from_ms(50)
BEFORE, AFTER = from_ms(20), from_ms(60)
"""What is left around a line."""
FADE = from_ms(5)
ACTIVE_BELOW_PEAK_DB = 30.0
"""Frames within this of the loudest count as speech for the level."""
KNEE = 0.6
CEILING = 0.95
"""Above the knee the limiter bends; nothing passes the ceiling (-0.4 dBFS)."""

LOW_HZ = 300.0
HIGH_HZ = 3400.0
TAPS = 513
"""A Hamming window of this length falls off over about 100 Hz (3.3 / length, in cycles a sample)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEffect:
    """What the line is heard through."""

    telephone: bool = True
    noise_dbfs: float | None = None
    seed: int = 0


def shape(rendering: Rendering, text: str, delivery: Delivery, line: LineEffect) -> Speech:
    """Return the rendered line as it is to be played, and when each of its words is said.

    Words are those of ``text.split()``. Their times are the engine's own where it reports them; otherwise they
    are estimated from the letters' share of the voiced part.
    """
    samples, onsets = _on_the_clock(rendering)
    samples, onsets = _trim(samples, onsets)
    samples, onsets = _scale_pauses(samples, onsets, delivery.pauses)
    words = word_spans(text, onsets, voiced=gaps(silences(samples), Span(0, len(samples))))
    if line.telephone:
        samples = telephone_band(samples)
    samples = _limit(samples * _gain(samples, delivery.level_dbfs))
    if line.noise_dbfs is not None:
        samples = samples + line_noise(len(samples), level_dbfs=line.noise_dbfs, seed=line.seed)
    return Speech(samples=_to_int16(_fade(samples)), words=words)


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


def speech_level_dbfs(samples: NDArray[np.float32]) -> float:
    """Return the level of speech while speaking: mean power of the frames within 30 dB of the loudest.

    Parameters
    ----------
    samples : float32, shape (n,), full scale ±1

    Returns
    -------
    level : float, dBFS
        ``-inf`` for silence. 0 is a full-scale square wave.
    """
    power = _frame_power(samples)
    if not len(power) or power.max() == 0:
        return float("-inf")
    active = power[power >= power.max() * 10 ** (-ACTIVE_BELOW_PEAK_DB / 10)]
    return float(10 * np.log10(active.mean()))


def silences(samples: NDArray[np.float32]) -> list[Span]:
    """Return the pauses in a line: silent for `PAUSE` or longer, to a frame."""
    power = _frame_power(samples)
    if not len(power):
        return []
    quiet = power <= power.max() * 10 ** (-SILENCE_BELOW_PEAK_DB / 10)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False]))))
    spans = [Span(int(start) * FRAME, int(stop) * FRAME) for start, stop in edges.reshape(-1, 2)]
    return [span for span in spans if span.duration >= PAUSE]


def _frame_power(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    whole = len(samples) // FRAME * FRAME
    power: NDArray[np.float64] = np.mean(samples[:whole].reshape(-1, FRAME).astype(np.float64) ** 2, axis=1)
    return power


def _on_the_clock(rendering: Rendering) -> tuple[NDArray[np.float32], list[tuple[int, int]]]:
    import soxr

    samples = soxr.resample(rendering.samples, rendering.rate_hz, RATE_HZ).astype(np.float32)
    return samples, [(offset, round(seconds * RATE_HZ)) for offset, seconds in rendering.onsets]


def _trim(
    samples: NDArray[np.float32], onsets: list[tuple[int, int]]
) -> tuple[NDArray[np.float32], list[tuple[int, int]]]:
    power = _frame_power(samples)
    loud = np.flatnonzero(power > power.max(initial=0.0) * 10 ** (-SILENCE_BELOW_PEAK_DB / 10))
    if not len(loud):
        return np.zeros(BEFORE + AFTER, np.float32), []
    start = max(0, int(loud[0]) * FRAME - BEFORE)
    stop = min(len(samples), (int(loud[-1]) + 1) * FRAME + AFTER)
    return samples[start:stop], [(offset, min(max(0, at - start), stop - start - 1)) for offset, at in onsets]


def _scale_pauses(
    samples: NDArray[np.float32], onsets: list[tuple[int, int]], factor: float
) -> tuple[NDArray[np.float32], list[tuple[int, int]]]:
    """Make each pause longer or shorter at its middle, and move the words that come after."""
    parts, at, before, after = [], 0, [0], [0]
    written = 0
    for pause in silences(samples):
        if pause.start == 0 or pause.stop >= len(samples) - AFTER:
            continue
        length = max(SHORTEST_PAUSE, round(pause.duration * factor))
        keep = min(length, pause.duration) // 2
        parts += [samples[at : pause.start + keep], np.zeros(length - 2 * keep, np.float32)]
        at = pause.stop - keep
        written += len(parts[-2]) + len(parts[-1])
        before += [pause.start, pause.stop]
        after += [written - length + keep, written + keep]
    parts.append(samples[at:])
    moved = np.interp([where for _, where in onsets], [*before, len(samples)], [*after, written + len(parts[-1])])
    return np.concatenate(parts), [(offset, round(where)) for (offset, _), where in zip(onsets, moved, strict=True)]


def _gain(samples: NDArray[np.float32], level_dbfs: float) -> float:
    level = speech_level_dbfs(samples)
    return 1.0 if level == float("-inf") else 10 ** ((level_dbfs - level) / 20)


def _limit(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    size = np.abs(samples)
    headroom = CEILING - KNEE
    bent = KNEE + headroom * np.tanh((size - KNEE) / headroom)
    return (np.sign(samples) * np.where(size > KNEE, bent, size)).astype(np.float32)


def _fade(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    faded = samples.copy()
    count = min(FADE, len(faded) // 2)
    ramp = np.linspace(0.0, 1.0, count, dtype=np.float32)
    faded[:count] *= ramp
    faded[len(faded) - count :] *= ramp[::-1]
    return faded


def _to_int16(samples: NDArray[np.float32]) -> Samples:
    return np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
