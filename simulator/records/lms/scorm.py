"""SCORM 1.2 packages of results: one ZIP file a person, in which each call is a lesson that tells the LMS its score.

Whoever opens the lesson in the LMS is told apart by their account there, where the records have it: a result is
reported for nobody else. A package holds points and titles, no words of the call, no sound and no reasons.

References
----------
SCORM 1.2 (ADL Initiative, 2001): Content Aggregation Model, section 2.3 (manifest), Run-Time Environment, sections
3.3 (finding the API) and 3.4 (data model: cmi.core).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from simulator.errors import InputError
from simulator.private import open_private, refusal
from simulator.records.lms.results import Result

HERE = Path(__file__).parent
EPOCH = (1980, 1, 1, 0, 0, 0)
STATUS = {"pass": "passed", "fail": "failed", "borderline": "incomplete", None: "completed"}
"""cmi.core.lesson_status by verdict: a borderline call is not over before a person has decided."""
VERDICTS = {"pass": "Passed", "fail": "Not passed", "borderline": "Borderline: a person has to decide"}


def write_packages(results: Sequence[Result], out: Path) -> tuple[Path, ...]:
    """Write a package for each person and return the files, by name.

    Parameters
    ----------
    results : sequence of Result
    out : Path
        A folder, or for one person a file that ends in ``.zip``.

    Raises
    ------
    InputError
        If a file is meant for several people, or cannot be written.
    """
    people: dict[str, list[Result]] = {}
    for result in results:
        people.setdefault(result.person, []).append(result)
    if out.suffix.casefold() == ".zip":
        if len(people) > 1:
            who = ", ".join(name or "not named" for name in sorted(people))
            raise InputError(f"{out} is one file, and these are calls of {who}; give a folder, one package each")
        return (_write(next(iter(people.values())), out),)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refusal("make the folder", out, error) from error
    names = {name: _file_name(name) for name in people}
    taken = list(names.values())
    return tuple(
        _write(each, out / (names[name] if taken.count(names[name]) == 1 else f"{number}-{names[name]}"))
        for number, (name, each) in enumerate(sorted(people.items()), 1)
    )


def package_files(results: Sequence[Result]) -> dict[str, str]:
    """Return the files of one person's package, by name; the same results give the same text."""
    jinja = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    lessons = [(f"call-{number}.html", result) for number, result in enumerate(results, 1)]
    page = jinja.get_template("lesson.html.j2")
    pages = {
        name: page.render(
            r=result,
            status="incomplete" if result.outcome == "incomplete" else STATUS[result.verdict],
            verdict=VERDICTS.get(result.verdict or "", ""),
            time=scorm_time(result.duration_ms),
        )
        for name, result in lessons
    }
    manifest = jinja.get_template("imsmanifest.xml.j2").render(
        lessons=lessons, person=results[0].person, id=re.sub(r"[^A-Za-z0-9]", "-", results[0].call)
    )
    return {"imsmanifest.xml": manifest, **pages, "scorm.js": (HERE / "scorm.js").read_text("utf-8")}


def scorm_time(duration_ms: float) -> str:
    """Return a duration as SCORM writes it (CMITimespan).

    Examples
    --------
    >>> scorm_time(754_320)
    '0000:12:34.32'
    """
    hundredths = round(duration_ms / 10)
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60:04d}:{minutes % 60:02d}:{rest // 100:02d}.{rest % 100:02d}"


def _write(results: Sequence[Result], out: Path) -> Path:
    try:
        with open_private(out, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            for name, text in package_files(results).items():
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                package.writestr(entry, text)
    except OSError as error:
        raise refusal("write", out, error) from error
    return out


def _file_name(person: str) -> str:
    plain = re.sub(r"[^\w.-]+", "-", person).strip(".-")
    return f"{plain or 'calls'}.zip"
