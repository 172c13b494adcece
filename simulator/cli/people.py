"""`hotseat people`: who takes calls, and who reviews them."""

from __future__ import annotations

import click

from simulator.cli import options

role = click.option("--role", type=click.Choice(["trainee", "instructor"]), help="An instructor reviews and certifies.")


@click.group()
def command() -> None:
    """Keep the people whose calls are filed. Docs: docs/records.md."""


@command.command("add")
@click.argument("name")
@role
@click.option("--team", metavar="TEAM", help="A team that is there already (hotseat teams add).")
@options.database
def add_command(name: str, role: str | None, team: str | None, database: str | None) -> None:
    """Add the person NAME, as a certificate shall name them."""
    from simulator.records.database.opening import open_records
    from simulator.records.people import add_person

    with open_records(database) as records, records.writing() as session:
        person = add_person(session, name, role=role or "trainee", team=team)
    click.echo(f"Added {person.name}, {person.role}.")


@command.command("change")
@click.argument("name")
@role
@click.option("--team", metavar="TEAM", help='Another team; "" for none.')
@options.database
def change_command(name: str, role: str | None, team: str | None, database: str | None) -> None:
    """Give the person NAME another role or team."""
    from simulator.records.database.opening import open_records
    from simulator.records.people import change_person

    with open_records(database) as records, records.writing() as session:
        person = change_person(session, name, role=role, team=team)
    click.echo(f"{person.name} is {person.role} now.")


@command.command("list")
@click.option("--team", metavar="TEAM", help="Only the people of this team.")
@options.database
@options.as_json
def list_command(team: str | None, database: str | None, as_json: bool) -> None:
    """List the people."""
    from simulator.records.database.opening import open_records
    from simulator.records.listing import people_output

    with open_records(database) as records, records.reading() as session:
        found = people_output(session, team=team)
    if as_json:
        click.echo(found.to_json())
        return
    for each in found.people:
        calls = "1 call" if each.calls == 1 else f"{each.calls} calls"
        click.echo(f"{each.name:<30} {each.role:<11} {each.team or '-':<20} {calls}")
    if not found.people:
        click.echo("Nobody yet. Add somebody with: hotseat people add NAME")
