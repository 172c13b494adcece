"""People of a site: who has an account in which role and team, invitations, teams."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.errors import InputError
from simulator.lab.drawing import draw
from simulator.lab.site.forms import Form
from simulator.lab.site.gate import KEEPS_PEOPLE, action, member_at, page, site_at, tables
from simulator.records.database.opening import Session
from simulator.records.database.tables import Person
from simulator.records.lists.listing import people_lines
from simulator.records.staff.accounts import INVITED_DAYS, ROLES, Member, change_account, find_account, invite
from simulator.records.staff.people import (
    INSTRUCTOR,
    add_team,
    change_person,
    find_person,
    key_of,
    known_team,
    list_teams,
)
from simulator.records.staff.roster import Line, import_lines, parse_roster
from simulator.table import Table

KEEPER = "administrator"
TABLE = "the table"
"""What the errors call a file that came with a form; they name the line after it."""


def people(request: Request) -> Response:
    """Show everybody."""
    return _draw(request)


def people_table(request: Request) -> Table:
    """Return everybody, or a team."""
    with site_at(request).records.reading() as session:
        lines = people_lines(session, site_at(request).room.index, team=request.query_params.get("team") or None)
    head = ("name", "team", "account", "open", "calls")
    return Table(head, [(p.name, p.team, p.account, p.active, p.calls) for p in lines])


def invite_person(request: Request, form: Form) -> Response:
    """Make a link for somebody, and show it once."""
    site, name = site_at(request), form.get("name", "").strip()
    with site.records.writing() as session:
        secret = invite(session, name, form.get("role", ""), by=member_at(request))
        if form.get("team"):
            change_person(session, name, team=form["team"])
    return _draw(request, invited=[(name, _address(request, secret))])


def import_people(request: Request, form: Form) -> Response:
    """Add everybody in a CSV file with their teams, and show a link for each once; after an error nothing is kept."""
    by = member_at(request)
    try:
        with site_at(request).records.writing() as session:
            lines = parse_roster(form.get("table", ""), TABLE)
            roles = {key_of(line.name): line.role or "trainee" for line in lines}
            _check_roles(session, lines, by)
            done = import_lines(session, lines, TABLE, lambda: session.get(Person, by.person))
            if done.changed and by.role != KEEPER:
                raise InputError(f"only an administrator changes who is there already: {', '.join(done.changed)}")
            links = [(n, _address(request, invite(session, n, roles[key_of(n)], by=by))) for n in done.added]
    except InputError as error:
        return _draw(request, 409, wrong=f"{error}. Nothing was kept.")
    told = f"Added {len(done.added)}, changed {len(done.changed)}, new teams: {', '.join(done.teams) or 'none'}."
    return _draw(request, invited=links, told=told)


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
    *tables("/people", people_table, *KEEPS_PEOPLE),
    action("/people/invite", invite_person, *KEEPS_PEOPLE),
    action("/people/import", import_people, *KEEPS_PEOPLE),
    action("/people/change", change, KEEPER),
    action("/people/team", new_team, KEEPER),
]


def _address(request: Request, secret: str) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/join/{secret}"


def _check_roles(session: Session, lines: Sequence[Line], by: Member) -> None:
    for line in lines:
        person = find_person(session, line.name)
        if person is not None and line.role not in ("", person.role):
            raise InputError(f"{TABLE}:{line.number}: {person.name} is {person.role} here; change roles on this page")
        if person is None and line.role == INSTRUCTOR and by.role != KEEPER:
            raise InputError(f"{TABLE}:{line.number}: only an administrator makes somebody an instructor")


def _draw(
    request: Request, status: int = 200, *, invited: Sequence[tuple[str, str]] = (), told: str = "", wrong: str = ""
) -> Response:
    team, member = request.query_params.get("team", ""), member_at(request)
    with site_at(request).records.reading() as session:
        teams = [each.name for each in list_teams(session)]
        lines = people_lines(
            session, site_at(request).room.index, team=known_team(session, team).name if team else None
        )
    return draw(
        request,
        "site/people.html.j2",
        status,
        people=lines,
        teams=teams,
        team=team,
        roles=ROLES if member.role == KEEPER else ("trainee",),
        keeper=member.role == KEEPER,
        invited=invited,
        told=told,
        wrong=wrong,
        days=INVITED_DAYS,
    )
