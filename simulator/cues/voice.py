"""The measures of the trainee's voice: level, pitch, noise, clipping, and steadiness against a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.clock import Span, from_seconds, to_seconds, total
from simulator.cues.activity import Activity, find_speech
from simulator.cues.bands import band_powers, decibels
from simulator.cues.catalogue import measured, missing
from simulator.cues.framing import HOP, check_samples
from simulator.cues.gain import suspect_gain
from simulator.cues.level import level_track
from simulator.cues.measurement import Measure
from simulator.cues.nuclei import find_nuclei
from simulator.cues.pace import too_short
from simulator.cues.pitch import pitch_track
from simulator.cues.steadiness import Delivery, Steadiness, Units, compare, outbursts, read_units
from simulator.cues.voice_quality import CLIPPED_TOO_MUCH, voice_quality
from simulator.ports import Samples

LEAST_SPEECH = from_seconds(0.5)
"""Less speech than this has no level."""
LOWEST_PITCH, HIGHEST_PITCH = 0.75, 1.5
"""Pitch outside 0.75 times its first and 1.5 times its third quartile is an octave error or creak (Hirst 2007)."""
OWN_BASELINE = from_seconds(15)
"""The first so much of the trainee's own speech is the baseline where no file is given."""
LEAST_BASELINE = from_seconds(2)
LEAST_COMPARED = from_seconds(1)
AFTER_OUTBURST = from_seconds(8)
"""How long after the customer's outburst the trainee's speech counts as an answer to it."""
CLIPPED_AT = 32_700
"""Samples at or beyond this are at full scale: a converter's last steps."""
CHANGES = {
    "level": "level_change_db",
    "pitch": "f0_change_semitones",
    "pitch_range": "f0_range_change_semitones",
    "pace": "pace_change",
    "brightness": "brightness_change_db",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What was heard on one person's track; `gain` is why automatic gain is suspected, None where it is not."""

    activity: Activity
    delivery: Delivery
    clipped: float
    quality: dict[str, Measure]
    gain: str | None

    @property
    def speech(self) -> tuple[Span, ...]:
        """The stretches of speech."""
        return self.activity.speech


def listen(samples: Samples) -> Voice:
    """Return everything that the measures of a voice are read from.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    """
    samples = check_samples(samples)
    bands = band_powers(samples)
    activity = find_speech(samples, bands)
    level = level_track(samples).level_dbfs
    pitch = pitch_track(samples)
    delivery = Delivery(
        level_dbfs=level,
        f0_hz=pitch.f0_hz,
        brightness_db=decibels(bands[:, 3:].sum(axis=1)) - decibels(bands[:, :3].sum(axis=1)),
        nuclei=find_nuclei(samples, pitch.f0_hz),
    )
    clipped = _clipped(samples, activity.speech)
    inside = _inside(activity.speech)
    spoken = np.full(len(level), np.nan, np.float32)
    spoken[inside] = pitch.f0_hz[inside]
    return Voice(
        activity=activity,
        delivery=delivery,
        clipped=clipped,
        quality=voice_quality(samples, spoken, pitch.strength, snr_db=activity.snr_db, clipped=clipped),
        gain=suspect_gain(level, activity.speech),
    )


def _inside(speech: Sequence[Span]) -> NDArray[np.intp]:
    """Return the frames in speech."""
    parts = [np.arange(span.start // HOP, span.stop // HOP) for span in speech]
    return np.concatenate([np.empty(0, np.intp), *parts])


def voice_measures(voice: Voice) -> dict[str, Measure]:
    """Return the measures of level, pitch, noise and clipping."""
    speech = voice.speech
    if total(speech) < LEAST_SPEECH:
        keys = ("level_dbfs", "level_range_db", "f0_median_hz", "f0_range_semitones", "snr_db", "clipped")
        return {key: missing(key, too_short(total(speech), LEAST_SPEECH)) for key in (*keys, *voice.quality)}
    inside = _inside(speech)
    level, f0_hz = voice.delivery.level_dbfs[inside], voice.delivery.f0_hz[inside]
    found = {
        "level_dbfs": measured("level_dbfs", _mean_power(level), spans=speech),
        "clipped": measured("clipped", voice.clipped),
        "snr_db": _snr(voice.activity),
    }
    found |= voice.quality
    found |= _ranges(level[~np.isnan(f0_hz)], f0_hz[~np.isnan(f0_hz)], speech)
    if voice.clipped > CLIPPED_TOO_MUCH:
        reason = f"clipped: {voice.clipped:.1%} of the speech is at full scale"
        found |= {key: missing(key, reason) for key in ("level_dbfs", "level_range_db")}
    return found


def _ranges(level: NDArray[np.float32], f0_hz: NDArray[np.float32], speech: tuple[Span, ...]) -> dict[str, Measure]:
    """Return level range, median pitch and pitch range over the voiced frames."""
    found = {}
    for key, least in (("level_range_db", 100), ("f0_median_hz", 50), ("f0_range_semitones", 100)):
        if len(f0_hz) < least:
            found[key] = missing(key, f"too short: {len(f0_hz) / 100:.1f} s of voiced speech, {least / 100} s needed")
    if "f0_median_hz" not in found:
        found["f0_median_hz"] = measured("f0_median_hz", float(np.median(f0_hz)), spans=speech)
    if "f0_range_semitones" not in found:
        quarter, three = np.percentile(f0_hz, (25, 75))
        usual = f0_hz[(f0_hz >= LOWEST_PITCH * quarter) & (f0_hz <= HIGHEST_PITCH * three)]
        low, high = np.percentile(usual, (5, 95))
        found["f0_range_semitones"] = measured("f0_range_semitones", float(12 * np.log2(high / low)), spans=speech)
        low, high = np.percentile(level, (5, 95))
        found["level_range_db"] = measured("level_range_db", float(high - low), spans=speech)
    return found


def steadiness_measures(
    voice: Voice, baseline: Voice | None, customer: Sequence[Span], customer_level: NDArray[np.float32] | None
) -> dict[str, Measure]:
    """Return steadiness, in all and after the customer's outbursts, and how each cue changed.

    Parameters
    ----------
    voice : Voice
        The trainee's.
    baseline : Voice, optional
        From another recording of the same person; without it, the first 15 s of the trainee's own speech.
    customer : sequence of Span
        The customer's stretches of speech.
    customer_level : np.ndarray, float32, dBFS, optional
        The level of the customer's track.
    """
    keys = ["steadiness", "steadiness_in_outbursts", *CHANGES.values()]
    found = _units_and_baseline(voice, baseline)
    if isinstance(found, str):
        return {key: missing(key, found) for key in keys}
    units, own = found
    result = compare(units, own)
    if result is None:
        return {key: missing(key, "too little voiced speech to compare") for key in keys}
    measures = {"steadiness": _steadiness("steadiness", result)}
    for cue, key in CHANGES.items():
        change = result.changes.get(cue)
        if change is not None and cue == "pace":
            change += 1
        reason = "the cue could not be measured"
        measures[key] = missing(key, reason) if change is None else measured(key, change, spans=units.spans)
    if voice.gain is not None:
        measures["level_change_db"] = missing("level_change_db", voice.gain)
    return measures | {"steadiness_in_outbursts": _in_outbursts(units, own, customer, customer_level)}


def _units_and_baseline(voice: Voice, baseline: Voice | None) -> tuple[Units, Units] | str:
    """Return the units to judge and those to judge them by, or the reason why not."""
    speaking = total(voice.speech)
    if baseline is not None:
        if total(baseline.speech) < LEAST_BASELINE:
            return f"baseline {too_short(total(baseline.speech), LEAST_BASELINE)}"
        if speaking < LEAST_COMPARED:
            return too_short(speaking, LEAST_COMPARED)
        return read_units(voice.speech, voice.delivery), read_units(baseline.speech, baseline.delivery)
    if speaking < OWN_BASELINE + LEAST_COMPARED:
        needed = to_seconds(OWN_BASELINE + LEAST_COMPARED)
        return f"too short: {to_seconds(speaking):.1f} s of speech, {needed:.0f} s needed without --baseline"
    units = read_units(voice.speech, voice.delivery)
    spoken = np.cumsum([span.duration for span in units.spans])
    cut = int(np.searchsorted(spoken, OWN_BASELINE))
    return units[range(cut, len(units.spans))], units[range(cut)]


def _steadiness(key: str, result: Steadiness) -> Measure:
    return measured(key, result.index, spans=result.raised, confidence=result.confidence)


def _in_outbursts(
    units: Units, own: Units, customer: Sequence[Span], customer_level: NDArray[np.float32] | None
) -> Measure:
    key = "steadiness_in_outbursts"
    if customer_level is None:
        return missing(key, "one track: give the customer's with --customer")
    loud = outbursts(customer, customer_level)
    reach = [Span(span.start, span.stop + AFTER_OUTBURST) for span in loud]
    near = [i for i, unit in enumerate(units.spans) if any(unit & span is not None for span in reach)]
    result = compare(units[near], own)
    if not loud or result is None:
        reason = "the customer never raised their voice" if not loud else "the trainee said nothing after an outburst"
        return missing(key, reason)
    return _steadiness(key, result)


def _mean_power(level: NDArray[np.float32]) -> float:
    return float(10 * np.log10(np.mean(10 ** (level.astype(np.float64) / 10))))


def _snr(activity: Activity) -> Measure:
    if activity.snr_db is None:
        return missing("snr_db", "no speech")
    return measured("snr_db", activity.snr_db)


def _clipped(samples: Samples, speech: Sequence[Span]) -> float:
    at_full_scale = sum(int(np.count_nonzero(_is_clipped(samples[span.start : span.stop]))) for span in speech)
    return at_full_scale / total(speech) if speech else 0.0


def _is_clipped(part: Samples) -> NDArray[np.bool_]:
    return (part >= CLIPPED_AT) | (part <= -CLIPPED_AT)
