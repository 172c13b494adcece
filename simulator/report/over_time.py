"""The pages over time as HTML: no script is needed to read them, and nothing is fetched."""

from __future__ import annotations

from simulator.report.page import environment, own_file
from simulator.report.progress import PersonView
from simulator.report.team import TeamView


def render_person(view: PersonView) -> str:
    """Return one person's page; the same calls give the same page."""
    return _render("person.html.j2", view)


def render_team(view: TeamView) -> str:
    """Return a team's page; the same calls give the same page."""
    return _render("team.html.j2", view)


def _render(template: str, view: PersonView | TeamView) -> str:
    css, more = own_file("page.css"), own_file("over_time.css")
    return environment().get_template(template).render(view=view, css=css, more_css=more)
