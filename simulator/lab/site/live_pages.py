"""The instructor's view of the seats while calls run: look, coach by a written word, stop."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.errors import InputError
from simulator.lab.drawing import draw
from simulator.lab.errand import Errand
from simulator.lab.pages import story_of
from simulator.lab.room import Room
from simulator.lab.site.forms import Form
from simulator.lab.site.gate import LOOKS_LIVE, action, member_at, page, site_at
from simulator.records.database.log import write_down
from simulator.records.staff.accounts import Member
from simulator.records.staff.people import find_person

LONGEST = 200
"""Characters of a written word; it is read in the middle of a call."""


def live(request: Request) -> Response:
    """Show every seat; a script keeps the page up to date."""
    return draw(request, "site/live.html.j2", seats=site_at(request).room.most_calls, longest=LONGEST)


def seats(request: Request) -> Response:
    """Tell what each seat does."""
    site = site_at(request)
    others = site.neighbours
    found = [*seats_here(site.room), *(others.seats() if others else ())]
    silent = others.silent() if others else []
    return JSONResponse({"seats": sorted(found, key=lambda each: str(each["person"])), "silent": silent})


def seats_here(room: Room) -> list[dict[str, Any]]:
    """Return what each seat of this server does, as plain values."""
    return [_seat(errand) for errand in list(room.errands.values()) if not errand.over]


def coach(request: Request, form: Form) -> Response:
    """Show a written word at a seat, and lower its hand."""
    errand, text = _errand(request, form), " ".join(form.get("text", "").split())
    try:
        if not 0 < len(text) <= LONGEST:
            raise InputError(f"a written word has 1 to {LONGEST} characters, not {len(text)}")
        errand.coach(text, by=member_at(request).name)
    except InputError as error:
        return JSONResponse({"text": str(error)}, 409)
    _log(request, "coached", errand)
    return JSONResponse({"done": True})


def stop(request: Request, form: Form) -> Response:
    """End what a seat does; what was said is kept and scored."""
    errand = _errand(request, form)
    _log(request, "stopped", errand)
    errand.tell("coached", text="Your instructor ended this call.", by=member_at(request).name)
    errand.hang_up()
    return JSONResponse({"done": True})


ROUTES = [
    page("/live", live, *LOOKS_LIVE),
    page("/live/seats", seats, *LOOKS_LIVE),
    action("/live/coach", coach, *LOOKS_LIVE),
    action("/live/stop", stop, *LOOKS_LIVE),
]


def _seat(errand: Errand) -> dict[str, Any]:
    hello = errand.hello
    title = "Headset check" if hello.do == "check" else hello.scenario
    if hello.do != "check":
        try:
            title = story_of(hello.scenario).title
        except InputError:  # the seat asked for a scenario that is not there, and is told so
            title = "Unknown call"
    coachable = errand.coachable
    known = {"server": "", "person": errand.owner, "title": title, "do": hello.do, "coachable": coachable}
    return {**known, **errand.glimpse.as_json()}


def _errand(request: Request, form: Form) -> Errand:
    person = form.get("person", "")
    for errand in list(site_at(request).room.errands.values()):
        if errand.owner == person and not errand.over:
            return errand
    raise HTTPException(404)


def _log(request: Request, what: str, errand: Errand) -> None:
    by: Member = member_at(request)
    with site_at(request).records.writing() as session:
        person = find_person(session, errand.owner)
        if person is not None:
            write_down(session, what, person, by=by.person, details={"scenario": errand.hello.scenario})
