"""Sign in and out, come in by an invitation, change one's password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.errors import InputError
from simulator.lab.drawing import draw
from simulator.lab.site.forms import Form
from simulator.lab.site.gate import Site, action, home_of, member_at, page, site_at
from simulator.lab.site.sessions import LONGEST_S
from simulator.lab.site.single_sign_on import COOKIE, LASTS_S
from simulator.records.database.tables import Account, Invitation, Person
from simulator.records.staff.accounts import (
    SHORTEST,
    accept,
    account_with,
    change_password,
    find_account,
    is_password,
    member_of,
    open_invitation,
)
from simulator.records.staff.people import key_of

HASHING_S = 10.0
"""How long a sign-in waits for its turn, so that many at once take no time from the calls that run."""
WRONG = "The name or the password is not right."


def sign_in_page(request: Request) -> Response:
    """Show the form to sign in; whoever is signed in already goes on."""
    if getattr(request.state, "member", None) is not None:
        return RedirectResponse(home_of(member_at(request)), 303)
    return _draw_sign_in(request, 200)


def sign_in(request: Request, form: Form) -> Response:
    """Sign somebody in."""
    site, name, address = site_at(request), form.get("name", "")[:200], _address(request)
    try:
        site.tries.begin(key_of(name), address)
        with site.records.reading() as session:
            account = find_account(session, name)
        with _hashing(site):
            right = is_password(account, form.get("password", ""))
    except InputError as error:
        return _draw_sign_in(request, 429, wrong=f"{error}.", name=name)
    if account is None or not right:
        return _draw_sign_in(request, 403, wrong=WRONG, name=name)
    site.tries.succeed(key_of(name), address)
    return _signed_in(request, account)


def go_to_provider(request: Request) -> Response:
    """Send somebody to the firm's provider to sign in."""
    site = site_at(request)
    if site.single_sign_on is None:
        raise HTTPException(404)
    url, state = site.single_sign_on.begin(f"{request.base_url}signin/back")
    answer = RedirectResponse(url, 303)
    # lax: it has to come along when the provider sends them back; the session's own cookie is strict
    answer.set_cookie(COOKIE, state, max_age=int(LASTS_S), secure=site.secure, httponly=True, samesite="lax")
    return answer


def come_back(request: Request) -> Response:
    """Sign in who comes back from the provider, if the records know their account."""
    site, given = site_at(request), request.query_params
    if site.single_sign_on is None:
        raise HTTPException(404)
    try:
        kept = request.cookies.get(COOKIE, "")
        known = site.single_sign_on.finish(state=given.get("state", ""), kept=kept, code=given.get("code", ""))
        with site.records.reading() as session:
            account = account_with(session, known)
        if account is None or not account.active:
            raise InputError(f"{known[:100]} is nobody's account here; an administrator of this room can enter it")
    except InputError as error:
        return _draw_sign_in(request, 403, wrong=f"{error}.")
    first = _signed_in(request, account)
    # a page of its own: a redirect would still count as coming from the provider, and the strict cookie stay behind
    answer = draw(request, "site/welcome.html.j2", first=first.headers["location"])
    answer.headers.raw.extend(each for each in first.headers.raw if each[0] == b"set-cookie")
    answer.delete_cookie(COOKIE, secure=site.secure, httponly=True, samesite="lax")
    return answer


def sign_out(request: Request, form: Form) -> Response:
    """Sign somebody out."""
    site = site_at(request)
    site.sessions.end(request.cookies.get(site.cookie, ""))
    answer = RedirectResponse("/signin", 303)
    answer.delete_cookie(site.cookie, secure=site.secure, httponly=True, samesite="strict")
    return answer


def join_page(request: Request) -> Response:
    """Show the form of an invitation."""
    return _draw_join(request, "")


def join(request: Request, form: Form) -> Response:
    """Make the account of an invitation, and sign its owner in."""
    site, secret, address = site_at(request), request.path_params["secret"], _address(request)
    try:
        site.tries.begin(f"invitation {secret}", address)
        if form.get("password") != form.get("again"):
            raise InputError("the two passwords are not the same")
        with _hashing(site), site.records.writing() as session:
            account = accept(session, secret, name=form.get("name", "").strip(), password=form.get("password", ""))
    except InputError as error:
        return _draw_join(request, f"{error}.", name=form.get("name", ""))
    site.tries.succeed(f"invitation {secret}", address)
    site.sessions.end_all(account.id)
    return _signed_in(request, account)


def account_page(request: Request) -> Response:
    """Show one's own account."""
    return draw(request, "site/account.html.j2", said="", wrong="", shortest=SHORTEST)


def new_password(request: Request, form: Form) -> Response:
    """Change one's own password; it signs out every other browser."""
    site, member, address = site_at(request), member_at(request), _address(request)
    try:
        site.tries.begin(key_of(member.name), address)
        if form.get("password") != form.get("again"):
            raise InputError("the two new passwords are not the same")
        with _hashing(site), site.records.writing() as session:
            change_password(session, member, old=form.get("old", ""), new=form.get("password", ""))
    except InputError as error:
        return draw(request, "site/account.html.j2", 403, said="", wrong=f"{error}.", shortest=SHORTEST)
    site.tries.succeed(key_of(member.name), address)
    site.sessions.end_all(member.account)
    answer = draw(request, "site/account.html.j2", said="Your password is changed.", wrong="", shortest=SHORTEST)
    _set_cookie(site, answer, member.account)
    return answer


ROUTES = [
    page("/signin", sign_in_page),
    action("/signin", sign_in),
    page("/signin/provider", go_to_provider),
    page("/signin/back", come_back),
    page("/join/{secret}", join_page),
    action("/join/{secret}", join),
    action("/signout", sign_out),
    page("/account", account_page),
    action("/account", new_password),
]


def _draw_sign_in(request: Request, status: int, *, wrong: str = "", name: str = "") -> Response:
    by = site_at(request).single_sign_on
    shown: dict[str, Any] = {"wrong": wrong, "name": name, "provider": by.provider.title if by else ""}
    return draw(request, "site/signin.html.j2", status, **shown)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _draw_join(request: Request, wrong: str, *, name: str = "") -> Response:
    with site_at(request).records.reading() as session:
        invitation: Invitation | None = open_invitation(session, request.path_params["secret"])
        if invitation is None:
            raise HTTPException(404)
        invited = "" if invitation.person_id is None else session.get_one(Person, invitation.person_id).name
        role = invitation.role
    shown: dict[str, Any] = {"invited": invited, "role": role, "wrong": wrong, "name": name, "shortest": SHORTEST}
    return draw(request, "site/join.html.j2", 400 if wrong else 200, **shown)


def _signed_in(request: Request, account: Account) -> Response:
    site = site_at(request)
    with site.records.reading() as session:
        member = member_of(session, account.id)
    if member is None:
        raise HTTPException(403)
    site.sessions.end(request.cookies.get(site.cookie, ""))
    answer = RedirectResponse(home_of(member), 303)
    _set_cookie(site, answer, account.id)
    return answer


def _set_cookie(site: Site, answer: Response, account: str) -> None:
    secret, lasts = site.sessions.begin(account), int(LONGEST_S)
    answer.set_cookie(site.cookie, secret, max_age=lasts, secure=site.secure, httponly=True, samesite="strict")


@contextmanager
def _hashing(site: Site) -> Iterator[None]:
    if not site.hashing.acquire(timeout=HASHING_S):
        raise InputError("too many people sign in just now; try again in a minute")
    try:
        yield
    finally:
        site.hashing.release()
