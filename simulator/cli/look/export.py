"""`hotseat export`: a call for Praat, ELAN, Audacity, diarization scoring or a video player."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.look.recording import channels_option, customer_option, open_recording
from simulator.cues.export.formats import FORMATS, rttm
from simulator.cues.export.tiers import tiers_of
from simulator.private import write_private


@click.command("export")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "kind",
    type=click.Choice([*FORMATS], case_sensitive=False),
    default="textgrid",
    show_default=True,
    help="For which program; see above.",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The file to write; without it, standard output.")
@customer_option
@channels_option
def command(source: Path, kind: str, out: Path | None, customer: Path | None, channels: str | None) -> None:
    """Write the call in folder SOURCE, or a recording, for another program.

    \b
    textgrid   Praat                      elan   ELAN: File > Import > CSV / Tab-delimited
    audacity   Audacity: import labels    rttm   who spoke when, for diarization scoring
    webvtt     subtitles
    """  # noqa: D301
    found = open_recording(source, customer=customer, channels=channels)
    tiers = tiers_of(found.measurement, found.events)
    duration = found.measurement.duration
    text = rttm(tiers, duration, found.name) if kind == "rttm" else FORMATS[kind][1](tiers, duration)
    if out is None:
        click.echo(text, nl=False)
        return
    if out.is_dir():
        out = out / f"{found.name}{FORMATS[kind][0]}"
    write_private(out, text)
    click.echo(f"Wrote {out}", err=True)
