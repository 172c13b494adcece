"""The pages of one call: its report, its sound, and where to take it again."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from simulator.clock import clock_text
from simulator.lab.drawing import at as at_room
from simulator.lab.drawing import draw, named_by_address
from simulator.lab.pages import draw_seat
from simulator.recording.folder import CallFolder
from simulator.report import page as report_page
from simulator.report.sound import flac
from simulator.report.view import view_of
from simulator.scoring.folder import Scored, judge_folder, score_folder
from simulator.session.after_call import reviews_of_call, rubric_for
from simulator.session.retry import retried_call

REPORT_FILES = ("page.css", "people.css", "over_time.css", "page.js")
TRACKS = ("trainee", "customer")


def report(request: Request) -> Response:
    """Show the report of a call."""
    path = _path(request)
    return draw_report(request, path, at=f"/calls/{path.name}", retry_at=f"/calls/{path.name}/retry/")


def draw_report(request: Request, path: Path, /, *, at: str, retry_at: str) -> Response:
    """Return the report of a call whose tracks lie under an address; `retry_at` "" offers no retry."""
    tracks = {name: f"{at}/{name}.flac" for name in TRACKS}
    scored = _scored(path, (path / "events.jsonl").stat().st_mtime_ns)
    reviews = reviews_of_call(path, at_room(request)[0].database, lambda _: None)
    view = view_of(scored.folder, scored.output, scored.measurement, reviews)
    return draw(request, "report.html.j2", inline_style=True, view=view, tracks=tracks, retry_at=retry_at)


def retry(request: Request) -> Response:
    """Show the seat, where the call is taken again from one of its turns."""
    path, turn = _path(request), request.path_params["turn"]
    with named_by_address():
        retried = retried_call(path, turn)
    begins = clock_text(retried.point.at).split(".")[0]
    _, visitor = at_room(request)
    return draw_seat(request, retried.scenario, retry=path.name, turn=turn, begins=begins, check=visitor.check())


def score(request: Request) -> Response:
    """Score a call that has no score: one that was cut off is mended first."""
    path = _path(request)
    folder = CallFolder.open(path, mend=True)
    score_folder(folder, rubric_for(folder))
    if "hx-request" in request.headers:  # a whole page is no part of another
        return Response(headers={"hx-redirect": f"/calls/{path.name}"})
    return RedirectResponse(f"/calls/{path.name}", 303)


def track(request: Request) -> Response:
    """Send one side of a call as it is heard in its report."""
    return send_track(_path(request), request.path_params["track"])


def send_track(path: Path, name: str) -> Response:
    """Return one side of a call as sound.

    Raises
    ------
    HTTPException
        If a call has no such side.
    """
    if name not in TRACKS:
        raise HTTPException(404)
    folder = CallFolder.open(path)
    sound = flac(folder.trainee() if name == "trainee" else folder.customer())
    return Response(sound, media_type="audio/flac")


def report_file(request: Request) -> Response:
    """Send a file of the report's own looks."""
    name = request.path_params["name"]
    if name not in REPORT_FILES:
        raise HTTPException(404)
    return FileResponse(report_page.TEMPLATES / name)


def _path(request: Request) -> Path:
    _, visitor = at_room(request)
    path = visitor.call(request.path_params["call"])
    if path is None:
        raise HTTPException(404)
    return path


@lru_cache(maxsize=32)
def _scored(path: Path, changed_ns: int) -> Scored:
    folder = CallFolder.open(path)
    return judge_folder(folder, rubric_for(folder))
