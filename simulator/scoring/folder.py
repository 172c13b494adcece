"""Scoring a call folder: measure, judge, and write what follows from it beside the recording.

cues.json, transcript.json and score.json can be deleted and made again: nothing in them comes from a clock, a machine
or a setting, so they come out the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.clock import merge, to_ms
from simulator.cues.export.document import to_json as cues_json
from simulator.cues.folder import holds_of, lines_of, measure_sound, words_of
from simulator.cues.measure import measure_spans
from simulator.cues.measurement import Measurement
from simulator.events import DeviceBack, Event, Heard, SamplesLost, SpeechEnded
from simulator.private import write_private
from simulator.recording.folder import CallFolder
from simulator.recording.transcript import NAME as TRANSCRIPT
from simulator.recording.transcript import transcript_text
from simulator.scoring.case.facts import facts_of
from simulator.scoring.document import Missing, ScoreOutput, to_contract
from simulator.scoring.rubric import Rubric
from simulator.scoring.score import score_call

RETRY = "A retry is practice: its score passes and fails nobody."


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A scored call: its folder, what was measured, and the score as score.json carries it."""

    folder: CallFolder
    measurement: Measurement
    output: ScoreOutput


def score_folder(folder: CallFolder, rubric: Rubric) -> Scored:
    """Measure and score a call, and write cues.json, transcript.json and score.json into its folder.

    Parameters
    ----------
    folder : CallFolder
    rubric : Rubric

    Raises
    ------
    InputError
        If the log, a track or the copy of the scenario cannot be used, or the folder cannot be written to.
    """
    scored = judge_folder(folder, rubric)
    for name, content in derived_files(scored).items():
        write_private(folder.path / name, content)
    return scored


def judge_folder(folder: CallFolder, rubric: Rubric) -> Scored:
    """Measure and score a call, and write nothing.

    Raises
    ------
    InputError
        If the log, a track or the copy of the scenario cannot be used.
    """
    return judge_events(folder, rubric, measure_folder(folder), folder.events())


def judge_events(folder: CallFolder, rubric: Rubric, measurement: Measurement, events: Sequence[Event]) -> Scored:
    """Judge a call that was measured: by its own log, or by its events as somebody corrected them.

    Raises
    ------
    InputError
        If the copy of the scenario cannot be used.
    """
    facts = facts_of(folder.manifest.scenario_data)
    output = to_contract(score_call(events, measurement, rubric, facts), measures_version=measurement.version)
    retry = folder.manifest.retry
    if retry is not None:
        output = output.model_copy(update={"retry_of": retry.call, "verdict": None, "reason": RETRY})
    missing = missing_of(events)
    if missing is not None:
        output = output.model_copy(update={"missing": missing})
    return Scored(folder=folder, measurement=measurement, output=output)


def missing_of(events: Sequence[Event]) -> Missing | None:
    """Return what a headset or its connection lost of a call; None where it lost nothing.

    Examples
    --------
    >>> str(missing_of([SamplesLost(at=0, side="input", samples=6400)]))
    'The headset or its connection failed: 0.4 s of your voice never arrived. What you said then is not in the score.'
    """
    lost = {"input": 0, "output": 0}
    for event in events:
        if isinstance(event, SamplesLost):
            lost[event.side] += event.samples
    away = [event.away_ms for event in events if isinstance(event, DeviceBack)]
    if not any(lost.values()) and not away:
        return None
    return Missing(
        trainee_ms=to_ms(lost["input"]), customer_ms=to_ms(lost["output"]), pauses=len(away), paused_ms=sum(away)
    )


def derived_files(scored: Scored) -> dict[str, str]:
    """Return the files that follow from a scored call, by name: the same call and rubric give the same text."""
    return {
        "cues.json": cues_json(scored.measurement) + "\n",
        TRANSCRIPT: transcript_text(scored.folder),
        "score.json": score_text(scored.output),
    }


def score_text(output: ScoreOutput) -> str:
    """Return a score as score.json holds it."""
    return output.to_json() + "\n"


def measure_folder(folder: CallFolder) -> Measurement:
    """Return the measurement of a recorded call.

    A call whose trainee typed instead of speaking has words but no sound of them: it is measured from the log.
    """
    events = folder.events()
    if any(isinstance(event, Heard) for event in events) and not folder.trainee().any():
        return measure_events(events, folder.duration)
    return measure_sound(folder)


def measure_events(events: Sequence[Event], duration: int) -> Measurement:
    """Return the measurement of a call without audio; what needs a voice is unmeasurable.

    Parameters
    ----------
    events : sequence of Event
        The log.
    duration : int, samples
        Length of the call.
    """
    said = merge(
        event.span for event in events if isinstance(event, SpeechEnded) and event.span.stop <= duration
    ) or merge(event.span for event in events if isinstance(event, Heard) and event.text.strip())
    lines = lines_of(events, duration)
    return measure_spans(
        duration,
        said,
        merge(line.span for line in lines),
        words=words_of(events),
        customer_turns=lines,
        holds=holds_of(events, duration),
    )
