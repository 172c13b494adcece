"""`hotseat calls`: the calls of a folder, the last one first."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

WIDE = 100
"""In a narrower terminal each call takes two lines, so that none is broken inside a word."""

OUTCOMES = {
    "won_back": "won back",
    "escalated": "passed on",
    "unresolved": "not settled",
    "hung_up": "hung up",
    "incomplete": "cut off",
}
NOTES = {"recorded": "RECORDED", "typed": "typed"}
"""What is said of a call that no person spoke in."""


@click.command("calls")
@click.argument("calls", type=click.Path(path_type=Path), required=False)
@click.option("-n", "most", type=click.IntRange(1), default=20, show_default=True, help="So many at most.")
def command(calls: Path | None, most: int) -> None:
    """List your calls, the last one first; with CALLS, those of another folder.

    The name of each is that of its folder: `hotseat report` makes the report of the last one.
    """
    from simulator.errors import InputError
    from simulator.recording.folder import calls_folder, find_calls

    root = calls_folder(calls)
    found = find_calls(root)
    for path in reversed(found[-most:]):
        try:
            click.echo(_line(path))
        except InputError as error:
            click.echo(f"{path.name}: {error}", err=True)
    left = f", the last {most} of them shown" if len(found) > most else ""
    click.echo(f"{len(found)} call{'' if len(found) == 1 else 's'} in {root}{left}", err=True)


def _line(path: Path) -> str:
    """Return a call as a line: when, which customer, how it ended, its score, whose it is, its folder."""
    from simulator.recording.manifest import read_manifest
    from simulator.report.history import total_of

    manifest = read_manifest(path)
    total = total_of(path)
    ended = OUTCOMES[manifest.outcome or "incomplete"]
    score = "no score" if total is None else f"{total:.0f}"
    parts = (
        manifest.mode if manifest.mode == "certification" else "",
        NOTES.get(manifest.trainee, ""),
        manifest.person,
    )
    note = ", ".join(part for part in parts if part)
    when = manifest.started.replace("T", " ")[:16]
    about = f"  ({note})" if note else ""
    if shutil.get_terminal_size((WIDE, 0)).columns < WIDE:
        return f"{when}  {ended}, {score}{about}\n    {path.name}"
    return f"{when}  {manifest.scenario:<18}{ended:<12}{score:>8}  {path.name}{about}"
