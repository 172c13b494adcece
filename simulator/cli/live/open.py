"""`hotseat open`: take calls in the browser, on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options


@click.command("open")
@click.option("--person", metavar="NAME", default="", help="Who takes the calls: they are filed for them.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep calls here instead of in your own data folder.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Listen here; any free port otherwise.")
@click.option("--browser/--no-browser", default=True, help="Open the browser, or only print the address.")
@options.database
def command(person: str, out: Path | None, port: int, browser: bool, database: str | None) -> None:
    """Take calls in the browser: briefing, headset check, call, report, and your own progress.

    Only this machine can open the pages, and only with the address printed here. Nothing leaves the machine. Ctrl-C
    closes it; a call that runs then is kept and scored.
    """
    if person:
        from simulator.records.staff.people import check_person

        check_person(person)
    from simulator.lab.serve import open_here

    open_here(person=person, out=out, database=database, port=port, browser=browser, tell=options.note)
