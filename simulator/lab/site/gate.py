"""Who is let in to the room of a site, and which page is for which role. The name comes from the session alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.errors import InputError
from simulator.lab import guard
from simulator.lab.drawing import LINKS
from simulator.lab.room import Room, Visitor
from simulator.lab.site.forms import Form, read_form
from simulator.lab.site.neighbours import Neighbours
from simulator.lab.site.sessions import Sessions, Tries
from simulator.lab.site.single_sign_on import SingleSignOn
from simulator.lab.site.workshop import Workshop
from simulator.records.certificates.document import CertificateOutput
from simulator.records.database.opening import Records, Session
from simulator.records.lists.certified import CertifiedIndex
from simulator.records.reviews.double import to_rate
from simulator.records.staff.accounts import Member, member_of
from simulator.session.rehearsal import RehearsalOutput
from simulator.table import Table

OPEN_TO_ALL = (*guard.OPEN_TO_ALL, "/report/", "/signin", "/join/")
LOOKS_LIVE = ("instructor",)
READS_CALLS = ("instructor", "officer")
KEEPS_PEOPLE = ("instructor", "administrator")
CERTIFIES = ("officer",)
AUTHORS = ("instructor", "officer", "administrator")
ROOM_LINKS = (
    ("/live", "Live", LOOKS_LIVE),
    ("/table", "Calls", READS_CALLS),
    ("/queue", "Waiting", READS_CALLS),
    ("/ratings", "Ratings", READS_CALLS),
    ("/skills", "Skills", READS_CALLS),
    ("/assignments", "Assignments", READS_CALLS),
    ("/certification", "Certification", READS_CALLS),
    ("/people", "People", KEEPS_PEOPLE),
    ("/authoring", "Authoring", AUTHORS),
)
ROOM_PAGES = (*(address for address, _, _ in ROOM_LINKS), "/person", "/compare")


@dataclass(slots=True, kw_only=True)
class Site:
    """What the pages of a site share.

    Parameters
    ----------
    room : Room
    records : Records
    folder : Path
        Under which each person has a folder for their calls.
    secure : bool
        Whether it is reached by https only.
    single_sign_on : SingleSignOn or None
        The firm's own accounts, where people may sign in by them.
    neighbours : Neighbours or None
        The other servers of these records; None where there can be none.
    """

    room: Room
    records: Records
    folder: Path
    secure: bool
    single_sign_on: SingleSignOn | None = None
    certified: CertifiedIndex = field(default_factory=CertifiedIndex)
    sessions: Sessions = field(default_factory=Sessions)
    tries: Tries = field(default_factory=Tries)
    neighbours: Neighbours | None = None
    workshop: Workshop = field(default_factory=Workshop)
    rehearsals: dict[str, Future[RehearsalOutput]] = field(default_factory=dict)
    issuing: dict[str, Future[CertificateOutput]] = field(default_factory=dict)
    hashing: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(2))

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; a browser takes this prefix from the same host and over https only."""
        return "__Host-hotseat" if self.secure else "hotseat-lab"

    def member(self, secret: str) -> Member | None:
        """Return who is signed in with a session, as the records have them now."""
        account = self.sessions.account(secret) if secret else None
        if account is None:
            return None
        with self.records.reading() as session:
            return member_of(session, account)

    def visitor(self, member: Member) -> Visitor:
        """Return a member as a seat knows them; nobody else's calls lie in their folder."""
        mine = self.folder / member.person
        return Visitor(person=member.name, calls=mine, folder=mine)


class SiteGate:
    """Lets in whoever is signed in.

    Parameters
    ----------
    app : ASGIApp
    site : Site
    """

    def __init__(self, app: ASGIApp, *, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        secret = asked.cookies.get(self._site.cookie, "")
        member = await run_in_threadpool(self._site.member, secret) if secret else None
        if member is not None:
            asked.state.member = member
            asked.state.visitor = self._site.visitor(member)
            asked.state.links = links_of(member, asked.url.path)
        elif not asked.url.path.startswith(OPEN_TO_ALL):
            page = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
            answer = RedirectResponse("/signin", 303) if page else PlainTextResponse("Sign in first.\n", 403)
            await guard.refuse(answer, scope, receive, send)
            return
        else:
            asked.state.links = ()
        await self._app(scope, receive, send)


def links_of(member: Member, path: str) -> tuple[tuple[str, str], ...]:
    """Return the menu: of the seat, or of the room for whoever looks after it, each with a way to the other."""
    room = tuple((address, name) for address, name, roles in ROOM_LINKS if member.role in roles)
    if room and path.startswith((*ROOM_PAGES, "/account")):
        return (*room, ("/", "Your seat"))
    return (*LINKS, ("/sharing", "Sharing"), *((room[0][0], "The room") for _ in room[:1]))


def home_of(member: Member) -> str:
    """Return the page that somebody sees first."""
    return next((address for address, _, roles in ROOM_LINKS if member.role in roles), "/")


def page(path: str, show: Callable[[Request], Response], *roles: str) -> Route:
    """Return the route of a page that only some roles see; without any, everybody who is signed in."""

    def allowed(request: Request) -> Response:
        check_role(request, roles)
        return show(request)

    return Route(path, allowed, methods=["GET"])


def action(path: str, do: Callable[[Request, Form], Response], *roles: str) -> Route:
    """Return the route of a form that only some roles may send."""

    async def allowed(request: Request) -> Response:
        check_role(request, roles)
        form = await read_form(request)
        try:
            return await run_in_threadpool(do, request, form)
        except InputError as error:  # the form can be read, and the records do not allow it as they are
            raise HTTPException(409, str(error)) from error

    return Route(path, allowed, methods=["POST"])


def tables(path: str, make: Callable[[Request], Table], *roles: str) -> list[Route]:
    """Return the routes of a table to save, as CSV and as JSON, for some roles."""

    def csv(request: Request) -> Response:
        text = "\ufeff" + make(request).csv()  # the mark by which spreadsheets know UTF-8
        return _file(request, text, "text/csv; charset=utf-8")

    def json(request: Request) -> Response:
        return _file(request, make(request).json(), "application/json")

    return [page(f"{path}.csv", csv, *roles), page(f"{path}.json", json, *roles)]


def _file(request: Request, content: str, kind: str) -> Response:
    name = request.url.path.rpartition("/")[2]
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


def check_role(request: Request, roles: tuple[str, ...]) -> None:
    """Raise HTTPException unless who asks has one of the roles."""
    if roles and member_at(request).role not in roles:
        raise HTTPException(403)


def blind_at(request: Request, session: Session) -> dict[str, str]:
    """Return the calls whose points are hidden from who asks until they have rated them: each its name, by its id."""
    found: dict[str, str] | None = getattr(request.state, "blind", None)
    if found is None:
        found = {each.id: each.name for each in to_rate(session, member_at(request).person)}
        request.state.blind = found
    return found


def check_not_blind(request: Request, *calls: str) -> None:
    """Raise HTTPException if who asks is still to rate one of these calls blind."""
    with site_at(request).records.reading() as session:
        hidden = set(blind_at(request, session).values())
    if not hidden.isdisjoint(calls):
        raise HTTPException(409, "you are asked to rate this call blind; do that first, under Ratings")


def site_at(request: Request) -> Site:
    """Return the site."""
    site: Site = request.app.state.site
    return site


def member_at(request: Request) -> Member:
    """Return who asks; the gate lets nobody else in."""
    member: Member = request.state.member
    return member
