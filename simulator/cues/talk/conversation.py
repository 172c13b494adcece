"""The measures that depend only on who spoke when: shares, pauses, answers, dead air, overlaps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.clock import Span, intersect, merge, to_ms, total
from simulator.cues.catalogue import measured, missing
from simulator.cues.measurement import Measure, Measurement, Overlap
from simulator.cues.talk.overlaps import CustomerLine, overlaps
from simulator.cues.talk.silences import at_least, dead_air, responses, silent_pauses, transfer_offsets
from simulator.events import Word
from simulator.overlap import DEAD_AIR_COUNT, DEAD_AIR_FAIL, DEAD_AIR_WARN

ONE_TRACK = "one track: give the customer's with --customer"
TWO_TRACK_MEASURES = (
    "talk_share customer_speaking_ms overlap_ms responses median_response_ms slowest_response_ms median_transfer_ms "
    "dead_air dead_air_warnings dead_air_failures longest_silence_ms interruptions backchannels collisions yields "
    "median_yield_ms"
).split()


def read_conversation(
    duration: int,
    trainee: Sequence[Span],
    customer: Sequence[Span] | None,
    *,
    lines: Sequence[CustomerLine] | None = None,
    words: Sequence[Word] | None = None,
    holds: Sequence[Span] = (),
) -> Measurement:
    """Measure a conversation from who spoke when.

    Parameters
    ----------
    duration : int, samples
    trainee, customer : sequence of Span
        Stretches of speech; `customer` is None where there is no second track.
    lines : sequence of CustomerLine, optional
        The customer's lines, by which overlaps are named; `customer` by default.
    words : sequence of Word, optional
        The trainee's.
    holds : sequence of Span
        Announced holds.
    """
    own = merge(trainee)
    pauses = silent_pauses(own, customer or ())
    measures = {"speaking_ms": _total_ms("speaking_ms", own), **_of_pauses(pauses)}
    if customer is None:
        measures |= {key: missing(key, ONE_TRACK) for key in TWO_TRACK_MEASURES}
        return Measurement(duration=duration, measures=measures, trainee_speech=own, pauses=pauses)
    other = merge(customer)
    answers = responses(own, other, holds)
    silences = dead_air(duration, own, other, holds)
    found = overlaps(own, lines if lines is not None else other, words)
    measures |= _of_shares(own, other) | _of_answers(answers, transfer_offsets(own, other))
    measures |= _of_silences(silences) | _of_overlaps(found)
    return Measurement(
        duration=duration,
        measures=measures,
        trainee_speech=own,
        customer_speech=other,
        pauses=pauses,
        responses=answers,
        dead_air=at_least(silences, DEAD_AIR_COUNT),
        overlaps=found,
    )


def talk_share(trainee: Sequence[Span], customer: Sequence[Span]) -> float | None:
    """Return the trainee's part of the talking, 0 to 1; None where nobody spoke.

    Time that both speak counts for both. It is shown and not scored: a good call may lean either way.

    Examples
    --------
    >>> talk_share([Span(0, 3200)], [Span(3200, 12800)])
    0.25
    """
    own, other = total(trainee), total(customer)
    return own / (own + other) if own + other else None


def _of_pauses(pauses: tuple[Span, ...]) -> dict[str, Measure]:
    reason = "no silent pause of 250 ms or more"
    return {
        "pauses": _count("pauses", pauses),
        "pause_ms": _total_ms("pause_ms", pauses),
        "median_pause_ms": _median_ms("median_pause_ms", [pause.duration for pause in pauses], reason, pauses),
    }


def _of_shares(own: tuple[Span, ...], other: tuple[Span, ...]) -> dict[str, Measure]:
    share = talk_share(own, other)
    return {
        "talk_share": missing("talk_share", "nobody spoke") if share is None else measured("talk_share", share),
        "customer_speaking_ms": _total_ms("customer_speaking_ms", other),
        "overlap_ms": _total_ms("overlap_ms", intersect(own, other)),
    }


def _of_answers(answers: tuple[Span, ...], offsets: tuple[int, ...]) -> dict[str, Measure]:
    reason = "the trainee never answered after a silence"
    return {
        "responses": _count("responses", answers),
        "median_response_ms": _median_ms("median_response_ms", [each.duration for each in answers], reason, answers),
        "slowest_response_ms": _longest_ms("slowest_response_ms", answers, reason),
        "median_transfer_ms": _median_ms("median_transfer_ms", offsets, "the floor never went to the trainee"),
    }


def _of_silences(silences: tuple[Span, ...]) -> dict[str, Measure]:
    bounds = {"dead_air_warnings": DEAD_AIR_WARN, "dead_air": DEAD_AIR_COUNT, "dead_air_failures": DEAD_AIR_FAIL}
    found = {key: _count(key, at_least(silences, bound)) for key, bound in bounds.items()}
    reason = "no silence of both of 3 s or more"
    return found | {"longest_silence_ms": _longest_ms("longest_silence_ms", silences, reason)}


def _of_overlaps(overlaps: tuple[Overlap, ...]) -> dict[str, Measure]:
    found = {}
    for kind in ("interruption", "backchannel", "collision", "yield"):
        found[f"{kind}s"] = _count(f"{kind}s", tuple(each.span for each in overlaps if each.kind == kind))
    yields = found["yields"].spans
    reason = "the customer never came in on the trainee"
    return found | {
        "median_yield_ms": _median_ms("median_yield_ms", [each.duration for each in yields], reason, yields)
    }


def _count(key: str, spans: tuple[Span, ...]) -> Measure:
    return measured(key, len(spans), spans=spans)


def _total_ms(key: str, spans: tuple[Span, ...]) -> Measure:
    return measured(key, to_ms(total(spans)), spans=spans)


def _longest_ms(key: str, spans: tuple[Span, ...], reason: str) -> Measure:
    """Return the longest of some stretches; unmeasurable with `reason` where there is none."""
    if not spans:
        return missing(key, reason)
    longest = max(spans, key=lambda span: span.duration)
    return measured(key, to_ms(longest.duration), spans=(longest,))


def _median_ms(key: str, durations: Sequence[int], reason: str, spans: tuple[Span, ...] = ()) -> Measure:
    """Return the median of times in samples; unmeasurable with `reason` where there is none."""
    if not durations:
        return missing(key, reason)
    return measured(key, round(float(np.median(durations)) / 16, 3), spans=spans)
