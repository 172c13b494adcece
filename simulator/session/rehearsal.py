"""Rehearse a scenario: scripted trainees through the real engine, scored like any call, and nothing kept.

In text, words stand in for both voices and a call takes half a second. Aloud, the whole call runs on real parts and is
measured on its own tracks.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from simulator.call.engine import Engine
from simulator.call.parts import Settings
from simulator.clock import BLOCK, from_seconds
from simulator.contract import Document
from simulator.cues.measurement import Measurement
from simulator.customer.scenario import Margins, Scenario
from simulator.errors import InputError
from simulator.events import CallEnded, Event, MoodMoved, Outcome
from simulator.headset.script import Stepper, TraineeScript
from simulator.headset.textual import TextSpeaker
from simulator.ports import Recognizer
from simulator.recording.folder import CallFolder
from simulator.scoring.case.facts import facts_of
from simulator.scoring.folder import measure_events, measure_folder
from simulator.scoring.rubric import Rubric
from simulator.scoring.score import Score, score_call
from simulator.session.compose import Wanted, compose, text_parts
from simulator.session.loop import CallLoop
from simulator.session.trainees import Notify, scripts_of

QUALITIES = ("exemplary", "mechanical", "rude")
"""Qualities of scripted trainees, best first."""
LONGEST_CALL = from_seconds(15 * 60)
"""A rehearsed call that has not ended by then is ended."""


class RehearsalRow(Document):
    """One rehearsed call."""

    scenario: str
    trainee: str
    seed: int
    outcome: Outcome
    total: float | None
    anger_end: float


class RehearsalOutput(Document):
    """`hotseat scenarios rehearse --json`."""

    schema_: Literal["hotseat.rehearsal/1"] = Field(alias="schema")
    rows: list[RehearsalRow]
    passed: bool
    reasons: list[str] = Field(default=[])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One rehearsed call: how it ended, what was logged and measured, and its score."""

    outcome: Outcome
    anger_end: float
    events: tuple[Event, ...]
    measurement: Measurement
    score: Score


def rehearse(scenario: Scenario, script: TraineeScript, *, seed: int, rubric: Rubric) -> Rehearsed:
    """Run one call of text and score it.

    Parameters
    ----------
    scenario : Scenario
    script : TraineeScript
        What the trainee says and when; recordings are not needed.
    seed : int
        Fixes every choice of the customer's.
    rubric : Rubric
    """
    events = run_text_call(scenario, script, seed=seed)
    duration = max((event.at for event in events), default=0)
    return scored(scenario, events, measure_events(events, max(duration, BLOCK)), rubric)


def rehearse_aloud(
    scenario: str, trainee: str, *, seed: int, recognizer: Recognizer, rubric: Rubric, notify: Notify
) -> Rehearsed:
    """Run one call with sound and score it.

    Parameters
    ----------
    scenario, trainee : str
        Names or paths, as `hotseat call` takes them.
    seed : int
        Fixes every choice of the customer's.
    recognizer : Recognizer
        Opened once for many calls.
    rubric : Rubric
    notify : callable
        Told in words what is odd about a recording.

    Raises
    ------
    InputError, ModelError
        If the trainee or a voice is not to be had, or the call cannot be written for the time it takes.
    KeyboardInterrupt
        If the user stopped it.
    """
    with tempfile.TemporaryDirectory(prefix="hotseat-rehearsal-", ignore_cleanup_errors=True) as folder:
        wanted = Wanted(scenario=scenario, trainee=trainee, seed=seed, out=Path(folder))
        composed = compose(wanted, notify, recognizer=recognizer)
        ending = composed.run()
        if ending.failure is not None:
            raise ending.failure
        if ending.stopped:
            raise KeyboardInterrupt
        call = CallFolder.open(composed.recorder.path)
        return scored(composed.scenario, call.events(), measure_folder(call), rubric)


def rehearse_text(story: Scenario, *, seeds: int, rubric: Rubric) -> RehearsalOutput:
    """Let every scripted trainee of a scenario take it in text, with the seeds from 1 on, and compare their scores.

    Raises
    ------
    InputError
        If it has no scripted trainee, or one cannot be read.
    """
    scripts = scripts_of(story)
    if not scripts:
        raise InputError(f"{story.id} has no scripted trainee to rehearse; write one in its folder trainees/")
    rows, faults = [], []
    for seed in range(1, seeds + 1):
        totals: dict[str, float | None] = {}
        for script in scripts.values():
            done = rehearse(story, script, seed=seed, rubric=rubric)
            totals.setdefault(script.quality, done.score.total)
            rows.append(row_of(story, script, seed, done))
        faults += [f"{story.id}, seed {seed}: {fault}" for fault in order_faults(totals, story.margins)]
    return RehearsalOutput(schema="hotseat.rehearsal/1", rows=rows, passed=not faults, reasons=faults)


def row_of(story: Scenario, script: TraineeScript, seed: int, done: Rehearsed) -> RehearsalRow:
    """Return one call as a row of the table."""
    return RehearsalRow(
        scenario=story.id,
        trainee=script.id,
        seed=seed,
        outcome=done.outcome,
        total=done.score.total,
        anger_end=done.anger_end,
    )


def run_text_call(scenario: Scenario, script: TraineeScript, *, seed: int) -> tuple[Event, ...]:
    """Return the events of one call of text through the real engine."""
    speaker = TextSpeaker(Stepper(script), name=script.id)
    parts = text_parts(scenario, speaker, seed=seed)
    settings = Settings(scenario=scenario.id, seed=seed, recognizer="text", headset=script.id, limit=LONGEST_CALL)
    loop = CallLoop(Engine(parts, settings), speaker)
    events: list[Event] = []
    while not loop.engine.done:
        events += loop.step().events
    return tuple(events)


def order_faults(totals: Mapping[str, float | None], margins: Margins) -> Iterator[str]:
    """Yield where a better trainee did not score better by the margin.

    Parameters
    ----------
    totals : mapping of str to float or None
        The total of a trainee of each quality; None where nothing applied.
    margins : Margins
        By how many points a better trainee must win.

    Examples
    --------
    >>> list(order_faults({"exemplary": 90.0, "mechanical": 85.0}, Margins(exemplary_over_mechanical=10)))
    ['exemplary 90.0 is not 10 above mechanical 85.0']
    """
    wanted = (margins.exemplary_over_mechanical, margins.mechanical_over_rude)
    for better, worse, margin in zip(QUALITIES, QUALITIES[1:], wanted, strict=False):
        high, low = totals.get(better), totals.get(worse)
        if high is not None and low is not None and (high <= low or high - low < margin):
            yield f"{better} {high:.1f} is not {margin:g} above {worse} {low:.1f}"


def scored(scenario: Scenario, events: tuple[Event, ...], measurement: Measurement, rubric: Rubric) -> Rehearsed:
    """Return what came of a call with these events."""
    score = score_call(events, measurement, rubric, facts_of(scenario.model_dump(mode="json")))
    moods = [event.anger for event in events if isinstance(event, MoodMoved)]
    ended = next((event for event in events if isinstance(event, CallEnded)), None)
    return Rehearsed(
        outcome=ended.outcome if ended is not None else "incomplete",
        anger_end=round(moods[-1] if moods else scenario.start.anger, 1),
        events=events,
        measurement=measurement,
        score=score,
    )
