"""A certificate as one page of PDF, to print and to hang up. The JSON file is the certificate; this only shows it."""

from __future__ import annotations

import hashlib
import io
import textwrap
import warnings
from typing import Any

from simulator.records.certificate import file_bytes
from simulator.records.certificate_shapes import CertificateOutput
from simulator.records.sealing import COVERED

PAGE_INCHES = (8.27, 11.69)
"""A4, upright."""
LEFT = 0.12
STEP, GAP = 0.017, 0.009
"""Height of a line, and what is left between rows, as shares of the page's."""


def render_page(certificate: CertificateOutput) -> bytes:
    """Return the page. The same certificate gives the same bytes with the same version of matplotlib."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    packed = io.BytesIO()
    with rc_context({"pdf.fonttype": 42, "font.family": "DejaVu Sans"}), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that the font lacks becomes a box; the JSON has it
        page = Figure(figsize=PAGE_INCHES)
        below = _heading(page, certificate)
        for label, value in _rows(certificate):
            page.text(LEFT, below, label, size=9, color="0.35", parse_math=False)
            for line in textwrap.wrap(value, 66) or ["-"]:
                page.text(0.34, below, line, size=9, parse_math=False)
                below -= STEP
            below -= GAP
        page.text(LEFT, 0.07, _foot(certificate), size=7.5, color="0.35", linespacing=1.6, parse_math=False)
        page.savefig(packed, format="pdf", metadata={"CreationDate": None, "Title": "Hotseat certificate"})
    return packed.getvalue()


def _heading(page: Any, certificate: CertificateOutput) -> float:
    page.text(LEFT, 0.90, "Certificate", size=26, weight="bold", parse_math=False)
    page.text(LEFT, 0.865, "of a call with an angry customer, taken in Hotseat", size=11, color="0.35")
    names = textwrap.wrap(certificate.person, 32)
    top = 0.80
    for line in names:
        page.text(LEFT, top, line, size=20, parse_math=False)
        top -= 0.035
    score = certificate.score
    low, high = score.range
    told = f"passed with {score.total:.1f} of 100 (with all doubts, {low:.1f} to {high:.1f})"
    if certificate.records is not None and certificate.records.decision is not None:
        told = (
            f"passed by decision of {', '.join(certificate.records.decision.by)}; the program: {score.total:.1f} of 100"
        )
    for line in textwrap.wrap(told, 78):
        page.text(LEFT, top, line, size=12, parse_math=False)
        top -= 0.02
    return top - 0.03


def _rows(certificate: CertificateOutput) -> list[tuple[str, str]]:
    call, score = certificate.call, certificate.score
    checked = "passed" if call.preflight_passed else f"overridden by {call.overridden_by}"
    if call.preflight_passed and call.overridden_by:
        checked = f"passed; {call.overridden_by} answered for it too"
    return [
        ("Issued", certificate.issued),
        ("Valid until", certificate.expires),
        ("Call", f"{call.id}, {call.duration_ms / 1000:.0f} s, {call.outcome.replace('_', ' ')}"),
        ("Scenario", f"{call.scenario} ({call.scenario_sha256[:16]})"),
        ("Headset", f"{call.device}; check {checked}"),
        ("Recognizer", f"{call.recognizer}, {call.model} ({call.model_sha256[:16] or 'no hash'})"),
        ("Rubric", f"{score.rubric.id} {score.rubric.version} ({score.rubric.sha256[:16]})"),
        ("Versions", ", ".join(f"{name} {version}" for name, version in sorted(score.versions.items()))),
        ("Covered files", " ".join(COVERED)),
        *_attempt(certificate),
        ("Signed by key", certificate.key),
        ("Certificate", certificate.id),
    ]


def _attempt(certificate: CertificateOutput) -> list[tuple[str, str]]:
    if certificate.records is None:
        return []
    attempt = certificate.records.attempt
    return [
        ("Form, policy", f"{attempt.form} ({attempt.form_sha256[:16]}), {attempt.policy}; {len(attempt.calls)} calls"),
        ("Identity", f"{attempt.identity}, checked by {attempt.identity_by}"),
    ]


def _foot(certificate: CertificateOutput) -> str:
    return (
        "This page shows a certificate; it is not one. Check the JSON file with the issuer's public key:\n"
        "    hotseat verify certificate.json --key PUBLIC.pem\n"
        f"SHA-256 of that file: {hashlib.sha256(file_bytes(certificate)).hexdigest()}"
    )
