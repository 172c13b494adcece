"""`hotseat progress`: one person's calls over time, as a page."""

from __future__ import annotations

import re
from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.people.records import in_step
from simulator.errors import InputError
from simulator.private import make_folder, write_private
from simulator.recording.folder import calls_folder
from simulator.records.lists.listing import history_of
from simulator.records.staff.people import known_person
from simulator.report.history import History, read_history, taken_by_the_person
from simulator.report.progress import person_view


@click.command()
@click.argument("calls", type=click.Path(path_type=Path), required=False)
@click.option("--person", metavar="NAME", default="", help="Whose calls: in the records, or in CALLS.")
@click.option("--shared", is_flag=True, help="From the records, only what instructors see.")
@options.page
@options.pdf
@options.database
@options.open_it
def command(
    calls: Path | None,
    person: str,
    shared: bool,
    output: Path | None,
    pdf: bool,
    database: str | None,
    open_it: bool,
) -> None:
    """Make a page of your own calls over time; with --person, of that person's calls in the records.

    With CALLS, a folder of call folders, or of one folder a person, no database is used. The page shows the totals
    call by call, the six dimensions, and how often each criterion was met. It takes the scores as they are:
    `hotseat rescore` brings them up to date.
    """
    if shared and (calls is not None or not person):
        raise InputError("--shared is for a person's calls in the records; give --person NAME, and no folder")
    found = _from_records(person, shared, database) if person and calls is None else _from_folder(calls, person)
    history = taken_by_the_person(found)
    view = person_view(history.calls, person=person, notes=history.left_out)
    target = output or page_path(calls_folder(calls), f"progress-{person}" if person else "progress", pdf=pdf)
    if pdf:
        from simulator.report.pdf.over_time import person_pdf

        write_page(target, person_pdf(view))
    else:
        from simulator.report.over_time import render_person

        write_page(target, render_person(view))
    if open_it:
        options.open_page(target)


def page_path(root: Path, name: str, *, pdf: bool) -> Path:
    """Return where a page goes by default: among the calls, under a name that every system can write."""
    if not root.exists():  # nobody took a call yet
        make_folder(root)
    plain = re.sub(r"[^\w.-]+", "-", name)
    return root / f"{plain}{'.pdf' if pdf else '.html'}"


def write_page(path: Path, content: str | bytes) -> None:
    """Write a page, readable by its owner only, and say where it is."""
    write_private(path, content)
    click.echo(path.resolve())


def _from_folder(calls: Path | None, person: str) -> History:
    root = calls_folder(calls)
    history = read_history(root)
    people = sorted({call.person for call in history.calls if call.person})
    unnamed = any(not call.person for call in history.calls)
    if not person and len(people) == 1 and not unnamed:
        person = people[0]
    if person not in people and not (unnamed and not person):
        given = f"there are no calls of {person!r}" if person else "these are the calls of several people"
        raise InputError(f"{given} in {root}; give one with --person: {', '.join(people)}; or see: hotseat team")
    others = [name for name in people if name != person]
    note = [f"Left out: the calls of {', '.join(others)}."] if others else []
    mine = tuple(call for call in history.calls if call.person == person)
    return History(calls=mine, left_out=(*note, *history.left_out))


def _from_records(person: str, shared: bool, database: str | None) -> History:
    with in_step(database) as records, records.reading() as session:
        return history_of(session, [known_person(session, person)], shared=shared)
