"""The call clock: time as integer samples, and spans of them.

Conventions
-----------
Inside the simulator a time is an ``int``, in samples of one 16 kHz clock that starts with the call. A span is
half-open, ``[start, stop)``. Milliseconds and seconds appear only here, in files people read, and on the screen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RATE_HZ = 16_000
"""Samples a second on the call clock."""

BLOCK = 320
"""Samples in one block: 20 ms, a whole number of samples at 8, 16, 44.1 and 48 kHz."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the call, ``[start, stop)`` in samples.

    Parameters
    ----------
    start, stop : int, samples
        ``0 <= start < stop``. An empty stretch is not a span: what is disjoint is None.

    Raises
    ------
    ValueError
        If the bounds are negative or out of order.

    Examples
    --------
    >>> Span(0, 320) & Span(160, 640)
    Span(start=160, stop=320)
    >>> Span(0, 320) & Span(320, 640) is None
    True
    >>> Span(0, 320) | Span(640, 960)
    Span(start=0, stop=960)
    >>> 319 in Span(0, 320), 320 in Span(0, 320)
    (True, False)
    """

    start: int
    stop: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.stop:
            raise ValueError(f"a span needs 0 <= start < stop, got [{self.start}, {self.stop})")

    @property
    def duration(self) -> int:
        """Length in samples, always positive."""
        return self.stop - self.start

    def __and__(self, other: Span) -> Span | None:
        start, stop = max(self.start, other.start), min(self.stop, other.stop)
        return Span(start, stop) if start < stop else None

    def __or__(self, other: Span) -> Span:
        return Span(min(self.start, other.start), max(self.stop, other.stop))

    def __contains__(self, at: int) -> bool:
        return self.start <= at < self.stop

    def shift(self, by: int) -> Span:
        """Return the same length `by` samples later."""
        return Span(self.start + by, self.stop + by)

    def gap(self, other: Span) -> Span | None:
        """Return what lies between the two, or None where they touch or overlap."""
        start, stop = min(self.stop, other.stop), max(self.start, other.start)
        return Span(start, stop) if start < stop else None


def to_ms(samples: int) -> float:
    """Return a time in samples as milliseconds with at most three decimals.

    Examples
    --------
    >>> to_ms(320), to_ms(1)
    (20.0, 0.062)
    """
    return round(samples * 1000 / RATE_HZ, 3)


def from_ms(ms: float) -> int:
    """Return milliseconds as the nearest sample.

    Examples
    --------
    >>> from_ms(20), from_ms(0.062)
    (320, 1)
    """
    return round(ms * RATE_HZ / 1000)


def from_seconds(seconds: float) -> int:
    """Return seconds as the nearest sample."""
    return round(seconds * RATE_HZ)


def to_seconds(samples: int) -> float:
    """Return a time in samples as seconds."""
    return samples / RATE_HZ


def span_ms(span: Span) -> list[float]:
    """Return ``[start_ms, stop_ms]``, as JSON files carry it."""
    return [to_ms(span.start), to_ms(span.stop)]


def clock_text(samples: int) -> str:
    """Return a time as people read it, minutes and seconds.

    Examples
    --------
    >>> clock_text(16000 * 75 + 8000)
    '1:15.5'
    """
    tenths = samples * 10 // RATE_HZ
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def from_clock_text(text: str) -> int:
    """Return the samples of a time as people write it: `clock_text` the other way round; hours have no place in it.

    Raises
    ------
    ValueError
        If it is no such time.

    Examples
    --------
    >>> from_clock_text("1:15.5"), from_clock_text("0:16")
    (1208000, 256000)
    """
    parts = re.fullmatch(r"(\d{1,4}):([0-5]?\d(?:\.\d{1,3})?)", text.strip(), flags=re.ASCII)
    if parts is None:
        raise ValueError(f"{text!r} is no time such as 1:15.5")
    return from_seconds(60 * int(parts[1]) + float(parts[2]))


def merge(spans: Iterable[Span], *, collar: int = 0) -> tuple[Span, ...]:
    """Return disjoint spans in order that cover `spans`, filling gaps of at most `collar` samples.

    Examples
    --------
    >>> merge([Span(5, 9), Span(0, 3), Span(10, 12)], collar=1)
    (Span(start=0, stop=3), Span(start=5, stop=12))
    """
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].stop + collar:
            merged[-1] = merged[-1] | span
        else:
            merged.append(span)
    return tuple(merged)


def gaps(spans: Iterable[Span], within: Span) -> tuple[Span, ...]:
    """Return the parts of `within` that no span covers, in order.

    Examples
    --------
    >>> gaps([Span(2, 4)], Span(0, 6))
    (Span(start=0, stop=2), Span(start=4, stop=6))
    """
    found: list[Span] = []
    at = within.start
    for span in merge(spans):
        if span.start > at and at < within.stop:
            found.append(Span(at, min(span.start, within.stop)))
        at = max(at, span.stop)
    if at < within.stop:
        found.append(Span(at, within.stop))
    return tuple(found)


def intersect(first: Sequence[Span], second: Sequence[Span]) -> tuple[Span, ...]:
    """Return the stretches that both cover, in order; time linear in both.

    Examples
    --------
    >>> intersect([Span(0, 5), Span(8, 9)], [Span(3, 10)])
    (Span(start=3, stop=5), Span(start=8, stop=9))
    """
    one, two = merge(first), merge(second)
    found: list[Span] = []
    i = j = 0
    while i < len(one) and j < len(two):
        both = one[i] & two[j]
        if both is not None:
            found.append(both)
        if one[i].stop <= two[j].stop:
            i += 1
        else:
            j += 1
    return tuple(found)


def meets(span: Span, others: Sequence[Span]) -> bool:
    """Return whether `span` has a sample in common with any of `others`, which are in order and disjoint.

    Examples
    --------
    >>> meets(Span(3, 5), [Span(0, 2), Span(4, 9)]), meets(Span(2, 4), [Span(0, 2), Span(4, 9)])
    (True, False)
    """
    at = bisect_right(others, span.start, key=lambda other: other.stop)
    return at < len(others) and others[at].start < span.stop


def total(spans: Iterable[Span]) -> int:
    """Return the samples covered by `spans`, each counted once.

    Examples
    --------
    >>> total([Span(0, 5), Span(3, 8)])
    8
    """
    return sum(span.duration for span in merge(spans))
