"""`hotseat verify`: check a certificate, offline."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.records.certificates.verifying import verify


@click.command()
@click.argument("certificate", type=click.Path(path_type=Path))
@click.option("--call", type=click.Path(path_type=Path), metavar="CALL_DIR", help="Where the certificate's call is.")
@click.option("--key", type=click.Path(path_type=Path), metavar="PUBLIC.pem", help="The issuer's public key.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(certificate: Path, call: Path | None, key: Path | None, as_json: bool) -> int:
    """Check CERTIFICATE: signature, dates, and every covered file of its call where that is at hand.

    Without --key, only certificates by this machine's own keys are trusted. Exit code 0 if valid, 5 if not.
    """
    found = verify(certificate, call=call, key=key)
    if as_json:
        click.echo(found.to_json())
    else:
        click.echo(f"{'Valid' if found.valid else 'Not valid'}: {found.reason}.")
    return 0 if found.valid else 5
