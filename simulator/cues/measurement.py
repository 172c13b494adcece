"""The measurement of a call: values with units and spans as evidence, or *unmeasurable* with a reason.

Conventions
-----------
Times are samples of the call clock. A measure without a value has a reason, never a silent zero. `error` is the
plus or minus that this measure claims on real recordings, in its own unit; `confidence` is 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.clock import Span
from simulator.cues.signal.framing import frame_times_ms
from simulator.events import OverlapKind

MEASURES_VERSION = "5"
"""Changes whenever a measure's definition or method changes. A score names the version that made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number with its unit and the spans that it was measured in, or None with a reason.

    Raises
    ------
    ValueError
        If it has neither a value nor a reason, or both.

    Examples
    --------
    >>> Measure(value=2, unit="count", spans=(Span(0, 320), Span(640, 960))).value
    2
    >>> unmeasurable("semitones", "too short: 0.4 s of voiced speech, 1 s needed").value is None
    True
    """

    value: float | None
    unit: str
    reason: str | None = None
    spans: tuple[Span, ...] = ()
    confidence: float | None = None
    error: float | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError(f"a measure has a value or a reason, one of the two; got {self.value} and {self.reason!r}")


def unmeasurable(unit: str, reason: str) -> Measure:
    """Return the measure that could not be taken, and why."""
    return Measure(value=None, unit=unit, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A stretch where both spoke, named by `simulator.overlap`, with the numbers that decided (samples).

    `by` is who started second; `yielded` says whether that speaker stopped first. `words` is what the trainee said in
    the stretch of speech that made the overlap, as far as words are known.
    """

    span: Span
    kind: OverlapKind
    by: Literal["trainee", "customer"]
    rule: str
    customer_left: int
    from_customer_edge: int
    yielded: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tracks:
    """Pitch and level of the trainee over time, one frame every 10 ms, times at frame centres.

    Parameters
    ----------
    f0_hz : np.ndarray, float32, shape (n,), Hz
        NaN where unvoiced.
    level_dbfs : np.ndarray, float32, shape (m,), dB relative to a full-scale square wave
        Digital silence reads -120.
    """

    f0_hz: NDArray[np.float32]
    level_dbfs: NDArray[np.float32]

    @property
    def f0_time_ms(self) -> NDArray[np.float64]:
        """Frame centres of `f0_hz` in milliseconds."""
        return frame_times_ms(len(self.f0_hz))

    @property
    def level_time_ms(self) -> NDArray[np.float64]:
        """Frame centres of `level_dbfs` in milliseconds."""
        return frame_times_ms(len(self.level_dbfs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Everything measured in one call or file.

    `measures` is keyed by the names of docs/measures.md. The spans are in order and disjoint. `responses` are the gaps
    between the customer's last word and the trainee's first. `notes` says what a reader should know of the input.
    """

    duration: int
    measures: dict[str, Measure]
    trainee_speech: tuple[Span, ...] = ()
    customer_speech: tuple[Span, ...] = ()
    pauses: tuple[Span, ...] = ()
    filled_pauses: tuple[Span, ...] = ()
    dead_air: tuple[Span, ...] = ()
    responses: tuple[Span, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    tracks: Tracks | None = field(default=None, compare=False, repr=False)
    notes: tuple[str, ...] = ()
    version: str = MEASURES_VERSION
