"""What is to be passed by when, by whom, and who has done it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.customer.scenario import list_scenarios
from simulator.errors import InputError
from simulator.lab.drawing import draw
from simulator.lab.pages import story_of
from simulator.lab.site.forms import Form, number, ticked
from simulator.lab.site.gate import READS_CALLS, action, page, site_at, tables
from simulator.records.forms import list_forms, load_form
from simulator.records.staff.assignments import assign, assignments_output, end_assignment, usual_mark
from simulator.records.staff.people import INSTRUCTOR, list_people, list_teams
from simulator.session.stories import what_of
from simulator.table import Table

MOST_PASSES = 50
USUAL_DAYS = 7
"""How long there is for a new assignment, unless the form says otherwise."""


def assignments(request: Request) -> Response:
    """Show what is assigned and how far everybody is, and the form for more."""
    return _draw(request)


def assignments_table(request: Request) -> Table:
    """Return a line for each person and scenario of each assignment."""
    with site_at(request).records.reading() as session:
        found = assignments_output(session).assignments
    head = ("what", "to", "due", "passes", "mark", "person", "state", "scenario", "passed", "taken")
    rows = [
        (item.what, item.to, item.due, item.passes, item.mark, each.person, each.state, *task)
        for item in found
        for each in item.people
        for task in ((done.scenario, done.passed, done.taken) for done in each.scenarios)
    ]
    return Table(head, rows)


def new_assignment(request: Request, form: Form) -> Response:
    """Assign something to people and teams."""
    try:
        day = date.fromisoformat(form.get("by", ""))
    except ValueError:
        raise HTTPException(400, "give the last day as YYYY-MM-DD") from None
    passes, mark = number(form, "passes", usual=1), number(form, "mark", usual=usual_mark())
    if passes != int(passes) or not 1 <= passes <= MOST_PASSES or not 0 <= mark <= 100:
        raise HTTPException(400, f"give 1 to {MOST_PASSES} passes, and a mark from 0 to 100")
    people = ticked(form, "to")
    try:
        if not people:
            raise InputError("say to whom: tick a team or a person")
        meant = what_of(form.get("what", ""))
        with site_at(request).records.writing() as session:
            for name in people:
                assign(session, meant, name, day=day, passes=int(passes), mark=mark)
    except InputError as error:
        return _draw(request, 409, wrong=f"{error}.")
    return RedirectResponse("/assignments", 303)


def end(request: Request, form: Form) -> Response:
    """Take an assignment back."""
    with site_at(request).records.writing() as session:
        end_assignment(session, form.get("what", ""), form.get("to", ""))
    return RedirectResponse("/assignments", 303)


ROUTES = [
    page("/assignments", assignments, *READS_CALLS),
    *tables("/assignments", assignments_table, *READS_CALLS),
    action("/assignments", new_assignment, *READS_CALLS),
    action("/assignments/end", end, *READS_CALLS),
]


def _draw(request: Request, status: int = 200, *, wrong: str = "") -> Response:
    with site_at(request).records.reading() as session:
        found = assignments_output(session).assignments
        teams = [(team.id, team.name) for team in list_teams(session)]
        people = [(each.team_id, each.name) for each in list_people(session) if each.role != INSTRUCTOR]
    today = date.today()
    shown: dict[str, Any] = {
        "items": found,
        "titles": _titles(),
        "stories": list_scenarios(),
        "forms": list_forms(),
        "groups": [(name, [who for team, who in people if team == id_]) for id_, name in teams],
        "alone": [who for team, who in people if team is None],
        "wanted": {name: request.query_params.get(name, "") for name in ("what", "to")},
        "mark": f"{usual_mark():g}",
        "today": today.isoformat(),
        "by": (today + timedelta(days=USUAL_DAYS)).isoformat(),
    }
    return draw(request, "site/assignments.html.j2", status, wrong=wrong, **shown)


def _titles() -> dict[str, str]:
    stories = {name: story_of(name).title for name in list_scenarios()}
    return stories | {name: load_form(name).title for name in list_forms()}
