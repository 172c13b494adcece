"""`hotseat lab`: the room for a site."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options


@click.group("lab", invoke_without_command=True)
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Listen on this address; 0.0.0.0 for all.")
@click.option("--name", "names", multiple=True, metavar="NAME", help="A name browsers reach it by; may be repeated.")
@click.option("--port", type=click.IntRange(0, 65535), default=8443, show_default=True, help="Listen on this port.")
@click.option(
    "--tls",
    nargs=2,
    type=click.Path(path_type=Path),
    metavar="CERT KEY",
    help="The site's certificate, with its chain, and its key: PEM files.",
)
@click.option(
    "--seats", type=click.IntRange(1, 200), default=4, show_default=True, help="Calls this machine takes at once."
)
@click.option("--out", type=click.Path(path_type=Path), help="Keep calls here instead of in your own data folder.")
@click.option(
    "--oidc", type=click.Path(path_type=Path), metavar="FILE", help="Sign in by the firm's OpenID Connect too."
)
@options.database
@click.pass_context
def command(
    context: click.Context,
    host: str,
    names: tuple[str, ...],
    port: int,
    tls: tuple[Path, Path] | None,
    seats: int,
    out: Path | None,
    oidc: Path | None,
    database: str | None,
) -> None:
    """Run the room of a site: people sign in and take calls, an instructor looks on.

    Prints its address and, as long as there is no administrator, a link that makes the first one. Other machines reach
    it by --host, --name and --tls together. Ctrl-C closes it; calls that run then are kept and scored.
    """
    if context.invoked_subcommand is not None:
        return
    from simulator.lab.site.opening import Opening, open_lab

    opening = Opening(host=host, names=names, port=port, tls=tls, seats=seats, out=out, database=database, oidc=oidc)
    open_lab(opening, options.note)


@command.command("bench")
@click.argument("seats", type=click.IntRange(1, 200), metavar="N")
@options.as_json
def bench_command(seats: int, as_json: bool) -> None:
    """Measure how this machine carries N seats.

    Opens a room of its own with N scripted trainees, who take a call at once over real connections, in real time: some
    five minutes. Prints how long the customer's replies took, how many frames came late at the seats, and what the room
    used of the processor and of memory. Nothing of it is kept. Exit code 5 if a call did not come to its end.
    """
    from simulator.lab.bench import bench

    found = bench(seats, tell=options.note)
    if as_json:
        click.echo(found.to_json())
    else:
        gap, room = found.reply_gap_ms, "" if found.cpu_cores is None else f"; {found.cpu_cores:g} cores"
        memory = "" if found.rss_mb is None else f", {found.rss_mb:g} MB"
        click.echo(
            f"{seats} seats: replies after {gap.median} ms (median) and {gap.p95} ms (95 of 100 sooner), "
            f"{found.late_frames} of {found.frames} frames late{room}{memory}"
        )
        for each in found.broken:
            click.echo(each)
    if found.broken:
        raise SystemExit(5)
