"""The page of one person's calls over time. It shows sums of what the calls' scores say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.contract import RECORDED
from simulator.report.charts import Course, course_of, day
from simulator.report.history import PastCall
from simulator.report.tally import Often, Sum, by_series, counted, dimensions, often, range_text, series
from simulator.report.view import OUTCOMES, VERDICTS

LATEST = 5
"""Calls that count as the latest."""
FEW = 5
"""Criteria in a short list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """One call in a table."""

    when: str
    title: str
    mode: str
    rubric: str
    total: str
    range: str
    verdict: str
    outcome: str
    person: str
    note: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionLine:
    """A dimension: its points in the latest calls and in those before."""

    name: str
    before: Sum
    latest: Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """Everything the page of one person shows."""

    person: str
    told: str
    course: Course
    series: str
    latest: int
    before: int
    dimensions: tuple[DimensionLine, ...]
    to_gain: tuple[Often, ...]
    steady: tuple[Often, ...]
    criteria: tuple[Often, ...]
    calls: tuple[CallLine, ...]
    notes: tuple[str, ...]


def report_of(call: PastCall) -> str:
    """Return the address of a call's report on this machine; "" where there is none."""
    report = Path(call.call_dir) / "report.html" if call.call_dir else None
    return report.resolve().as_uri() if report is not None and report.is_file() else ""


def person_view(
    calls: Sequence[PastCall],
    *,
    person: str = "",
    notes: Sequence[str] = (),
    link: Callable[[PastCall], str] = report_of,
) -> PersonView:
    """Return the page of one person.

    Parameters
    ----------
    calls : sequence of PastCall
        Oldest first.
    person : str
        Their name.
    notes : sequence of str
        On what is not among the calls.
    link : callable
        Returns the address of a call's page.
    """
    groups = by_series(calls)
    name, compared = list(groups.items())[-1] if groups else ("", ())
    latest, before = compared[-LATEST:], compared[:-LATEST]
    now, then = dimensions(latest), dimensions(before)
    criteria = often(compared)
    others = len(counted(calls)) - len(compared)
    apart = f"Scored by another rubric or version, so in the chart and the last table but in no sum: {others}."
    return PersonView(
        person=person,
        told=told(calls),
        course=course_of(calls),
        series=name,
        latest=len(latest),
        before=len(before),
        dimensions=tuple(DimensionLine(name=named(each), before=then[each], latest=now[each]) for each in now),
        to_gain=tuple(each for each in criteria if each.lost)[:FEW],
        steady=tuple(sorted((c for c in criteria if not c.lost), key=lambda c: (-c.applied, c.id))[:FEW]),
        criteria=criteria,
        calls=tuple(call_line(call, link=link) for call in reversed(calls)),
        notes=(*([apart] if others else []), *notes),
    )


def call_line(call: PastCall, *, link: Callable[[PastCall], str] = report_of) -> CallLine:
    """Return a call as a line of a table."""
    return CallLine(
        when=call.started.replace("T", " ")[:16],
        title=call.title,
        mode=call.mode,
        rubric=series(call),
        total="no score" if call.total is None else f"{call.total:.0f}",
        range=range_text(call.range),
        verdict=VERDICTS.get(call.verdict or "", ""),
        outcome=OUTCOMES[call.outcome or "incomplete"],
        person=call.person,
        note=", ".join(_notes(call)),
        link=link(call),
    )


def _notes(call: PastCall) -> Iterator[str]:
    if call.trainee == "recorded":
        yield RECORDED
    if call.retry_of:
        yield f"a retry of {call.retry_of}"


def told(calls: Sequence[PastCall]) -> str:
    """Return in a sentence how many calls there are, of which kinds, and from when."""
    if not calls:
        return "No scored call yet."
    certified = sum(call.mode == "certification" for call in calls)
    retries = sum(bool(call.retry_of) for call in calls)
    parts = [f"{len(calls)} call{'' if len(calls) == 1 else 's'}, {_days(calls)}"]
    parts += [f"{certified} for certification"] if certified else []
    parts += [f"{retries} {'retry' if retries == 1 else 'retries'}, not counted here"] if retries else []
    return "; ".join(parts) + "."


def _days(calls: Sequence[PastCall]) -> str:
    first, last = day(calls[0]), day(calls[-1])
    return first if first == last else f"{first} to {last}"


def named(dimension: str) -> str:
    """Return a dimension as it is shown."""
    return dimension.replace("_", "-").capitalize()
