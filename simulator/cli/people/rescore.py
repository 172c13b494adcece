"""`hotseat rescore`: score an archive of calls again, and say what that changes."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.errors import InputError
from simulator.private import write_private
from simulator.recording.folder import find_calls
from simulator.records.rescoring.archive import by_rubric, default_workers, on_processes, result_of
from simulator.records.rescoring.cluster import on_cluster
from simulator.records.rescoring.document import RescoreOutput, RescoreRow, RescoreSide
from simulator.records.rescoring.exchange import to_csv, to_xapi


@click.command()
@click.argument("calls_folder", type=click.Path(path_type=Path))
@click.option("--rubric", metavar="NAME_OR_FILE", help="Another rubric for all; else that of each call's mode.")
@click.option("--jobs", "--workers", type=click.IntRange(1, 64), metavar="N", help="Processes; else as many as cores.")
@click.option("--dask", metavar="ADDRESS", help="Let the workers of a Dask scheduler do it, e.g. tcp://10.0.0.5:8786.")
@click.option("--write", is_flag=True, help="Write the new scores into the folders, certified ones aside.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), metavar="FILE", help="Write a table too.")
@click.option("--xapi", "xapi_file", type=click.Path(path_type=Path), metavar="FILE", help="Write xAPI statements too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    calls_folder: Path,
    rubric: str | None,
    jobs: int | None,
    dask: str | None,
    write: bool,
    csv_file: Path | None,
    xapi_file: Path | None,
    as_json: bool,
) -> None:
    """Score every call in CALLS_FOLDER again: who would now pass or fail, and how far totals move.

    Nothing in the folders changes without --write. A folder that cannot be scored is reported and skipped.
    """
    calls = find_calls(calls_folder)
    if not calls:
        raise InputError(f"no calls in {calls_folder}; give the folder that holds the folders of calls")
    if jobs and dask:
        raise InputError("give --jobs or --dask, not both: the cluster decides how many work")
    how = by_rubric(rubric, write=write)
    if dask is not None:
        result = result_of(on_cluster(dask, calls, how))
    else:
        result = result_of(on_processes(calls, how, jobs or default_workers(len(calls))))
    if csv_file is not None:
        write_private(csv_file, to_csv(result))
    if xapi_file is not None:
        write_private(xapi_file, to_xapi(result.rows))
    click.echo(result.to_json() if as_json else _text(result))


def _text(result: RescoreOutput) -> str:
    width = max([len(row.call) for row in result.rows], default=0)
    lines = [_line(row, width) for row in result.rows if not row.identical]
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
    return lines
