"""`hotseat score`: score a call folder against a rubric."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli import options
from simulator.scoring.document import CriterionResult, ScoreOutput

if TYPE_CHECKING:
    from simulator.recording.folder import CallFolder

MARKS = {"met": "met", "partly": "partly", "missed": "missed", "not_applicable": "-", "unmeasurable": "?"}


@click.command()
@click.argument("call_dir", type=click.Path(path_type=Path))
@options.rubric
@click.option("--json", "as_json", is_flag=True, help="Print score.json instead of a table.")
def command(call_dir: Path, rubric: str | None, as_json: bool) -> None:
    """Score the call in CALL_DIR and write score.json, cues.json and transcript.json into it.

    The same call and the same rubric give the same score, byte for byte.
    """
    from simulator.recording.folder import CallFolder
    from simulator.scoring.folder import score_folder
    from simulator.session.after_call import rubric_for

    folder = CallFolder.open(call_dir, mend=True)
    tell_repairs(folder)
    output = score_folder(folder, rubric_for(folder, rubric)).output
    click.echo(output.to_json() if as_json else table(output))


def tell_repairs(folder: CallFolder) -> None:
    """Say on standard error what is missing from a call that was mended: its score stands on the rest."""
    for repair in folder.manifest.repairs:
        click.echo(f"note: {repair}", err=True)


def table(output: ScoreOutput) -> str:
    """Return the score as a table to read in a terminal."""
    lines = [_total(output), ""]
    for dimension, points in output.dimensions.items():
        lines.append(f"{dimension.replace('_', '-').capitalize():<60}{_points(points.points, points.of):>14}")
        lines += [_row(each) for each in output.criteria if each.dimension == dimension]
        lines.append("")
    used = output.rubric
    lines.append(f"Rubric {used.id} {used.version} ({used.sha256[:12]})")
    return "\n".join(lines)


def _total(output: ScoreOutput) -> str:
    if output.total is None:
        return "No criterion applied to this call, so there is no score."
    low, high = output.range or (output.total, output.total)
    span = "" if low == high else f" (likely range {low:g}–{high:g})"
    verdict = f"\n{output.verdict}: {output.reason}" if output.verdict is not None else ""
    verdict = f"\nA retry of {output.retry_of}. {output.reason}" if output.retry_of else verdict
    return f"{output.total:g} of 100{span}{verdict}"


def _row(each: CriterionResult) -> str:
    points = _points(each.points, each.of) if each.of else ""
    doubt = " *" if each.uncertain else ""
    return f"  {MARKS[each.status]:<7}{each.title + doubt:<51}{points:>14}\n         {each.reason}"


def _points(points: float, of: float) -> str:
    return f"{round(points, 1):g} of {round(of, 1):g}" if of else "-"
