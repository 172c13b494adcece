"""The timeline and the chart over time, drawn for a PDF from the same places as on the page."""

from __future__ import annotations

import re
from typing import Any

from simulator.report.charts import Course
from simulator.report.pdf.parts import ANGER, BAD, CUSTOMER, GOOD, MID, RULE, SOFT, WIDTH, YOU, colour
from simulator.report.timeline import Bar, Timeline

HEIGHT = 150.0
LANES = {"customer": (56.0, CUSTOMER), "trainee": (26.0, YOU)}
COLOURS = {"interruption": BAD, "yield": CUSTOMER, "collision": SOFT, "backchannel": GOOD, "silence": MID}
TALL = ("interruption", "yield")
CHART = 150.0
LINES = (YOU, CUSTOMER, MID, SOFT)


def timeline_drawing(timeline: Timeline) -> Any:
    """Return the two lanes, what overlapped, and the anger over them."""
    from reportlab.graphics.shapes import Drawing, PolyLine

    made = Drawing(WIDTH, HEIGHT)
    for x, label in timeline.ticks:
        _line(made, x, 18, x, HEIGHT, RULE)
        _text(made, x, 6, label)
    points: list[float] = []
    for x, anger in anger_points(timeline.anger_line):
        points += [WIDTH * x / 1000, 86 + 0.6 * anger]
    made.add(PolyLine(points, strokeColor=colour(ANGER), strokeWidth=1.2))
    _line(made, 0, 86, 100, 86, RULE)
    for lane, (y, fill) in LANES.items():
        for each in timeline.customer if lane == "customer" else timeline.trainee:
            _bar(made, each, y, 22, fill, 1)
    for mark in timeline.marks:
        tall = mark.kind in TALL
        _bar(made, mark, 22 if tall else 49, 60 if tall else 6, COLOURS[mark.kind], 0.35 if tall else 1)
    return made


def anger_points(path: str) -> list[tuple[float, float]]:
    """Return the corners of the anger's line, (thousandths of the call, anger), from its SVG path.

    Examples
    --------
    >>> anger_points("M0 30.0 H500.0 V20.0 H1000")
    [(0.0, 70.0), (500.0, 70.0), (500.0, 80.0), (1000.0, 80.0)]
    """
    x, y = 0.0, 0.0
    found = []
    for command, first, second in re.findall(r"([MHV])([\d.]+)(?: ([\d.]+))?", path):
        if command in "MH":
            x = float(first)
        if command == "M":
            y = float(second)
        elif command == "V":
            y = float(first)
        found.append((x, 100 - y))
    return found


def course_drawing(course: Course) -> Any:
    """Return values over time, one line for each rubric and version."""
    from reportlab.graphics.shapes import Circle, Drawing

    made = Drawing(WIDTH, CHART + 24)
    for level in (0, 25, 50, 75, 100):
        _line(made, 0, _height(level), 100, _height(level), RULE)
        _text(made, 98.5, _height(level) + 2, str(level))
    for x, label in course.dates:
        _text(made, x, 4, label)
    last = len(course.lines) - 1
    for point in course.points:
        if point.high > point.low:
            _line(made, point.x, _height(point.low), point.x, _height(point.high), SOFT)
    for a, b in course.joins:
        _line(made, a.x, _height(a.y), b.x, _height(b.y), LINES[(last - a.line) % len(LINES)])
    for point in course.points:
        stroke = colour(LINES[(last - point.line) % len(LINES)])
        fill = colour("#ffffff") if point.hollow else stroke
        made.add(Circle(WIDTH * point.x / 100, _height(point.y), 3, fillColor=fill, strokeColor=stroke, strokeWidth=1))
    return made


def _height(value: float) -> float:
    return 16 + value * (CHART - 14) / 100


def _bar(made: Any, each: Bar, y: float, height: float, fill: str, alpha: float) -> None:
    from reportlab.graphics.shapes import Rect

    width = max(0.6, WIDTH * each.width / 100)
    made.add(Rect(WIDTH * each.x / 100, y, width, height, fillColor=colour(fill, alpha), strokeColor=None))


def _line(made: Any, x1: float, y1: float, x2: float, y2: float, stroke: str) -> None:
    from reportlab.graphics.shapes import Line

    made.add(Line(WIDTH * x1 / 100, y1, WIDTH * x2 / 100, y2, strokeColor=colour(stroke), strokeWidth=0.8))


def _text(made: Any, x: float, y: float, text: str) -> None:
    from reportlab.graphics.shapes import String

    at = WIDTH * x / 100
    made.add(String(at, y, text, fontName="Sans", fontSize=6.5, fillColor=colour(SOFT), textAnchor="middle"))
