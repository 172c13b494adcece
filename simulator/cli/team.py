"""`hotseat team`: a team's calls over time, as a page."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options


@click.command()
@click.argument("calls", type=click.Path(path_type=Path))
@click.option("--name", default="", help="What to call the team on the page.")
@click.option("--with-practice", is_flag=True, help="Practice calls too; they are their trainees' own, so ask.")
@options.page
@options.pdf
def command(calls: Path, name: str, with_practice: bool, output: Path | None, pdf: bool) -> None:
    """Make a page of a team's certification calls: how totals spread, what is weakest, and the trend.

    CALLS is a folder with one folder a person, named after them, that holds their call folders.
    """
    from simulator.private import write_private
    from simulator.report.history import read_history
    from simulator.report.progress import team_view

    history = read_history(calls)
    chosen = [call for call in history.calls if with_practice or call.mode == "certification"]
    private = len(history.calls) - len(chosen)
    notes = [f"{private} practice call{'' if private == 1 else 's'} left out: practice is private to the trainee."]
    view = team_view(chosen, name=name, notes=[*(notes if private else []), *history.left_out])
    target = output or calls / f"team{'.pdf' if pdf else '.html'}"
    if pdf:
        from simulator.report.pdf_over_time import team_pdf

        write_private(target, team_pdf(view))
    else:
        from simulator.report.over_time import render_team

        write_private(target, render_team(view))
    click.echo(target.resolve())
