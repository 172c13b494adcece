"""`hotseat people`: who takes calls, and who reviews them."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.people.records import in_step
from simulator.records.database.opening import open_records
from simulator.records.listing import people_output
from simulator.records.people import add_person, appointing, change_person
from simulator.records.portability import delete_person, export_person, was_deleted

by = click.option("--by", metavar="INSTRUCTOR", help="Who gives the role; once there is an instructor, one of them.")
role = click.option("--role", type=click.Choice(["trainee", "instructor"]), help="An instructor reviews and certifies.")


@click.group()
def command() -> None:
    """Keep the people whose calls are filed. Docs: docs/records.md."""


@command.command("add")
@click.argument("name")
@role
@click.option("--team", metavar="TEAM", help="A team that is there already (hotseat teams add).")
@by
@options.database
def add_command(name: str, role: str | None, team: str | None, by: str | None, database: str | None) -> None:
    """Add the person NAME, written as on a certificate."""
    with open_records(database) as records, records.writing() as session:
        appoints = appointing(session, by) if role == "instructor" else None
        person = add_person(session, name, role=role or "trainee", team=team, by=appoints)
    click.echo(f"Added {person.name}, {person.role}.")


@command.command("change")
@click.argument("name")
@role
@click.option("--team", metavar="TEAM", help='Another team; "" for none.')
@by
@options.database
def change_command(name: str, role: str | None, team: str | None, by: str | None, database: str | None) -> None:
    """Give the person NAME another role or team."""
    with open_records(database) as records, records.writing() as session:
        appoints = appointing(session, by) if role is not None else None
        person = change_person(session, name, role=role, team=team, by=appoints)
    click.echo(f"{person.name} is {person.role} now.")


@command.command("list")
@click.option("--team", metavar="TEAM", help="Only the people of this team.")
@options.database
@options.as_json
def list_command(team: str | None, database: str | None, as_json: bool) -> None:
    """List the people."""
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


@command.command("export", short_help="Everything about a person, as a ZIP file.")
@click.argument("name")
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, metavar="FILE.zip", help="Write it here.")
@options.database
def export_command(name: str, out: Path, database: str | None) -> None:
    """Write everything that is kept about the person NAME: rows, recordings, scores, reviews, certificates."""
    with in_step(database) as records, records.reading() as session:
        files = export_person(session, name, out)
    click.echo(f"Wrote {files} files into {out}. It holds recordings: hand it to {name} only.")


@command.command("delete", short_help="Delete a person and everything about them.")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.database
def delete_command(name: str, yes: bool, database: str | None) -> None:
    """Delete the person NAME: recordings, everything that follows from them, and all rows. There is no way back.

    The log keeps that somebody was deleted, not who. What they said of other people's calls stays, without their name.
    """
    if not yes:
        click.confirm(f"Delete {name} with all recordings, for good?", abort=True)
    with in_step(database) as records:
        with records.writing() as session:
            done = delete_person(session, name)
        wiped = records.wipe()
    click.echo(f"Deleted: {done.calls} calls with their folders, {done.rows} rows.")
    click.echo(f"Receipt {done.receipt}: with the name it proves the deletion (hotseat people deleted NAME RECEIPT)")
    for path in done.left:
        click.echo(f"Left, since it is no file of a call or cannot be read: {path}", err=True)
    click.echo("Not reached: copies, backups, exports, calls that were never filed in folders of their own (--out), "
               "and other machines.", err=True)  # fmt: skip
    if not wiped:
        click.echo("Another program is reading the records, so traces are left in records.db-wal. Close it, then type: "
                   "hotseat records prune", err=True)  # fmt: skip


@command.command("deleted", short_help="Check a receipt of a deletion.")
@click.argument("name")
@click.argument("receipt")
@options.database
def deleted_command(name: str, receipt: str, database: str | None) -> int:
    """Say whether RECEIPT shows that the person NAME was deleted, and when; exit code 5 if it does not."""
    with open_records(database) as records, records.reading() as session:
        when = was_deleted(session, name, receipt)
    click.echo(f"Deleted on {when:%Y-%m-%d %H:%M} UTC." if when else "The log has no such deletion.")
    return 0 if when else 5
