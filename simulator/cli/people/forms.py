"""`hotseat forms`: sets of scenarios for certification, equally hard."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options
from simulator.customer.scenario import load_scenario
from simulator.records.database.opening import open_records
from simulator.records.forms import STANDARD, forms_of, list_forms, load_form, load_policy
from simulator.records.shapes import FormItem, FormsOutput
from simulator.session.difficulty import equality_of


@click.group()
def command() -> None:
    """List, show and check forms: the sets of scenarios that certification uses. Docs: docs/certification.md."""


@command.command("list")
@options.as_json
def list_command(as_json: bool) -> None:
    """List the forms that come with Hotseat."""
    forms = [load_form(name) for name in list_forms()]
    if as_json:
        items = [
            FormItem(id=f.id, title=f.title, version=f.version, sha256=f.sha256, scenarios=list(f.scenarios))
            for f in forms
        ]
        click.echo(FormsOutput(schema="hotseat.forms/1", forms=items).to_json())
        return
    for form in forms:
        click.echo(f"{form.id:<12}{form.title}, version {form.version}: {', '.join(form.scenarios)}")


@command.command("show")
@click.argument("form")
def show_command(form: str) -> None:
    """Show the scenarios of FORM, a name or a file."""
    loaded = load_form(form)
    click.echo(f"{loaded.title} (id {loaded.id}, version {loaded.version}, {loaded.sha256[:12]})")
    click.echo(f"Recognizer: {loaded.recognizer}")
    for name in loaded.scenarios:
        scenario = load_scenario(name)
        click.echo(f"  {scenario.id:<20}{scenario.difficulty:<8}{scenario.title}")


@command.command("check", short_help="Say whether the forms of a policy are equally hard.")
@options.policy
@click.option("--again", is_flag=True, help="Rehearse anew, whatever figures there are.")
@options.database
@options.as_json
def check_command(policy: Path | None, again: bool, database: str | None, as_json: bool) -> int:
    """Say whether the forms of a policy are equally hard, within its tolerance; exit code 5 if not.

    By rehearsal: the same qualities of scripted trainee take every scenario in text. By people's calls, once each
    scenario has enough of them. Figures are kept in the records; those of the shipped forms come with the program.
    """
    loaded = load_policy(policy or STANDARD)
    forms = forms_of(loaded, policy)
    with open_records(database) as records, records.writing() as session:
        found = equality_of(session, loaded, forms, lambda text: click.echo(text, err=True), again=again)
    if as_json:
        click.echo(found.to_json())
        return 0 if found.equal else 5
    for form in forms:
        parts = ", ".join(f"{name} {found.scenarios[name]:.1f} (n {found.calls[name]})" for name in form.scenarios)
        click.echo(f"{form.id:<12}{found.forms[form.id]:5.1f} points hard: {parts}")
    result = "equally hard" if found.equal else "not equally hard"
    click.echo(f"By {found.source}: {result}, {found.spread:.1f} points apart; allowed {found.tolerance:g}.")
    return 0 if found.equal else 5
