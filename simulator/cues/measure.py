"""Measures a call: every measure of docs/measures.md, from two tracks, words, lines and holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simulator.clock import Span, intersect, meets, merge
from simulator.cues.catalogue import SPECS, measured, missing
from simulator.cues.measurement import Measure, Measurement, Tracks
from simulator.cues.reliability import TrackCondition, doubted, with_confidence
from simulator.cues.signal.activity import find_speech
from simulator.cues.signal.level import level_track
from simulator.cues.talk.conversation import TWO_TRACK_MEASURES, read_conversation
from simulator.cues.talk.filled import fillers_in_words, steady_voices
from simulator.cues.talk.overlaps import CustomerLine
from simulator.cues.talk.pace import rate_from_nuclei, rate_from_words, words_per_minute
from simulator.cues.voice import MeasuredVoice, clipped_share, measure_voice, steadiness_measures, voice_measures
from simulator.events import Word
from simulator.ports import Samples

NO_AUDIO = "no audio"


def measure_call(
    trainee: Samples,
    customer: Samples | None = None,
    *,
    words: Sequence[Word] | None = None,
    customer_turns: Sequence[Span | CustomerLine] | None = None,
    holds: Sequence[Span] = (),
    baseline: Samples | None = None,
) -> Measurement:
    """Measure a call from its audio.

    Parameters
    ----------
    trainee, customer : np.ndarray, int16, shape (n,), 16 kHz
        The two tracks on one clock; the shorter one counts as silent to the end of the longer. `customer` may be
        absent.
    words : sequence of Word, optional
        What the trainee said; None where nobody transcribed it, empty where nothing was recognised.
    customer_turns : sequence of Span or CustomerLine, optional
        The customer's lines where they are known exactly, as in a call folder; overlaps are named by them.
    holds : sequence of Span
        Announced holds.
    baseline : np.ndarray, int16, shape (m,), 16 kHz, optional
        The same speaker, calm, over the same microphone; without it the first 15 s of the trainee's own speech.

    Returns
    -------
    Measurement
        With every measure of `catalogue.SPECS`.

    Raises
    ------
    InputError
        If audio is not one-dimensional int16.

    Examples
    --------
    >>> measure_call(np.zeros(16000, np.int16)).measures["level_dbfs"].reason
    'too short: 0.0 s of speech, 0.5 s needed'
    """
    duration = max(len(trainee), 0 if customer is None else len(customer))
    other, customer_speech, customer_level = None, None, None
    if customer is not None:
        activity = find_speech(customer)
        customer_speech = activity.speech
        other = TrackCondition(activity=activity, clipped=clipped_share(customer, customer_speech))
        customer_level = level_track(customer)
    voice = measure_voice(trainee)
    lines = None if customer_turns is None else _lines(customer_turns, customer_speech)
    if customer_speech is None and lines is not None:
        customer_speech = tuple(line.span for line in lines)
    talk = read_conversation(duration, voice.speech, customer_speech, lines=lines, words=words, holds=holds)
    fillers, filled = _filled(voice, trainee, words)
    measures = dict(talk.measures)
    measures |= _pace(words, talk.trainee_speech, voice.tracks.nuclei)
    measures["filled_pauses"] = filled
    measures |= voice_measures(voice)
    own = None if baseline is None else measure_voice(baseline)
    measures |= steadiness_measures(voice, own, talk.customer_speech, customer_level)
    measures |= doubted(measures, voice.condition, other, known_lines=lines is not None)
    measures = with_confidence(measures, voice.condition, other, TWO_TRACK_MEASURES)
    tracks = Tracks(f0_hz=voice.tracks.f0_hz, level_dbfs=voice.tracks.level_dbfs)
    return replace(talk, measures={key: measures[key] for key in SPECS}, filled_pauses=fillers, tracks=tracks)


def measure_spans(
    duration: int,
    trainee_speech: Sequence[Span],
    customer_speech: Sequence[Span] | None,
    *,
    words: Sequence[Word] | None = None,
    customer_turns: Sequence[Span | CustomerLine] | None = None,
    holds: Sequence[Span] = (),
) -> Measurement:
    """Measure a call without audio, such as a text-only rehearsal; measures of the voice are unmeasurable.

    Parameters
    ----------
    duration : int, samples
    trainee_speech, customer_speech : sequence of Span
    words, customer_turns, holds
        As in `measure_call`.

    Examples
    --------
    >>> found = measure_spans(320000, [Span(32000, 96000)], [Span(0, 16000), Span(112000, 320000)])
    >>> found.measures["median_response_ms"].value, found.measures["level_dbfs"].reason
    (1000.0, 'no audio')
    """
    lines = None if customer_turns is None else _lines(customer_turns, None)
    talk = read_conversation(duration, trainee_speech, customer_speech, lines=lines, words=words, holds=holds)
    measures = dict(talk.measures)
    measures |= _pace(words, talk.trainee_speech, None)
    fillers = fillers_in_words(words or ())
    if words is not None:
        measures["filled_pauses"] = measured("filled_pauses", len(fillers), spans=fillers)
    ordered = {key: measures.get(key) or missing(key, NO_AUDIO) for key in SPECS}
    return replace(talk, measures=ordered, filled_pauses=fillers)


def _lines(turns: Sequence[Span | CustomerLine], heard: Sequence[Span] | None) -> tuple[CustomerLine, ...]:
    """Return the lines without the silence at their ends: a rendered line may begin and end in silence."""
    lines = [turn if isinstance(turn, CustomerLine) else CustomerLine(span=turn) for turn in turns]
    if heard is None:
        return tuple(lines)
    kept = []
    for line in lines:
        inside = intersect([line.span], heard)
        if inside:
            span = Span(inside[0].start, inside[-1].stop)
            kept.append(CustomerLine(span=span, would_stop=line.would_stop, planned=line.planned))
    return tuple(kept)


def _pace(
    words: Sequence[Word] | None, speech: tuple[Span, ...], nuclei: NDArray[np.intp] | None
) -> dict[str, Measure]:
    from_words = rate_from_words(words, speech)
    from_audio = (
        missing("articulation_rate_from_audio", NO_AUDIO)
        if nuclei is None
        else rate_from_nuclei([int(at) for at in nuclei], speech)
    )
    return {
        "words_per_minute": words_per_minute(words, speech),
        "articulation_rate_from_words": from_words,
        "articulation_rate_from_audio": from_audio,
        "articulation_rate": from_words if from_words.value is not None else from_audio,
    }


def _filled(voice: MeasuredVoice, samples: Samples, words: Sequence[Word] | None) -> tuple[tuple[Span, ...], Measure]:
    """Return the filled pauses found in words or in audio; one found in both counts once."""
    said = fillers_in_words(words or ())
    heard = steady_voices(samples, voice.tracks.f0_hz, voice.speech, words)
    spoken = merge(said)
    alone = [span for span in heard if not meets(span, spoken)]
    found = tuple(sorted([*said, *alone]))
    confidence = (len(said) * 0.9 + len(alone) * 0.5) / len(found) if found else 0.7
    return found, measured("filled_pauses", len(found), spans=found, confidence=round(confidence, 3))
