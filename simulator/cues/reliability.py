"""Which measures are lost or less sure because of noise, a headset turned down, or clipping.

Conventions
-----------
Three things hide the soft part of speech: noise, the rounding of 16 bits where speech is very soft, and heavy clipping,
which lifts everything soft towards the loud. Measures that depend on where speech begins and ends, or compare it with
other speech, are then unmeasurable. Where the customer's lines are known, as in a call folder, only the trainee's ends
are in doubt: measures of the time between the speakers stay, with `LOOSER` times their error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from simulator.cues.catalogue import missing
from simulator.cues.measurement import Measure
from simulator.cues.signal.activity import DEEPEST_DB, QUIETEST_DBFS, SpeechActivity
from simulator.cues.signal.voice_quality import CLIPPED_TOO_MUCH

LEAST_SNR_DB = 14.0
"""Speech nearer than this to the noise has no measurable ends, range or spectrum (docs/measures.md)."""
LEAST_LOUD_DBFS = QUIETEST_DBFS + DEEPEST_DB
"""Where loud speech is softer than this, soft speech is lost in the rounding."""
CLIPPED_HEAVILY = 0.03
"""With a greater share of the speech at full scale, clipping fills the dips between syllables and the soft ends."""
LOOSER = 3.0
"""Factor on the stated error where the ends of one speaker's speech are in doubt."""
SURE_AT_DB = (6.0, LEAST_SNR_DB, 25.0)
SURE = (0.2, 0.5, 1.0)
"""Confidence in the ends of speech, 0 to 1, at these distances from the noise."""
CLIPPED_LESS_SURE = 0.7
"""Factor on the confidence where speech is clipped."""
UNKNOWN_NOISE = 0.5
"""Confidence where no silence shows the noise."""
SPEECH = (
    "speaking_ms words_per_minute articulation_rate_from_words articulation_rate_from_audio level_dbfs level_range_db "
    "pauses pause_ms median_pause_ms filled_pauses steadiness steadiness_in_outbursts level_change_db "
    "f0_change_semitones f0_range_change_semitones pace_change brightness_change_db"
).split()
"""Measures of the trainee's speech alone."""
PITCH = ("f0_median_hz", "f0_range_semitones")
"""Lost in noise, where the pitch track follows other voices too."""
BETWEEN = "median_response_ms slowest_response_ms median_transfer_ms median_yield_ms longest_silence_ms".split()
SHARES = ("talk_share", "responses")
OVERLAPS = "overlap_ms backchannels collisions yields median_yield_ms".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackCondition:
    """How good a track is to measure by: where it holds speech, and the part of it at full scale, 0 to 1."""

    activity: SpeechActivity
    clipped: float

    @property
    def noisy(self) -> str | None:
        """The reason where noise hides soft speech, else None."""
        snr_db = self.activity.snr_db
        if snr_db is None or snr_db >= LEAST_SNR_DB:
            return None
        return f"too noisy: speech stands {snr_db:.0f} dB above the noise, {LEAST_SNR_DB:.0f} dB needed"

    @property
    def confidence(self) -> float:
        """Confidence in where the speech begins and ends, 0 to 1."""
        snr_db = self.activity.snr_db
        sure = UNKNOWN_NOISE if snr_db is None else float(np.interp(snr_db, SURE_AT_DB, SURE))
        return sure * (CLIPPED_LESS_SURE if self.clipped > CLIPPED_TOO_MUCH else 1.0)

    @property
    def soft_part_lost(self) -> str | None:
        """The reason where the soft part of the speech is lost, else None."""
        loud = self.activity.speech_dbfs
        if self.noisy is None and loud is not None and loud < LEAST_LOUD_DBFS:
            return f"too quiet: loud speech reaches {loud:.0f} dBFS, {LEAST_LOUD_DBFS:.0f} dBFS needed"
        if self.noisy is None and self.clipped > CLIPPED_HEAVILY:
            return f"clipped: {self.clipped:.1%} of the speech is cut off, at most {CLIPPED_HEAVILY:.0%} allowed"
        return self.noisy


def doubted(
    measures: Mapping[str, Measure], own: TrackCondition, other: TrackCondition | None, *, known_lines: bool
) -> dict[str, Measure]:
    """Return the measures that are lost, or less sure, because of the condition of the tracks.

    Parameters
    ----------
    measures : mapping of str to Measure
        As measured, before any doubt.
    own, other : TrackCondition
        The trainee's and the customer's track.
    known_lines : bool
        Whether the customer's lines come from a log and not from the audio.
    """
    found: dict[str, Measure] = {}
    if reason := own.soft_part_lost:
        found |= _lost(SPEECH, reason)
    if reason := own.noisy:
        found |= _lost(PITCH, reason)
    if other is not None:
        theirs = other.soft_part_lost and f"the customer's track is {other.soft_part_lost}"
        found |= _between(measures, own.soft_part_lost or theirs, known_lines)
        most = max(own.clipped, other.clipped)
        if most > CLIPPED_TOO_MUCH and not known_lines:
            found |= _lost(OVERLAPS, f"clipped: {most:.1%} of the speech is cut off, which lifts what is soft")
        if theirs:
            found |= _lost(["customer_speaking_ms"], theirs)
    by_words, by_audio = (
        found.get(key, measures[key]) for key in ("articulation_rate_from_words", "articulation_rate_from_audio")
    )
    return found | {"articulation_rate": by_words if by_words.value is not None else by_audio}


def with_confidence(
    measures: Mapping[str, Measure], own: TrackCondition, other: TrackCondition | None, of_both: Iterable[str]
) -> dict[str, Measure]:
    """Return the measures with a confidence wherever there is a value: their own, or that of their tracks.

    Parameters
    ----------
    measures : mapping of str to Measure
    own, other : TrackCondition
        The trainee's and the customer's track.
    of_both : iterable of str
        Keys of the measures that are read from both tracks.
    """
    alone, both = own.confidence, min(own.confidence, 1.0 if other is None else other.confidence)
    shared = frozenset(of_both)
    return {
        key: measure
        if measure.value is None or measure.confidence is not None
        else replace(measure, confidence=round(both if key in shared else alone, 3))
        for key, measure in measures.items()
    }


def _between(measures: Mapping[str, Measure], reason: str | None, known_lines: bool) -> dict[str, Measure]:
    if reason is None:
        return {}
    if not known_lines:
        return _lost((*BETWEEN, *SHARES, *OVERLAPS), reason)
    looser = {
        key: replace(measure, error=measure.error * LOOSER)
        for key in BETWEEN
        if (measure := measures[key]).value is not None and measure.error is not None
    }
    return looser | _lost(("talk_share", "overlap_ms"), reason)


def _lost(keys: Iterable[str], reason: str) -> dict[str, Measure]:
    return {key: missing(key, reason) for key in keys}
