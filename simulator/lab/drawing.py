"""Draw a page from its template; whatever it shows is escaped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from simulator.errors import InputError
from simulator.lab.guard import POLICY
from simulator.lab.room import Room, Visitor
from simulator.report import page as report_page

TEMPLATES = (Path(__file__).parent / "templates", report_page.TEMPLATES)
LINKS = (("/", "Who may call"), ("/calls", "Your calls"), ("/progress", "Progress"), ("/check", "Headset"))


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Return the templates of this package, and those of the report, which some of them extend."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["local"] = local
    return made


def local(moment: datetime) -> str:
    """Return a moment as every page shows it: in the time of this machine, to the minute."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


@contextmanager
def named_by_address() -> Iterator[None]:
    """Answer 404, in words, where what an address names is not there."""
    try:
        yield
    except InputError as error:
        raise HTTPException(404, str(error)) from error


def draw(
    request: Request, template: str, status: int = 200, /, *, inline_style: bool = False, **shown: Any
) -> Response:
    """Return a page.

    Parameters
    ----------
    request : Request
    template : str
        Its file.
    status : int
        The HTTP status.
    inline_style : bool
        Whether its elements may carry styles of their own, as the bars of a report do.
    **shown
        What the template shows.
    """
    member = getattr(request.state, "member", None)
    links = getattr(request.state, "links", LINKS)
    text = templates().get_template(template).render(links=links, member=member, here=request.url.path, **shown)
    headers = {"content-security-policy": POLICY.format(style="'unsafe-inline'")} if inline_style else None
    return HTMLResponse(text, status, headers)


def at(request: Request) -> tuple[Room, Visitor]:
    """Return the room, and who asks."""
    room: Room = request.app.state.room
    return room, room.visitor(request)
