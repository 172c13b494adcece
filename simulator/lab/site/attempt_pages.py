"""One person's attempts and certificates: an officer opens an attempt, issues the certificate, or withdraws it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.contract import VERDICTS
from simulator.errors import InputError, SimulatorError
from simulator.files import MOST_TEXT, read_file
from simulator.lab.drawing import draw
from simulator.lab.site.certification_pages import STATES
from simulator.lab.site.forms import Form, words
from simulator.lab.site.gate import CERTIFIES, READS_CALLS, action, blind_at, member_at, page, site_at, tables
from simulator.records.attempts import Identity
from simulator.records.certificates.document import Issuer
from simulator.records.certification_page import Issued, certificates_of, certified_item, status_output
from simulator.records.database.opening import Session
from simulator.records.database.tables import Person, now
from simulator.records.forms import load_policy
from simulator.records.shapes import CertificationOutput
from simulator.records.staff.people import find_person
from simulator.session.attempting import begin_attempt, certify_person, withdraw_certificate
from simulator.table import Table

KINDS = {"json": "application/json", "pdf": "application/pdf"}
ATTEMPT = ("started", "form", "result", "reason")
CALL = ("call", "scenario", "counts", "total", "program", "now", "why")


def person(request: Request) -> Response:
    """Show somebody's attempts and certificates, and what an officer can do."""
    return _draw(request, request.query_params.get("name", ""))


def person_table(request: Request) -> Table:
    """Return a line for each call of each attempt of somebody."""
    with site_at(request).records.reading() as session:
        found = _status(request, session, _known(session, request.query_params.get("name", "")))
    return Table(
        (*ATTEMPT, *CALL),
        [
            (*(getattr(each, name) for name in ATTEMPT), *(getattr(call, name) for name in CALL))
            for each in found.attempts
            for call in each.calls
        ],
    )  # fmt: skip


def start(request: Request, form: Form) -> Response:
    """Open an attempt for somebody whose identity was checked by who is signed in."""
    name, identity = form.get("name", ""), Identity(how=form.get("identity", ""), by=member_at(request).name)
    chosen = form.get("form") or None
    return _do(
        request,
        name,
        lambda: begin_attempt(
            site_at(request).records, name, identity, form=chosen, policy=None, notify=lambda _: None
        ),
    )


def issue(request: Request, form: Form) -> Response:
    """Begin to issue the certificate of somebody's passed attempt; its calls are taken again first."""
    site, name = site_at(request), form.get("name", "")
    issuer = Issuer(by=member_at(request).name, through="room")

    def begin() -> None:
        known = _passed(request, name)
        running = site.issuing.get(known)
        if running is not None and not running.done():
            raise InputError("it is being issued")
        site.issuing[known] = site.workshop.begin(certify_person, known, issuer, database=site.room.database)

    return _do(request, name, begin)


def withdraw(request: Request, form: Form) -> Response:
    """Withdraw a certificate, with the reason."""
    reason, by = words(form), member_at(request).name
    site, id_, name = site_at(request), form.get("certificate", ""), form.get("name", "")

    def do() -> None:
        with site.records.reading() as session:
            _certificate(session, _known(session, name), id_)
        withdraw_certificate(site.records, id_, by=by, reason=reason)
        site.issuing.pop(name, None)

    return _do(request, name, do)


def certificate(request: Request) -> Response:
    """Send a certificate: the file itself, or its page to print."""
    kind, name = request.path_params["kind"], request.query_params.get("name", "")
    with site_at(request).records.reading() as session:
        found = _certificate(session, _known(session, name), request.path_params["id"])
    if kind not in KINDS:
        raise HTTPException(404)
    try:
        content = read_file(Path(found.path).with_suffix(f".{kind}"), MOST_TEXT)
    except OSError:
        raise HTTPException(404, "this certificate lies on another machine, or its folder is gone") from None
    head = {"content-disposition": f'attachment; filename="certificate-{found.id}.{kind}"'}
    return Response(content, media_type=KINDS[kind], headers=head)


ROUTES = [
    page("/certification/person", person, *READS_CALLS),
    *tables("/certification/person", person_table, *READS_CALLS),
    action("/certification/start", start, *CERTIFIES),
    action("/certification/issue", issue, *CERTIFIES),
    action("/certification/withdraw", withdraw, *CERTIFIES),
    page("/certification/certificates/{id}.{kind}", certificate, *READS_CALLS),
]


def _known(session: Session, name: str) -> Person:
    found = find_person(session, name)
    if found is None:
        raise HTTPException(404, "there is nobody of that name")
    return found


def _status(request: Request, session: Session, person: Person) -> CertificationOutput:
    """Return where somebody stands, without the points of calls that who asks is still to rate blind."""
    found, hidden = status_output(session, person, load_policy()), set(blind_at(request, session).values())
    for attempt in found.attempts if hidden else ():
        if not hidden.isdisjoint(each.call for each in attempt.calls):
            attempt.reason = "you are asked to rate a call of it blind; do that first, under Ratings"
            for each in attempt.calls:
                each.total, each.program, each.now, each.why = None, None, None, ""
    return found


def _certificate(session: Session, person: Person, id_: str) -> Issued:
    found = next((each for each in certificates_of(session, person) if each.id == id_), None)
    if found is None:
        raise HTTPException(404)
    return found


def _passed(request: Request, name: str) -> str:
    """Return the name of a person as the records have it, after a check that their last attempt is passed."""
    with site_at(request).records.reading() as session:
        found = status_output(session, _known(session, name), load_policy())
    last = found.attempts[-1] if found.attempts else None
    if last is None or last.result != "passed":
        raise InputError(f"{name} has passed no attempt" + (f": {last.reason}" if last else ""))
    return found.person


def _do(request: Request, name: str, what: Callable[[], object]) -> Response:
    try:
        what()
    except InputError as error:
        return _draw(request, name, 409, wrong=f"{error}.")
    return RedirectResponse(f"/certification/person?{urlencode({'name': name})}", 303)


def _draw(request: Request, name: str, status: int = 200, *, wrong: str = "") -> Response:
    site, policy = site_at(request), load_policy()
    with site.records.reading() as session:
        person = _known(session, name)
        found = _status(request, session, person)
        certificates = certificates_of(session, person)
        item = certified_item(session, person, policy, at=now())
        state = "" if item is None else item.state
    running = site.issuing.get(person.name)
    failed = running.exception() if running is not None and running.done() else None
    if failed is not None:
        wrong = wrong or (f"{failed}." if isinstance(failed, SimulatorError) else "That was broken off; try again.")
    shown: dict[str, Any] = {
        "found": found,
        "state": STATES.get(state, state),
        "certificates": certificates,
        "policy": policy,
        "acts": member_at(request).role in CERTIFIES and member_at(request).person != person.id,
        "busy": running is not None and not running.done(),
        "verdicts": VERDICTS,
    }
    return draw(request, "site/attempts.html.j2", status, wrong=wrong, **shown)
