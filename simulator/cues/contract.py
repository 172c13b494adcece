"""The shape of `hotseat measure --json` and of the file cues.json; `cues.document` writes it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.contract import Document, Milliseconds
from simulator.events import OverlapKind

SpanMs = tuple[Milliseconds, Milliseconds]


class MeasureItem(Document):
    """One measure: its value and unit, or null and the reason."""

    value: int | float | None
    unit: str
    reason: str | None = None
    confidence: float | None = None
    error: float | None = None


class OverlapItem(Document):
    """A stretch in which both spoke."""

    start_ms: Milliseconds
    stop_ms: Milliseconds
    kind: OverlapKind
    by: Literal["trainee", "customer"] = "trainee"
    words: str = ""
    rule: str = ""
    customer_left_ms: Milliseconds | None = None
    from_customer_edge_ms: Milliseconds | None = None
    yielded: bool | None = None


class ResponseItem(Document):
    """From the end of the customer's speech to the start of the trainee's answer."""

    start_ms: Milliseconds
    stop_ms: Milliseconds


class MeasureSpans(Document):
    """Where things happened."""

    trainee_speech: list[SpanMs]
    customer_speech: list[SpanMs]
    pauses: list[SpanMs]
    filled_pauses: list[SpanMs] = Field(default=[])
    dead_air: list[SpanMs] = Field(default=[])
    overlaps: list[OverlapItem]
    responses: list[ResponseItem]


class MeasureOutput(Document):
    """`hotseat measure --json`, and the file cues.json."""

    schema_: Literal["hotseat.measure/1"] = Field(alias="schema")
    duration_ms: Milliseconds
    measures: dict[str, MeasureItem]
    spans: MeasureSpans
    version: str = ""
    notes: list[str] = Field(default=[])
