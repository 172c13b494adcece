"""What waits for a person, the moments it is about, and what people decide: the name comes from the session."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.clock import from_ms
from simulator.errors import InputError
from simulator.files import MOST_TEXT, read_file
from simulator.lab.drawing import draw
from simulator.lab.site.forms import Form, number, words
from simulator.lab.site.gate import (
    CERTIFIES,
    READS_CALLS,
    action,
    blind_at,
    check_not_blind,
    member_at,
    page,
    site_at,
    tables,
)
from simulator.lab.site.rating_pages import may_be_asked
from simulator.lab.site.record_pages import COLUMNS, opened, page_number
from simulator.recording.folder import CallFolder
from simulator.records.database.opening import Session
from simulator.records.database.tables import Call
from simulator.records.lists.browsing import open_call, queue, shared_call, waiting_ids
from simulator.records.reviews.review_page import review_output
from simulator.records.reviews.reviewing import answer, comment, decide, override
from simulator.report.history import SCORE
from simulator.report.people import people_of
from simulator.report.sound import flac
from simulator.report.view import VERDICTS, Clip, CriterionView, criterion_view
from simulator.scoring.document import ScoreOutput
from simulator.table import Table

LONGEST_CLIP_MS = 120_000
MOST_CLIPS = 3
"""Of a call in the queue: those of the criteria that are most in doubt, or lost most."""
WAITING_PAGE = 10
"""Calls on one page of the queue, each with its moments."""
LEAD_MS = 300
"""A clip begins and ends so much outside its moment, so that it is understood; as in the report."""


def waiting(request: Request) -> Response:
    """Show the borderline calls and the appeals that wait for a person, with their moments."""
    with site_at(request).records.reading() as session:
        blind = blind_at(request, session)
        ids = [each for each in waiting_ids(session, site_at(request).room.index) if each not in blind]
        pages = max(1, ceil(len(ids) / WAITING_PAGE))
        number = min(page_number(request), pages)
        found = queue(session, ids[(number - 1) * WAITING_PAGE : number * WAITING_PAGE])
    entries = [(each, _doubtful(Path(each.path)) if each.line.here else []) for each in found]
    shown: dict[str, Any] = {"waiting": entries, "count": len(ids), "number": number, "pages": pages}
    return draw(request, "site/queue.html.j2", clip_at=clip_at, **shown)


def waiting_table(request: Request) -> Table:
    """Return what waits for a person."""
    with site_at(request).records.reading() as session:
        hidden = set(blind_at(request, session).values())
        found = [each for each in queue(session) if each.line.name not in hidden]
    return Table(("why", *COLUMNS), [[each.why, *(getattr(each.line, name) for name in COLUMNS)] for each in found])


def review(request: Request) -> Response:
    """Show where a call stands, every criterion with its moments, and what can be decided; that is written down."""
    check_not_blind(request, request.path_params["call"])
    with site_at(request).records.writing() as session:
        open_call(session, request.path_params["call"], by=member_at(request).person, what="review")
    return _draw(request)


def clip(request: Request) -> Response:
    """Send both sides of a moment as one sound; that is written down."""
    start_ms, stop_ms = request.path_params["start"], request.path_params["stop"]
    if not start_ms < stop_ms <= start_ms + LONGEST_CLIP_MS:
        raise HTTPException(404)
    folder = CallFolder.open(opened(request, f"moment {start_ms} to {stop_ms} ms"))
    here = slice(from_ms(start_ms), from_ms(stop_ms))
    both = folder.trainee()[here].astype(np.int32) + folder.customer()[here]
    limits = np.iinfo(np.int16)
    return Response(flac(np.clip(both, limits.min, limits.max).astype(np.int16)), media_type="audio/flac")


def change_points(request: Request, form: Form) -> Response:
    """Give a criterion other points, with the reason."""
    points = number(form, "points")
    return _do(
        request,
        lambda session, call, by: override(
            session, call, by, criterion=form.get("criterion", ""), points=points, reason=words(form)
        ),
    )


def decide_call(request: Request, form: Form) -> Response:
    """Let a borderline call pass or fail, with the reason."""
    if form.get("passed") not in ("yes", "no"):
        raise HTTPException(400, "say whether it is passed: yes or no")
    passed = form["passed"] == "yes"
    return _do(request, lambda session, call, by: decide(session, call, by, passed=passed, reason=words(form)))


def answer_appeal(request: Request, form: Form) -> Response:
    """Answer the oldest appeal."""
    return _do(request, lambda session, call, by: answer(session, call, by, text=words(form)))


def say(request: Request, form: Form) -> Response:
    """Comment on a call; the trainee reads it in the report."""
    return _do(request, lambda session, call, by: comment(session, call, by, text=words(form)))


ROUTES = [
    page("/queue", waiting, *READS_CALLS),
    *tables("/queue", waiting_table, *READS_CALLS),
    page("/queue/{call}", review, *READS_CALLS),
    action("/queue/{call}/points", change_points, *READS_CALLS),
    action("/queue/{call}/decision", decide_call, *READS_CALLS),
    action("/queue/{call}/answer", answer_appeal, *READS_CALLS),
    action("/queue/{call}/comment", say, *READS_CALLS),
    page("/table/{call}/moment/{start:int}-{stop:int}.flac", clip, *READS_CALLS),
]


def clip_at(call: str, moment: Clip) -> str:
    """Return the address of a moment's sound."""
    start, stop = max(0, int(moment.start_ms) - LEAD_MS), int(moment.stop_ms) + LEAD_MS
    return f"/table/{quote(call)}/moment/{start}-{min(stop, start + LONGEST_CLIP_MS)}.flac"


def criteria_of(folder: Path) -> list[CriterionView]:
    """Return the criteria that applied, as score.json has them with their moments; none where it cannot be read."""
    try:
        return _criteria(folder / SCORE, (folder / SCORE).stat().st_mtime_ns)
    except (OSError, InputError, ValidationError):
        return []


@lru_cache(maxsize=64)
def _criteria(path: Path, changed_ns: int) -> list[CriterionView]:
    found = ScoreOutput.model_validate_json(read_file(path, MOST_TEXT))
    return [criterion_view(each) for each in found.criteria if each.of]


def _doubtful(folder: Path) -> list[tuple[CriterionView, Clip]]:
    doubt = sorted(criteria_of(folder), key=lambda each: (each.uncertain is None, each.status == "met"))
    return [(each, each.clips[0]) for each in doubt if each.clips][:MOST_CLIPS]


def _draw(request: Request, status: int = 200, *, wrong: str = "") -> Response:
    name = request.path_params["call"]
    with site_at(request).records.reading() as session:
        call = _shared(session, name)
        found = review_output(session, call)
        raters = may_be_asked(session, call) if member_at(request).role in CERTIFIES else []
        here, own = Path(call.path), call.person_id == member_at(request).person
        shown: dict[str, Any] = {"title_of_call": call.title, "started": call.started, "mode": call.mode}
    views = {each.id: each for each in criteria_of(here)} if here.is_dir() else {}
    rows = [(pair, views.get(pair.id)) for pair in found.criteria if pair.of]
    people = people_of(found, found.score_sha256)
    shown |= {
        "name": name,
        "found": found,
        "rows": rows,
        "people": people,
        "own": own,
        "raters": raters,
        "folder": here.is_dir(),
    }
    return draw(request, "site/review.html.j2", status, wrong=wrong, clip_at=clip_at, verdicts=VERDICTS, **shown)


def _do(request: Request, what: Callable[[Session, Call, str], Any]) -> Response:
    """Do something to a call by who is signed in, and show where it stands then."""
    name = request.path_params["call"]
    check_not_blind(request, name)
    try:
        with site_at(request).records.writing() as session:
            what(session, _shared(session, name), member_at(request).name)
    except InputError as error:
        return _draw(request, 409, wrong=f"{error}.")
    return RedirectResponse(f"/queue/{quote(name)}", 303)


def _shared(session: Session, name: str) -> Call:
    call = shared_call(session, name)
    if call is None:
        raise HTTPException(404)
    return call
