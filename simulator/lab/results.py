"""Results of calls for an LMS, to save: SCORM 1.2 packages, xAPI and cmi5 statements. No words and no sound."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from simulator.errors import InputError
from simulator.lab.drawing import at
from simulator.recording.folder import find_calls
from simulator.records.database.opening import Session
from simulator.records.lms.results import Result, results_of
from simulator.records.lms.scorm import write_packages
from simulator.records.lms.xapi import cmi5_statements, statements
from simulator.report.history import SCORE
from simulator.settings import read_settings

KINDS = ("scorm.zip", "xapi.jsonl", "cmi5.jsonl")


def own_results(request: Request) -> Response:
    """Send the results of the visitor's own calls."""
    room, visitor = at(request)
    paths = [path for path in find_calls(visitor.calls) if (path / SCORE).is_file()]
    if room.records is None:
        return send_results(request.path_params["kind"], paths, None)
    with room.records.reading() as session:
        return send_results(request.path_params["kind"], paths, session)


def send_results(kind: str, paths: Sequence[Path], session: Session | None) -> Response:
    """Return the results of some scored call folders.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    paths : sequence of Path
    session : Session or None
        The records: accounts in the LMS, and what stands after review.

    Raises
    ------
    HTTPException
        If there is no such kind.
    InputError
        If there is no call, or the address of the LMS is not known.
    """
    if kind not in KINDS:
        raise HTTPException(404)
    if not paths:
        raise InputError("there is no scored call to hand on")
    found = results_of(paths, session)
    lms = read_settings().lms
    if kind == KINDS[0]:
        return _file(kind, _packages(found), "application/zip")
    text = statements(found, lms=lms) if kind == KINDS[1] else cmi5_statements(found, lms=lms)
    return _file(kind, text.encode(), "application/jsonl; charset=utf-8")


def _packages(found: Sequence[Result]) -> bytes:
    """Return the package of one person, or a ZIP file with one for each person."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="hotseat-") as name:
        made = write_packages(found, Path(name))
        if len(made) == 1:
            return made[0].read_bytes()
        with zipfile.ZipFile(packed, "w") as all_of_them:
            for path in made:
                all_of_them.write(path, path.name)
    return packed.getvalue()


def _file(name: str, content: bytes, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="hotseat-{name}"'})
