"""Correct what the recognizer misheard in a call that is over: the turn is read again, and the call judged again.

Theory of operation
-------------------
The call is judged twice from its folder, as its log has it and as corrected. Only criteria that differ are kept with
the correction, so nothing else of the score moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.errors import InputError
from simulator.events import Event, Reading
from simulator.recording.folder import CallFolder
from simulator.records.database.opening import Session
from simulator.records.database.tables import Call, Review, Score
from simulator.records.filing import KEPT
from simulator.records.reviews.reviewing import add_correction, corrector
from simulator.records.reviews.standing import corrections_of, standing_of
from simulator.scoring.case.corrected import Read, corrected, find_correction
from simulator.scoring.folder import Scored, judge_events, measure_folder
from simulator.scoring.rubric import load_rubric
from simulator.session.compose import understanding_of
from simulator.session.retry import scenario_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Misheard:
    """What is to be corrected: the words heard and said, in which turn (None: the one that has them), by whom."""

    heard: str
    said: str
    turn: int | None = None
    by: str | None = None


def correct_call(session: Session, call: Call, wanted: Misheard) -> Review:
    """Add a correction to a filed call.

    Raises
    ------
    InputError
        If whoever corrects may not, no turn has the words, or the folder gives another score now than was filed.
    """
    person = corrector(session, call, wanted.by)
    standing = standing_of(session, call)
    folder = CallFolder.open(Path(call.path))
    read = reader_of(folder)
    before = corrected(folder.events(), corrections_of(standing.corrections), read)
    correction = find_correction(before, wanted.heard, wanted.said, wanted.turn)
    _, changed = judged_otherwise(folder, standing.score, corrected(before, [correction], read))
    return add_correction(session, call, person, correction=correction, criteria=changed)


def reader_of(folder: CallFolder) -> Read:
    """Return what reads a turn of a call again."""
    understanding = understanding_of(scenario_of(folder.manifest))

    def read(words: tuple[str, ...], lines: tuple[str, ...]) -> Reading:
        return understanding.read(words, context=lines)

    return read


def judged_otherwise(folder: CallFolder, score: Score, events: Sequence[Event]) -> tuple[Scored, dict[str, Any]]:
    """Return a call judged by other events than its log's, and the criteria that come out otherwise than filed, by id.

    Raises
    ------
    InputError
        If the folder gives another score now than was filed.
    """
    rubric, measurement = load_rubric(score.rubric), measure_folder(folder)
    as_heard = judge_events(folder, rubric, measurement, folder.events())
    as_said = judge_events(folder, rubric, measurement, events)
    kept = [each.model_dump(mode="json", include=KEPT) for each in as_heard.output.criteria]
    if rubric.sha256 != score.rubric_sha256 or kept != score.criteria:
        raise InputError(
            f"{folder.path} gives another score now than the one filed, so the two cannot be compared; score it again "
            f"first: hotseat score {folder.path}, then hotseat records sync"
        )
    now = [each.model_dump(mode="json", include=KEPT) for each in as_said.output.criteria]
    return as_said, {new["id"]: new for old, new in zip(kept, now, strict=True) if old != new}
