"""`hotseat export`: a call for Praat, ELAN, Audacity, diarization scoring or a video player."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options
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
@click.option("--scorm", is_flag=True, help="For an LMS: SCORM 1.2, a package for each person.")
@click.option("--cmi5", is_flag=True, help="For an LMS: cmi5 statements, a line each.")
@click.option("--xapi", is_flag=True, help="For an LMS: plain xAPI statements, a line each.")
@click.option("--person", metavar="NAME", help="For an LMS: only this person's calls.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The file to write; without it, standard output.")
@customer_option
@channels_option
@options.database
def command(
    source: Path, kind: str, scorm: bool, cmi5: bool, xapi: bool, person: str | None, out: Path | None,
    customer: Path | None, channels: str | None, database: str | None,
) -> None:  # fmt: skip
    """Write the call in folder SOURCE, or a recording, for another program; or the results of calls for an LMS.

    \b
    textgrid   Praat                      elan   ELAN: File > Import > CSV / Tab-delimited
    audacity   Audacity: import labels    rttm   who spoke when, for diarization scoring
    webvtt     subtitles

    With --scorm, --cmi5 or --xapi, SOURCE may be a folder of calls, or of one folder a person; points go, no words and
    no sound. Docs: docs/lms.md.
    """  # noqa: D301
    if scorm + cmi5 + xapi > 1:
        raise click.UsageError("Give one of --scorm, --cmi5 and --xapi.")
    if scorm or cmi5 or xapi:
        _for_lms("scorm" if scorm else "cmi5" if cmi5 else "xapi", source, person, out, database)
        return
    if person is not None:
        raise click.UsageError("--person goes with --scorm, --cmi5 or --xapi.")
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


def _for_lms(kind: str, source: Path, person: str | None, out: Path | None, database: str | None) -> None:
    from simulator.records.database.opening import exists, open_records
    from simulator.records.lms.results import of_person, read_results
    from simulator.records.lms.scorm import write_packages
    from simulator.records.lms.xapi import cmi5_statements, statements
    from simulator.settings import read_settings

    if exists(database):
        with open_records(database) as records, records.reading() as session:
            results, left_out = read_results(source, session)
    else:
        results, left_out = read_results(source, None)
    for each in left_out:
        options.note(f"Left out {each}")
    results = of_person(results, person)
    if kind == "scorm":
        for path in write_packages(results, out or Path()):
            click.echo(path)
        return
    text = (cmi5_statements if kind == "cmi5" else statements)(results, lms=read_settings().lms)
    if out is None:
        click.echo(text, nl=False)
    else:
        write_private(out, text)
        options.note(f"Wrote {out}")
