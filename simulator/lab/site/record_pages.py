"""Filed calls of a site: the table, what waits for a person, another's report, and what one shares oneself."""

from __future__ import annotations

from dataclasses import asdict, replace
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.contract import VERDICTS
from simulator.lab.call_pages import TRACKS, draw_report, send_track
from simulator.lab.drawing import draw, named_by_address
from simulator.lab.results import send_results
from simulator.lab.site.forms import Form
from simulator.lab.site.gate import READS_CALLS, action, blind_at, check_not_blind, member_at, page, site_at, tables
from simulator.records.database.opening import Session
from simulator.records.database.tables import Call
from simulator.records.filing import share
from simulator.records.lists.browsing import (
    PAGE,
    SORTS,
    Asked,
    Line,
    call_lines,
    open_call,
    own_call,
    own_lines,
    scenarios_filed,
    shared_call,
)
from simulator.records.lists.comparing import Side, compare
from simulator.records.reviews.reviewing import appeal
from simulator.records.staff.people import list_teams
from simulator.report.progress import named
from simulator.report.view import STATUS
from simulator.scoring.guidance import DIMENSIONS
from simulator.table import Table

FILTERS = ("person", "team", "scenario", "mode", "verdict")
COLUMNS = (
    "name", "started", "person", "team", "scenario", "title", "mode", "outcome", "total", "verdict", "changed",
    "trainee",
)  # fmt: skip


def table(request: Request) -> Response:
    """Show the calls that instructors see, sorted and filtered."""
    asked = _asked(request)
    with site_at(request).records.reading() as session:
        index = site_at(request).room.index
        lines, count = call_lines(session, index, asked)
        lines = _blinded(request, session, lines)
        teams = [(each.name, each.name) for each in list_teams(session)]
        scenarios = scenarios_filed(session, index)
    given = {name: value for name, value in asdict(asked).items() if value and name not in ("page", "down")}

    def address(path: str = "/table", **more: object) -> str:
        return f"{path}?{urlencode({**given, 'order': 'down' if asked.down else 'up', **more})}"

    shown: dict[str, Any] = {
        "lines": lines,
        "count": count,
        "asked": asked,
        "teams": teams,
        "scenarios": scenarios,
        "verdicts": VERDICTS,
    }
    return draw(request, "site/table.html.j2", pages=max(1, ceil(count / PAGE)), address=address, **shown)


def calls_table(request: Request) -> Table:
    """Return the whole table, as it is filtered and sorted."""
    with site_at(request).records.reading() as session:
        lines, _ = call_lines(session, site_at(request).room.index, _asked(request), whole=True)
        lines = _blinded(request, session, lines)
    return Table(COLUMNS, [[getattr(line, name) for name in COLUMNS] for line in lines])


def side_by_side(request: Request) -> Response:
    """Show calls beside each other: those that were ticked in the table."""
    sides = _sides(request)
    rows = {each.id: each for side in sides for each in side.criteria.values()}
    order: dict[str, int] = {name: number for number, name in enumerate(DIMENSIONS)}
    shown = sorted(rows.values(), key=lambda each: order.get(each.dimension, len(order)))
    dimensions = [(each, named(each)) for each in DIMENSIONS]
    return draw(request, "site/compare.html.j2", sides=sides, rows=shown, dimensions=dimensions, statuses=STATUS)


def side_by_side_table(request: Request) -> Table:
    """Return a line for each criterion of each of the calls."""
    head = ("call", "person", "started", "rubric", "criterion", "dimension", "status", "points", "of")
    return Table(
        head,
        [
            (side.name, side.person, side.started, side.rubric, row.id, row.dimension, row.status, row.points, row.of)
            for side in _sides(request)
            for row in side.criteria.values()
        ],
    )


def results(request: Request) -> Response:
    """Send the results of the calls in the table for an LMS."""
    kind = request.path_params["kind"]
    with site_at(request).records.reading() as session:
        lines, _ = call_lines(session, site_at(request).room.index, _asked(request), whole=True)
        lines = _blinded(request, session, lines)
        calls = [shared_call(session, line.name) for line in lines if line.here and line.total is not None]
        paths = [Path(call.path) for call in calls if call is not None]
        return send_results(kind, paths, session)


def report(request: Request) -> Response:
    """Show the report of another's call; that is written down."""
    path = opened(request, "report")
    return draw_report(request, path, at=f"/table/{path.name}", retry_at="")


def track(request: Request) -> Response:
    """Send one side of another's call; that is written down."""
    name = request.path_params["track"]
    if name not in TRACKS:
        raise HTTPException(404)
    return send_track(opened(request, name), name)


def sharing(request: Request) -> Response:
    """Show one's own filed calls, and which of them instructors see."""
    with site_at(request).records.reading() as session:
        return draw(request, "site/sharing.html.j2", lines=own_lines(session, member_at(request).person))


def change_sharing(request: Request, form: Form) -> Response:
    """Let instructors see a practice call, or no longer."""
    with site_at(request).records.writing() as session:
        call = _own(request, session, form)
        share(session, call, shared=form.get("shared") == "yes")
    return RedirectResponse("/sharing", 303)


def new_appeal(request: Request, form: Form) -> Response:
    """Say why a score is wrong; instructors then see the call."""
    with site_at(request).records.writing() as session:
        call = _own(request, session, form)
        appeal(session, call, note=form.get("note", "")[:2000])
    return RedirectResponse("/sharing", 303)


def opened(request: Request, what: str) -> Path:
    """Return the folder of another's call that the address names; who opened what of it is written down.

    Raises
    ------
    HTTPException
        If instructors do not see it, or it is not on this machine.
    """
    check_not_blind(request, request.path_params["call"])
    with site_at(request).records.writing() as session:
        path = open_call(session, request.path_params["call"], by=member_at(request).person, what=what)
    if path is None or not path.is_dir():
        raise HTTPException(404)
    return path


def page_number(request: Request) -> int:
    """Return which page of a list is asked for; the first where the address says nothing that can be read."""
    given = request.query_params.get("page", "1")
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else 1


ROUTES = [
    page("/table", table, *READS_CALLS),
    *tables("/table", calls_table, *READS_CALLS),
    page("/table/{call}", report, *READS_CALLS),
    page("/table/{call}/{track}.flac", track, *READS_CALLS),
    page("/compare", side_by_side, *READS_CALLS),
    *tables("/compare", side_by_side_table, *READS_CALLS),
    page("/results/{kind}", results, *READS_CALLS),
    page("/sharing", sharing),
    action("/sharing", change_sharing),
    action("/sharing/appeal", new_appeal),
]


def _blinded(request: Request, session: Session, lines: list[Line]) -> list[Line]:
    """Return lines of the table without the points of calls that who asks is still to rate blind."""
    blind = set(blind_at(request, session).values())
    return [replace(each, total=None, verdict=None, changed=False) if each.name in blind else each for each in lines]


def _sides(request: Request) -> list[Side]:
    calls = request.query_params.getlist("call")
    check_not_blind(request, *calls)
    with site_at(request).records.reading() as session:
        return compare(session, calls)


def _own(request: Request, session: Session, form: Form) -> Call:
    with named_by_address():
        return own_call(session, form.get("call", ""), member_at(request).person)


def _asked(request: Request) -> Asked:
    given = request.query_params
    sort = given.get("sort", "started")
    return Asked(
        **{name: given.get(name, "")[:200] for name in FILTERS},
        sort=sort if sort in SORTS else "started",
        down=given.get("order", "down") != "up",
        page=page_number(request),
    )
