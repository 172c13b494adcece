"""`hotseat people`: who takes calls, and who reviews them."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.people.records import in_step
from simulator.records.database.opening import open_records
from simulator.records.lists.listing import people_output
from simulator.records.portability import delete_person, export_person, was_deleted, what_goes
from simulator.records.shapes import RosterOutput
from simulator.records.staff.people import add_person, appointing, change_person, key_of
from simulator.records.staff.roster import import_roster, merge_people, rename_person

by = click.option("--by", metavar="INSTRUCTOR", help="Who does it; once there is an instructor, one of them.")
role = click.option("--role", type=click.Choice(["trainee", "instructor"]), help="An instructor reviews and certifies.")
account = click.option("--account", metavar="NAME", help="Their name in the firm's LMS, for exports.")


@click.group()
def command() -> None:
    """Keep the people whose calls are filed. Docs: docs/records.md."""


@command.command("add")
@click.argument("name")
@role
@click.option("--team", metavar="TEAM", help="A team that is there already (hotseat teams add).")
@account
@by
@options.database
def add_command(
    name: str, role: str | None, team: str | None, account: str | None, by: str | None, database: str | None
) -> None:
    """Add the person NAME, written as on a certificate."""
    with open_records(database) as records, records.writing() as session:
        appoints = appointing(session, by) if role == "instructor" else None
        person = add_person(session, name, role=role or "trainee", team=team, account=account, by=appoints)
    click.echo(f"Added {person.name}, {person.role}.")


@command.command("change", short_help="Give a person another role, team or account.")
@click.argument("name")
@role
@click.option("--team", metavar="TEAM", help='Another team; "" for none.')
@account
@by
@options.database
def change_command(
    name: str, role: str | None, team: str | None, account: str | None, by: str | None, database: str | None
) -> None:
    """Give the person NAME another role, team or account; "" takes a team or an account away."""
    with open_records(database) as records, records.writing() as session:
        appoints = appointing(session, by) if role is not None else None
        person = change_person(session, name, role=role, team=team, account=account, by=appoints)
        now = next(each for each in people_output(session).people if each.name == person.name)
    click.echo(f"{now.name}: {now.role}, team {now.team or 'none'}, account {now.account or 'none'}")


@command.command("import", short_help="Add people and teams from a CSV file.")
@click.argument("table", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.csv")
@by
@options.database
@options.as_json
def import_command(table: Path, by: str | None, database: str | None, as_json: bool) -> None:
    """Add everybody in FILE.csv: columns name, team, role and account, of which only name must be there.

    Teams are made as they are met. Who is in the records already gets what the file says; nobody is deleted. A line
    that cannot be used is named, and then nothing of the file is kept.
    """
    with open_records(database) as records, records.writing() as session:
        done = import_roster(session, table, lambda: appointing(session, by))
    found = RosterOutput(
        schema="hotseat.roster/1", added=list(done.added), changed=list(done.changed), teams=list(done.teams)
    )
    if as_json:
        click.echo(found.to_json())
        return
    click.echo(
        f"Added {len(found.added)}, changed {len(found.changed)}, new teams: {', '.join(found.teams) or 'none'}."
    )


@command.command("rename", short_help="Give a person another name.")
@click.argument("name")
@click.argument("to")
@by
@options.database
def rename_command(name: str, to: str, by: str | None, database: str | None) -> None:
    """Give the person NAME the name TO. What carries the old name, such as recordings, stays theirs."""
    with open_records(database) as records, records.writing() as session:
        person = rename_person(session, name, to, by=appointing(session, by))
    click.echo(f"{name} is {person.name} now; the old name still finds them.")


@command.command("merge", short_help="Make two entries of one person one.")
@click.argument("name")
@click.argument("into")
@by
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.database
def merge_command(name: str, into: str, by: str | None, yes: bool, database: str | None) -> None:
    """Make the entries NAME and INTO of one person one: all calls become INTO's. There is no way back."""
    with in_step(database) as records:
        with records.reading() as session:
            found = {each.name: each.calls for each in people_output(session).people}
        if not yes:
            calls = {key_of(each): count for each, count in found.items()}.get(key_of(name), 0)
            click.confirm(f"Give all of {name} ({calls} calls) to {into}, for good?", abort=True)
        with records.writing() as session:
            person = merge_people(session, name, into, by=appointing(session, by))
            now = next(each for each in people_output(session).people if each.name == person.name)
    click.echo(f"{now.name} has {now.calls} calls now; the name {name} still finds them.")


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
        once = f"  (once {', '.join(each.former_names)})" if each.former_names else ""
        click.echo(f"{each.name:<30} {each.role:<11} {each.team or '-':<20} {calls}{once}")
    if not found.people:
        click.echo("Nobody yet. Add somebody with: hotseat people add NAME, or people import FILE.csv")


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
    with in_step(database) as records:
        if not yes:
            with records.reading() as session:
                lost = what_goes(session, name)
            click.echo(f"Deleting {name} loses for good: {', '.join(lost) or 'the name alone'}.")
            click.confirm(f"Delete {name}?", abort=True)
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
