"""`hotseat keys`: the keys that sign certificates."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.errors import InputError
from simulator.private import write_private
from simulator.records.certificates.keys import KeyRing, public_pem
from simulator.records.certificates.withdrawing import own_list, read_withdrawn


@click.group()
def command() -> None:
    """Show, change and hand out the keys that sign certificates. Docs: docs/certificates.md."""


@command.command()
def show() -> None:
    """List the known public keys; the one that signs is marked."""
    ring = KeyRing()
    active, known = ring.active(), ring.known()
    for name, path in known.items():
        click.echo(f"{name}  {'signs  ' if name == active else 'retired'}  {path}")
    if not known:
        click.echo("No keys yet; the first certificate makes one.")


@command.command()
def rotate() -> None:
    """Make a new signing key. Certificates by the old one stay valid; its private half is deleted."""
    old, new = KeyRing().rotate()
    click.echo(f"New certificates are signed by key {new}.")
    if old is not None:
        click.echo(f"Key {old} signs no more; certificates it signed can still be checked.")
    click.echo("Hand the new public key to those who check certificates: hotseat keys export -o PUBLIC.pem")


@command.command()
@click.argument("key_id", required=False)
@click.option("-o", "--out", "output", type=click.Path(path_type=Path), help="Write it here instead of printing it.")
def export(key_id: str | None, output: Path | None) -> None:
    """Print the public key that signs, or that of KEY_ID, as PEM."""
    ring = KeyRing()
    key = ring.signing_key().public_key() if key_id is None else ring.public(key_id)
    if key is None:
        raise InputError(f"no key {key_id!r} here; known: {', '.join(ring.known()) or 'none yet'}")
    if output is None:
        click.echo(public_pem(key).decode(), nl=False)
    else:
        write_private(output, public_pem(key))
        click.echo(output)


@command.command()
@click.option("-o", "--out", "output", type=click.Path(path_type=Path), help="Write it here instead of printing it.")
def withdrawn(output: Path | None) -> None:
    """Print the signed list of withdrawn certificates.

    It is for those who check certificates: hotseat verify CERTIFICATE --withdrawn FILE.
    """
    path = own_list()
    if not path.exists():
        raise InputError("no certificate was withdrawn here; do it with: hotseat certification withdraw")
    read_withdrawn(path, None)
    if output is None:
        click.echo(path.read_text("utf-8"), nl=False)
    else:
        write_private(output, path.read_bytes())
        click.echo(output)
