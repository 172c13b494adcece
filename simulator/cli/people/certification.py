"""`hotseat certification`: who is certified until when, and the start of an attempt."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.people.records import in_step
from simulator.contract import verdict_word
from simulator.errors import InputError
from simulator.records.attempts import Identity, pick_form, start_attempt
from simulator.records.certificates.issuing import NAME
from simulator.records.certificates.keys import KeyRing
from simulator.records.certificates.verifying import read_certificate
from simulator.records.certificates.withdrawing import withdraw
from simulator.records.certification_page import overview, status_output
from simulator.records.database.opening import open_records
from simulator.records.forms import STANDARD, forms_of, load_policy
from simulator.records.sealing.heads import sign_head
from simulator.records.shapes import CertificationOutput, CertifiedOutput
from simulator.records.staff.people import known_person
from simulator.report.people import agreement_text
from simulator.session.difficulty import equality_of

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
    loaded = load_policy(policy or STANDARD)
    forms = {form.id: form for form in forms_of(loaded, policy)}
    if wanted is not None and wanted not in forms:
        raise InputError(f"the policy {loaded.id} has no form {wanted!r}; it has: {', '.join(forms)}")
    with in_step(database) as records:
        with records.writing() as session:
            equal = equality_of(session, loaded, list(forms.values()), lambda text: click.echo(text, err=True))
        if not equal.equal:
            raise InputError(
                f"the forms of {loaded.id} are {equal.spread:.1f} points apart in difficulty, allowed "
                f"{equal.tolerance:g}; see: hotseat forms check"
            )
        with records.writing() as session:
            who = known_person(session, person)
            form = forms[wanted] if wanted is not None else pick_form(session, who, list(forms.values()))
            attempt = start_attempt(session, who, loaded, form, Identity(how=identity, by=checked_by))
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
    path, ring = Path(certificate), KeyRing()
    path = path / NAME if path.is_dir() else path
    id_ = read_certificate(path).id if path.is_file() else certificate
    with open_records(database) as records:
        with records.writing() as session:
            withdraw(session, ring, id_, by=by, reason=reason)
        sign_head(records, ring)
    click.echo(f"Withdrawn: {id_}")
    click.echo("It is not valid here any more. Those who check elsewhere need the list:")
    click.echo("  hotseat keys withdrawn -o withdrawn.json")
    click.echo("  hotseat verify CERTIFICATE --withdrawn withdrawn.json")
