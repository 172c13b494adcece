"""`hotseat certify`: a signed certificate of a certification call that passed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from simulator.cli import options
from simulator.cli.people.certification import withdraw_certificate
from simulator.contract import verdict_word
from simulator.errors import InputError
from simulator.private import write_private
from simulator.recording.folder import CallFolder
from simulator.records.certificates.issuing import NAME
from simulator.records.certificates.withdrawing import withdrawals
from simulator.records.database.opening import open_records
from simulator.session.certifying import Asked, certify


@click.command()
@click.argument("call_dir", required=False, metavar="[CALL_DIR]")
@click.option("--person", metavar="NAME", help="Who took the call; without it, whom the call was taken for.")
@click.option(
    "--valid-months",
    type=click.IntRange(1, 120),
    metavar="N",
    help="How many months it is good for; without it, as the policy says, or 12.",
)
@click.option("-o", "--out", "output", type=click.Path(path_type=Path), help="Write it here instead of in CALL_DIR.")
@click.option(
    "--review-model",
    metavar="MODEL",
    help="Hear the calls again with this larger model first (its name in `hotseat models list`, or its folder).",
)
@click.option("--pdf/--no-pdf", default=True, show_default=True, help="Write a page to print beside it.")
@click.option("--withdraw", "gone", is_flag=True, help="Withdraw the certificate of CALL_DIR (or its file, or its id).")
@click.option("--by", metavar="INSTRUCTOR", help="Who withdraws it.")
@click.option("--reason", metavar="TEXT", help="Why it is withdrawn; it stays in the records.")
@click.option("--withdrawn", "listed", is_flag=True, help="List the certificates that were withdrawn here.")
@options.database
@click.option("--json", "as_json", is_flag=True, help="Print the certificate.")
def command(call_dir: str | None, **given: Any) -> None:
    """Make a signed certificate of the certification call in CALL_DIR, if it passed; or withdraw one.

    The call must have been sealed while it ran. Its recording is taken through the engine again, measured and scored
    first. The certificate covers the recording, the log and everything that follows from them; `hotseat verify` notices
    any change. Where the person is in the records, the attempt that the call belongs to must be passed, and every call
    of it is checked. Docs: docs/certificates.md.
    """
    by, reason, database = given.pop("by"), given.pop("reason"), given.pop("database")
    gone, listed = given.pop("gone"), given.pop("listed")
    if listed:
        _list_withdrawn(database)
    elif call_dir is None:
        raise InputError("which call? Give its folder (hotseat calls lists them), or --withdrawn")
    elif gone:
        if by is None or reason is None:
            raise InputError("say who withdraws it and why: --by INSTRUCTOR --reason TEXT")
        withdraw_certificate(call_dir, by=by, reason=reason, database=database)
    elif by is not None or reason is not None:
        raise InputError("--by and --reason are for withdrawing a certificate; add --withdraw, or leave them out")
    else:
        folder = CallFolder.open(Path(call_dir))
        path, person = given.pop("output") or folder.path / NAME, given.pop("person") or folder.manifest.person
        if not person:
            raise InputError(f"nobody is named in {folder.path}; say who took the call: --person NAME")
        asked = Asked(
            person=person, months=given.pop("valid_months"), path=path, review_model=given.pop("review_model")
        )
        _certify(folder, asked, database=database, **given)


def _list_withdrawn(database: str | None) -> None:
    with open_records(database) as records, records.reading() as session:
        found = withdrawals(session)
    for each in found:
        whose = f"{each.person}, by {each.by}: {each.why}" if each.by else "these records do not say whose"
        click.echo(f"{each.at[:10]}  {each.id}  {whose}")
    if not found:
        click.echo("No certificate was withdrawn here.")


def _certify(folder: CallFolder, asked: Asked, *, database: str | None, pdf: bool, as_json: bool) -> None:
    path = asked.path
    page = path.with_suffix(".pdf")
    if page == path:
        raise InputError(f"the certificate is a JSON file, so it cannot be called {path}; its page will be")
    for each in (path, page):
        if each.exists():
            raise InputError(f"{each} exists already; move it away, or give another file with -o")
    certificate = certify(folder, asked, database=database, notify=options.note)
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
    click.echo(f"Score        {certificate.score.total:.1f} of 100, {verdict_word(certificate.score.verdict)}")
    click.echo(f"Attempt      {certificate.records.attempt.form if certificate.records else 'no attempt'}")
    click.echo(f"Seal         {certificate.seal.strength if certificate.seal else 'none'}")
    click.echo(f"Signed by    key {certificate.key}")
    click.echo("Others check it with: hotseat verify CERTIFICATE --key PUBLIC.pem (from hotseat keys export)")
