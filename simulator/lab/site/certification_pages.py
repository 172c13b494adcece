"""Certification: who is due, passed, expired or withdrawn."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.lab.drawing import draw
from simulator.lab.site.gate import READS_CALLS, page, site_at, tables
from simulator.records.forms import load_policy
from simulator.records.shapes import CertifiedItem
from simulator.table import Table

STATES = {
    "review": "a person must decide",
    "passed": "passed, no certificate yet",
    "open": "calls to take",
    "due": "to be renewed",
    "expired": "expired",
    "withdrawn": "withdrawn",
    "failed": "not passed",
    "lapsed": "not finished in time",
    "certified": "certified",
    "not_certified": "not certified yet",
}
"""Each state in words, what asks for something first."""


def certification(request: Request) -> Response:
    """Show where everybody stands; with ``?state=`` only those of one state."""
    wanted, found = request.query_params.get("state", ""), _everybody(request)
    counts = {state: sum(each.state == state for each in found) for state in STATES}
    people = [each for each in found if wanted in ("", each.state)]
    people.sort(key=lambda each: list(STATES).index(each.state))
    shown: dict[str, Any] = {"people": people, "states": STATES, "counts": counts, "wanted": wanted}
    return draw(request, "site/certification.html.j2", **shown)


def certification_table(request: Request) -> Table:
    """Return where everybody stands."""
    head = ("person", "team", "state", "certified_until", "note")
    return Table(head, [[getattr(each, name) for name in head] for each in _everybody(request)])


ROUTES = [
    page("/certification", certification, *READS_CALLS),
    *tables("/certification", certification_table, *READS_CALLS),
]


def _everybody(request: Request) -> list[CertifiedItem]:
    with site_at(request).records.reading() as session:
        return site_at(request).certified.people(session, load_policy())
