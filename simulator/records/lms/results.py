"""What an LMS is told of calls: who took them, the total and verdict that stand. No words, no sound, no reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.orm import Session

from simulator.contract import RECORDED
from simulator.errors import InputError
from simulator.recording.folder import is_call
from simulator.recording.manifest import read_manifest
from simulator.records.rescoring.filed import taken_by
from simulator.records.reviews.review_page import filed_call
from simulator.records.reviews.standing import standing_of
from simulator.records.staff.people import find_person, key_of
from simulator.report.history import PastCall, past_call, read_history
from simulator.report.tally import won
from simulator.scoring.document import ScoreOutput


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One call as an LMS sees it.

    Parameters
    ----------
    rubric : dict
        Its id, version and hash.
    range : (float, float) or None
        Of the program's total; None once people changed it.
    person : str
        "" where nobody says.
    account : str or None
        The person's name in the LMS.
    dimensions, criteria : tuple of (str, str)
        A title, and points won of points possible in words.
    """

    call: str
    scenario: str
    title: str
    started: str
    duration_ms: float
    outcome: str | None
    rubric: dict[str, str]
    total: float | None
    range: tuple[float, float] | None
    verdict: str | None
    person: str = ""
    account: str | None = None
    dimensions: tuple[tuple[str, str], ...] = ()
    criteria: tuple[tuple[str, str], ...] = ()


def read_results(source: Path, session: Session | None) -> tuple[tuple[Result, ...], tuple[str, ...]]:
    """Return the scored calls of a folder, oldest first, and what is not among them and why.

    Parameters
    ----------
    source : Path
        A call folder, a folder of them, or one with one folder a person.
    session : Session or None
        The records: who took the calls, their accounts, and what stands after review.

    Raises
    ------
    InputError
        If there is no such folder, or no scored call in it that a person took.
    """
    if is_call(source):
        calls: Sequence[PastCall] = (_one(source),)
        left_out: tuple[str, ...] = ()
    else:
        history = read_history(source)
        calls, left_out = history.calls, history.left_out
    recorded = [call for call in calls if call.trainee == "recorded"]
    left_out = (*(f"{call.id}: {RECORDED}" for call in recorded), *left_out)
    calls = [call for call in calls if call not in recorded]
    if not calls:
        raise InputError(f"no scored call in {source}" + "".join(f"\n{each}" for each in left_out))
    return tuple(_result(call, session) for call in calls), left_out


def results_of(paths: Iterable[Path], session: Session | None) -> tuple[Result, ...]:
    """Return the results of some scored call folders, in their order.

    Raises
    ------
    InputError
        If one has no score that can be read.
    """
    return tuple(_result(_one(path), session) for path in paths)


def of_person(results: Sequence[Result], name: str | None) -> tuple[Result, ...]:
    """Return the results of a person, by their present name; all of them without one.

    Raises
    ------
    InputError
        If there is none of theirs.
    """
    if name is None:
        return tuple(results)
    found = tuple(each for each in results if key_of(each.person) == key_of(name))
    if not found:
        known = ", ".join(sorted({each.person or "nobody named" for each in results}))
        raise InputError(f"none of these calls is {name}'s; they are of: {known}")
    return found


def _one(path: Path) -> PastCall:
    manifest = read_manifest(path)
    try:
        score = ScoreOutput.model_validate_json((path / "score.json").read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"{path} has no score that can be read; make one with: hotseat score {path}") from error
    return past_call(manifest.changed(id=manifest.id or path.name), score, call_dir=str(path))


def _result(call: PastCall, session: Session | None) -> Result:
    path = Path(call.call_dir)
    found = Result(
        call=call.id,
        scenario=call.scenario,
        title=call.title,
        started=call.started,
        duration_ms=call.duration_ms or 0.0,
        outcome=call.outcome,
        rubric={"id": call.rubric, "version": call.rubric_version, "sha256": call.rubric_sha256},
        total=call.total,
        range=call.range,
        verdict=call.verdict,
        person=read_manifest(path).person or call.person,
        dimensions=tuple((name, won(points, of)) for name, points, of in call.dimensions if of),
        criteria=tuple((mark.title, won(mark.points, mark.of)) for mark in call.marks if mark.of),
    )
    return found if session is None else _with_records(session, found, path)


def _with_records(session: Session, found: Result, path: Path) -> Result:
    person = taken_by(session, path, found.person) or find_person(session, found.person)
    if person is not None:
        found = replace(found, person=person.name, account=person.account)
    call = filed_call(session, path)
    if call is None:
        return found
    standing = standing_of(session, call)
    if not standing.changed:
        return found
    criteria = tuple((row.title, won(row.points, row.of)) for row in standing.rows if row.of)
    return replace(found, total=standing.total, verdict=standing.verdict, range=None, criteria=criteria, dimensions=())
