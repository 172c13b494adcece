"""The report of a call: one HTML file that opens anywhere, with no network. It renders a score and computes none."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from simulator.private import write_private
from simulator.recording.folder import CallFolder
from simulator.report.reviews import ReviewOutput
from simulator.report.sound import data_uri
from simulator.report.view import view_of
from simulator.scoring.folder import Scored

NAME = "report.html"
LATER = "report-now.html"
"""Where a certificate covers report.html, a report that is made later goes beside it."""
TEMPLATES = Path(__file__).with_name("templates")


def write_report(
    folder: CallFolder, scored: Scored, path: Path | None = None, reviews: ReviewOutput | None = None
) -> Path:
    """Write the report of a scored call, by default as report.html in its folder; return where.

    Parameters
    ----------
    folder : CallFolder
    scored : Scored
    path : Path, optional
    reviews : ReviewOutput, optional
        What people said of the call, from the records; without it the page is of the call folder alone.

    Raises
    ------
    InputError
        If a track or the log cannot be read, or the file cannot be written.
    """
    certified = (folder.path / "certificate.json").exists()
    target = path if path is not None else folder.path / (LATER if certified else NAME)
    write_private(target, render(folder, scored, reviews))
    return target


def render(folder: CallFolder, scored: Scored, reviews: ReviewOutput | None = None) -> str:
    """Return the report as HTML; the same score, and the same reviews, give the same page."""
    css = own_file("page.css") + own_file("delivery.css")
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            view=view_of(folder, scored.output, scored.measurement, reviews),
            css=css if reviews is None else css + own_file("people.css"),
            js=own_file("page.js"),
            tracks={"trainee": data_uri(folder.trainee()), "customer": data_uri(folder.customer())},
        )
    )


def environment() -> Environment:
    """Return the templates of this package; whatever they show is escaped."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def own_file(name: str) -> Markup:
    """Return a file of this package as it stands: it is ours, so nothing in it needs escaping."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))
