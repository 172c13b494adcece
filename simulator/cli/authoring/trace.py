"""A rehearsed call as text, for a terminal of 80 columns: who said what, and the mood, event by event, with reasons."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from simulator.clock import clock_text
from simulator.events import CallEnded, Change, Event, Heard, HoldEnded, HoldStarted, LineStarted, MoodMoved

COLUMNS = 80
BAR = 30
"""Columns for an anger of 100."""
MARGIN = 9
"""Columns for the time."""


def trace_text(events: Sequence[Event]) -> Iterator[str]:
    """Yield the call line by line.

    Parameters
    ----------
    events : sequence of Event
        The log.

    Yields
    ------
    line : str
        At most `COLUMNS` wide.
    """
    trust = None
    for event in events:
        if isinstance(event, MoodMoved):
            yield _timed(event, _gauge(event))
            for change in event.changes:
                yield from _reason(change)
            if event.trust != trust and not event.changes:
                yield from _wrapped("", "(with time)")
            trust = event.trust
        elif text := _what_happened(event):
            yield from _wrapped(clock_text(event.at), text)


def _what_happened(event: Event) -> str:
    match event:
        case LineStarted():
            return f"customer ({event.purpose}, {event.band}): {event.text}"
        case Heard():
            return f"trainee: {event.text}" if event.text else "trainee: (nothing understood)"
        case HoldStarted():
            return "(on hold)"
        case HoldEnded():
            return "(back from the hold)"
        case CallEnded():
            rated = f" They would give it {event.satisfaction} of 5. {event.satisfaction_reason}"
            return f"end: {event.outcome}: {event.reason}." + (rated if event.satisfaction is not None else "")
    return ""


def _gauge(mood: MoodMoved) -> str:
    bar = "#" * round(mood.anger * BAR / 100)
    return f"anger {mood.anger:5.1f} |{bar:{BAR}}| trust {mood.trust:5.1f} {mood.band}"


def _reason(change: Change) -> Iterator[str]:
    if change.what == "anger":
        yield from _wrapped("", f"{change.by:+6.1f}  {change.reason} ({change.guidance})", hang=8)


def _timed(event: Event, text: str) -> str:
    return f"{clock_text(event.at):>{MARGIN - 2}}  {text}"


def _wrapped(time: str, text: str, *, hang: int = 0) -> Iterator[str]:
    first = f"{time:>{MARGIN - 2}}  "
    yield from textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=" " * (MARGIN + hang),
        drop_whitespace=True,
        replace_whitespace=False,
    )
