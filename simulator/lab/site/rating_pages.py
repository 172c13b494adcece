"""Blind double ratings: what somebody is asked to rate without the points, and for the officer how raters agree."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import numpy as np
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.clock import clock_text
from simulator.errors import InputError
from simulator.events import Heard, LineEnded
from simulator.lab.drawing import draw
from simulator.lab.site.forms import Form, number
from simulator.lab.site.gate import CERTIFIES, READS_CALLS, action, blind_at, member_at, page, site_at, tables
from simulator.recording.folder import CallFolder
from simulator.records.database.opening import Session
from simulator.records.database.tables import Call
from simulator.records.lists.browsing import open_call, shared_call
from simulator.records.reviews.agreement import agreement_output
from simulator.records.reviews.double import Doubled, ask_rating, doubled, to_rate
from simulator.records.reviews.reviewing import rate, sheet
from simulator.records.staff.people import INSTRUCTOR, list_people
from simulator.report.people import agreement_text
from simulator.report.sound import flac
from simulator.table import Table


def ratings(request: Request) -> Response:
    """Show what waits for one's own rating; the officer sees the ratings that there are, and how they agree."""
    me = member_at(request)
    with site_at(request).records.reading() as session:
        mine = to_rate(session, me.person)
        pairs = _rated(request, session) if me.role in CERTIFIES else []
        found = agreement_output(session)
    agree = {"People with each other": found.between_people, "People with the program": found.with_the_program}
    told = {name: agreement_text(item) for name, item in agree.items()} if me.role in CERTIFIES else {}
    return draw(request, "site/ratings.html.j2", mine=mine, pairs=pairs, agree=told)


def ratings_table(request: Request) -> Table:
    """Return a line for each rater of each call, but for the calls that who asks is still to rate."""
    with site_at(request).records.reading() as session:
        found = _rated(request, session)
    head = ("call", "title", "started", "rater", "rated", "program")
    return Table(head, [(e.call, e.title, e.started, *rater, e.program) for e in found for rater in e.raters])


def rating(request: Request) -> Response:
    """Show a call to be rated blind: its words and sound, and what there is to give points for."""
    return _draw(request)


def sound(request: Request) -> Response:
    """Send both sides of a call that is to be rated; that is written down."""
    site, me = site_at(request), member_at(request).person
    with site.records.writing() as session:
        call = _asked(session, request, me)
        path = open_call(session, call.name, by=me, what="sound for a blind rating")
    if path is None or not path.is_dir():
        raise HTTPException(404)
    folder, limits = CallFolder.open(path), np.iinfo(np.int16)
    both = folder.trainee()[:].astype(np.int32) + folder.customer()[:]
    return Response(flac(np.clip(both, limits.min, limits.max).astype(np.int16)), media_type="audio/flac")


def give(request: Request, form: Form) -> Response:
    """Keep a blind rating."""
    site, me = site_at(request), member_at(request)
    try:
        with site.records.writing() as session:
            call = _asked(session, request, me.person)
            marks = {name: number(form, name) for name in sheet(session, call)}
            rate(session, call, me.name, marks=marks)
    except InputError as error:
        return _draw(request, 409, wrong=f"{error}.")
    return RedirectResponse("/ratings", 303)


def ask(request: Request, form: Form) -> Response:
    """Ask somebody to rate a call blind."""
    name = request.path_params["call"]
    with site_at(request).records.writing() as session:
        call = shared_call(session, name)
        if call is None:
            raise HTTPException(404)
        ask_rating(session, call, member_at(request).name, rater=form.get("rater", ""))
    return RedirectResponse(f"/queue/{quote(name)}", 303)


ROUTES = [
    page("/ratings", ratings, *READS_CALLS),
    *tables("/ratings", ratings_table, *CERTIFIES),
    page("/ratings/{call}", rating, *READS_CALLS),
    page("/ratings/{call}/sound.flac", sound, *READS_CALLS),
    action("/ratings/{call}", give, *READS_CALLS),
    action("/ratings/{call}/ask", ask, *CERTIFIES),
]


def may_be_asked(session: Session, call: Call) -> list[str]:
    """Return the instructors of the records who did not take a call themselves."""
    return [each.name for each in list_people(session) if each.role == INSTRUCTOR and each.id != call.person_id]


def _rated(request: Request, session: Session) -> list[Doubled]:
    """Return the calls with several ratings, but for those that who asks is still to rate."""
    hidden = set(blind_at(request, session).values())
    return [each for each in doubled(session) if each.call not in hidden]


def _asked(session: Session, request: Request, person: str) -> Call:
    found = [call for call in to_rate(session, person) if call.name == request.path_params["call"]]
    if not found:
        raise HTTPException(404, "you are not asked to rate this call")
    return found[0]


def _draw(request: Request, status: int = 200, *, wrong: str = "") -> Response:
    with site_at(request).records.writing() as session:
        call = _asked(session, request, member_at(request).person)
        points = sheet(session, call)
        path = open_call(session, call.name, by=member_at(request).person, what="words for a blind rating")
        shown: dict[str, Any] = {"name": call.name, "title_of_call": call.title, "started": call.started}
    folder = CallFolder.open(path) if path is not None and path.is_dir() else None
    lines = [] if folder is None else [_line(each) for each in folder.events() if isinstance(each, Heard | LineEnded)]
    return draw(request, "site/rating.html.j2", status, wrong=wrong, points=points, lines=lines, **shown)


def _line(event: Heard | LineEnded) -> tuple[str, str, str]:
    who, text = ("Customer", event.said) if isinstance(event, LineEnded) else ("Trainee", event.text)
    return clock_text(event.at).split(".")[0], who, text
