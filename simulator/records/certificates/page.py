"""A certificate as one page of PDF, to print. The JSON file is the certificate; the page only shows it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from simulator.records.certificates.document import CertificateOutput
from simulator.records.certificates.issuing import TIME, file_bytes
from simulator.records.sealing.canonical import COVERED
from simulator.report.pdf.parts import build, p, prepare_fonts, table

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
"""In English whatever the machine speaks."""


def render_page(certificate: CertificateOutput) -> bytes:
    """Return the page; the same certificate gives the same bytes with the same versions of ReportLab and matplotlib."""
    prepare_fonts()
    story = [
        p("Certificate", "number"),
        p("of skill in calls with angry customers", "statement"),
        p(certificate.person, "name"),
        p(_passed(certificate), "statement"),
        table([[p(label, "soft"), value] for label, value in _terms(certificate)], (0.2, 0.8), heading=False),
        p("How to check it", "section"),
        p("This page shows the certificate, and proves nothing by itself. Ask for the file certificate.json with the "
          "folder of its call, and for the issuer's public key and list of withdrawn certificates. Then type:"),
        p("hotseat verify certificate.json --key PUBLIC.pem --withdrawn withdrawn.json", "indent"),
        p(f"The file named must be certificate {certificate.id}."),
        p("What stands behind it", "section"),
        *(p(f"{label}: {value}", "soft") for label, value in _details(certificate)),
    ]  # fmt: skip
    return build(story, title=f"Certificate of {certificate.person}")


def _passed(certificate: CertificateOutput) -> str:
    """Return what was passed, in a sentence."""
    records = certificate.records
    what = f"a certification call, {certificate.call.scenario}"
    if records is not None:
        what = f"certification with form {records.attempt.form}, {_count(len(records.attempt.calls), 'call')}"
    if records is not None and records.decision is not None:
        by = ", ".join(records.decision.by)
        return f"has passed {what}, after review by {by}."
    return f"has passed {what}."


def _terms(certificate: CertificateOutput) -> Iterator[tuple[str, str]]:
    yield "Issued", _day(certificate.issued)
    yield "Valid until", _day(certificate.expires)
    if certificate.records is not None:
        attempt = certificate.records.attempt
        yield "Identity", f"{attempt.identity}, checked by {attempt.identity_by}"
    if certificate.issuer is not None:
        room = ", signed in to the site's room" if certificate.issuer.through == "room" else ""
        yield "Issued by", f"{certificate.issuer.by}{room}"
    yield "Headset", _headset(certificate)


def _headset(certificate: CertificateOutput) -> str:
    call = certificate.call
    if not call.preflight_passed:
        return f"it did not pass its check; {call.overridden_by} answered for it"
    return "it passed its check" + (f"; {call.overridden_by} answered for it too" if call.overridden_by else "")


def _details(certificate: CertificateOutput) -> Iterator[tuple[str, str]]:
    call, score = certificate.call, certificate.score
    low, high = score.range
    decided = certificate.records is not None and certificate.records.decision is not None
    judged = f"{'the program gave' if decided else 'passed with'} {score.total:.1f} of 100"
    yield "Times", f"issued {certificate.issued}, expires {certificate.expires}"
    yield "Call", f"{call.id}, {call.duration_ms / 1000:.0f} s, {call.outcome.replace('_', ' ')}, on {call.device}"
    yield "Score of this call", f"{judged} (with all doubts, {low:.1f} to {high:.1f})"
    yield "Scenario", f"{call.scenario} ({call.scenario_sha256[:16]})"
    yield "Recognizer", f"{call.recognizer}, {call.model} ({call.model_sha256[:16] or 'no hash'})"
    yield "Rubric", f"{score.rubric.id} {score.rubric.version} ({score.rubric.sha256[:16]})"
    yield "Versions", ", ".join(f"{name} {version}" for name, version in sorted(score.versions.items()))
    yield "Covered files", " ".join(COVERED)
    if certificate.records is not None:
        attempt = certificate.records.attempt
        yield "Form, policy", f"{attempt.form} ({attempt.form_sha256[:16]}), {attempt.policy}"
    yield "Signed by key", certificate.key
    yield "SHA-256 of certificate.json", hashlib.sha256(file_bytes(certificate)).hexdigest()


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _day(moment: str) -> str:
    """Return a moment of a certificate as the day that people write.

    Examples
    --------
    >>> _day("2027-11-05T10:00:00Z")
    '5 November 2027'
    """
    found = datetime.strptime(moment, TIME).date()
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}"
