"""`hotseat rescore`: score an archive of calls again, and say what that changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import click

from simulator.cli import options
from simulator.errors import InputError
from simulator.private import write_private
from simulator.recording.folder import find_calls
from simulator.records.database.opening import Session, exists, open_records
from simulator.records.rescoring.archive import by_rubric, default_workers, on_processes, result_of
from simulator.records.rescoring.cluster import on_cluster
from simulator.records.rescoring.document import RescoreOutput, RescoreRow, RescoreSide
from simulator.records.rescoring.exchange import to_csv, to_xapi
from simulator.records.rescoring.filed import check_home, chosen, with_records
from simulator.settings import read_settings


@click.command()
@click.argument("calls_folder", type=click.Path(path_type=Path))
@click.option(
    "--mode",
    type=click.Choice(["certification", "practice", "all"]),
    default="certification",
    show_default=True,
    help="Which calls; practice is its trainee's own.",
)
@click.option("--person", metavar="NAME", help="Only the calls of this person.")
@click.option("--rubric", metavar="NAME_OR_FILE", help="Another rubric for all; else the one each was taken for.")
@click.option("--jobs", "--workers", type=click.IntRange(1, 64), metavar="N", help="Processes; else as many as cores.")
@click.option("--dask", metavar="ADDRESS", help="Let the workers of a Dask scheduler do it, e.g. tcp://10.0.0.5:8786.")
@click.option("--write", is_flag=True, help="Write the new scores into the folders, certified ones aside.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), metavar="FILE", help="Write a table too.")
@click.option("--xapi", "xapi_file", type=click.Path(path_type=Path), metavar="FILE", help="Write xAPI statements too.")
@options.database
@options.as_json
def command(
    calls_folder: Path,
    mode: Literal["certification", "practice", "all"],
    person: str | None,
    rubric: str | None,
    jobs: int | None,
    dask: str | None,
    write: bool,
    csv_file: Path | None,
    xapi_file: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Score every call in CALLS_FOLDER again: who would now pass or fail, and how far totals move.

    Nothing in the folders changes without --write. A folder that cannot be scored is reported and skipped. Where the
    calls are filed in the records, the reviews that would no longer hold under the new scores are listed.
    """
    calls = find_calls(calls_folder)
    if not calls:
        raise InputError(f"no calls in {calls_folder}; give the folder that holds the folders of calls")
    if jobs and dask:
        raise InputError("give --jobs or --dask, not both: the cluster decides how many work")
    how, lms = by_rubric(rubric, write=write), read_settings().lms
    with _reading(database) as session:
        if xapi_file is not None and session is not None:
            check_home(session, lms)
        picked = chosen(calls, mode=mode, person=person, session=session)
    if not picked:
        raise InputError(f"no {mode} call in {calls_folder}; there are {len(calls)} of the other kind: --mode all")
    if dask is not None:
        result = result_of(on_cluster(dask, picked, how))
    else:
        result = result_of(on_processes(picked, how, jobs or default_workers(len(picked))))
    summary = result.summary.model_copy(update={"left_out": len(calls) - len(picked)})
    result = result.model_copy(update={"summary": summary})
    with _reading(database) as session:
        if session is not None:
            result = with_records(session, result, picked)
    if csv_file is not None:
        write_private(csv_file, to_csv(result))
    if xapi_file is not None:
        write_private(xapi_file, to_xapi(result.rows, lms=lms))
    click.echo(result.to_json() if as_json else _text(result))


@contextmanager
def _reading(database: str | None) -> Iterator[Session | None]:
    """Give a session of the records; None where there are none."""
    if not exists(database):
        yield None
        return
    with open_records(database) as records, records.reading() as session:
        yield session


def _text(result: RescoreOutput) -> str:
    width = max([len(row.call) for row in result.rows], default=0)
    lines = [_line(row, width) for row in result.rows if not row.identical]
    lines += [f"{row.call:<{width}}  lapses: {each}" for row in result.rows for each in row.lapsing]
    lines += [f"Left out {each.call}: {each.reason}" for each in result.broken]
    return "\n".join([*lines, *([""] if lines else []), *_summary(result)])


def _line(row: RescoreRow, width: int) -> str:
    moved = "" if row.moved is None else f"{row.moved:+.1f}"
    change = f"now {row.now}" if row.now is not None else row.reason
    certified = " (certified)" if row.certified else ""
    return (
        f"{row.call:<{width}}  {_side(row.old):>18}  ->  {_side(row.new):<18}{moved:>6}  {change}{certified}".rstrip()
    )


def _side(side: RescoreSide | None) -> str:
    if side is None:
        return "-"
    total = "no score" if side.total is None else f"{side.total:.1f}"
    return f"{total} {side.verdict}" if side.verdict is not None else total


def _summary(result: RescoreOutput) -> list[str]:
    found = result.summary
    lines = [f"{found.rescored} of {found.calls} calls scored again; {found.identical} came out the same to the byte."]
    if found.now_pass or found.now_fail or found.now_borderline:
        lines.append(f"Now pass: {found.now_pass}, now fail: {found.now_fail}, now borderline: {found.now_borderline}.")
    if found.moved_mean is not None:
        span = f"from {found.moved_least:+.1f} to {found.moved_most:+.1f}"
        lines.append(f"Totals move by {found.moved_mean:+.1f} points in the mean, {span}.")
    if found.lapsing:
        lines.append(f"Reviews that would no longer hold: {found.lapsing}; they are listed above.")
    if found.left_out:
        lines.append(f"Left out, of another mode or person: {found.left_out} (--mode, --person).")
    return lines
