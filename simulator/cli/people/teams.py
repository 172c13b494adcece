"""`hotseat teams`: teams of people."""

from __future__ import annotations

import click

from simulator.cli import options
from simulator.records.database.opening import open_records
from simulator.records.lists.listing import teams_output
from simulator.records.staff.people import add_team


@click.group()
def command() -> None:
    """Keep teams: people who are looked at together."""


@command.command("add", short_help="Add a team.")
@click.argument("name")
@options.database
def add_command(name: str, database: str | None) -> None:
    """Add the team NAME; people join it with hotseat people change PERSON --team NAME."""
    with open_records(database) as records, records.writing() as session:
        team = add_team(session, name)
    click.echo(f"Added the team {team.name}.")


@command.command("list")
@options.database
@options.as_json
def list_command(database: str | None, as_json: bool) -> None:
    """List the teams and who is in them."""
    with open_records(database) as records, records.reading() as session:
        found = teams_output(session)
    if as_json:
        click.echo(found.to_json())
        return
    for team in found.teams:
        click.echo(f"{team.name}: {', '.join(team.people) or 'nobody yet'}")
    if not found.teams:
        click.echo("No team yet. Add one with: hotseat teams add NAME")
