"""`hotseat verify`: check a certificate, offline."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.records.certificates.verifying import verify

SEALS = {
    "none": "none: nothing shows that the recording was not changed before the certificate",
    "same-account": "weak: whoever took the call could have read the seal's key",
    "other-account": "strong: another account of the machine held the seal's key",
    "room": "strong: the room's server held the seal's key",
}


@click.command()
@click.argument("certificate", type=click.Path(path_type=Path))
@click.option("--call", type=click.Path(path_type=Path), metavar="CALL_DIR", help="Where the certificate's call is.")
@click.option("--key", type=click.Path(path_type=Path), metavar="PUBLIC.pem", help="The issuer's public key.")
@click.option(
    "--withdrawn", type=click.Path(path_type=Path), metavar="FILE", help="The issuer's list of withdrawn ones."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(certificate: Path, call: Path | None, key: Path | None, withdrawn: Path | None, as_json: bool) -> int:
    """Check CERTIFICATE: signature, dates, withdrawal, and every covered file of its call, which must be at hand.

    Without --key, only certificates by this machine's own keys are trusted. Exit code 0 if valid, 5 if not.
    """
    found = verify(certificate, call=call, key=key, withdrawn=withdrawn)
    if as_json:
        click.echo(found.to_json())
    else:
        click.echo(f"{'Valid' if found.valid else 'Not valid'}: {found.reason}.")
    if found.valid and not as_json:
        click.echo(f"Seal      {SEALS[found.seal]}")
        click.echo(f"Headset   {found.device}")
        click.echo(f"Check     {f'overridden by {found.overridden_by}' if found.overridden_by else 'passed'}")
        click.echo(f"Attempt   {f'form {found.attempt}' if found.attempt else 'no attempt'}")
    return 0 if found.valid else 5
