"""`hotseat team`: a team's calls over time, as a page."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.people.progress import page_path, write_page
from simulator.cli.people.records import in_step
from simulator.errors import InputError
from simulator.recording.folder import calls_folder
from simulator.records.lists.listing import history_of
from simulator.records.staff.people import INSTRUCTOR, known_team, list_people
from simulator.report.history import History, folders_of, read_history, without_recorded
from simulator.report.team import team_view


@click.command()
@click.argument("calls", type=click.Path(path_type=Path), required=False)
@click.option("--team", metavar="NAME", default="", help="Which team, in the records; with CALLS, what to call it.")
@click.option("--with-practice", is_flag=True, help="With CALLS: practice too; it is its trainee's own, so ask first.")
@options.page
@options.pdf
@options.database
@options.open_it
def command(
    calls: Path | None,
    team: str,
    with_practice: bool,
    output: Path | None,
    pdf: bool,
    database: str | None,
    open_it: bool,
) -> None:
    """Make a page of a team's calls: week by week, how totals spread, everybody by dimension, what is weakest.

    From the records it takes what instructors see: certification, and practice that its trainee shared. CALLS is a
    folder with one folder a person, named after them, that holds their call folders; no database is used then.
    """
    if with_practice and calls is None:
        raise InputError("in the records, practice shows where its trainee shared it: hotseat records share CALL_DIR")
    if calls is None:
        history, people = _from_records(team, database)
    else:
        history, people = _from_folder(calls, with_practice), folders_of(calls)
    history = without_recorded(history)
    view = team_view(history.calls, people=people, name=team, notes=history.left_out)
    target = output or page_path(calls_folder(calls), f"team-{team}" if team else "team", pdf=pdf)
    if pdf:
        from simulator.report.pdf.over_time import team_pdf

        write_page(target, team_pdf(view))
    else:
        from simulator.report.over_time import render_team

        write_page(target, render_team(view))
    if open_it:
        options.open_page(target)


def _from_folder(calls: Path, with_practice: bool) -> History:
    history = read_history(calls)
    chosen = tuple(call for call in history.calls if with_practice or call.mode == "certification")
    private = len(history.calls) - len(chosen)
    note = f"{private} practice call{'' if private == 1 else 's'} left out: practice is private to the trainee."
    return History(calls=chosen, left_out=(*([note] if private else []), *history.left_out))


def _from_records(team: str, database: str | None) -> tuple[History, list[str]]:
    with in_step(database) as records, records.reading() as session:
        people = list_people(session, team=known_team(session, team).name if team else None)
        trainees = [person.name for person in people if person.role != INSTRUCTOR]
        return history_of(session, people if team else None, shared=True), trainees
