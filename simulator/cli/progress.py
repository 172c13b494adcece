"""`hotseat progress`: one person's calls over time, as a page."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options


@click.command()
@click.argument("calls", type=click.Path(path_type=Path), required=False)
@click.option("--person", metavar="NAME", default="", help="Whose calls, where CALLS has one folder a person.")
@options.page
@options.pdf
def command(calls: Path | None, person: str, output: Path | None, pdf: bool) -> None:
    """Make a page of the calls in the folder CALLS over time; without CALLS, of your own calls.

    It shows the totals call by call, the six dimensions, and how often each criterion was met. It takes the scores as
    they are: `hotseat rescore` brings them up to date.
    """
    from simulator.errors import InputError
    from simulator.private import write_private
    from simulator.recording.folder import calls_folder
    from simulator.report.history import read_history
    from simulator.report.progress import person_view

    root = calls_folder(calls)
    history = read_history(root)
    people = sorted({call.person for call in history.calls if call.person})
    if people and person not in people:
        given = f"there are no calls of {person!r}" if person else "these are the calls of several people"
        raise InputError(f"{given} in {root}; give one with --person: {', '.join(people)}; or see: hotseat team")
    chosen = [call for call in history.calls if not people or call.person == person]
    view = person_view(chosen, person=person, notes=history.left_out)
    target = output or root / f"progress{'-' + person if people else ''}{'.pdf' if pdf else '.html'}"
    if pdf:
        from simulator.report.pdf_over_time import person_pdf

        write_private(target, person_pdf(view))
    else:
        from simulator.report.over_time import render_person

        write_private(target, render_person(view))
    click.echo(target.resolve())
