"""`hotseat records`: file calls in the database, check it, and keep it in order."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from simulator.cli import options
from simulator.contract import VERDICTS
from simulator.private import write_private
from simulator.recording.folder import CallFolder, calls_folder
from simulator.records.certificates.keys import KeyRing
from simulator.records.database.opening import Records, open_records
from simulator.records.filing import certificate_fault, file_call, share, sync
from simulator.records.lists.listing import calls_output
from simulator.records.retention import coming, load_retention, prune
from simulator.records.sealing.heads import check_records, head_text, sign_head
from simulator.records.staff.people import known_person, unknown

WIDE = 100
"""In a narrower terminal each call takes two lines."""
SHOWN = 10
"""Of what goes later, so much is named."""


@contextmanager
def in_step(database: str | None) -> Iterator[Records]:
    """Open the database after filing what lies in the calls folder and is missing in it."""
    with open_records(database) as records:
        sync(records, calls_folder())
        yield records


@click.group()
def command() -> None:
    """Keep the database of calls. The recordings stay in their folders. Docs: docs/records.md."""


@command.command("add", short_help="File one call.")
@click.argument("call_dir", type=click.Path(path_type=Path))
@click.option("--person", metavar="NAME", help="Who took the call; you are asked about a name not known yet.")
@options.new
@options.database
def add_command(call_dir: Path, person: str | None, new: bool, database: str | None) -> None:
    """File the call in CALL_DIR, such as one taken before there was a database."""
    path = CallFolder.open(call_dir).path
    with open_records(database) as records:
        if person is not None and not new:
            with records.reading() as session:
                question = unknown(session, person)
            options.check_new(question)
        with records.writing() as session:
            call = file_call(session, path, person=person)
    click.echo(f"Filed {call.name} in {records.where}")
    fault = certificate_fault(path)
    if fault:
        click.echo(f"note: {fault}", err=True)


@command.command("list")
@click.option("--person", metavar="NAME", help="Only the calls of this person.")
@click.option("--shared", is_flag=True, help="Only what instructors see: certification, and practice that was shared.")
@options.database
@options.as_json
def list_command(person: str | None, shared: bool, database: str | None, as_json: bool) -> None:
    """List the filed calls, oldest first."""
    with in_step(database) as records, records.reading() as session:
        people = None if person is None else [known_person(session, person)]
        found = calls_output(session, people, shared=shared)
    if as_json:
        click.echo(found.to_json())
        return
    for each in found.calls:
        total = "  -  " if each.total is None else f"{each.total:5.1f}"
        gone = "" if each.present else "  (folder gone)"
        who = f"{each.person or '-':<24} {each.mode:<13} {'shared' if each.shared else 'private':<8}"
        after = ""
        if "now_total" in each.model_fields_set and each.now_total is not None:
            after = f"  (after review {each.now_total:.1f} {_verdict(each.now_verdict)}".rstrip() + ")"
        taken = "  RECORDED" if each.trainee == "recorded" else ""
        call = f"{each.call:<46} " if shutil.get_terminal_size((WIDE, 0)).columns >= WIDE else f"{each.call}\n    "
        click.echo(f"{call}{who} {total} {_verdict(each.verdict)}{after}{taken}{gone}")
    if not found.calls:
        click.echo("No call is filed.")


def _verdict(verdict: str | None) -> str:
    return VERDICTS.get(verdict or "", "")


@command.command("share", short_help="Let instructors see a practice call.")
@click.argument("call_dir", type=click.Path(path_type=Path))
@click.option("--stop", is_flag=True, help="Make it private again.")
@options.database
def share_command(call_dir: Path, stop: bool, database: str | None) -> None:
    """Let instructors see the practice call in CALL_DIR. Practice is the trainee's own until they do this."""
    with open_records(database) as records, records.writing() as session:
        call = file_call(session, call_dir)
        share(session, call, shared=not stop)
    click.echo(f"{call.name} is {'private' if stop else 'visible to instructors'} now.")


@command.command("sync", short_help="File what is missing, mark what is gone.")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@options.database
@options.as_json
def sync_command(folder: Path | None, database: str | None, as_json: bool) -> None:
    """File every call in FOLDER (without it, in your calls folder) that is missing; mark those that are gone."""
    with open_records(database) as records:
        done = sync(records, calls_folder(folder))
    if as_json:
        click.echo(done.to_json())
        return
    found = {"Filed": done.filed, "Scored again": done.scored, "Found again": done.moved, "Gone": done.gone}
    for what, names in found.items():
        for name in names:
            click.echo(f"{what}: {name}")
    for reason in done.left:
        click.echo(f"Left {reason}", err=True)
    if not any(found.values()) and not done.left:
        click.echo("All in step.")


@command.command("upgrade", short_help="Make the database ready for this Hotseat.")
@options.database
def upgrade_command(database: str | None) -> None:
    """Make the database ready for this Hotseat. Every command does this by itself; this one only says so."""
    with open_records(database) as records:
        click.echo(f"{records.where}: up to date")


@command.command("sign", short_help="Sign the head of the log.")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="A copy, to keep elsewhere.")
@options.database
def sign_command(out: Path | None, database: str | None) -> None:
    """Sign the head of the log with the key of the certificates, so that it cannot be cut short or made anew unseen.

    A certificate of somebody in the records is followed by one by itself. Keep a copy where whoever looks after the
    database cannot write.
    """
    with open_records(database) as records:
        head, path = sign_head(records, KeyRing())
    if out is not None:
        write_private(out, head_text(head))
    entries = "one entry" if head.entries == 1 else f"{head.entries} entries"
    click.echo(f"Signed: {entries}, head {head.head}, by key {head.key}")
    click.echo(f"Kept in {path}" + ("" if out is None else f" and {out}"))


@command.command("verify", short_help="Find what was edited or removed outside Hotseat.")
@click.option("--head", metavar="HASH_OR_FILE", help="A head that was kept elsewhere: it must still be in the log.")
@options.database
@options.as_json
def verify_command(head: str | None, database: str | None, as_json: bool) -> int:
    """Check the log, its rows and every signed head: what was changed outside Hotseat is found.

    Exit code 0 if all is right, 5 if not. Without a signed head (hotseat records sign), or one given with --head, a log
    that was cut short together with its rows, or made anew, looks right.
    """
    with open_records(database) as records:
        found = check_records(records, KeyRing(), given=head)
    if as_json:
        click.echo(found.to_json())
        return 0 if found.valid else 5
    for fault in found.faults:
        click.echo(fault, err=True)
    click.echo(f"{'All right' if found.valid else 'Not right'}: {found.entries} entries, head {found.head}")
    if found.signed_heads:
        click.echo(f"Signed heads: {found.signed_heads}, the last of {found.last_signed}")
    else:
        click.echo("No head of this log is signed here; do it with: hotseat records sign")
    return 0 if found.valid else 5


@command.command("prune", short_help="Delete what is older than the policy allows.")
@options.policy
@click.option("--dry-run", is_flag=True, help="Only say what would go, and what comes next.")
@options.database
def prune_command(policy: Path | None, dry_run: bool, database: str | None) -> None:
    """Delete calls that are older than the policy allows: first the folder, later the rows.

    A call stays while a certificate of it is valid or an appeal waits. How a policy is written: hotseat schema
    retention.
    """
    loaded = load_retention(policy)
    with in_step(database) as records:
        done = prune(records, loaded, dry_run=dry_run)
        with records.reading() as session:
            later = coming(session, loaded) if dry_run else []
    verb = "Would delete" if dry_run else "Deleted"
    for name in done.folders:
        click.echo(f"{verb} the folder of {name}")
    for name in done.rows:
        click.echo(f"{verb} the rows of {name}")
    for kept in done.kept:
        click.echo(f"Kept {kept}")
    if not (done.folders or done.rows or done.kept):
        click.echo("Nothing is due.")
    for when, what in later[:SHOWN]:
        click.echo(f"Next: {when.astimezone():%Y-%m-%d}  {what}")
    if len(later) > SHOWN:
        click.echo(f"and {len(later) - SHOWN} more after that")
