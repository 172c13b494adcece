"""Score an archive of calls again, on several processes, and say what a change of rubric changes.

Each call is measured and scored as by `hotseat score`. A folder is written to only where that is asked for, and never
if a certificate covers it.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from simulator.errors import InputError, SimulatorError
from simulator.files import MOST_TEXT, read_file
from simulator.private import write_private
from simulator.recording.folder import CallFolder
from simulator.recording.manifest import Manifest
from simulator.recording.recover import is_whole
from simulator.records.certificates.issuing import NAME as CERTIFICATE
from simulator.records.rescoring.document import BrokenCall, RescoreOutput, RescoreRow, RescoreSide, RescoreSummary
from simulator.scoring.document import ScoreOutput
from simulator.scoring.folder import derived_files, judge_folder
from simulator.scoring.rubric import Rubric, list_rubrics, load_rubric, rubric_of

MOST_WORKERS = 64
SCORE = "score.json"
CALLS_WORTH_A_PROCESS = 10
"""Starting a process takes about a second, as scoring some ten calls does."""
BATCH = 4
"""Calls handed to a process at a time: few, so that all finish together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescoring:
    """What to do with every call: by which rubric, and whether to write the result.

    `rubrics` holds them by name, or one for all under "".
    """

    rubrics: dict[str, Rubric]
    write: bool = False

    def rubric(self, manifest: Manifest) -> Rubric:
        """Return the rubric for a call.

        Raises
        ------
        InputError
            If the call was taken for one that is not here.
        """
        return self.rubrics.get("") or self.rubrics[rubric_of(manifest)]


def by_rubric(name_or_path: str | None = None, *, write: bool = False) -> Rescoring:
    """Return what to do with every call; rubrics are read once, so that calls are scored by the same ones.

    Parameters
    ----------
    name_or_path : str, optional
        One rubric for all; without it, the one each call was taken for.
    write : bool
        Whether to write the new scores into folders without a certificate.

    Raises
    ------
    InputError
        If there is no such rubric, or it breaks the schema.
    """
    if name_or_path:
        return Rescoring(rubrics={"": load_rubric(name_or_path)}, write=write)
    return Rescoring(rubrics={name: load_rubric(name) for name in list_rubrics()}, write=write)


def on_processes(calls: Sequence[Path], how: Rescoring, workers: int = 1) -> Iterator[RescoreRow | BrokenCall]:
    """Yield each call scored again by processes of this machine, in the order of `calls`.

    Parameters
    ----------
    calls : sequence of Path
        Call folders.
    how : Rescoring
        From `by_rubric`.
    workers : int, 1 to 64
        Processes; with 1, this one does it.

    Raises
    ------
    InputError
        If `workers` is out of range.
    SimulatorError
        If the system ends a process, as when memory is short.
    """
    if not 1 <= workers <= MOST_WORKERS:
        raise InputError(f"cannot use {workers} workers; allowed: 1 to {MOST_WORKERS}")
    workers = min(workers, len(calls))
    if workers <= 1:
        yield from (rescore_one(path, how) for path in calls)
        return
    # "spawn" is the one way to start a process that every system has and that threads of the parent cannot upset.
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            yield from pool.map(partial(rescore_one, how=how), calls, chunksize=_batch(len(calls), workers))
    except BrokenProcessPool as error:
        raise SimulatorError("the system ended a process (is memory short?); try again with --jobs 1") from error


def result_of(found: Iterable[RescoreRow | BrokenCall]) -> RescoreOutput:
    """Return what scoring again changed, from `on_processes` or `cluster.on_cluster`."""
    each = list(found)
    rows = [one for one in each if isinstance(one, RescoreRow)]
    broken = [one for one in each if isinstance(one, BrokenCall)]
    return RescoreOutput(schema="hotseat.rescore/1", summary=_summary(rows, broken), rows=rows, broken=broken)


def rescore_one(path: Path, how: Rescoring) -> RescoreRow | BrokenCall:
    """Score one call again; what is wrong with its folder becomes a `BrokenCall`, so that the others go on."""
    try:
        if not is_whole(path):
            raise InputError(f"the call was cut off or is still running; mend it with: hotseat recover {path}")
        return _row(CallFolder.open(path), how)
    except SimulatorError as error:
        return BrokenCall(call=path.name, reason=str(error))
    except Exception as error:  # one folder out of thousands must not end the run
        return BrokenCall(call=path.name, reason=f"cannot be scored ({type(error).__name__}: {error})")


def _batch(calls: int, workers: int) -> int:
    return max(1, min(BATCH, calls // (workers * 4)))


def default_workers(calls: int) -> int:
    """Return how many processes suit this machine: one for each core, but none for fewer than ten calls."""
    return max(1, min(os.cpu_count() or 1, MOST_WORKERS, calls // CALLS_WORTH_A_PROCESS))


def _row(folder: CallFolder, how: Rescoring) -> RescoreRow:
    manifest = folder.manifest
    scored = judge_folder(folder, how.rubric(manifest))
    output, files = scored.output, derived_files(scored)
    old, reason = _old_score(folder.path / SCORE)
    certified = (folder.path / CERTIFICATE).exists()
    if how.write and not certified:
        for name, content in files.items():
            write_private(folder.path / name, content)
    elif how.write:
        reason = f"{reason}; certified, so nothing was written".removeprefix("; ")
    return RescoreRow(
        call=folder.path.name,
        scenario=manifest.scenario,
        started=manifest.started,
        duration_ms=manifest.duration_ms or 0.0,
        outcome=manifest.outcome,
        certified=certified,
        old=None if old is None else _side(old),
        new=_side(output),
        range=output.range,
        moved=None if old is None else _moved(old.total, output.total),
        now=output.verdict if old is not None and old.verdict != output.verdict else None,
        criteria=[] if old is None else _criteria(old, output),
        identical=old is not None and old.to_json() == output.to_json(),
        written=how.write and not certified,
        reason=reason,
        mode=manifest.mode,
        person=manifest.person,
        new_sha256=hashlib.sha256(files[SCORE].encode()).hexdigest(),
    )


def _old_score(path: Path) -> tuple[ScoreOutput | None, str]:
    try:
        return ScoreOutput.model_validate_json(read_file(path, MOST_TEXT)), ""
    except FileNotFoundError:
        return None, "it was not scored before"
    except (OSError, InputError, ValidationError, ValueError):
        return None, "its score.json cannot be read"


def _side(score: ScoreOutput) -> RescoreSide:
    return RescoreSide(rubric=score.rubric, total=score.total, verdict=score.verdict)


def _moved(old: float | None, new: float | None) -> float | None:
    return None if old is None or new is None else round(new - old, 1)


def _criteria(old: ScoreOutput, new: ScoreOutput) -> list[str]:
    """Return the ids of criteria whose status differs, and of those that only one of the two has."""
    before, after = ({each.id: each.status for each in score.criteria} for score in (old, new))
    return [name for name in {**after, **before} if before.get(name) != after.get(name)]


def _summary(rows: Sequence[RescoreRow], broken: Sequence[BrokenCall]) -> RescoreSummary:
    moved = [row.moved for row in rows if row.moved is not None]
    return RescoreSummary(
        calls=len(rows) + len(broken),
        rescored=len(rows),
        broken=len(broken),
        identical=sum(row.identical for row in rows),
        now_pass=sum(row.now == "pass" for row in rows),
        now_fail=sum(row.now == "fail" for row in rows),
        now_borderline=sum(row.now == "borderline" for row in rows),
        moved_mean=round(sum(moved) / len(moved), 2) if moved else None,
        moved_least=min(moved, default=None),
        moved_most=max(moved, default=None),
    )
