"""People of a site: who has an account in which role and team, invitations, teams."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.lab.drawing import draw
from simulator.lab.site.csv_file import csv_file
from simulator.lab.site.gate import KEEPS_PEOPLE, Form, action, member_at, page, site_at
from simulator.records.accounts import INVITED_DAYS, ROLES, change_account, find_account, invite
from simulator.records.listing import people_lines
from simulator.records.people import add_team, change_person, known_team, list_teams

KEEPER = "administrator"


def people(request: Request) -> Response:
    """Show everybody."""
    return _draw(request)


def people_csv(request: Request) -> Response:
    """Send the table of people."""
    with site_at(request).records.reading() as session:
        lines = people_lines(session)
    head = ("name", "team", "account", "open", "calls")
    return csv_file("people.csv", head, ((p.name, p.team, p.account, p.active, p.calls) for p in lines))


def invite_person(request: Request, form: Form) -> Response:
    """Make a link for somebody, and show it once."""
    site, name = site_at(request), form.get("name", "").strip()
    with site.records.writing() as session:
        secret = invite(session, name, form.get("role", ""), by=member_at(request))
        if form.get("team"):
            change_person(session, name, team=form["team"])
    return _draw(request, link=f"{request.url.scheme}://{request.url.netloc}/join/{secret}", invited=name)


def change(request: Request, form: Form) -> Response:
    """Give somebody another role or team, close their account or open it again."""
    site, name = site_at(request), form.get("name", "")
    with site.records.writing() as session:
        person = change_person(session, name, team=form.get("team", ""))
        account = find_account(session, name)
        if account is not None:
            active = form.get("open") == "yes"
            change_account(session, name, by=member_at(request), role=form.get("role", ""), active=active)
    if account is not None and not account.active:
        site.sessions.end_all(account.id)
        for errand in list(site.room.errands.values()):
            if errand.owner == person.name:
                errand.hang_up()
    return RedirectResponse("/people", 303)


def new_team(request: Request, form: Form) -> Response:
    """Add a team."""
    with site_at(request).records.writing() as session:
        add_team(session, form.get("name", "").strip())
    return RedirectResponse("/people", 303)


ROUTES = [
    page("/people", people, *KEEPS_PEOPLE),
    page("/people.csv", people_csv, *KEEPS_PEOPLE),
    action("/people/invite", invite_person, *KEEPS_PEOPLE),
    action("/people/change", change, KEEPER),
    action("/people/team", new_team, KEEPER),
]


def _draw(request: Request, *, link: str = "", invited: str = "") -> Response:
    team, member = request.query_params.get("team", ""), member_at(request)
    with site_at(request).records.reading() as session:
        teams = [each.name for each in list_teams(session)]
        wanted = known_team(session, team).name if team else None
        lines = people_lines(session, team=wanted)
    return draw(
        request,
        "site/people.html.j2",
        people=lines,
        teams=teams,
        team=team,
        roles=ROLES if member.role == KEEPER else ("trainee",),
        keeper=member.role == KEEPER,
        link=link,
        invited=invited,
        days=INVITED_DAYS,
    )
