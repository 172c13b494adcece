"""Every measure's name, unit, stated error and one line of meaning: the list that code, docs and reports share.

Conventions
-----------
A measure may be off by `error` in its unit, or by `share` of its value where that is more, on a recording, or on its
copy over a telephone line, 30 dB softer, or in office noise. A measure with neither states no error, because it
follows from its definition. docs/measures.md gives the source of each figure; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.clock import Span
from simulator.cues.measurement import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One measure: unit, stated error, and what it is in a line."""

    unit: str
    title: str
    error: float | None = None
    share: float | None = None


SPECS: dict[str, Spec] = {
    # who speaks
    "talk_share": Spec(unit="ratio", title="trainee's part of all speaking time", share=0.1),
    "speaking_ms": Spec(unit="ms", title="trainee's speaking time", error=150, share=0.1),
    "customer_speaking_ms": Spec(unit="ms", title="customer's speaking time", error=150, share=0.1),
    "overlap_ms": Spec(unit="ms", title="time both speak", error=150, share=0.2),
    # pace
    "words_per_minute": Spec(unit="words/min", title="words over speaking time", share=0.1),
    "articulation_rate": Spec(unit="syllables/s", title="syllables over speaking time", share=0.15),
    "articulation_rate_from_words": Spec(
        unit="syllables/s", title="syllables of the words over speaking time", share=0.1
    ),
    "articulation_rate_from_audio": Spec(unit="syllables/s", title="syllable nuclei over speaking time", share=0.15),
    # pauses
    "pauses": Spec(unit="count", title="silent pauses inside the trainee's turns", error=1, share=0.2),
    "pause_ms": Spec(unit="ms", title="all silent pauses together", error=300, share=0.2),
    "median_pause_ms": Spec(unit="ms", title="the middle silent pause", error=60, share=0.4),
    "filled_pauses": Spec(unit="count", title="um, uh, er", error=1, share=0.5),
    # answering
    "responses": Spec(unit="count", title="answers after a silence", error=1, share=0.2),
    "median_response_ms": Spec(unit="ms", title="the middle time to answer", error=80),
    "slowest_response_ms": Spec(unit="ms", title="the longest time to answer", error=80),
    "median_transfer_ms": Spec(unit="ms", title="the middle floor-transfer offset, overlaps negative", error=80),
    "dead_air": Spec(unit="count", title="silences of both of 5 s or more, not announced as a hold"),
    "dead_air_warnings": Spec(unit="count", title="silences of both of 3 s or more"),
    "dead_air_failures": Spec(unit="count", title="silences of both of 10 s or more"),
    "longest_silence_ms": Spec(unit="ms", title="the longest silence of both", error=80),
    # talking over
    "interruptions": Spec(unit="count", title="the trainee spoke over the customer", error=1, share=0.2),
    "backchannels": Spec(unit="count", title="mm-hm, I see: short acknowledgements", error=1, share=0.5),
    "collisions": Spec(
        unit="count", title="both started at once, or the trainee just touched the customer's end", error=1, share=0.5
    ),
    "yields": Spec(unit="count", title="the customer came in while the trainee spoke", error=1, share=0.5),
    "median_yield_ms": Spec(unit="ms", title="the middle time until the trainee fell silent then", error=80),
    # voice
    "level_dbfs": Spec(unit="dBFS", title="level of the trainee's speech", error=1.0),
    "level_range_db": Spec(unit="dB", title="5th to 95th percentile of the level of voiced speech", error=4.0),
    "f0_median_hz": Spec(unit="Hz", title="the middle pitch", share=0.05),
    "f0_range_semitones": Spec(unit="semitones", title="5th to 95th percentile of pitch", error=2.0),
    "snr_db": Spec(unit="dB", title="speech over the noise of the track", error=3.0),
    "alpha_ratio_db": Spec(unit="dB", title="1 to 3.7 kHz over 50 Hz to 1 kHz, voiced frames", error=1.5),
    "harmonics_to_noise_db": Spec(unit="dB", title="harmonics over noise, voiced frames", error=1.5),
    "clipped": Spec(unit="ratio", title="part of the samples in speech at full scale"),
    # steadiness
    "steadiness": Spec(unit="index", title="1: as steady as the own baseline; towards 0: agitated", error=0.15),
    "steadiness_in_outbursts": Spec(unit="index", title="the same after the customer raised their voice", error=0.2),
    "level_change_db": Spec(unit="dB", title="level against the own baseline", error=1.0),
    "f0_change_semitones": Spec(unit="semitones", title="pitch against the own baseline", error=1.0),
    "f0_range_change_semitones": Spec(unit="semitones", title="pitch range against the own baseline", error=1.5),
    "pace_change": Spec(unit="ratio", title="syllable rate over that of the own baseline", error=0.2),
    "brightness_change_db": Spec(unit="dB", title="high over low frequencies against the own baseline", error=3.0),
}


def measured(
    key: str,
    value: float,
    *,
    spans: tuple[Span, ...] = (),
    confidence: float | None = None,
    least_error: float = 0.0,
    widen: float = 1.0,
) -> Measure:
    """Return the measure `key` with its unit and stated error.

    Parameters
    ----------
    key : str
    value : float, in the measure's unit
    spans : tuple of Span
        What it stands on.
    confidence : float, 0 to 1, optional
    least_error : float, in the measure's unit
        Lower bound of the error, for measures of very little speech.
    widen : float >= 1
        Factor on the stated error, for the same reason.

    Examples
    --------
    >>> measured("talk_share", 0.5).error
    0.05
    """
    spec = SPECS[key]
    error = None
    if spec.error is not None or spec.share is not None:
        error = max(max(spec.error or 0.0, abs(value) * (spec.share or 0.0)) * widen, least_error)
    return Measure(value=value, unit=spec.unit, spans=spans, confidence=confidence, error=error)


def missing(key: str, reason: str) -> Measure:
    """Return the measure `key` as unmeasurable."""
    return Measure(value=None, unit=SPECS[key].unit, reason=reason)
