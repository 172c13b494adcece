"""The delivery panel: how the trainee spoke, each measure with its stretch to play; nothing is judged here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from simulator.clock import Span, clock_text, to_ms, to_seconds
from simulator.cues.measurement import Measurement
from simulator.cues.turns import TurnDelivery, measure_turns, own_normal
from simulator.events import Event, Heard

PACE_BAND = (120.0, 160.0)
"""Words a minute that are easy to follow (docs/measures.md)."""
PACE_AXIS = (60.0, 220.0)
LEVEL_AXIS, PITCH_AXIS = (-9.0, 9.0), (-6.0, 6.0)
LEVEL_BAND, PITCH_BAND = (-4.0, 4.0), (-2.5, 2.5)
"""Near the own normal: nearer than what the criterion on calm answers calls louder (dB) and higher (semitones)."""
SHOWN = 6
"""Stretches of one measure that are shown to play at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch to play: where it is, and what it shows."""

    start_ms: float
    stop_ms: float
    at: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measure: its name, its value in words, what is usual or why there is none, and its stretches."""

    name: str
    value: str
    note: str
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One turn in a chart: `x` and `width` in per cent of the call, `y` in per cent from the top."""

    x: float
    width: float
    y: float
    inside: bool
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnChart:
    """A measure turn by turn over the call; the band runs from `band_top` on for `band_height` per cent."""

    title: str
    low: str
    high: str
    band: str
    band_top: float
    band_height: float
    steps: tuple[Step, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Everything the panel shows; `talk_percent` is the trainee's part of the talking, None where nobody spoke."""

    figures: tuple[Figure, ...]
    charts: tuple[TurnChart, ...]
    talk_percent: float | None


def delivery_of(events: Sequence[Event], measurement: Measurement) -> Delivery:
    """Return the panel of a call."""
    heard = [event for event in events if isinstance(event, Heard) and event.text.strip()]
    turns = measure_turns(measurement, ((event.span, event.words) for event in heard))
    share = measurement.measures["talk_share"].value
    return Delivery(
        figures=tuple(_figures(heard, turns, measurement)),
        charts=tuple(_charts(turns, max(1, measurement.duration))),
        talk_percent=None if share is None else round(100 * share),
    )


def _figures(heard: Sequence[Heard], turns: Sequence[TurnDelivery], found: Measurement) -> Iterator[Figure]:
    pace = _by(turns, lambda turn: turn.words_per_minute)
    extremes = [(pace[-1], "the fastest turn"), (pace[0], "the slowest turn")] if len(pace) > 1 else []
    shown = [_stretch(turn.span, f"{what}, {turn.words_per_minute:.0f}") for turn, what in extremes]
    note = f"{PACE_BAND[0]:.0f} to {PACE_BAND[1]:.0f} is easy to follow"
    yield _figure(found, "words_per_minute", ("Words a minute", "{:.0f}"), note, shown)
    words = sum(len(event.words) for event in heard)
    shown = [_stretch(span, "um, uh") for span in found.filled_pauses]
    yield _figure(found, "filled_pauses", ("Fillers (um, uh)", "{:.0f}"), f"in {words} words", shown)
    pauses = sorted(found.pauses, key=lambda span: -span.duration)
    shown = [_stretch(span, f"{to_seconds(span.duration):.1f} s") for span in pauses[:2]]
    yield _figure(found, "pauses", ("Pauses inside your turns", "{:.0f}"), "the longest:" if shown else "", shown)
    longest = max(heard, key=lambda event: (event.span.duration, -event.span.start), default=None)
    if longest is not None:
        shown = [_stretch(longest.span, "your longest turn")]
        seconds = to_seconds(longest.span.duration)
        yield Figure(name="Longest turn", value=f"{seconds:.0f} s", note="up to 20 s is short", stretches=tuple(shown))
    slow = sorted(found.responses, key=lambda span: -span.duration)
    shown = [_stretch(span, f"the slowest, {to_seconds(span.duration):.1f} s") for span in slow[:1]]
    yield _figure(found, "median_response_ms", ("Time to answer", "{:.1f} s"), "the middle one", shown)
    yield from _voice(turns, found)


def _voice(turns: Sequence[TurnDelivery], found: Measurement) -> Iterator[Figure]:
    normal = own_normal(found)
    why = normal if isinstance(normal, str) else "against how you sounded in your first 15 s of speech"
    louder, higher = _by(turns, lambda turn: turn.louder_db), _by(turns, lambda turn: turn.higher_semitones)
    shown = [_stretch(louder[-1].span, f"the loudest turn, {louder[-1].louder_db:+.0f} dB")] if louder else []
    yield _figure(found, "level_change_db", ("Level", "{:+.0f} dB"), why, shown)
    top = (
        [_stretch(higher[-1].span, f"the highest turn, {higher[-1].higher_semitones:+.1f} semitones")] if higher else []
    )
    yield _figure(found, "f0_change_semitones", ("Pitch", "{:+.1f} semitones"), why, top)


def _figure(found: Measurement, measure: str, named: tuple[str, str], note: str, shown: Sequence[Stretch]) -> Figure:
    """Return a measure; `named` is its name, and how its value is written (milliseconds as seconds)."""
    got, (name, text) = found.measures[measure], named
    if got.value is None:
        return Figure(name=name, value="not measured", note=f"{got.reason}")
    value = got.value / 1000 if got.unit == "ms" else got.value
    return Figure(
        name=name,
        value=re.sub(r"^[+-](?=0(\.0)?\b)", "", text.format(value)),
        note=note,
        stretches=tuple(shown[:SHOWN]),
    )


def _by(turns: Sequence[TurnDelivery], value: Callable[[TurnDelivery], float | None]) -> list[TurnDelivery]:
    """Return the turns that have a value, lowest first."""
    return sorted((turn for turn in turns if value(turn) is not None), key=lambda turn: value(turn) or 0.0)


def _stretch(span: Span, what: str) -> Stretch:
    return Stretch(start_ms=to_ms(span.start), stop_ms=to_ms(span.stop), at=clock_text(span.start), what=what)


def _charts(turns: Sequence[TurnDelivery], whole: int) -> Iterator[TurnChart]:
    for title, unit, axis, band, value in (
        ("Words a minute, turn by turn", "", PACE_AXIS, PACE_BAND, attrgetter("words_per_minute")),
        ("Level against your own normal", " dB", LEVEL_AXIS, LEVEL_BAND, attrgetter("louder_db")),
        ("Pitch against your own normal", " semitones", PITCH_AXIS, PITCH_BAND, attrgetter("higher_semitones")),
    ):
        sign = "+" if axis[0] < 0 else ""
        values = [(turn.span, got) for turn in turns if (got := value(turn)) is not None]
        if not values:
            continue
        inside = sum(band[0] <= got <= band[1] for _, got in values)
        yield TurnChart(
            title=title,
            low=f"{axis[0]:g}{unit}",
            high=f"{axis[1]:{sign}g}{unit}",
            band=f"{'near your own' if sign else 'easy to follow'}: {band[0]:g} to {band[1]:{sign}g}{unit}",
            band_top=_down(band[1], axis),
            band_height=round(_down(band[0], axis) - _down(band[1], axis), 1),
            steps=tuple(_step(span, got, axis, band, whole, f"{got:{sign}.0f}{unit}") for span, got in values),
            summary=f"{title}: {inside} of {len(values)} turns lie within {band[0]:g} to {band[1]:{sign}g}{unit}.",
        )


def _step(
    span: Span, value: float, axis: tuple[float, float], band: tuple[float, float], whole: int, told: str
) -> Step:
    return Step(
        x=round(100 * span.start / whole, 3),
        width=round(100 * span.duration / whole, 3),
        y=_down(value, axis),
        inside=band[0] <= value <= band[1],
        title=f"{told} at {clock_text(span.start)}",
    )


def _down(value: float, axis: tuple[float, float]) -> float:
    """Return where a value stands, in per cent from the top of its axis; beyond the axis, at its end."""
    low, high = axis
    return round(100 * (high - min(high, max(low, value))) / (high - low), 1)
