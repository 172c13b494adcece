"""`hotseat lab`: the room for a site."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options


@click.command("lab")
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
def command(
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
    from simulator.lab.site.opening import Opening, open_lab

    opening = Opening(host=host, names=names, port=port, tls=tls, seats=seats, out=out, database=database, oidc=oidc)
    open_lab(opening, options.note)
