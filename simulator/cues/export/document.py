"""A measurement as the JSON that other programs rely on: `hotseat measure --json`, and the file cues.json.

The shape is `cues.contract.MeasureOutput`; a test compares every document with it, byte for byte. The model itself is
not used here: it takes longer to load than five minutes of a call take to measure.
"""

from __future__ import annotations

import json
import math
from typing import Any

from simulator.clock import Span, span_ms, to_ms
from simulator.cues.measurement import Measure, Measurement, Overlap

DECIMALS = 4
"""Values carry this many decimals where `COARSER` says nothing; every measure's error is coarser."""
COARSER = {"ms": 3, "Hz": 1, "dB": 2, "dBFS": 2, "semitones": 2}
"""Decimals by unit. What is computed from spectra differs in the fourth decimal between versions of numpy and between
processors; rounded so, a folder gives the same cues.json on both."""


def to_json(measurement: Measurement) -> str:
    """Return the document of a measurement as text; the same measurement gives the same bytes."""
    return json.dumps(to_document(measurement), ensure_ascii=False, indent=1)


def to_document(measurement: Measurement) -> dict[str, Any]:
    """Return the document of a measurement, as `cues.contract.MeasureOutput` describes it.

    Examples
    --------
    >>> to_document(Measurement(duration=320, measures={}))["duration_ms"]
    20.0
    """
    return {
        "schema": "hotseat.measure/1",
        "duration_ms": to_ms(measurement.duration),
        "measures": {key: _item(measure) for key, measure in measurement.measures.items()},
        "spans": {
            "trainee_speech": _spans(measurement.trainee_speech),
            "customer_speech": _spans(measurement.customer_speech),
            "pauses": _spans(measurement.pauses),
            "filled_pauses": _spans(measurement.filled_pauses),
            "dead_air": _spans(measurement.dead_air),
            "overlaps": [_overlap(overlap) for overlap in measurement.overlaps],
            "responses": [{"start_ms": to_ms(s.start), "stop_ms": to_ms(s.stop)} for s in measurement.responses],
        },
        "version": measurement.version,
        "notes": list(measurement.notes),
    }


def _spans(spans: tuple[Span, ...]) -> list[list[float]]:
    return [[*span_ms(span)] for span in spans]


def _item(measure: Measure) -> dict[str, Any]:
    given: dict[str, Any] = {"value": _rounded(measure.value, measure.unit), "unit": measure.unit}
    if measure.reason is not None:
        given["reason"] = measure.reason
    if measure.confidence is not None:
        given["confidence"] = round(float(measure.confidence), 3)
    if measure.error is not None:
        given["error"] = _rounded(float(measure.error), "")
    return given


def _rounded(value: float | None, unit: str) -> int | float | None:
    if value is None or not math.isfinite(value):
        return None
    if unit == "count":
        return round(value)
    return round(float(value), COARSER.get(unit, DECIMALS))


def _overlap(overlap: Overlap) -> dict[str, Any]:
    return {
        "start_ms": to_ms(overlap.span.start),
        "stop_ms": to_ms(overlap.span.stop),
        "kind": overlap.kind,
        "by": overlap.by,
        "words": overlap.words,
        "rule": overlap.rule,
        "customer_left_ms": to_ms(overlap.customer_left),
        "from_customer_edge_ms": to_ms(overlap.from_customer_edge),
        "yielded": overlap.yielded,
    }
