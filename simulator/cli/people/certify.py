"""`hotseat certify`: a signed certificate of a certification call that passed."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli import options
from simulator.errors import InputError
from simulator.private import write_private
from simulator.recording.folder import CallFolder
from simulator.records.certificates.issuing import NAME
from simulator.session.certifying import Asked, certify


@click.command()
@click.argument("call_dir", type=click.Path(path_type=Path))
@click.option("--person", required=True, metavar="NAME", help="Who took the call.")
@click.option(
    "--valid-months",
    type=click.IntRange(1, 120),
    metavar="N",
    help="How many months it is good for; without it, as the policy says, or 12.",
)
@click.option("-o", "--out", "output", type=click.Path(path_type=Path), help="Write it here instead of in CALL_DIR.")
@click.option("--pdf/--no-pdf", default=True, show_default=True, help="Write a page to print beside it.")
@options.database
@click.option("--json", "as_json", is_flag=True, help="Print the certificate.")
def command(
    call_dir: Path,
    person: str,
    valid_months: int | None,
    output: Path | None,
    pdf: bool,
    database: str | None,
    as_json: bool,
) -> None:
    """Make a signed certificate of the certification call in CALL_DIR, if it passed.

    The call must have been sealed while it ran. Its recording is taken through the engine again, measured and scored
    first. The certificate covers the recording, the log and everything that follows from them; `hotseat verify` notices
    any change. Where the person is in the records, the attempt that the call belongs to must be passed, and every call
    of it is checked. Docs: docs/certificates.md.
    """
    folder = CallFolder.open(call_dir)
    path = output or folder.path / NAME
    page = path.with_suffix(".pdf")
    if page == path:
        raise InputError(f"the certificate is a JSON file, so it cannot be called {path}; its page will be")
    for each in (path, page):
        if each.exists():
            raise InputError(f"{each} exists already; move it away, or give another file with -o")
    certificate = certify(
        folder, Asked(person=person, months=valid_months, path=path), database=database, notify=options.note
    )
    if pdf:
        from simulator.records.certificates.page import render_page

        write_private(page, render_page(certificate))
    if as_json:
        click.echo(certificate.to_json())
        return
    click.echo(f"Certificate  {path}")
    if pdf:
        click.echo(f"Page         {page}")
    click.echo(f"For          {certificate.person}, valid until {certificate.expires}")
    click.echo(f"Score        {certificate.score.total:.1f} of 100, {certificate.score.verdict}")
    click.echo(f"Attempt      {certificate.records.attempt.form if certificate.records else 'no attempt'}")
    click.echo(f"Seal         {certificate.seal.strength if certificate.seal else 'none'}")
    click.echo(f"Signed by    key {certificate.key}")
    click.echo("Others check it with: hotseat verify CERTIFICATE --key PUBLIC.pem (from hotseat keys export)")
