"""`hotseat report`: make the report of a call, and open it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli import options
from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.report.reviews import ReviewOutput
    from simulator.scoring.folder import Scored


@click.command()
@click.argument("call_dir", type=click.Path(path_type=Path), required=False)
@click.option("-o", "--out", "output", type=click.Path(path_type=Path), help="Write it here instead of in CALL_DIR.")
@options.rubric
@options.pdf
@options.database
@options.open_it
def command(
    call_dir: Path | None, output: Path | None, rubric: str | None, pdf: bool, database: str | None, open_it: bool
) -> None:
    """Score the call in CALL_DIR again, write its report, and say where it is; without CALL_DIR, your last call.

    Where the call is filed in the records, the report shows people's reviews next to the program's verdict.

    With -o nothing in CALL_DIR is touched, so that an archive nobody may write to has reports too.
    """
    from simulator.cli.look.score import tell_repairs
    from simulator.recording.folder import CallFolder
    from simulator.report.page import write_report
    from simulator.scoring.folder import judge_folder, score_folder
    from simulator.session.after_call import reviews_of_call, rubric_for

    folder = CallFolder.open(call_dir or last_call(), mend=output is None)
    tell_repairs(folder)
    scored = (score_folder if output is None else judge_folder)(folder, rubric_for(folder, rubric))
    reviews = reviews_of_call(folder.path, database, options.note)
    path = _write_pdf(scored, output, reviews) if pdf else write_report(folder, scored, output, reviews)
    path = path.resolve()
    click.echo(path)
    if open_it:
        options.open_page(path)


def last_call() -> Path:
    """Return the folder of the user's last call.

    Raises
    ------
    InputError
        If there is none yet.
    """
    from simulator.recording.folder import calls_folder, find_calls

    root = calls_folder(None)
    calls = find_calls(root)
    if not calls:
        raise InputError(
            f"there is no call in {root} yet; take one with: hotseat call SCENARIO, or name a call's folder"
        )
    return calls[-1]


def _write_pdf(scored: Scored, output: Path | None, reviews: ReviewOutput | None) -> Path:
    from simulator.private import write_private
    from simulator.report.pdf.call import call_pdf
    from simulator.report.view import view_of

    target = output or scored.folder.path / "report.pdf"
    write_private(target, call_pdf(view_of(scored.folder, scored.output, scored.measurement, reviews)))
    return target
