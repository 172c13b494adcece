"""The measures that need only to know who spoke when: shares, pauses, answers, dead air, overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.clock import Span, intersect, merge, to_ms, total
from simulator.cues.catalogue import measured, missing
from simulator.cues.measurement import Measure, Overlap
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Who spoke when, what followed from it, and the measures of that."""

    trainee: tuple[Span, ...]
    customer: tuple[Span, ...]
    pauses: tuple[Span, ...]
    responses: tuple[Span, ...]
    dead_air: tuple[Span, ...]
    overlaps: tuple[Overlap, ...]
    measures: dict[str, Measure]


def read_conversation(
    duration: int,
    trainee: Sequence[Span],
    customer: Sequence[Span] | None,
    *,
    lines: Sequence[CustomerLine] | None = None,
    words: Sequence[Word] | None = None,
    holds: Sequence[Span] = (),
) -> Conversation:
    """Measure a conversation from who spoke when.

    Parameters
    ----------
    duration : int, samples
    trainee, customer : sequence of Span
        Stretches of speech; `customer` is None where there is no second track.
    lines : sequence of CustomerLine, optional
        The customer's stretches for naming overlaps, where more is known than their sound; `customer` by default.
    words : sequence of Word, optional
        The trainee's.
    holds : sequence of Span
        Announced holds.
    """
    own = merge(trainee)
    pauses = silent_pauses(own, customer or ())
    measures = {"speaking_ms": measured("speaking_ms", to_ms(total(own)), spans=own), **_of_pauses(pauses)}
    if customer is None:
        measures |= {key: missing(key, ONE_TRACK) for key in TWO_TRACK_MEASURES}
        return Conversation(
            trainee=own, customer=(), pauses=pauses, responses=(), dead_air=(), overlaps=(), measures=measures
        )
    other = merge(customer)
    answers = responses(own, other, holds)
    silences = dead_air(duration, own, other, holds)
    met = overlaps(own, lines if lines is not None else other, words)
    measures |= _of_shares(own, other)
    measures |= _of_answers(answers, transfer_offsets(own, other))
    measures |= _of_silences(silences)
    measures |= _of_overlaps(met)
    return Conversation(
        trainee=own,
        customer=other,
        pauses=pauses,
        responses=answers,
        dead_air=at_least(silences, DEAD_AIR_COUNT),
        overlaps=met,
        measures=measures,
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


def median_of(key: str, values: Sequence[int], spans: Sequence[Span], reason: str) -> Measure:
    """Return the median of times in samples, in milliseconds; unmeasurable with `reason` where there is none."""
    if not values:
        return missing(key, reason)
    return measured(key, round(float(np.median(values)) / 16, 3), spans=tuple(spans))


def _of_pauses(pauses: tuple[Span, ...]) -> dict[str, Measure]:
    return {
        "pauses": measured("pauses", len(pauses), spans=pauses),
        "pause_ms": measured("pause_ms", to_ms(total(pauses)), spans=pauses),
        "median_pause_ms": median_of(
            "median_pause_ms", [pause.duration for pause in pauses], pauses, "no silent pause of 250 ms or more"
        ),
    }


def _of_shares(own: tuple[Span, ...], other: tuple[Span, ...]) -> dict[str, Measure]:
    share = talk_share(own, other)
    both = intersect(own, other)
    return {
        "talk_share": missing("talk_share", "nobody spoke") if share is None else measured("talk_share", share),
        "customer_speaking_ms": measured("customer_speaking_ms", to_ms(total(other)), spans=other),
        "overlap_ms": measured("overlap_ms", to_ms(total(both)), spans=both),
    }


def _of_answers(answers: tuple[Span, ...], offsets: tuple[int, ...]) -> dict[str, Measure]:
    none = "the trainee never answered after a silence"
    times = [answer.duration for answer in answers]
    slowest = max(answers, key=lambda answer: answer.duration, default=None)
    return {
        "responses": measured("responses", len(answers), spans=answers),
        "median_response_ms": median_of("median_response_ms", times, answers, none),
        "slowest_response_ms": missing("slowest_response_ms", none)
        if slowest is None
        else measured("slowest_response_ms", to_ms(slowest.duration), spans=(slowest,)),
        "median_transfer_ms": median_of("median_transfer_ms", offsets, (), "the floor never went to the trainee"),
    }


def _of_silences(silences: tuple[Span, ...]) -> dict[str, Measure]:
    counted = {
        "dead_air_warnings": DEAD_AIR_WARN,
        "dead_air": DEAD_AIR_COUNT,
        "dead_air_failures": DEAD_AIR_FAIL,
    }
    found = {}
    for key, bound in counted.items():
        spans = at_least(silences, bound)
        found[key] = measured(key, len(spans), spans=spans)
    longest = max(silences, key=lambda span: span.duration, default=None)
    found["longest_silence_ms"] = (
        missing("longest_silence_ms", "no silence of both of 3 s or more")
        if longest is None
        else measured("longest_silence_ms", to_ms(longest.duration), spans=(longest,))
    )
    return found


def _of_overlaps(met: tuple[Overlap, ...]) -> dict[str, Measure]:
    kinds = {
        "interruptions": "interruption",
        "backchannels": "backchannel",
        "collisions": "collision",
        "yields": "yield",
    }
    found = {}
    for key, kind in kinds.items():
        spans = tuple(overlap.span for overlap in met if overlap.kind == kind)
        found[key] = measured(key, len(spans), spans=spans)
    yielded = found["yields"].spans
    found["median_yield_ms"] = median_of(
        "median_yield_ms", [span.duration for span in yielded], yielded, "the customer never came in on the trainee"
    )
    return found
