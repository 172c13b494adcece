"""Filed calls of a site: the table, what waits for a person, another's report, and what one shares oneself."""

from __future__ import annotations

from dataclasses import asdict
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.contract import VERDICTS
from simulator.lab.call_pages import TRACKS, draw_report, send_track
from simulator.lab.drawing import draw
from simulator.lab.site.csv_file import csv_file
from simulator.lab.site.gate import READS_CALLS, Form, action, member_at, page, site_at
from simulator.records.browsing import (
    PAGE,
    SORTS,
    Asked,
    call_lines,
    open_call,
    own_call,
    own_lines,
    queue,
    scenarios_filed,
)
from simulator.records.filing import share
from simulator.records.people import list_teams
from simulator.records.reviewing import appeal

FILTERS = ("person", "team", "scenario", "mode", "verdict")
COLUMNS = (
    "name", "started", "person", "team", "scenario", "title", "mode", "outcome", "total", "verdict", "changed",
    "trainee",
)  # fmt: skip


def table(request: Request) -> Response:
    """Show the calls that instructors see, sorted and filtered."""
    asked = _asked(request)
    with site_at(request).records.reading() as session:
        lines, count = call_lines(session, asked)
        teams = [(each.name, each.name) for each in list_teams(session)]
        scenarios = scenarios_filed(session)
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


def table_csv(request: Request) -> Response:
    """Send the whole table, as it is filtered and sorted."""
    with site_at(request).records.reading() as session:
        lines, _ = call_lines(session, _asked(request), whole=True)
    return csv_file("calls.csv", COLUMNS, ([getattr(line, name) for name in COLUMNS] for line in lines))


def waiting(request: Request) -> Response:
    """Show the borderline calls and the appeals that wait for a person."""
    with site_at(request).records.reading() as session:
        return draw(request, "site/queue.html.j2", waiting=queue(session))


def waiting_csv(request: Request) -> Response:
    """Send what waits for a person."""
    with site_at(request).records.reading() as session:
        found = queue(session)
    rows = ([each.why, *(getattr(each.line, name) for name in COLUMNS)] for each in found)
    return csv_file("waiting.csv", ("why", *COLUMNS), rows)


def report(request: Request) -> Response:
    """Show the report of another's call; that is written down."""
    path = _opened(request, "report")
    return draw_report(request, path, at=f"/table/{path.name}", retry_at="")


def track(request: Request) -> Response:
    """Send one side of another's call; that is written down."""
    name = request.path_params["track"]
    if name not in TRACKS:
        raise HTTPException(404)
    return send_track(_opened(request, name), name)


def sharing(request: Request) -> Response:
    """Show one's own filed calls, and which of them instructors see."""
    with site_at(request).records.reading() as session:
        return draw(request, "site/sharing.html.j2", lines=own_lines(session, member_at(request).person))


def change_sharing(request: Request, form: Form) -> Response:
    """Let instructors see a practice call, or no longer."""
    with site_at(request).records.writing() as session:
        call = own_call(session, form.get("call", ""), member_at(request).person)
        share(session, call, shared=form.get("shared") == "yes")
    return RedirectResponse("/sharing", 303)


def new_appeal(request: Request, form: Form) -> Response:
    """Say why a score is wrong; instructors then see the call."""
    with site_at(request).records.writing() as session:
        call = own_call(session, form.get("call", ""), member_at(request).person)
        appeal(session, call, note=form.get("note", "")[:2000])
    return RedirectResponse("/sharing", 303)


ROUTES = [
    page("/table", table, *READS_CALLS),
    page("/table.csv", table_csv, *READS_CALLS),
    page("/table/{call}", report, *READS_CALLS),
    page("/table/{call}/{track}.flac", track, *READS_CALLS),
    page("/queue", waiting, *READS_CALLS),
    page("/queue.csv", waiting_csv, *READS_CALLS),
    page("/sharing", sharing),
    action("/sharing", change_sharing),
    action("/sharing/appeal", new_appeal),
]


def _asked(request: Request) -> Asked:
    given = request.query_params
    sort, number = given.get("sort", "started"), given.get("page", "1")
    return Asked(
        **{name: given.get(name, "")[:200] for name in FILTERS},
        sort=sort if sort in SORTS else "started",
        down=given.get("order", "down") != "up",
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
    )


def _opened(request: Request, what: str) -> Path:
    with site_at(request).records.writing() as session:
        path = open_call(session, request.path_params["call"], by=member_at(request).person, what=what)
    if path is None or not path.is_dir():
        raise HTTPException(404)
    return path
