"""`hotseat certify`: a signed certificate of a certification call that passed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from simulator.cli import options
from simulator.errors import InputError
from simulator.private import write_private
from simulator.recording.folder import CallFolder
from simulator.records.certificates.attempt import sealed_records
from simulator.records.certificates.document import SealedRecords
from simulator.records.certificates.issuing import NAME, file_bytes, issue
from simulator.records.certificates.keys import KeyRing
from simulator.records.database.opening import exists, open_records
from simulator.records.filing import file_call, file_certificate
from simulator.records.heads import sign_head
from simulator.records.people import find_person

DEFAULT_MONTHS = 12
"""Of a certificate without an attempt."""


@contextmanager
def _attempt(
    folder: CallFolder, person: str, database: str | None
) -> Iterator[tuple[SealedRecords | None, int, Callable[[Path], None]]]:
    """Give what the records add to the certificate, its months, and how to file it; None for somebody not in them."""
    if exists(database):
        with open_records(database) as records, records.writing() as session:
            if find_person(session, person) is not None:
                call = file_call(session, folder.path, person=person)
                sealed, months = sealed_records(session, call)
                yield sealed, months, lambda path: file_certificate(session, call, path)
                return
    yield None, DEFAULT_MONTHS, lambda path: None


def _sign_log(database: str | None, ring: KeyRing) -> None:
    """Sign the head of the log, which now holds the certificate; the certificate is valid without that."""
    try:
        with open_records(database) as records:
            sign_head(records, ring)
    except InputError as error:
        click.echo(f"The head of the log was not signed: {error}", err=True)


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

    The call is measured and scored again first. The certificate covers the recording, the log and everything that
    follows from them; `hotseat verify` notices any change. Where the person is in the records, the attempt that the
    call belongs to must be passed. Docs: docs/certificates.md.
    """
    folder = CallFolder.open(call_dir)
    path = output or folder.path / NAME
    page = path.with_suffix(".pdf")
    if page == path:
        raise InputError(f"the certificate is a JSON file, so it cannot be called {path}; its page will be")
    for each in (path, page):
        if each.exists():
            raise InputError(f"{each} exists already; move it away, or give another file with -o")
    ring = KeyRing()
    with _attempt(folder, person, database) as (sealed, months, file):
        certificate = issue(folder, person, ring.signing_key, months=valid_months or months, records=sealed)
        write_private(path, file_bytes(certificate))
        file(path)
    if sealed is not None:
        _sign_log(database, ring)
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
    click.echo(f"Signed by    key {certificate.key}")
    click.echo("Others check it with: hotseat verify CERTIFICATE --key PUBLIC.pem (from hotseat keys export)")
