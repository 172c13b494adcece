"""Own scenarios and rubrics, written in the browser: drafts, a form beside the YAML, checks, publishing."""

from __future__ import annotations

import re
from typing import Any, get_args
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from simulator.customer.scenario import Scenario, list_scenarios, own_scenarios
from simulator.errors import InputError
from simulator.lab.drawing import draw, templates
from simulator.lab.pages import story_of
from simulator.lab.site.forms import Form
from simulator.lab.site.gate import AUTHORS, action, member_at, page, site_at, tables
from simulator.records.lists.browsing import is_scored_by
from simulator.scoring.guidance import DIMENSIONS
from simulator.scoring.rubric import is_shipped, list_rubrics
from simulator.session.authoring.drafts import Draft, Kind, add_trainee, begin, drafts, text_hash
from simulator.session.authoring.sentences import Part, add_entry, parts_of, set_field
from simulator.speech.profiles import list_profiles
from simulator.table import Table
from simulator.vocabulary import BANDS

KINDS: tuple[Kind, ...] = get_args(Kind)
ONE = {"scenarios": "scenario", "rubrics": "rubric"}
CHOSEN = ("sector", "difficulty", "personality", "kind", "direction")
"""Keys of a scenario with a few allowed values, which the form offers."""
COLUMNS = ("kind", "id", "draft", "version", "published_by", "published_at")
_LINE = re.compile(r"^(?P<file>[\w./-]*?):(?P<line>\d+): (?P<text>.*)$", re.DOTALL)


def overview(request: Request) -> Response:
    """Show the drafts and what is published, and begin another."""
    return _overview(request)


def overview_table(request: Request) -> Table:
    """Return every draft and everything of the site's own that is published."""
    return Table(COLUMNS, [[each[name] for name in COLUMNS] for each in _items()])


def begin_draft(request: Request, form: Form) -> Response:
    """Begin a draft."""
    kind = _kind(form.get("kind", ""))
    try:
        draft = begin(kind, form.get("id", "").strip(), like=form.get("like", ""))
    except InputError as error:
        return _overview(request, 409, wrong=f"{error}.")
    return RedirectResponse(address_of(draft), 303)


def editor(request: Request) -> Response:
    """Show a file of a draft: what is to be put right, the form, the YAML."""
    return _editor(request, request.query_params.get("file", ""))


def keep(request: Request, form: Form) -> Response:
    """Keep the text of a file, with one field changed or one entry added where that is asked; tell what is wrong now.

    A script gets that as JSON; a browser without one sees the page again.
    """
    draft, file, was = draft_at(request), form.get("file", ""), form.get("was", "")
    text = form.get("text", "").replace("\r\n", "\n")
    try:
        if form.get("place"):
            text = set_field(text, form["place"], form.get("value", ""))
        elif form.get("add"):
            text = add_entry(text, form["add"])
        draft.keep(file, text, was=was)
    except InputError as error:
        if _is_script(request):
            return JSONResponse({"wrong": f"{error}."}, 409)
        return _editor(request, file, 409, wrong=f"{error}.")
    if not _is_script(request):
        return RedirectResponse(f"{address_of(draft)}?{urlencode({'file': file})}", 303)
    parts = _parts(text)
    fields = templates().get_template("site/fields.html.j2").render(sections=parts, **_offers())
    faults = [_fault(each, file) for each in draft.faults()]
    return JSONResponse({"was": text_hash(text), "text": text, "faults": faults, "fields": fields if parts else None})


def new_trainee(request: Request, form: Form) -> Response:
    """Add a scripted trainee to a scenario."""
    draft = draft_at(request)
    try:
        file = add_trainee(draft, form.get("name", "").strip())
    except InputError as error:
        return _editor(request, "", 409, wrong=f"{error}.")
    return RedirectResponse(f"{address_of(draft)}?{urlencode({'file': file})}", 303)


def publish(request: Request, form: Form) -> Response:
    """Publish a draft as the next version."""
    draft = draft_at(request)
    try:
        made = draft.publish(by=member_at(request).name)
    except InputError as error:
        return _editor(request, "", 409, wrong=f"{error}.")
    story_of.cache_clear()  # or seats would show the one before
    return RedirectResponse(f"{address_of(draft)}?{urlencode({'published': made.version})}", 303)


def take_back(request: Request, form: Form) -> Response:
    """Undo the last publication: the version before stands again, or nothing."""
    try:
        found = Draft(_kind(request.path_params["kind"]), request.path_params["id"])
    except InputError as error:
        raise HTTPException(404, str(error)) from error
    try:
        with site_at(request).records.reading() as session:
            if found.kind == "rubrics" and found.before() is None and is_scored_by(session, found.id):
                raise InputError(f"calls were scored by {found.id}, so it stays; publish another version of it")
        found.take_back(by=member_at(request).name)
    except InputError as error:
        return _overview(request, 409, wrong=f"{error}.")
    story_of.cache_clear()  # or seats would still offer it
    return RedirectResponse("/authoring", 303)


def discard(request: Request, form: Form) -> Response:
    """Throw a draft away."""
    draft_at(request).discard()
    return RedirectResponse("/authoring", 303)


ROUTES = [
    page("/authoring", overview, *AUTHORS),
    *tables("/authoring", overview_table, *AUTHORS),
    action("/authoring", begin_draft, *AUTHORS),
    page("/authoring/{kind}/{id}", editor, *AUTHORS),
    action("/authoring/{kind}/{id}/keep", keep, *AUTHORS),
    action("/authoring/{kind}/{id}/trainee", new_trainee, *AUTHORS),
    action("/authoring/{kind}/{id}/publish", publish, *AUTHORS),
    action("/authoring/{kind}/{id}/take-back", take_back, *AUTHORS),
    action("/authoring/{kind}/{id}/discard", discard, *AUTHORS),
]


def draft_at(request: Request) -> Draft:
    """Return the draft that the address names.

    Raises
    ------
    HTTPException
        If there is none.
    """
    try:
        draft = Draft(_kind(request.path_params["kind"]), request.path_params["id"])
    except InputError as error:
        raise HTTPException(404, str(error)) from error
    if not draft.files:
        raise HTTPException(404, f"there is no draft {draft.id}; begin one under Authoring")
    return draft


def _kind(text: str) -> Kind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise HTTPException(404)


def address_of(draft: Draft) -> str:
    """Return the address of a draft's page."""
    return f"/authoring/{draft.kind}/{quote(draft.id)}"


def _is_script(request: Request) -> bool:
    return request.headers.get("accept", "") == "application/json"


def _overview(request: Request, status: int = 200, *, wrong: str = "") -> Response:
    shown: dict[str, Any] = {"items": _items(), "one": ONE, "scenarios": list_scenarios(), "rubrics": list_rubrics()}
    return draw(request, "site/authoring.html.j2", status, wrong=wrong, **shown)


def _items() -> list[dict[str, Any]]:
    """Return each draft or published scenario or rubric of the site's own as a line of a table."""
    found = []
    for kind in KINDS:
        begun = {each.id for each in drafts(kind)}
        own = own_scenarios() if kind == "scenarios" else tuple(n for n in list_rubrics() if not is_shipped(n))
        for id_ in sorted({*begun, *own}):
            found.append({"kind": ONE[kind], "kinds": kind, "id": id_, "draft": id_ in begun, "published": id_ in own}
                         | _last_version(kind, id_))  # fmt: skip
    return found


def _last_version(kind: Kind, id_: str) -> dict[str, Any]:
    try:
        draft = Draft(kind, id_)
    except InputError:  # an id of before, that no draft can have
        return {**dict.fromkeys(COLUMNS[3:], ""), "before": False}
    last, names = draft.standing(), {"version": "version", "published_by": "by", "published_at": "at"}
    found = {column: getattr(last, name) if last else "" for column, name in names.items()}
    return {**found, "before": draft.before() is not None}


def _editor(request: Request, file: str, status: int = 200, *, wrong: str = "") -> Response:
    draft = draft_at(request)
    file = file or draft.files[0]
    try:
        text = draft.read(file)
    except InputError as error:
        raise HTTPException(404, str(error)) from error
    shown: dict[str, Any] = {
        "draft": draft,
        "one": ONE[draft.kind],
        "at": address_of(draft),
        "file": file,
        "text": text,
        "was": text_hash(text),
        "sections": _parts(text),
        "faults": [_fault(each, file) for each in draft.faults()],
        "standing": draft.standing(),
        "next": draft.next_version,
        "published": request.query_params.get("published", ""),
        "scenarios": list_scenarios(),
        "bands": BANDS,
    }
    return draw(request, "site/draft.html.j2", status, wrong=wrong, **shown, **_offers())


def _parts(text: str) -> tuple[Part, ...]:
    try:
        return parts_of(text)
    except InputError:
        return ()


def _offers() -> dict[str, Any]:
    """Return what the form offers for keys with a few allowed values."""
    offered = {name: get_args(Scenario.model_fields[name].annotation) for name in CHOSEN}
    voices = tuple(profile.name for profile in list_profiles())
    return {"voices": voices, "offered": {**offered, "voice": voices, "dimension": tuple(DIMENSIONS)}}


def _fault(text: str, file: str) -> dict[str, Any]:
    """Return what is to be put right, with its line where it stands in the file that is open."""
    found = _LINE.match(text)
    if found is None or found["file"] != file:
        return {"line": None, "text": text}
    return {"line": int(found["line"]), "text": found["text"]}
