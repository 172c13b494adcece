"""Who struggles and with what: a map of people and skills, the moments behind it, one person over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from simulator.customer.scenario import Scenario, list_scenarios
from simulator.lab.drawing import draw, named_by_address
from simulator.lab.pages import EASIEST_FIRST, story_of
from simulator.lab.site.gate import READS_CALLS, blind_at, member_at, page, site_at, tables
from simulator.lab.site.record_pages import page_number
from simulator.lab.site.review_pages import clip_at, criteria_of
from simulator.records.database.opening import Session
from simulator.records.lists.browsing import open_call
from simulator.records.lists.listing import history_of
from simulator.records.lists.skills import won_in
from simulator.records.staff.people import known_person, known_team, list_people, list_teams
from simulator.report.heat import Column, Loss, Won, heat_of, losses
from simulator.report.progress import named, person_view
from simulator.report.view import CriterionView
from simulator.scoring.guidance import DIMENSIONS, load_guidance
from simulator.table import Table

PERIODS = {
    "7": "the last 7 days",
    "30": "the last 30 days",
    "90": "the last 90 days",
    "365": "the last year",
    "all": "all time",
}
USUAL = "30"
WEAKEST = 3
PAGE = 50
"""People on one page of the map."""
MOST_LOSSES = 12
"""Moments on one page."""
BLIND = "Calls that you are asked to rate blind are left out until you have rated them."


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the map is of: each "" takes everything."""

    team: str
    days: str
    dimension: str
    rubric: str

    def address(self, **more: object) -> str:
        """Return the address of the map with something else chosen."""
        given = {"team": self.team, "days": self.days, "dimension": self.dimension, "rubric": self.rubric, **more}
        return f"/skills?{urlencode({name: value for name, value in given.items() if value})}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weak:
    """A column in which little was won, who lost there, and what trains it."""

    column: Column
    people: tuple[str, ...]
    story: Scenario | None


def skills(request: Request) -> Response:
    """Show people by dimension, or by the rows of one dimension."""
    chosen = _chosen(request)
    with site_at(request).records.reading() as session:
        won, blind = _won(request, session, chosen), len(blind_at(request, session))
        teams = [each.name for each in list_teams(session)]
    pages = max(1, ceil(len(won.people) / PAGE))
    number = min(page_number(request), pages)
    heat = heat_of(won, dimension=chosen.dimension, people=slice((number - 1) * PAGE, number * PAGE))
    rows = heat_of(won, dimension=chosen.dimension or "all", people=slice(0))
    weak = [_weak(won, column) for column in rows.weakest(WEAKEST)]
    dimensions = [(each, named(each)) for each in DIMENSIONS]
    shown: dict[str, Any] = {
        "teams": teams,
        "periods": PERIODS,
        "dimensions": dimensions,
        "weak": weak,
        "blind": BLIND if blind else "",
    }
    shown |= {"leaf": number, "pages": pages, "count": len(won.people)}
    return draw(request, "site/skills.html.j2", heat=heat, chosen=chosen, **shown)


def skills_table(request: Request) -> Table:
    """Return the map: points won and possible of each person in each dimension and each row of the guidance."""
    chosen = _chosen(request)
    with site_at(request).records.reading() as session:
        won = _won(request, session, chosen)
    maps = [heat_of(won, dimension=each) for each in ("", "all")]
    head = ("rubric", "person", "calls", "skill", "points", "of")
    return Table(
        head,
        [
            (heat.shown, line.person, line.calls, cell.column, round(cell.sum.points, 2), round(cell.sum.of, 2))
            for heat in maps
            for line in heat.lines
            for cell in line.cells
            if cell.sum.of
        ],
    )


def moments(request: Request) -> Response:
    """Show where one person lost points in one skill; the calls that are quoted are written down as opened."""
    name, skill = request.query_params.get("person", ""), request.query_params.get("skill", "")
    if skill not in DIMENSIONS and skill not in {row.id for row in load_guidance().rows}:
        raise HTTPException(404)
    chosen = _chosen(request)
    with site_at(request).records.writing() as session:
        with named_by_address():
            person = known_person(session, name)
        since, blind = _since(chosen.days), blind_at(request, session)
        calls = history_of(session, [person], since=since, without=blind).calls
        found, taken = losses(calls, skill)[:MOST_LOSSES], Counter(call.scenario for call in calls)
        by = member_at(request).person
        here = {each: open_call(session, each, by=by, what="moments") for each in {loss.call.id for loss in found}}
    asks = named(skill) if skill in DIMENSIONS else load_guidance().row(skill).asks
    shown: dict[str, Any] = {"person": person.name, "skill": skill, "asks": asks, "story": _training(skill, taken)}
    return draw(request, "site/moments.html.j2", lost=_with_moments(found, here), clip_at=clip_at, **shown)


def person_over_time(request: Request) -> Response:
    """Show one person's calls over time: those that instructors see."""
    with site_at(request).records.reading() as session, named_by_address():
        person = known_person(session, request.query_params.get("name", ""))
        blind = blind_at(request, session)
        history = history_of(session, [person], without=blind)
    notes = [*history.left_out, *([BLIND] if blind else [])]
    view = person_view(history.calls, person=person.name, notes=notes, link=lambda call: f"/table/{call.id}")
    return draw(request, "progress.html.j2", inline_style=True, view=view)


ROUTES = [
    page("/skills", skills, *READS_CALLS),
    *tables("/skills", skills_table, *READS_CALLS),
    page("/skills/moments", moments, *READS_CALLS),
    page("/person", person_over_time, *READS_CALLS),
]


def _chosen(request: Request) -> Chosen:
    given = request.query_params
    dimension, days = given.get("dimension", ""), given.get("days", USUAL)
    return Chosen(
        team=given.get("team", "")[:200],
        days=days if days in PERIODS else USUAL,
        dimension=dimension if dimension in DIMENSIONS else "",
        rubric=given.get("rubric", "")[:200],
    )


def _since(days: str) -> datetime | None:
    return datetime.now(UTC) - timedelta(days=int(days)) if days != "all" else None


def _won(request: Request, session: Session, chosen: Chosen) -> Won:
    people = None
    if chosen.team:
        with named_by_address():
            people = list_people(session, team=known_team(session, chosen.team).name)
    index, since = site_at(request).room.index, _since(chosen.days)
    return won_in(session, index, people, since=since, shown=chosen.rubric, without=blind_at(request, session))


def _weak(won: Won, column: Column) -> Weak:
    return Weak(column=column, people=won.losers(column.id), story=_training(column.id, won.taken))


def _training(skill: str, taken: Mapping[str, int]) -> Scenario | None:
    """Return the scenario that trains a skill: of those that do, the one these people took least, then the easiest."""
    rows = {row.id for row in load_guidance().rows if skill in (row.id, row.dimension)}
    stories = [story for story in map(story_of, list_scenarios()) if rows & set(story.trains)]
    return min(stories, key=lambda s: (taken.get(s.id, 0), EASIEST_FIRST[s.difficulty], s.id), default=None)


def _with_moments(found: Sequence[Loss], here: dict[str, Path | None]) -> list[tuple[Loss, CriterionView | None]]:
    views = {name: {} if path is None else {c.id: c for c in criteria_of(path)} for name, path in here.items()}
    return [(loss, views[loss.call.id].get(loss.mark.id)) for loss in found]
