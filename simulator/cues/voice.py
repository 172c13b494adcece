"""The measures of the trainee's voice: level, pitch, noise, clipping, and steadiness against a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.clock import Span, from_seconds, meets, merge, to_seconds, total
from simulator.cues.catalogue import measured, missing
from simulator.cues.measurement import Measure
from simulator.cues.reliability import TrackCondition
from simulator.cues.signal.activity import SpeechActivity, find_speech
from simulator.cues.signal.bands import band_powers, decibels
from simulator.cues.signal.framing import check_samples, frames_in
from simulator.cues.signal.gain import suspect_gain
from simulator.cues.signal.level import level_track
from simulator.cues.signal.nuclei import find_nuclei
from simulator.cues.signal.pitch import pitch_track
from simulator.cues.signal.voice_quality import CLIPPED_TOO_MUCH, LINE_CUTS_BASS, voice_quality, widened
from simulator.cues.steadiness import Steadiness, Units, VoiceTracks, compare, outbursts, read_units
from simulator.cues.talk.pace import too_short
from simulator.ports import Samples

LEAST_SPEECH = from_seconds(0.5)
"""Shorter speech has no level."""
LOWEST_PITCH, HIGHEST_PITCH = 0.75, 1.5
"""Pitch outside 0.75 times its first and 1.5 times its third quartile is an octave error or creak (Hirst 2007)."""
OWN_BASELINE = from_seconds(15)
"""Length of the trainee's first speech that is the baseline where no file is given."""
LEAST_BASELINE = from_seconds(1)
LEAST_COMPARED = from_seconds(1)
"""Least speech compared with a baseline from a file of its own ..."""
LEAST_AFTER_OWN = from_seconds(3)
"""... and with the beginning of the same recording."""
ENOUGH_UNITS = 5
"""With fewer units of 2 s the medians are less certain and the stated errors grow."""
BASS_CUT_WIDENS = 4.0
"""Factor on the stated error of pitch over a line that cuts off the fundamental."""
LEAST_RANGED = 200
"""Voiced frames (2 s) that a range needs."""
AFTER_OUTBURST = from_seconds(8)
"""How long after the customer's outburst the trainee's speech counts as an answer to it."""
CLIPPED_AT = 32_700
"""Samples at or beyond this are at full scale: a converter's last steps."""
FLAT_TOP = 0.998
"""Neighbouring samples within this part of the track's highest peak are a peak cut off at another level ..."""
ROUND_TOP = 1.4
"""... unless four times that range holds this many times as much: a tone's top is round and holds twice as much ..."""
LEAST_FLAT = 330
"""... if that peak is above -40 dBFS; below, steps of 16 bits look flat."""
MOST_SNR_DB = 40.0
"""Stands for 40 dB or more: lower noise comes from the coding, not from the room."""
CHANGES = {
    "level": "level_change_db",
    "pitch": "f0_change_semitones",
    "pitch_range": "f0_range_change_semitones",
    "pace": "pace_change",
    "brightness": "brightness_change_db",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredVoice:
    """One person's voice on a track; `gain` is why automatic gain is suspected, None where it is not."""

    condition: TrackCondition
    tracks: VoiceTracks
    quality: dict[str, Measure]
    gain: str | None

    @property
    def speech(self) -> tuple[Span, ...]:
        """The stretches of speech."""
        return self.condition.activity.speech


def measure_voice(samples: Samples) -> MeasuredVoice:
    """Return the tracks and qualities that the measures of a voice are computed from.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    """
    samples = check_samples(samples)
    bands = band_powers(samples)
    activity = find_speech(samples, bands)
    brightness = decibels(bands[:, 3:].sum(axis=1)) - decibels(bands[:, :3].sum(axis=1))
    del bands
    level = level_track(samples)
    pitch = pitch_track(samples)
    tracks = VoiceTracks(
        level_dbfs=level,
        f0_hz=pitch.f0_hz,
        brightness_db=brightness,
        nuclei=find_nuclei(samples, pitch.f0_hz),
    )
    clipped = clipped_share(samples, activity.speech)
    quality = voice_quality(
        samples, pitch.f0_hz, pitch.strength, speech=activity.speech, snr_db=activity.snr_db, clipped=clipped
    )
    return MeasuredVoice(
        condition=TrackCondition(activity=activity, clipped=clipped),
        tracks=tracks,
        quality=quality,
        gain=suspect_gain(level, activity.speech),
    )


def voice_measures(voice: MeasuredVoice) -> dict[str, Measure]:
    """Return the measures of level, pitch, noise and clipping."""
    speech = voice.speech
    if total(speech) < LEAST_SPEECH:
        keys = ("level_dbfs", "level_range_db", "f0_median_hz", "f0_range_semitones", "snr_db", "clipped")
        return {key: missing(key, too_short(total(speech), LEAST_SPEECH)) for key in (*keys, *voice.quality)}
    found = {
        "level_dbfs": measured("level_dbfs", _mean_power(voice), spans=speech),
        "clipped": measured("clipped", voice.condition.clipped),
        "snr_db": _snr(voice.condition.activity),
    }
    found |= voice.quality
    band = BASS_CUT_WIDENS if voice.quality["harmonics_to_noise_db"].reason == LINE_CUTS_BASS else 1.0
    found |= _ranges(voice, band)
    if voice.condition.clipped > CLIPPED_TOO_MUCH:
        reason = f"clipped: {voice.condition.clipped:.1%} of the speech is at full scale"
        found |= {key: missing(key, reason) for key in ("level_dbfs", "level_range_db")}
    return found


def _ranges(voice: MeasuredVoice, widen: float) -> dict[str, Measure]:
    """Return level range, median pitch and pitch range of the voiced frames; `widen` multiplies the error of pitch."""
    found, tracks, speech = {}, voice.tracks, voice.speech
    voiced = ~np.isnan(tracks.f0_hz) & frames_in(speech, len(tracks.f0_hz))
    pitch = tracks.f0_hz[voiced].astype(np.float64)
    widen *= widened(len(pitch))
    for key, least in (("level_range_db", LEAST_RANGED), ("f0_median_hz", 50), ("f0_range_semitones", LEAST_RANGED)):
        if len(pitch) < least:
            found[key] = missing(key, f"too short: {len(pitch) / 100:.1f} s of voiced speech, {least / 100} s needed")
    if "f0_median_hz" not in found:
        found["f0_median_hz"] = measured("f0_median_hz", float(np.median(pitch)), spans=speech, widen=widen)
    if "f0_range_semitones" not in found:
        quarter, three = np.percentile(pitch, (25, 75))
        inner = pitch[(pitch >= LOWEST_PITCH * quarter) & (pitch <= HIGHEST_PITCH * three)]
        low, high = np.percentile(inner, (5, 95))
        semitones = float(12 * np.log2(high / low))
        found["f0_range_semitones"] = measured("f0_range_semitones", semitones, spans=speech, widen=widen)
        low, high = np.percentile(tracks.level_dbfs[voiced].astype(np.float64), (5, 95))
        found["level_range_db"] = measured("level_range_db", float(high - low), spans=speech)
    return found


def steadiness_measures(
    voice: MeasuredVoice,
    baseline: MeasuredVoice | None,
    customer: Sequence[Span],
    customer_level: NDArray[np.float32] | None,
) -> dict[str, Measure]:
    """Return steadiness, in all and after the customer's outbursts, and how each cue changed.

    Parameters
    ----------
    voice : MeasuredVoice
        The trainee's.
    baseline : MeasuredVoice, optional
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
    widen = _widened(units, own)
    measures = {"steadiness": _steadiness("steadiness", result, widen)}
    for cue, key in CHANGES.items():
        change = result.changes.get(cue)
        if change is not None and cue == "pace":
            change += 1
        reason = "the cue could not be measured"
        measures[key] = (
            missing(key, reason) if change is None else measured(key, change, spans=units.spans, widen=widen)
        )
    if voice.gain is not None:
        measures["level_change_db"] = missing("level_change_db", voice.gain)
    return measures | {"steadiness_in_outbursts": _in_outbursts(units, own, customer, customer_level)}


def _units_and_baseline(voice: MeasuredVoice, baseline: MeasuredVoice | None) -> tuple[Units, Units] | str:
    """Return the units to judge and those to judge them by, or the reason why not."""
    speaking = total(voice.speech)
    if baseline is not None:
        if total(baseline.speech) < LEAST_BASELINE:
            return f"baseline {too_short(total(baseline.speech), LEAST_BASELINE)}"
        if reason := baseline.condition.soft_part_lost:
            return f"baseline {reason}"
        if speaking < LEAST_COMPARED:
            return too_short(speaking, LEAST_COMPARED)
        return read_units(voice.speech, voice.tracks), read_units(baseline.speech, baseline.tracks)
    if speaking < OWN_BASELINE + LEAST_AFTER_OWN:
        needed = to_seconds(OWN_BASELINE + LEAST_AFTER_OWN)
        return f"too short: {to_seconds(speaking):.1f} s of speech, {needed:.0f} s needed without --baseline"
    units = read_units(voice.speech, voice.tracks)
    spoken = np.cumsum([span.duration for span in units.spans])
    cut = int(np.searchsorted(spoken, OWN_BASELINE))
    return units[range(cut, len(units.spans))], units[range(cut)]


def _steadiness(key: str, result: Steadiness, widen: float) -> Measure:
    return measured(key, result.index, spans=result.raised, confidence=result.confidence, widen=widen)


def _widened(units: Units, own: Units) -> float:
    return float(np.sqrt(max(1.0, ENOUGH_UNITS / min(len(units.spans), len(own.spans)))))


def _in_outbursts(
    units: Units, own: Units, customer: Sequence[Span], customer_level: NDArray[np.float32] | None
) -> Measure:
    key = "steadiness_in_outbursts"
    if customer_level is None:
        return missing(key, "one track: give the customer's with --customer")
    loud = outbursts(customer, customer_level)
    reach = merge(Span(span.start, span.stop + AFTER_OUTBURST) for span in loud)
    near = [i for i, unit in enumerate(units.spans) if meets(unit, reach)]
    result = compare(units[near], own)
    if not loud or result is None:
        reason = "the customer never raised their voice" if not loud else "the trainee said nothing after an outburst"
        return missing(key, reason)
    return _steadiness(key, result, _widened(units[near], own))


def _mean_power(voice: MeasuredVoice) -> float:
    level = voice.tracks.level_dbfs
    inside = level[frames_in(voice.speech, len(level))].astype(np.float64)
    return float(10 * np.log10(np.mean(10 ** (inside / 10))))


def _snr(activity: SpeechActivity) -> Measure:
    if activity.snr_db is None:
        return missing("snr_db", "no silence in it that would tell the noise" if activity.speech else "no speech")
    return measured("snr_db", min(activity.snr_db, MOST_SNR_DB))


def clipped_share(samples: Samples, speech: Sequence[Span]) -> float:
    """Return the share of the samples in speech at full scale, or on a flat top at the track's own highest peak."""
    highest = max((_highest(samples[span.start : span.stop]) for span in speech), default=0)
    flat = FLAT_TOP * highest if highest >= LEAST_FLAT else np.inf

    def cut_from(peak: float) -> int:
        return sum(_cut_off(samples[span.start : span.stop], peak) for span in speech)

    cut = cut_from(flat)
    if cut and flat < CLIPPED_AT and cut_from(FLAT_TOP**3 * flat) > ROUND_TOP * cut:
        cut = cut_from(np.inf)
    return cut / total(speech) if speech else 0.0


def _highest(part: Samples) -> int:
    return max(int(part.max()), -int(part.min()))


def _cut_off(part: Samples, flat: float) -> int:
    at_full_scale = (part >= CLIPPED_AT) | (part <= -CLIPPED_AT)
    if flat >= CLIPPED_AT:
        return int(np.count_nonzero(at_full_scale))
    high, low = part >= flat, part <= -flat
    return int(np.count_nonzero((high[1:] & high[:-1]) | (low[1:] & low[:-1])))
