"""The pages of a trainee: who may call, the seat, the headset check, their calls, their progress."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.customer.lines import band_of
from simulator.customer.scenario import Scenario, list_scenarios, load_scenario
from simulator.headset.preflight import SENTENCE
from simulator.lab.certification import calls_due, check_due
from simulator.lab.drawing import at, draw, named_by_address
from simulator.lab.room import Room, Visitor
from simulator.recording.folder import find_calls
from simulator.recording.manifest import read_manifest
from simulator.records.staff.assignments import due_of, last_day
from simulator.records.staff.people import find_person
from simulator.report.history import SCORE, PastCall, taken_by_the_person
from simulator.report.progress import CallLine, call_line, person_view

EASIEST_FIRST = {"easy": 0, "medium": 1, "hard": 2}


@dataclass(frozen=True, slots=True)
class Offered:
    """A scenario in the list of who may call, with how the visitor's calls of it went."""

    story: Scenario
    mood: str
    taken: int
    best: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """A scenario that the visitor has to pass, so often, by the end of a day."""

    scenario: str
    title: str
    day: str
    late: bool
    passed: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscored:
    """A call without a score: it was cut off, or its score was deleted."""

    name: str
    title: str
    when: str


def home(request: Request) -> Response:
    """Show who may call."""
    room, visitor = at(request)
    calls = visitor.history().calls
    certification = [story_of(name) for name in calls_due(room, visitor)]
    offered = sorted(
        (_offered(name, calls) for name in list_scenarios()), key=lambda each: EASIEST_FIRST[each.story.difficulty]
    )
    return draw(
        request,
        "home.html.j2",
        offered=offered,
        certification=certification,
        latest=lines_of(calls)[:3],
        check=visitor.check(),
        due=_due(room, visitor),
    )


def take(request: Request) -> Response:
    """Show the seat: the briefing and the phone."""
    room, visitor = at(request)
    with named_by_address():
        story = story_of(request.path_params["scenario"])
    if request.query_params.get("mode") == "certification":
        with named_by_address():
            check_due(room, visitor, story.id)
        return draw_seat(request, story, mode="certification", check=visitor.check())
    return draw_seat(request, story, seed=request.query_params.get("seed", ""), check=visitor.check())


def draw_seat(request: Request, story: Scenario, /, **more: Any) -> Response:
    """Return the page of a seat."""
    shown: dict[str, Any] = {"mode": "practice", "retry": "", "turn": 0, "begins": "", "seed": ""} | more
    wrong = [fact for fact in story.facts.values() if fact.mistaken]
    return draw(request, "seat.html.j2", story=story, mood=band_of(story.start.anger), wrong=wrong, **shown)


def check(request: Request) -> Response:
    """Show the headset check."""
    _, visitor = at(request)
    return draw(request, "check.html.j2", check=visitor.check(), sentence=SENTENCE)


def calls(request: Request) -> Response:
    """Show the visitor's own calls; with ``?scenario=`` only those of one."""
    _, visitor = at(request)
    past = visitor.history().calls
    wanted = request.query_params.get("scenario", "")
    return draw(
        request,
        "calls.html.j2",
        lines=lines_of([call for call in past if wanted in ("", call.scenario)]),
        unscored=_unscored(visitor.calls),
        scenarios=sorted({(call.title, call.scenario) for call in past}),
        wanted=wanted,
    )


def progress(request: Request) -> Response:
    """Show the visitor's calls over time."""
    _, visitor = at(request)
    history = taken_by_the_person(visitor.history())
    view = person_view(history.calls, person=visitor.person, notes=history.left_out, link=_report_at)
    return draw(request, "progress.html.j2", inline_style=True, view=view)


def lines_of(calls: list[PastCall] | tuple[PastCall, ...]) -> list[tuple[str, CallLine]]:
    """Return calls as lines of a table, latest first, each with its name and linked to its page here."""
    return [(call.id, call_line(call, link=_report_at)) for call in reversed(calls)]


def _report_at(call: PastCall) -> str:
    return f"/calls/{call.id}"


def _due(room: Room, visitor: Visitor) -> list[DueLine]:
    """Return what the visitor has to pass, the nearest day first."""
    if room.records is None:
        return []
    with room.records.reading() as session:
        person = find_person(session, visitor.person)
        left = [each for each in (() if person is None else due_of(session, person)) if each.missing]
        return [
            DueLine(
                scenario=task.scenario,
                title=story_of(task.scenario).title,
                day=last_day(each.assignment),
                late=each.state == "late",
                passed=task.passed,
                of=each.assignment.passes,
            )
            for each in left
            for task in each.missing
            if task.scenario in list_scenarios()  # the site may have taken one away since
        ]


def _unscored(root: Path) -> list[Unscored]:
    found = [path for path in find_calls(root) if not (path / SCORE).is_file()]
    return [_cut_off(path) for path in reversed(found)]


def _cut_off(path: Path) -> Unscored:
    try:
        made = read_manifest(path)
    except ValueError:
        return Unscored(name=path.name, title=path.name, when="")
    title = str(made.scenario_data.get("title") or made.scenario)
    return Unscored(name=path.name, title=title, when=made.started.replace("T", " ")[:16])


def _offered(name: str, calls: tuple[PastCall, ...]) -> Offered:
    story = story_of(name)
    mine = [call.total for call in calls if call.scenario == name and call.trainee != "recorded"]
    totals = [total for total in mine if total is not None]
    return Offered(story, band_of(story.start.anger), len(mine), f"{max(totals):.0f}" if totals else "")


@lru_cache(maxsize=64)
def story_of(name: str) -> Scenario:
    """Return a scenario; read once."""
    return load_scenario(name)
