"""Past calls as plain values: what the pages over time show, wherever the calls are kept.

`PastCall` is the whole of it. A database fills it from its rows with `past_call`; `read_history` fills it from a
folder of call folders, so that the pages work without a database. Nothing is scored here: a call says what its
score.json says.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from simulator.contract import Status, Verdict
from simulator.errors import InputError
from simulator.events import Outcome
from simulator.files import MOST_TEXT, read_file
from simulator.recording.folder import find_calls
from simulator.recording.manifest import Manifest, read_manifest
from simulator.scoring.document import CriterionResult, ScoreOutput

SCORE = "score.json"
AT_ONCE_MS = 20_000.0
"""A call that was cut off sooner than this is no practice."""


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
    trainee
        Who spoke, as call.json says it.
    duration_ms : float or None
        How long it lasted; None where nobody says.
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
    trainee: Literal["", "headset", "recorded", "typed"] = ""
    duration_ms: float | None = None

    @property
    def is_cut_off(self) -> bool:
        """Whether it ended before anything could come of it."""
        return self.outcome == "incomplete" and self.duration_ms is not None and self.duration_ms < AT_ONCE_MS


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
        trainee=manifest.trainee,
        duration_ms=manifest.duration_ms,
    )


def taken_by_the_person(history: History) -> History:
    """Return a history without demonstrations by recorded trainees and calls cut off at once; say what was left out."""
    cut_off = [call for call in history.calls if call.is_cut_off and call.trainee != "recorded"]
    were = "call that was" if len(cut_off) == 1 else "calls that were"
    note = [f"Left out: {len(cut_off)} {were} cut off at once."] if cut_off else []
    kept = tuple(call for call in history.calls if call not in cut_off)
    return without_recorded(History(calls=kept, left_out=(*note, *history.left_out)))


def without_recorded(history: History) -> History:
    """Return a history without what recorded trainees took; say how many calls that were."""
    kept = tuple(call for call in history.calls if call.trainee != "recorded")
    count = len(history.calls) - len(kept)
    note = [f"Left out: {count} call{'' if count == 1 else 's'} that a recorded trainee took."] if count else []
    return History(calls=kept, left_out=(*note, *history.left_out))


def total_of(path: Path) -> float | None:
    """Return the total of a call folder; None where it was not scored, or its score cannot be read."""
    try:
        return ScoreOutput.model_validate_json((path / SCORE).read_bytes()).total
    except (OSError, ValidationError):
        return None


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
    if not os.path.lexists(file):
        raise InputError(f"it has no score yet; make one with: hotseat score {path}")
    try:
        score = ScoreOutput.model_validate_json(read_file(file, MOST_TEXT))
    except (OSError, ValidationError) as error:
        raise InputError(f"its {SCORE} cannot be read; make it again with: hotseat score {path}") from error
    named = manifest.changed(id=manifest.id or path.name)
    return past_call(named, score, person=person or manifest.person, call_dir=str(path))
