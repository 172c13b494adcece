"""`hotseat recover`: mend calls that were cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click
from pydantic import Field

from simulator.clock import clock_text, from_ms
from simulator.contract import Document, Milliseconds
from simulator.errors import InputError
from simulator.events import Outcome
from simulator.recording.folder import calls_folder, find_calls, is_call
from simulator.recording.recover import needs_mending, recover


class MendedCall(Document):
    """A call that was mended, and what had to be done."""

    call_dir: str
    outcome: Outcome | None
    duration_ms: Milliseconds | None
    repairs: list[str]


class LeftCall(Document):
    """A call that could not be mended, and why."""

    call_dir: str
    reason: str


class RecoverOutput(Document):
    """`hotseat recover --json`."""

    schema_: Literal["hotseat.recover/1"] = Field(alias="schema")
    looked_at: int
    mended: list[MendedCall]
    left: list[LeftCall]


@click.command("recover")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(folder: Path | None, as_json: bool) -> None:
    """Mend the folder of a call that was cut off by a crash, a power cut or a full disk.

    FOLDER is one call's folder, or a folder of calls; without it, all your calls are looked at. A call that ended
    properly is left as it is. `score` and `report` mend the call they are given by themselves; commands that only read
    a call never change it.
    """
    mended: list[MendedCall] = []
    left: list[LeftCall] = []
    given = folder is not None and is_call(folder)
    paths = (folder,) if given and folder is not None else find_calls(_root(folder))
    for path in paths:
        try:
            if needs_mending(path):
                mended.append(_mend(path))
        except InputError as error:
            if given:
                raise
            left.append(LeftCall(call_dir=str(path), reason=str(error)))
    if as_json:
        output = RecoverOutput(schema="hotseat.recover/1", looked_at=len(paths), mended=mended, left=left)
        click.echo(output.to_json())
        return
    for call in mended:
        click.echo(f"Mended {call.call_dir} ({clock_text(from_ms(call.duration_ms or 0))}, {call.outcome}):")
        for repair in call.repairs:
            click.echo(f"  {repair}")
    for each in left:
        click.echo(f"Left {each.call_dir}: {each.reason}", err=True)
    if not mended and not left:
        click.echo("Nothing to mend." if paths else f"No calls in {_root(folder)}.")


def _mend(path: Path) -> MendedCall:
    made = recover(path)
    return MendedCall(
        call_dir=str(path), outcome=made.outcome, duration_ms=made.duration_ms, repairs=list(made.repairs)
    )


def _root(folder: Path | None) -> Path:
    root = calls_folder(folder)
    if folder is not None and not root.is_dir():
        raise InputError(f"there is no folder {root}; give the folder of a call, or a folder of calls")
    return root
