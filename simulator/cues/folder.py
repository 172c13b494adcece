"""Measuring a call folder: its tracks, with the words, lines and holds of its log."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.clock import Span
from simulator.cues.measure import measure_call
from simulator.cues.measurement import Measurement
from simulator.cues.talk.overlaps import CustomerLine
from simulator.events import BargedIn, Event, Heard, HoldEnded, HoldStarted, LineEnded, LineStarted, Word
from simulator.recording.folder import CallFolder


def measure_sound(folder: CallFolder) -> Measurement:
    """Measure the two tracks of a recorded call.

    Raises
    ------
    InputError
        If a track or the log cannot be read.
    """
    events = folder.events()
    return measure_call(
        folder.trainee(),
        folder.customer(),
        words=words_of(events),
        customer_turns=lines_of(events, folder.duration),
        holds=holds_of(events, folder.duration),
    )


def words_of(events: Iterable[Event]) -> tuple[Word, ...]:
    """Return the trainee's words, as recognised during the call."""
    return tuple(word for event in events if isinstance(event, Heard) for word in event.words)


def lines_of(events: Iterable[Event], duration: int) -> tuple[CustomerLine, ...]:
    """Return the customer's lines: the part of each that was played, and where it would have ended."""
    started: dict[int, LineStarted] = {}
    planned: set[int] = set()
    heard: dict[int, Span] = {}
    for event in events:
        if isinstance(event, LineStarted):
            started[event.line] = event
        elif isinstance(event, BargedIn):
            planned.add(event.line)
        elif isinstance(event, LineEnded):
            heard[event.line] = event.span
    lines = []
    for number, line in started.items():
        span = heard.get(number)
        if span is None and line.at < min(line.stop, duration):
            span = Span(line.at, min(line.stop, duration))
        if span is not None:
            lines.append(CustomerLine(span=span, would_stop=line.stop, planned=number in planned))
    return tuple(lines)


def holds_of(events: Iterable[Event], duration: int) -> tuple[Span, ...]:
    """Return the announced holds; one that outlasts the call ends with it."""
    holds: list[Span] = []
    begun: int | None = None
    for event in events:
        if isinstance(event, HoldStarted):
            begun = event.at
        elif isinstance(event, HoldEnded):
            holds.append(event.span)
            begun = None
    if begun is not None and begun < duration:
        holds.append(Span(begun, duration))
    return tuple(holds)
