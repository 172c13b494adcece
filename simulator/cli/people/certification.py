"""`hotseat certification`: who is certified until when, and the start of an attempt."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.people.records import in_step
from simulator.contract import verdict_word
from simulator.records.attempts import Identity
from simulator.records.certificates.issuing import NAME
from simulator.records.certificates.verifying import read_certificate
from simulator.records.certification_page import overview, status_output
from simulator.records.database.opening import open_records
from simulator.records.forms import STANDARD, load_policy
from simulator.records.shapes import CertificationOutput, CertifiedOutput
from simulator.records.staff.people import known_person
from simulator.report.people import agreement_text
from simulator.session.attempting import begin_attempt
from simulator.session.attempting import withdraw_certificate as withdraw

STATES = ("review", "passed", "due", "expired", "withdrawn", "failed", "lapsed", "open", "certified", "not_certified")
"""The order of the list of everybody: first what somebody has to do."""


@click.group()
def command() -> None:
    """Certify people: attempts, cool-down, forms, expiry. Docs: docs/certification.md."""


@command.command("start", short_help="Start an attempt: a form, and who vouches for the person.")
@click.argument("person")
@click.option("--identity", required=True, metavar="HOW", help='How it was checked who they are, as "staff card".')
@click.option("--checked-by", required=True, metavar="NAME", help="The instructor who checked it.")
@click.option("--form", "wanted", metavar="FORM", help="A form of the policy; without it, one they did not have last.")
@options.policy
@options.database
def start_command(
    person: str, identity: str, checked_by: str, wanted: str | None, policy: Path | None, database: str | None
) -> None:
    """Start an attempt of PERSON at certification, and say which calls to take.

    Refused, with the reason, during the cool-down, when all attempts are used up, while another attempt is open, and if
    the policy's forms are not equally hard.
    """
    checked = Identity(how=identity, by=checked_by)
    with in_step(database) as records:
        attempt, form = begin_attempt(
            records, person, checked, form=wanted, policy=policy, notify=lambda text: click.echo(text, err=True)
        )
        with records.reading() as session:
            who = known_person(session, person)
    click.echo(
        f"{who.name}: form {form.id}, to be taken by {attempt.until.astimezone():%Y-%m-%d %H:%M}. In this order:"
    )
    for name in form.scenarios:
        click.echo(f'  hotseat call {name} --mode certification --person "{who.name}"')


@command.command("status", short_help="Who is certified until when, and what is open.")
@click.argument("person", required=False)
@options.policy
@options.database
@options.as_json
def status_command(person: str | None, policy: Path | None, database: str | None, as_json: bool) -> None:
    """Show whether PERSON is certified, their attempts, and whether they can start another one.

    Without PERSON, show where everybody stands: certified, due for renewal, passed and without a certificate yet, open,
    waiting for a person's decision, failed, expired, withdrawn.
    """
    loaded = load_policy(policy or STANDARD)
    with in_step(database) as records, records.reading() as session:
        found = (
            overview(session, loaded)
            if person is None
            else status_output(session, known_person(session, person), loaded)
        )
    if as_json:
        click.echo(found.to_json())
    elif isinstance(found, CertifiedOutput):
        _show_everybody(found)
    else:
        _show(found)


def _show_everybody(found: CertifiedOutput) -> None:
    for each in sorted(found.people, key=lambda each: STATES.index(each.state)):
        until = "" if each.certified_until is None else f"until {each.certified_until[:10]}"
        team = f"  ({each.team})" if each.team else ""
        told = ", ".join(part for part in (until, each.note) if part)
        click.echo(f"{each.state.replace('_', ' '):<14} {each.person}{team}" + (f": {told}" if told else ""))
    if not found.people:
        click.echo("Nobody yet. Add somebody with: hotseat people add NAME")


def _show(found: CertificationOutput) -> None:
    until = f", until {found.certified_until}" if found.certified_until else ""
    click.echo(f"{found.person}: {found.state.replace('_', ' ')}{until}")
    if found.withdrawn:
        click.echo(f"A certificate was withdrawn {found.withdrawn}")
    for attempt in found.attempts:
        click.echo(f"\n{attempt.started}  form {attempt.form}: {attempt.result}, {attempt.reason}")
        click.echo(f"  identity: {attempt.identity}, checked by {attempt.identity_by or 'somebody deleted'}")
        for call in attempt.calls:
            program = "" if call.program == call.now else f" (the program: {verdict_word(call.program)})"
            note = f"; does not count: {call.why}" if call.why else ""
            total = "no total" if call.total is None else f"{call.total:.1f}"
            click.echo(f"  {call.scenario:<20}{total}, {verdict_word(call.now)}{program}{note}  {call.call}")
    click.echo(f"\nA new attempt: {found.why_not or 'possible now'}")
    people = found.agreement.between_people
    if people.n:
        click.echo(f"Reviewers agree: {agreement_text(people)}")


@command.command("withdraw", short_help="Withdraw a certificate.")
@click.argument("certificate", metavar="CERTIFICATE_OR_ID")
@click.option("--by", required=True, metavar="NAME", help="The instructor who withdraws it.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stays in the records.")
@options.database
def withdraw_command(certificate: str, by: str, reason: str, database: str | None) -> None:
    """Withdraw a certificate, given as its file, its call's folder or its id.

    hotseat verify finds it here at once. Hand the list to those who check elsewhere: hotseat keys withdrawn -o FILE.
    """
    withdraw_certificate(certificate, by=by, reason=reason, database=database)


def withdraw_certificate(certificate: str, *, by: str, reason: str, database: str | None) -> None:
    """Withdraw a certificate, given as its file, its call's folder or its id, and say what to do with the list."""
    path = Path(certificate)
    path = path / NAME if path.is_dir() else path
    id_ = read_certificate(path).id if path.is_file() else certificate
    with open_records(database) as records:
        withdraw(records, id_, by=by, reason=reason)
    click.echo(f"Withdrawn: {id_}")
    click.echo("It is not valid here any more. Those who check elsewhere need the list:")
    click.echo("  hotseat keys withdrawn -o withdrawn.json")
    click.echo("  hotseat verify CERTIFICATE --withdrawn withdrawn.json")
