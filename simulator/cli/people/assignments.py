"""`hotseat assign` and `hotseat assignments`: what is to be passed by when, and who has done it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from simulator.cli import options
from simulator.cli.completion import scenarios
from simulator.cli.people.records import in_step
from simulator.errors import InputError
from simulator.recording.folder import calls_folder
from simulator.records.database.opening import exists, open_records
from simulator.records.shapes import AssignedPerson, AssignmentItem
from simulator.records.staff.assignments import (
    DAY,
    Due,
    assign,
    assignments_output,
    due_of,
    end_assignment,
    last_day,
    person_here,
)

STATES = {"open": "open", "done": "done", "done_late": "done late", "late": "LATE"}


@click.command("assign")
@click.argument("what", metavar="SCENARIO_OR_FORM", shell_complete=scenarios)
@click.option("--to", "to", multiple=True, required=True, metavar="PERSON_OR_TEAM", help="Who; may be given again.")
@click.option("--by", "day", type=click.DateTime([DAY]), metavar="YYYY-MM-DD", help="The last day.")
@click.option(
    "--passes", type=click.IntRange(1, 50), default=1, show_default=True, help="How often each is to be passed."
)
@click.option("--mark", type=click.FloatRange(0, 100), help="The total a practice call passes with; else 75.")
@click.option("--end", is_flag=True, help="Take the assignment back.")
@options.database
def assign_command(
    what: str, to: tuple[str, ...], day: datetime | None, passes: int, mark: float | None, end: bool,
    database: str | None,
) -> None:  # fmt: skip
    """Let people or teams pass a scenario, or every scenario of a form, by a day.

    Assigning the same to the same again gives it another day, number of passes or mark. A practice call passes when
    the customer was won back or passed on and the total reaches the mark; a certification call by its verdict.
    """
    if not end and day is None:
        raise click.UsageError("Missing option '--by': the last day, such as --by 2026-12-04.")
    from simulator.session.stories import what_of

    meant = None if end else what_of(what)
    with open_records(database) as records, records.writing() as session:
        for name in to:
            if meant is None or day is None:
                end_assignment(session, what, name)
                click.echo(f"{what} is no longer assigned to {name}.")
            else:
                made = assign(session, meant, name, day=day.date(), passes=passes, mark=mark)
                often = "once" if passes == 1 else f"{passes} times"
                click.echo(f"{name}: {', '.join(made.scenarios)}, to be passed {often} by {day:{DAY}}.")


@click.command("assignments")
@click.option("--to", metavar="PERSON_OR_TEAM", help="Only theirs.")
@options.database
@options.as_json
def command(to: str | None, database: str | None, as_json: bool) -> None:
    """List what is assigned, and who has done it: how many calls passed, never their totals."""
    with in_step(database) as records, records.reading() as session:
        found = assignments_output(session, to=to)
    if as_json:
        click.echo(found.to_json())
        return
    for each in found.assignments:
        click.echo("\n".join(_lines(each)))
    if not found.assignments:
        click.echo("Nothing is assigned. Do it with: hotseat assign SCENARIO --to PERSON_OR_TEAM --by DATE")


def due_text() -> str:
    """Return what is due for whoever takes calls on this machine; "" where nobody is known here.

    A database that cannot be read is told, and keeps nobody from what else there is to do.
    """
    if not exists():
        return ""
    try:
        with in_step(None) as records, records.reading() as session:
            person = person_here(session, calls_folder())
            return "" if person is None else "\n".join(_due_lines(person.name, due_of(session, person)))
    except InputError as error:
        options.note(f"What is due cannot be said: {error}")
        return ""


def _due_lines(name: str, found: Sequence[Due]) -> Iterator[str]:
    left = [each for each in found if each.missing]
    if not left:
        yield f"{name}: nothing is due." if not found else f"{name}: nothing is due; all that was assigned is done."
    else:
        yield f"{name}, due for you:"
    for each in left:
        late = ", which is over" if each.state == "late" else ""
        for task in each.missing:
            of = each.assignment.passes
            yield f"  {task.scenario} by {last_day(each.assignment)}{late}: {task.passed} of {of} passed"
            yield f'      hotseat call {task.scenario} --person "{name}"'
    yield "Everything else: hotseat --help"


def _lines(item: AssignmentItem) -> list[str]:
    done = sum(each.state.startswith("done") for each in item.people)
    often = "1 pass" if item.passes == 1 else f"{item.passes} passes"
    head = f"{item.what} for {item.to} by {item.due}, {often} each: {done} of {len(item.people)} done"
    width = max((len(each.person) for each in item.people), default=0)
    return [head, *(_line(each, item, width) for each in item.people), ""]


def _line(each: AssignedPerson, item: AssignmentItem, width: int) -> str:
    many = len(each.scenarios) > 1
    told = [
        f"{f'{task.scenario} ' if many else ''}{min(task.passed, item.passes)} of {item.passes} passed"
        + (f" in {task.taken} call{'' if task.taken == 1 else 's'}" if task.taken else ", no call yet")
        for task in each.scenarios
    ]
    return f"  {STATES[each.state]:<9}  {each.person:<{width}}  {'; '.join(told)}"
