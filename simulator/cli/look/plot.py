"""`hotseat plot`: a call as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.look.recording import channels_option, customer_option, open_recording
from simulator.clock import clock_text
from simulator.cues.export.picture import draw
from simulator.errors import InputError
from simulator.private import write_private


@click.command("plot")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="The picture: .png or .svg.")
@customer_option
@channels_option
def command(source: Path, out: Path, customer: Path | None, channels: str | None) -> None:
    """Draw the call in folder SOURCE, or a recording: waveforms, pitch, level, turns and overlaps."""
    kind = out.suffix.lower().lstrip(".")
    if kind not in ("png", "svg"):
        raise InputError(f"cannot draw {out}: the name must end in .png or .svg")
    found = open_recording(source, customer=customer, channels=channels)
    title = f"{found.name}, {clock_text(found.measurement.duration)}"
    write_private(out, draw(found.measurement, found.trainee, found.customer, title=title, kind=kind))
    click.echo(f"Wrote {out}", err=True)
