"""Steadiness: how far a voice moves from its own baseline, towards louder, higher, wider, faster, brighter.

It names no emotion: only "louder, higher, faster than your own baseline".

Metrics
-------
The speech is cut into units of about 2 s. Each unit has five cues: level and pitch (medians over voiced frames), pitch
range, syllable rate, and brightness (power above 1250 Hz over power below). The change of each cue from the baseline's
median is divided by one clear step of that cue (`STEPS`) and limited to `LEAST_STEPS` .. `MOST_STEPS`. The weighted
mean of the cues is the unit's *raise*. A is the mean raise of the highest third of the units, less that of the highest
third of the baseline's own units (at least `LEAST_WAVERING`), and at least 0; the index is ``exp(-1.5 A)``.

References
----------
.. [1] ISO 9921:2003, annex: vocal effort normal, raised, loud are 6 dB apart.
.. [2] J.-S. Lienard and M.-G. Di Benedetto (1999), "Effect of vocal effort on spectral properties of vowels", JASA
   106(1): F0 and the high frequencies rise with effort.
.. [3] P. Juslin and P. Laukka (2003), "Communication of emotions in vocal expression and music performance",
   Psychological Bulletin 129(5), table 7: anger goes with level, F0, F0 variability, rate and high-frequency energy.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulator.clock import Span, from_seconds, to_seconds
from simulator.cues.signal.framing import HOP

UNIT = from_seconds(2)
"""Length of a unit of speech: about eight syllables."""
SHORTEST_UNIT = from_seconds(0.6)
LEAST_VOICED = 15
"""Voiced 10 ms frames that a unit needs."""
CUES = ("level", "pitch", "pitch_range", "pace", "brightness")
STEPS = {"level": 6.0, "pitch": 3.0, "pitch_range": 4.0, "pace": 0.25, "brightness": 5.0}
"""One clear step: dB [1]_, semitones, semitones, share, dB."""
WEIGHTS = {"level": 0.3, "pitch": 0.3, "pitch_range": 0.1, "pace": 0.15, "brightness": 0.15}
LEAST_STEPS, MOST_STEPS = -0.5, 3.0
"""A drop in one cue does not offset a rise in another, and no single cue decides alone."""
LEAST_WAVERING = 0.2
"""Least raise, in steps, that the highest third of calm speech reaches by chance."""
FALL = 1.5
"""How fast the index falls with the raise: one step in every cue leaves 0.3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Units of speech and their cues: float64, shape (n,), NaN where a cue could not be measured."""

    spans: tuple[Span, ...]
    cues: dict[str, NDArray[np.float64]]

    def __getitem__(self, at: Sequence[int]) -> Units:
        return Units(
            spans=tuple(self.spans[i] for i in at),
            cues={name: values[np.array(at, np.intp)] for name, values in self.cues.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceTracks:
    """The tracks that cues are read from, one value every 10 ms; nuclei in samples, in order.

    Parameters
    ----------
    level_dbfs, f0_hz : np.ndarray, float32, shape (frames,)
        `f0_hz` is NaN where unvoiced.
    brightness_db : np.ndarray, float32, shape (frames,), optional
        Alpha ratio: level of 1 to 4 kHz over that of 50 Hz to 1 kHz.
    nuclei : np.ndarray, int, samples, optional
    """

    level_dbfs: NDArray[np.float32]
    f0_hz: NDArray[np.float32]
    brightness_db: NDArray[np.float32] | None = None
    nuclei: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """The index, the change of each cue from the baseline (median of the units), and the raised units."""

    index: float
    changes: dict[str, float]
    raised: tuple[Span, ...]
    confidence: float


def cut_units(speech: Sequence[Span]) -> tuple[Span, ...]:
    """Return `speech` in equal pieces of about 2 s; stretches under 0.6 s are left out.

    Examples
    --------
    >>> [unit.duration for unit in cut_units([Span(0, 80000), Span(90000, 91000)])]
    [40000, 40000]
    """
    units = []
    for stretch in speech:
        if stretch.duration < SHORTEST_UNIT:
            continue
        parts = max(1, round(stretch.duration / UNIT))
        edges = [stretch.start + stretch.duration * i // parts for i in range(parts + 1)]
        units += [Span(start, stop) for start, stop in itertools.pairwise(edges)]
    return tuple(units)


def read_units(speech: Sequence[Span], tracks: VoiceTracks) -> Units:
    """Return the units of `speech` with their cues."""
    spans = cut_units(speech)
    values = np.full((len(CUES), len(spans)), np.nan)
    first = np.searchsorted(tracks.nuclei, [span.start for span in spans])
    last = np.searchsorted(tracks.nuclei, [span.stop for span in spans])
    for at, span in enumerate(spans):
        part = slice(span.start // HOP, span.stop // HOP)
        semitones = 12 * np.log2(tracks.f0_hz[part])
        voiced = ~np.isnan(semitones)
        if voiced.sum() < LEAST_VOICED:
            continue
        pitch = semitones[voiced]
        low, middle, high = np.percentile(pitch.astype(np.float64), (10, 50, 90))
        values[0, at] = np.median(tracks.level_dbfs[part][voiced].astype(np.float64))
        values[1:3, at] = middle, high - low
        if len(tracks.nuclei):
            values[3, at] = (last[at] - first[at]) / to_seconds(span.duration)
        if tracks.brightness_db is not None:
            values[4, at] = np.median(tracks.brightness_db[part][voiced].astype(np.float64))
    kept = np.flatnonzero(~np.isnan(values[0]))
    return Units(spans=tuple(spans[i] for i in kept), cues=dict(zip(CUES, values[:, kept], strict=True)))


def compare(units: Units, baseline: Units) -> Steadiness | None:
    """Return how steady `units` are against `baseline`; None where either is empty.

    Parameters
    ----------
    units, baseline : Units
        Of the same speaker and microphone.
    """
    if not units.spans or not baseline.spans:
        return None
    middles = {name: float(np.nanmedian(values)) for name, values in baseline.cues.items() if _known(values)}
    shared = [name for name in middles if _known(units.cues[name])]
    weight = sum(WEIGHTS[name] for name in shared)
    changes = {name: _change(name, units.cues[name], middles[name]) for name in shared}
    own = {name: _change(name, baseline.cues[name], middles[name]) for name in shared}
    raised = _raise(changes)
    wavering = max(LEAST_WAVERING, _highest_third(_raise(own)))
    enough = min(1.0, len(units.spans) / 5, len(baseline.spans) / 5)
    return Steadiness(
        index=float(np.exp(-FALL * max(0.0, _highest_third(raised) - wavering))),
        changes={name: float(np.nanmedian(values)) for name, values in changes.items()},
        raised=tuple(units.spans[i] for i in np.flatnonzero(raised > wavering)),
        confidence=round(enough * weight, 3),
    )


def _known(values: NDArray[np.float64]) -> bool:
    return not bool(np.isnan(values).all())


def _raise(changes: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the weighted mean, in steps, of the cues of each unit."""
    total = sum(WEIGHTS[name] for name in changes)
    steps = [
        WEIGHTS[name] / total * np.nan_to_num(np.clip(change / STEPS[name], LEAST_STEPS, MOST_STEPS))
        for name, change in changes.items()
    ]
    return np.asarray(np.sum(steps, axis=0), np.float64)


def _highest_third(raised: NDArray[np.float64]) -> float:
    return float(np.sort(raised)[-max(1, len(raised) // 3) :].mean())


def _change(name: str, values: NDArray[np.float64], middle: float) -> NDArray[np.float64]:
    if name == "pace":
        return values / middle - 1 if middle > 0 else np.zeros_like(values)
    return values - middle


def outbursts(customer: Sequence[Span], level_dbfs: NDArray[np.float32]) -> tuple[Span, ...]:
    """Return the stretches in which the customer is a step (6 dB) louder than their own middle stretch.

    Parameters
    ----------
    customer : sequence of Span
        The customer's stretches of speech.
    level_dbfs : np.ndarray, float32, shape (frames,), dBFS
        The level of the customer's track.
    """
    stretches = [span for span in customer if span.duration >= SHORTEST_UNIT]
    if len(stretches) < 3:
        return ()
    levels = [level_dbfs[span.start // HOP : span.stop // HOP].astype(np.float64) for span in stretches]
    loud = [float(np.percentile(level, 80)) for level in levels]
    middle = float(np.median(loud))
    return tuple(span for span, level in zip(stretches, loud, strict=True) if level >= middle + STEPS["level"])
