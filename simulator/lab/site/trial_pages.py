"""A draft tried: a line of it heard, a call of it typed, its scripted trainees let loose on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from simulator.customer.scenario import list_scenarios
from simulator.errors import InputError, SimulatorError
from simulator.lab.drawing import draw
from simulator.lab.site.authoring_pages import ONE, address_of, draft_at
from simulator.lab.site.forms import Form, number
from simulator.lab.site.gate import AUTHORS, action, page, site_at, tables
from simulator.report.sound import flac
from simulator.report.view import OUTCOMES
from simulator.session.authoring.drafts import Draft
from simulator.session.authoring.tryout import TriedCall, rehearse_draft, say_line, try_scenario
from simulator.session.typed import typed_line
from simulator.table import Table
from simulator.vocabulary import BANDS

LONGEST_LINE, MOST_LINES = 300, 60
SEEDS = 3
COLUMNS = ("scenario", "trainee", "seed", "outcome", "total", "anger_end")


def hear(request: Request) -> Response:
    """Send a line as sound, in any voice and band."""
    asked = request.query_params
    text, band = " ".join(asked.get("text", "").split()), asked.get("band", "")
    chosen = next((known for known in BANDS if known == band), None)
    if not 0 < len(text) <= LONGEST_LINE or chosen is None:
        raise HTTPException(400, f"give a line of 1 to {LONGEST_LINE} characters, and a band: {', '.join(BANDS)}")
    samples = site_at(request).workshop.do(say_line, asked.get("voice", ""), chosen, text)
    return Response(flac(samples), media_type="audio/flac")


def tryout(request: Request) -> Response:
    """Show where a draft is tried by typing."""
    return _tried(request, (), 1)


def say(request: Request, form: Form) -> Response:
    """Take the call again from its beginning with one more line, or without the last one, and show how it goes."""
    lines = [line for line in form.get("lines", "").splitlines() if line.strip()]
    lines = lines[:-1] if form.get("back") else lines
    new = " ".join(form.get("line", "").split())
    seed = int(number(form, "seed", usual=1))
    if len(lines) >= MOST_LINES or len(new) > LONGEST_LINE or not 0 <= seed <= 10_000:
        raise HTTPException(400, f"at most {MOST_LINES} lines of {LONGEST_LINE} characters, and a seed up to 10000")
    try:
        for line in (*lines, *([new] if new else ())):
            typed_line(line)
    except InputError as error:
        return _tried(request, tuple(lines), seed, wrong=f"{error}.")
    return _tried(request, (*lines, *([new] if new else ())), seed)


def begin_rehearsal(request: Request, form: Form) -> Response:
    """Begin to rehearse a draft; the page asks for what comes of it."""
    draft, site = draft_at(request), site_at(request)
    path, rubric = draft.path, "practice"
    if draft.kind == "rubrics":
        name = form.get("scenario", "")
        if name not in list_scenarios():
            raise HTTPException(400, "choose a scenario to rehearse with this rubric")
        path, rubric = Path(name), str(draft.path)
    faults = draft.faults()
    if faults:
        raise HTTPException(409, f"put this right first: {faults[0]}")
    site.rehearsals[_key(draft)] = site.workshop.begin(rehearse_draft, path, rubric, seeds=SEEDS)
    return _rehearsal(request, draft)


def rehearsal(request: Request) -> Response:
    """Show what came of the last rehearsal of a draft, as a part of its page."""
    return _rehearsal(request, draft_at(request))


def rehearsal_table(request: Request) -> Table:
    """Return the calls of the last rehearsal of a draft."""
    future = site_at(request).rehearsals.get(_key(draft_at(request)))
    if future is None or not future.done() or future.exception() is not None:
        raise HTTPException(404, "this draft was not rehearsed yet")
    return Table(COLUMNS, [[getattr(row, name) for name in COLUMNS] for row in future.result().rows])


ROUTES = [
    page("/authoring/say.flac", hear, *AUTHORS),
    page("/authoring/{kind}/{id}/try", tryout, *AUTHORS),
    action("/authoring/{kind}/{id}/try", say, *AUTHORS),
    page("/authoring/{kind}/{id}/rehearsal", rehearsal, *AUTHORS),
    *tables("/authoring/{kind}/{id}/rehearsal", rehearsal_table, *AUTHORS),
    action("/authoring/{kind}/{id}/rehearsal", begin_rehearsal, *AUTHORS),
]


def _key(draft: Draft) -> str:
    return f"{draft.kind}/{draft.id}"


def _tried(request: Request, lines: tuple[str, ...], seed: int, *, wrong: str = "") -> Response:
    draft = draft_at(request)
    if draft.kind != "scenarios":
        raise HTTPException(404)
    faults, call = draft.faults(), None
    if lines and not faults:
        call = site_at(request).workshop.do(try_scenario, draft.path, lines, seed=seed)
    elif faults:
        wrong = wrong or f"Put this right first: {faults[0]}"
    return _draw_tried(request, call, draft=draft, lines=lines, seed=seed, wrong=wrong)


def _draw_tried(request: Request, call: TriedCall | None, **shown: Any) -> Response:
    return draw(request, "site/try.html.j2", call=call, outcomes=OUTCOMES, longest=LONGEST_LINE, **shown)


def _rehearsal(request: Request, draft: Draft) -> Response:
    future = site_at(request).rehearsals.get(_key(draft))
    done, wrong = None, ""
    if future is not None and future.done():
        try:
            done = future.result()
        except SimulatorError as error:
            wrong = f"{error}."
        except Exception:  # the process died
            wrong = "That was broken off; try again."
    shown: dict[str, Any] = {
        "busy": future is not None and not future.done(),
        "done": done,
        "wrong": wrong,
        "seeds": SEEDS,
    }
    layout = "bare.html.j2" if "hx-request" in request.headers else "base.html.j2"
    return draw(
        request,
        "site/rehearsal.html.j2",
        layout=layout,
        at=address_of(draft),
        one=ONE[draft.kind],
        outcomes=OUTCOMES,
        **shown,
    )
