"""A measurement as the JSON that other programs rely on: `hotseat measure --json`, and the file cues.json."""

from __future__ import annotations

import math

from simulator.clock import span_ms, to_ms
from simulator.contract import MeasureItem, MeasureOutput, MeasureSpans, OverlapItem, ResponseItem
from simulator.cues.measurement import Measure, Measurement, Overlap

DECIMALS = 4
"""Values other than times carry this many decimals; every measure's error is coarser."""


def to_contract(measurement: Measurement) -> MeasureOutput:
    """Return the document of a measurement; the same measurement gives the same bytes.

    Examples
    --------
    >>> to_contract(Measurement(duration=320, measures={})).duration_ms
    20.0
    """
    return MeasureOutput(
        schema="hotseat.measure/1",
        duration_ms=to_ms(measurement.duration),
        measures={key: _item(measure) for key, measure in measurement.measures.items()},
        spans=MeasureSpans.model_validate(
            {
                "trainee_speech": [span_ms(span) for span in measurement.trainee_speech],
                "customer_speech": [span_ms(span) for span in measurement.customer_speech],
                "pauses": [span_ms(span) for span in measurement.pauses],
                "filled_pauses": [span_ms(span) for span in measurement.filled_pauses],
                "dead_air": [span_ms(span) for span in measurement.dead_air],
                "overlaps": [_overlap(overlap) for overlap in measurement.overlaps],
                "responses": [
                    ResponseItem(start_ms=to_ms(span.start), stop_ms=to_ms(span.stop)) for span in measurement.responses
                ],
            }
        ),
        version=measurement.version,
        notes=list(measurement.notes),
    )


def _item(measure: Measure) -> MeasureItem:
    given: dict[str, object] = {"value": _rounded(measure.value, measure.unit), "unit": measure.unit}
    if measure.reason is not None:
        given["reason"] = measure.reason
    if measure.confidence is not None:
        given["confidence"] = round(measure.confidence, 3)
    if measure.error is not None:
        given["error"] = _rounded(measure.error, "")
    return MeasureItem.model_validate(given)


def _rounded(value: float | None, unit: str) -> int | float | None:
    if value is None or not math.isfinite(value):
        return None
    if unit == "count":
        return round(value)
    return round(float(value), 3 if unit == "ms" else DECIMALS)


def _overlap(overlap: Overlap) -> OverlapItem:
    return OverlapItem(
        start_ms=to_ms(overlap.span.start),
        stop_ms=to_ms(overlap.span.stop),
        kind=overlap.kind,
        by=overlap.by,
        words=overlap.words,
        rule=overlap.rule,
        customer_left_ms=to_ms(overlap.customer_left),
        from_customer_edge_ms=to_ms(overlap.from_customer_edge),
        yielded=overlap.yielded,
    )
