"""The application: which address shows which page."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from simulator.errors import InputError, SimulatorError
from simulator.lab import call_pages, pages
from simulator.lab.drawing import draw
from simulator.lab.guard import Guard
from simulator.lab.metrics import Metrics, Timed, first_part
from simulator.lab.results import own_results
from simulator.lab.room import Room
from simulator.lab.socket import seat

STATIC = Path(__file__).parent / "static"
TITLES = {403: "This page is not for your role", 404: "There is no such page"}
LOCAL = ("localhost", "127.0.0.1", "::1")


def make_app(
    room: Room,
    *,
    gate: Sequence[Middleware] = (),
    hosts: tuple[str, ...] = LOCAL,
    more: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the application.

    Parameters
    ----------
    room : Room
    gate : sequence of Middleware
        Decides who is let in, and leaves a `Visitor` in ``state.visitor`` where it is not the room's owner.
    hosts : tuple of str
        The names under which this server is reached.
    more : sequence of BaseRoute
        Pages beside those of a seat.
    """
    metrics = Metrics(room)
    routes: list[BaseRoute] = [
        Route("/", pages.home),
        Route("/check", pages.check),
        Route("/calls", pages.calls),
        Route("/progress", pages.progress),
        Route("/take/{scenario}", pages.take),
        Route("/calls/{call}", call_pages.report),
        Route("/calls/{call}/retry/{turn:int}", call_pages.retry),
        Route("/calls/{call}/score", call_pages.score, methods=["POST"]),
        Route("/calls/{call}/{track}.flac", call_pages.track),
        Route("/own-results/{kind}", own_results),
        Route("/report/{name}", call_pages.report_file),
        WebSocketRoute("/seat", seat),
        Route("/healthz", _healthz),
        Route("/metrics", metrics.page),
        Mount("/static", StaticFiles(directory=STATIC)),
        *more,
    ]
    known = frozenset(first_part(each.path) for each in routes if isinstance(each, Route | Mount))
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Timed, metrics=metrics, pages=known), Middleware(Guard, hosts=hosts), *gate],
        exception_handlers={SimulatorError: _refused, HTTPException: _http, Exception: _fault},
    )
    app.state.room = room
    return app


async def _healthz(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _refused(request: Request, error: Exception) -> Response:
    """Answer 400 where what was asked for cannot be done, 503 where a device or a model is missing here."""
    status = 400 if isinstance(error, InputError) else 503
    return await run_in_threadpool(draw, request, "error.html.j2", status, title="That did not work", text=str(error))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = TITLES.get(error.status_code, "That did not work")
    text = "" if error.detail == HTTPStatus(error.status_code).phrase else error.detail
    return draw(request, "error.html.j2", error.status_code, title=title, text=text)


async def _fault(request: Request, error: Exception) -> Response:
    text = "This is a fault of the program. Nothing recorded is lost."
    return draw(request, "error.html.j2", 500, title="Something broke", text=text)
