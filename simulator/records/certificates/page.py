"""A certificate as one page of PDF, to print. The JSON file is the certificate; the page only shows it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from simulator.records.certificates.document import CertificateOutput
from simulator.records.certificates.issuing import file_bytes
from simulator.records.sealing import COVERED
from simulator.report.pdf import build, p, prepare_fonts, table


def render_page(certificate: CertificateOutput) -> bytes:
    """Return the page; the same certificate gives the same bytes with the same versions of ReportLab and matplotlib."""
    prepare_fonts()
    story = [
        p("Certificate", "number"),
        p("of a call with an angry customer, taken in Hotseat", "text"),
        p(certificate.person, "title"),
        p(_result(certificate), "head"),
        table([[p(label, "soft"), value or "-"] for label, value in _rows(certificate)], (0.2, 0.8), heading=False),
        p("This page shows a certificate; it is not one. Check the JSON file with the issuer's public key:", "soft"),
        p("hotseat verify certificate.json --key PUBLIC.pem", "indent"),
        p(f"SHA-256 of that file: {hashlib.sha256(file_bytes(certificate)).hexdigest()}", "soft"),
    ]
    return build(story, title="Hotseat certificate")


def _result(certificate: CertificateOutput) -> str:
    score, records = certificate.score, certificate.records
    if records is not None and records.decision is not None:
        return f"passed by decision of {', '.join(records.decision.by)}; the program: {score.total:.1f} of 100"
    low, high = score.range
    return f"passed with {score.total:.1f} of 100 (with all doubts, {low:.1f} to {high:.1f})"


def _rows(certificate: CertificateOutput) -> Iterator[tuple[str, str]]:
    call, score = certificate.call, certificate.score
    checked = "passed" if call.preflight_passed else f"overridden by {call.overridden_by}"
    if call.preflight_passed and call.overridden_by:
        checked = f"passed; {call.overridden_by} answered for it too"
    yield "Issued", certificate.issued
    yield "Valid until", certificate.expires
    yield "Call", f"{call.id}, {call.duration_ms / 1000:.0f} s, {call.outcome.replace('_', ' ')}"
    yield "Scenario", f"{call.scenario} ({call.scenario_sha256[:16]})"
    yield "Headset", f"{call.device}; check {checked}"
    yield "Recognizer", f"{call.recognizer}, {call.model} ({call.model_sha256[:16] or 'no hash'})"
    yield "Rubric", f"{score.rubric.id} {score.rubric.version} ({score.rubric.sha256[:16]})"
    yield "Versions", ", ".join(f"{name} {version}" for name, version in sorted(score.versions.items()))
    yield "Covered files", " ".join(COVERED)
    if certificate.records is not None:
        attempt = certificate.records.attempt
        form = f"{attempt.form} ({attempt.form_sha256[:16]})"
        yield "Form, policy", f"{form}, {attempt.policy}; {len(attempt.calls)} calls"
        yield "Identity", f"{attempt.identity}, checked by {attempt.identity_by}"
    yield "Signed by key", certificate.key
    yield "Certificate", certificate.id
