"""Past calls as plain values: what the pages over time show, wherever the calls are kept.

`PastCall` is the whole of it. A database fills it from its rows with `past_call`; `read_history` fills it from a
folder of call folders, so that the pages work without a database. Nothing is scored here: a call says what its
score.json says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from simulator.contract import Outcome, Status, Verdict
from simulator.errors import InputError
from simulator.recording.folder import find_calls
from simulator.recording.manifest import Manifest, read_manifest
from simulator.scoring.document import CriterionResult, ScoreOutput

SCORE = "score.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How one criterion of the rubric came out in one call."""

    id: str
    title: str
    dimension: str
    guidance: tuple[str, ...]
    status: Status
    points: float
    of: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """One call as a page over time shows it.

    Parameters
    ----------
    id : str
        The call folder's name.
    started : str
        Local time with its offset, ISO 8601.
    person : str
        Who took it; "" where nobody says.
    total, range, verdict
        As score.json has them; None where there is none.
    dimensions : tuple of (name, points, of)
        In the order of the score; `of` is 0 where nothing applied.
    marks : tuple of Mark
        Every criterion, those that did not apply included.
    retry_of : str
        The id of the call that this one retries; "" for a call of its own.
    call_dir : str
        Where the folder is; "" where it is gone.
    """

    id: str
    started: str
    scenario: str
    title: str
    mode: Literal["practice", "certification"]
    outcome: Outcome | None
    rubric: str
    rubric_version: str
    rubric_sha256: str
    total: float | None
    range: tuple[float, float] | None
    verdict: Verdict | None
    dimensions: tuple[tuple[str, float, float], ...]
    marks: tuple[Mark, ...]
    person: str = ""
    retry_of: str = ""
    call_dir: str = ""
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Past calls, oldest first, and what is not among them and why."""

    calls: tuple[PastCall, ...]
    left_out: tuple[str, ...] = ()


def past_call(manifest: Manifest, score: ScoreOutput, *, person: str = "", call_dir: str = "") -> PastCall:
    """Return a call as its manifest and its score tell it.

    Parameters
    ----------
    manifest : Manifest
        The content of call.json.
    score : ScoreOutput
        The content of score.json.
    person : str
        Who took the call.
    call_dir : str
        Where the folder is.
    """
    return PastCall(
        id=manifest.id,
        started=manifest.started,
        scenario=manifest.scenario,
        title=str(manifest.scenario_data.get("title") or manifest.scenario),
        mode=manifest.mode,
        outcome=manifest.outcome,
        rubric=score.rubric.id,
        rubric_version=score.rubric.version,
        rubric_sha256=score.rubric.sha256,
        total=score.total,
        range=score.range,
        verdict=score.verdict,
        dimensions=tuple((name, each.points, each.of) for name, each in score.dimensions.items()),
        marks=tuple(_mark(each) for each in score.criteria),
        person=person,
        retry_of="" if manifest.retry is None else manifest.retry.call,
        call_dir=call_dir,
        duration_ms=manifest.duration_ms or 0.0,
    )


def _mark(each: CriterionResult) -> Mark:
    return Mark(
        id=each.id,
        title=each.title or each.id,
        dimension=each.dimension,
        guidance=tuple(each.guidance),
        status=each.status,
        points=each.points,
        of=each.of,
    )


def read_history(root: Path) -> History:
    """Return the scored calls of a folder.

    Parameters
    ----------
    root : Path
        A folder of call folders, or of one folder a person with call folders in it; there its name is the person's.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    if not root.is_dir():
        raise InputError(f"{root} is no folder; give one that holds call folders, as `hotseat call --out` makes it")
    found: list[PastCall] = []
    left_out: list[str] = []
    for path, person in _folders(root):
        try:
            found.append(_read(path, person))
        except InputError as error:
            left_out.append(f"{path.name}: {error}")
    return History(calls=tuple(sorted(found, key=lambda call: (call.started, call.id))), left_out=tuple(left_out))


def folders_of(root: Path) -> list[str]:
    """Return the people of a folder with one folder a person, those without a call too."""
    calls = set(find_calls(root))
    return sorted(each.name for each in root.iterdir() if each.is_dir() and each not in calls and each.name[0] != ".")


def _folders(root: Path) -> Iterator[tuple[Path, str]]:
    yield from ((path, "") for path in find_calls(root))
    for folder in sorted(each for each in root.iterdir() if each.is_dir()):
        yield from ((path, folder.name) for path in find_calls(folder))


def _read(path: Path, person: str) -> PastCall:
    manifest = read_manifest(path)
    file = path / SCORE
    if not file.is_file():
        raise InputError(f"it has no score yet; make one with: hotseat score {path}")
    try:
        score = ScoreOutput.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(f"its {SCORE} cannot be read; make it again with: hotseat score {path}") from error
    return past_call(manifest.changed(id=manifest.id or path.name), score, person=person, call_dir=str(path))
