"""Rehearse a scenario without sound: scripted trainees through the real engine, many seeds, scored like any call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.call.engine import Engine
from simulator.call.parts import Parts, Settings
from simulator.cli.compose import ScenarioUnderstanding
from simulator.clock import BLOCK, from_seconds
from simulator.cues.measurement import Measurement
from simulator.customer.caller import Caller
from simulator.customer.scenario import Scenario
from simulator.events import CallEnded, Event, MoodMoved, Outcome
from simulator.headset.script import Stepper, TraineeScript
from simulator.headset.textual import TextListening, TextMelody, TextSpeaker, TextVoice
from simulator.scoring.facts import facts_of
from simulator.scoring.folder import measure_events
from simulator.scoring.rubric import Rubric
from simulator.scoring.score import Score, score_call
from simulator.understanding import Rules

LONGEST_CALL = from_seconds(15 * 60)
"""A rehearsed call that has not ended by then is ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One rehearsed call: how it ended, what was logged and measured, and its score."""

    outcome: Outcome
    anger_end: float
    events: tuple[Event, ...]
    measurement: Measurement
    score: Score


def rehearse(scenario: Scenario, script: TraineeScript, *, seed: int, rules: Rules, rubric: Rubric) -> Rehearsed:
    """Run one call of text and score it.

    Parameters
    ----------
    scenario : Scenario
    script : TraineeScript
        What the trainee says and when; recordings are not needed.
    seed : int
        Fixes every choice of the customer's.
    rules : Rules
        The rules of acts, loaded once for many calls.
    rubric : Rubric
    """
    events = run_text_call(scenario, script, seed=seed, rules=rules)
    duration = max((event.at for event in events), default=0)
    return rehearsed(scenario, events, measure_events(events, max(duration, BLOCK)), rubric)


def rehearsed(scenario: Scenario, events: tuple[Event, ...], measurement: Measurement, rubric: Rubric) -> Rehearsed:
    """Return a rehearsed call with its score."""
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


def run_text_call(scenario: Scenario, script: TraineeScript, *, seed: int, rules: Rules) -> tuple[Event, ...]:
    """Return the events of one call of text through the real engine."""
    speaker = TextSpeaker(Stepper(script), name=script.id)
    parts = Parts(
        customer=Caller(scenario, seed=seed),
        understanding=ScenarioUnderstanding(rules, scenario),
        ear=speaker,
        detector=speaker,
        voice=TextVoice(),
        listening=TextListening(),
        melody=TextMelody(),
    )
    engine = Engine(
        parts,
        Settings(scenario=scenario.id, seed=seed, recognizer="text", headset=script.id, limit=LONGEST_CALL),
    )
    out = np.zeros(BLOCK, np.int16)
    events: list[Event] = []
    while not engine.done:
        block = speaker.exchange(out, customer_speaking=engine.customer_speaking)
        out = engine.step(block)
        for event in engine.drain():
            speaker.notice(event)
            events.append(event)
    return tuple(events)
