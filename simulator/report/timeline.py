"""The timeline: two lanes of speech on one clock, what went wrong on it, and the course of the anger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.clock import Span, clock_text, from_ms, to_ms
from simulator.cues.measurement import Measurement
from simulator.events import Event, MoodMoved
from simulator.recording.folder import CallFolder
from simulator.recording.transcript import TurnItem, transcript_of

MARKS: dict[tuple[str, str], tuple[str, str]] = {
    # (kind, by): (how it is drawn, what it says)
    ("interruption", "trainee"): ("interruption", "You talked over the customer"),
    ("interruption", "customer"): ("yield", "The customer cut in on you"),
    ("yield", "customer"): ("yield", "The customer cut in on you"),
    ("collision", "trainee"): ("collision", "You both began at once"),
    ("collision", "customer"): ("collision", "You both began at once"),
    ("backchannel", "trainee"): ("backchannel", "You gave a sign of listening"),
    ("backchannel", "customer"): ("backchannel", "The customer gave a sign of listening"),
}
LEGEND = {
    "interruption": "you talked over them",
    "yield": "they cut in on you",
    "collision": "both began at once",
    "backchannel": "a sign of listening",
    "silence": "dead air",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A block on the timeline; `x` and `width` in per cent of the call."""

    x: float
    width: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Two lanes of speech, what overlapped or was silent, and the course of the anger."""

    customer: tuple[Bar, ...]
    trainee: tuple[Bar, ...]
    marks: tuple[Bar, ...]
    legend: tuple[tuple[str, str], ...]
    anger_line: str
    anger_area: str
    ticks: tuple[tuple[float, str], ...]
    summary: str


def anger_course(events: Sequence[Event], start: float) -> str:
    """Return the anger at the start, at worst and at the end, in words."""
    course = [start, *(event.anger for event in events if isinstance(event, MoodMoved))]
    return f"{course[0]:.0f} at the start, {max(course):.0f} at worst, {course[-1]:.0f} at the end"


def timeline_of(folder: CallFolder, measurement: Measurement, start: float) -> Timeline:
    """Return the two lanes, the marks and the anger curve."""
    whole = max(folder.duration, 1)
    turns = transcript_of(folder).turns
    moods = [event for event in folder.events() if isinstance(event, MoodMoved)]
    marks = [
        _bar(o.span, whole, MARKS[o.kind, o.by][0], f"{MARKS[o.kind, o.by][1]} at {clock_text(o.span.start)}")
        for o in measurement.overlaps
        if (o.kind, o.by) in MARKS
    ]
    marks += [_bar(s, whole, "silence", f"Dead air at {clock_text(s.start)}") for s in measurement.dead_air]
    line, area = _curve([(0, start), *((mood.at, mood.anger) for mood in moods)], whole)
    return Timeline(
        customer=_lane(turns, "customer", whole),
        trainee=_lane(turns, "trainee", whole),
        marks=tuple(marks),
        legend=tuple((kind, text) for kind, text in LEGEND.items() if any(mark.kind == kind for mark in marks)),
        anger_line=line,
        anger_area=area,
        ticks=tuple(_ticks(whole)),
        summary=_told(turns, marks, folder.events(), start),
    )


def _lane(turns: Sequence[TurnItem], speaker: str, whole: int) -> tuple[Bar, ...]:
    return tuple(
        _bar(Span(from_ms(t.start_ms), max(from_ms(t.stop_ms), from_ms(t.start_ms) + 1)), whole, t.band, t.text)
        for t in turns
        if t.speaker == speaker
    )


def _bar(span: Span, whole: int, kind: str, title: str) -> Bar:
    return Bar(
        x=round(100 * span.start / whole, 3), width=round(100 * span.duration / whole, 3), kind=kind, title=title
    )


def _curve(points: Sequence[tuple[int, float]], whole: int) -> tuple[str, str]:
    """Return the anger as an SVG path of a stepped line and of the area below, in a box of 1000 by 100."""
    parts = [f"M0 {100 - points[0][1]:.1f}"]
    for at, anger in points[1:]:
        parts.append(f"H{1000 * min(at, whole) / whole:.1f} V{100 - anger:.1f}")
    line = " ".join([*parts, "H1000"])
    return line, f"{line} V100 H0 Z"


def _ticks(whole: int) -> Iterable[tuple[float, str]]:
    step = next(s for s in (10, 15, 30, 60, 120, 300, 600, 3600, 10**6) if to_ms(whole) / 1000 / s <= 10)
    at = step
    while from_ms(at * 1000) < whole * 0.97:
        yield round(100 * from_ms(at * 1000) / whole, 3), clock_text(from_ms(at * 1000)).split(".")[0]
        at += step


def _told(turns: Sequence[TurnItem], marks: Sequence[Bar], events: Sequence[Event], start: float) -> str:
    yours = sum(turn.speaker == "trainee" for turn in turns)
    counts = [f"{text}: {n}" for kind, text in LEGEND.items() if (n := sum(mark.kind == kind for mark in marks))]
    return (
        f"Timeline of the call: {len(turns) - yours} lines of the customer, {yours} turns of yours"
        f"{'; ' + ', '.join(counts) if counts else ''}. Anger {anger_course(events, start)}. "
        "The transcript below tells the same in words."
    )
