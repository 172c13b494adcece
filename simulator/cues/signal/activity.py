"""Speech activity from audio alone: frames above the noise floor that belong to a voice.

Conventions
-----------
Frames of 16 ms stand every 10 ms, centred on their hop. Only 190 to 3750 Hz counts, so that a telephone copy and a
wideband copy of the same speech read alike. Every threshold is relative to the recording's own speech and noise.

Metrics
-------
- A frame is *active* when its level is within `DEEPEST_DB` of the recording's loud speech and its bands stand at
  least `LOW_SNR_DB` above their noise floor on average.
- A run of active frames is *speech* when some of it stands `HIGH_SNR_DB` above the floor and it holds a voice:
  a frame whose pitch period repeats, or one within `UNVOICED_REACH` of it.
- A short recording without a silence is speech if it is one steady, strong voice throughout.
- Silences shorter than `SHORTEST_PAUSE` are inside speech, not between two stretches of it.

References
----------
.. [1] ITU-T P.56 (12/2011), "Objective measurement of active speech level": levels relative to the active level.
.. [2] J. Ramirez et al. (2004), "Efficient voice activity detection algorithms using long-term speech information",
   Speech Communication 42: band levels over a tracked noise floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ, Span, from_ms, gaps, meets, total
from simulator.cues.signal.bands import SMALLEST_POWER, band_powers, decibels
from simulator.cues.signal.framing import HOP, check_samples, frames_in, runs_of
from simulator.cues.signal.periodicity import strength_at
from simulator.ports import Samples

DEEPEST_DB = 36.0
"""Speech softer than this below the recording's loud speech (95th percentile) is not counted."""
FAINTEST_DB = 38.0
"""Soft beginnings and ends of speech are followed down to this below loud speech ..."""
SOFT_EDGE = from_ms(150)
"""... and this far."""
LOST_AT_DB = (8.0, 24.0, 36.0)
LOST_FRAMES = (12.0, 4.0, 0.0)
"""Noise hides the edges of speech: this many frames, where speech is this far above the noise (dB)."""
LOW_SNR_DB = 6.0
HIGH_SNR_DB = 10.0
LEAST_RANGE_DB = 12.0
"""A recording whose loudest twentieth is nearer to its noise floor holds no speech."""
QUIETEST_DBFS = -95.0
"""Sound below this is the rounding of 16-bit samples, not a person."""
SHORTEST_SPEECH = from_ms(100)
SHORTEST_PAUSE = from_ms(250)
"""Shorter silences belong to articulation (F. Goldman-Eisler 1968, Psycholinguistics)."""
UNVOICED_REACH = from_ms(150)
"""A fricative or a burst this near to a voice belongs to it; breath is farther away."""
FLOOR_WINDOW_S = 15.0
FLOOR_PERCENTILE = 10.0
THIN = 3
"""The floor is computed from every third frame."""
LEAST_PEAK, LEAST_LOUD = 3, 10
"""Frames that must stand out of a run, and of the recording, by `HIGH_SNR_DB`."""
LEAST_SILENCE = 50
"""Frames outside speech that show the noise, at least."""
SOFTEST_PERCENTILE = 2.0
LEAST_TO_MIDDLE_DB = 5.0
"""From the softest fiftieth of office noise to its median level."""
VOICED_STRENGTH = 0.5
"""Autocorrelation at the period of a voice; Praat's voicing threshold is 0.45."""
LONGEST_HELD = from_ms(20_000)
SOFTEST_HELD_DBFS = -50.0
HELD_STRENGTH = 0.8
HELD_RANGE_DB = 20.0
HELD_SHARE = 0.9
HELD_LOOKS = 24
HELD_EDGE = 5
"""A recording without a silence is a held voice if it is no longer and no softer than this, nine tenths of it lie
within this range, and its period repeats this strongly in all of 24 frames, the first and last 5 left out."""
LOOKS = 6
"""Frames of a run that are looked at for a voice: the loudest of each sixth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechActivity:
    """Where one track holds speech.

    `speech` are stretches without a silence of 250 ms or more. `speech_dbfs` is the level of its loud speech and
    `noise_dbfs` of its noise floor, both in 190 to 3750 Hz; None where there is no speech. `snr_db` is how far the
    middle of the active frames stands above the middle of the others.
    """

    speech: tuple[Span, ...]
    speech_dbfs: float | None
    noise_dbfs: float | None
    snr_db: float | None


def find_speech(samples: Samples, bands: NDArray[np.float32] | None = None) -> SpeechActivity:
    """Return where a recording of one person holds speech.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    bands : np.ndarray, float32, shape (n // 160, 6), optional
        `band_powers` of the samples, where they are known already.

    Returns
    -------
    SpeechActivity
        With no speech where the recording is silent or even noise.

    Examples
    --------
    >>> find_speech(np.zeros(16000, np.int16)).speech
    ()
    """
    samples = check_samples(samples)
    bands = band_powers(samples) if bands is None else bands
    if len(bands) == 0:
        return SpeechActivity(speech=(), speech_dbfs=None, noise_dbfs=None, snr_db=None)
    level, snr, quiet = _contrast(bands)
    loud = _loud_speech(level, snr)
    if loud < QUIETEST_DBFS or loud - _percentile(quiet, 50) < LEAST_RANGE_DB:
        held = _held_voice(samples, level)
        return SpeechActivity(speech=held, speech_dbfs=loud if held else None, noise_dbfs=None, snr_db=None)
    softest = _percentile(level, SOFTEST_PERCENTILE)
    speech = _with_voice(samples, _active_runs(level, snr, loud, _lost_edge(loud - softest)), level)
    silence = gaps(speech, Span(0, len(level) * HOP))
    # Where there is too little silence, the softest moments of the speech show the noise.
    enough = total(silence) >= LEAST_SILENCE * HOP
    noise = _median_in(silence, level) if enough else softest + LEAST_TO_MIDDLE_DB
    middle = _median_in(speech, level) if speech else None
    return SpeechActivity(
        speech=speech,
        speech_dbfs=loud if speech else None,
        noise_dbfs=noise,
        snr_db=middle - noise if middle is not None else None,
    )


def _active_runs(level: NDArray[np.float32], snr: NDArray[np.float32], loud: float, lost: int) -> list[tuple[int, int]]:
    """Return [first, last) frames of each run of active frames that has a peak, with its soft edges."""
    audible = (level > QUIETEST_DBFS) & (snr > LOW_SNR_DB)
    starts, stops = runs_of(audible & (level > loud - DEEPEST_DB))
    kept = [
        (start, stop)
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)
        if np.count_nonzero(snr[start:stop] > HIGH_SNR_DB) >= LEAST_PEAK
    ]
    return _with_soft_edges(kept, audible & (level > loud - FAINTEST_DB), lost)


def _percentile(track: NDArray[np.float32], percent: float) -> float:
    return float(np.percentile(track.astype(np.float64), percent))


def _median_in(spans: Sequence[Span], track: NDArray[np.float32]) -> float:
    return _percentile(track[frames_in(spans, len(track))], 50)


def _held_voice(samples: Samples, level: NDArray[np.float32]) -> tuple[Span, ...]:
    """Return the stretch of a short recording that is one steady voice, such as a vowel held for a test.

    Nothing in it shows the noise. Hum of the line looks the same, but is softer or longer.
    """
    if len(samples) > LONGEST_HELD:
        return ()
    held = np.flatnonzero(level > float(level.max()) - HELD_RANGE_DB)
    start, stop = int(held[0]), int(held[-1]) + 1
    count = stop - start - 2 * HELD_EDGE
    if level.max() < SOFTEST_HELD_DBFS or count < 1 or len(held) < HELD_SHARE * count:
        return ()
    looks = np.unique(np.linspace(start + HELD_EDGE, stop - 1 - HELD_EDGE, HELD_LOOKS).astype(np.intp))
    steady = bool((strength_at(samples, looks) > HELD_STRENGTH).all())
    return (Span(start * HOP, stop * HOP),) if steady else ()


def _contrast(bands: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return level, height above the noise floor, and the floor's own level of every frame, in dB."""
    level = decibels(_smooth(bands, 5).sum(axis=1))
    smooth = np.maximum(_smooth(bands, 9), SMALLEST_POWER)
    centres, knots = _noise_floor(decibels(smooth[::THIN]))
    deepest = _percentile(level, 95) - 60
    to_power = np.float32(np.log(10) / 10)
    frames = np.arange(len(bands))
    power = np.empty_like(bands)
    for band, floor in enumerate(knots.T):
        power[:, band] = np.exp(np.maximum(np.interp(frames, centres, floor), deepest).astype(np.float32) * to_power)
    smooth /= power
    return level, decibels(smooth.mean(axis=1)), decibels(power.sum(axis=1))


def _smooth(power: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Return the running mean over `width` frames, the ends of the recording repeated."""
    padded = np.pad(power, ((width // 2, width // 2), (0, 0)), mode="edge")
    total = padded[: len(power)].copy()
    for shift in range(1, width):
        total += padded[shift : shift + len(power)]
    total /= np.float32(width)
    return total


def _noise_floor(level: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return frames, and each band's floor there: a low percentile around, the least of neighbouring windows.

    `level` is that of every band at every `THIN`-th frame.
    """
    width = min(len(level), round(FLOOR_WINDOW_S * RATE_HZ / HOP / THIN))
    hop = max(1, width // 3)
    windows = np.lib.stride_tricks.sliding_window_view(level, width, axis=0)[::hop].astype(np.float64)
    low = [*np.percentile(windows, FLOOR_PERCENTILE, axis=2)]
    if (len(level) - width) % hop:
        low.append(np.percentile(level[len(low) * hop :].astype(np.float64), FLOOR_PERCENTILE, axis=0))
    least = [np.min(low[max(0, i - 2) : i + 3], axis=0) for i in range(len(low))]
    return (np.arange(len(low), dtype=np.float64) * hop + width / 2) * THIN, np.array(least, np.float64)


def _loud_speech(level: NDArray[np.float32], snr: NDArray[np.float32]) -> float:
    standing_out = level[snr > HIGH_SNR_DB]
    return _percentile(standing_out if len(standing_out) > LEAST_LOUD else level, 95)


def _lost_edge(depth_db: float) -> int:
    """Return how many frames of each edge of speech are lost in noise: none where the noise is deep enough.

    The depth comes from the softest moments: the tracked floor rises where there is hardly any silence.
    """
    return round(float(np.interp(depth_db - LOW_SNR_DB, LOST_AT_DB, LOST_FRAMES)))


def _with_soft_edges(runs: list[tuple[int, int]], faint: NDArray[np.bool_], lost: int) -> list[tuple[int, int]]:
    """Return the runs with the faint frames that lead into and out of them, `SOFT_EDGE` at most, disjoint.

    Edges that end in the noise are put `lost` frames farther out.
    """
    reach = SOFT_EDGE // HOP
    grown: list[tuple[int, int]] = []
    for start, stop in runs:
        before, after = faint[max(0, start - reach) : start][::-1], faint[stop : stop + reach]
        start -= int(np.argmin(before)) if not before.all() else len(before)
        stop += int(np.argmin(after)) if not after.all() else len(after)
        start, stop = max(0, start - lost), min(len(faint), stop + lost)
        if grown and start <= grown[-1][1]:
            grown[-1] = (grown[-1][0], stop)
        else:
            grown.append((start, stop))
    return grown


def _with_voice(samples: Samples, runs: list[tuple[int, int]], level: NDArray[np.float32]) -> tuple[Span, ...]:
    """Keep the runs that hold a voice or stand close to one; close short silences; drop what is too short."""
    voiced = _is_voiced(samples, runs, level)
    spans = [Span(start * HOP, stop * HOP) for start, stop in runs]
    voices = [span for span, has in zip(spans, voiced, strict=True) if has]
    reach = UNVOICED_REACH + 1  # so that a run at just that distance counts
    near = [span for span in spans if meets(Span(max(0, span.start - reach), span.stop + reach), voices)]
    closed: list[Span] = []
    for span in near:
        if closed and span.start - closed[-1].stop < SHORTEST_PAUSE:
            closed[-1] = closed[-1] | span
        else:
            closed.append(span)
    return tuple(span for span in closed if span.duration >= SHORTEST_SPEECH)


def _is_voiced(samples: Samples, runs: Sequence[tuple[int, int]], level: NDArray[np.float32]) -> list[bool]:
    """Return for each run whether one of its loudest frames repeats with the period of a voice."""
    found = [False] * len(runs)
    # In rounds, because most runs show their voice at the first look.
    for part in range(LOOKS):
        looks: list[int] = []
        owner: list[int] = []
        for index, (start, stop) in enumerate(runs):
            low, high = (start + (stop - start) * (part + at) // LOOKS for at in (0, 1))
            if not found[index] and low < high:
                looks.append(low + int(np.argmax(level[low:high])))
                owner.append(index)
        strength = strength_at(samples, np.array(looks, np.intp))
        for index, repeats in zip(owner, (strength > VOICED_STRENGTH).tolist(), strict=True):
            found[index] = repeats
    return found
