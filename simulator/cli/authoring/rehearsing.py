"""The table of `hotseat scenarios rehearse`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from simulator.cli import options
from simulator.cli.authoring.trace import trace_text
from simulator.customer.scenario import Scenario, load_scenario
from simulator.errors import InputError
from simulator.headset.script import TraineeScript
from simulator.scoring.rubric import load_rubric
from simulator.session.rehearsal import (
    RehearsalOutput,
    RehearsalRow,
    Rehearsed,
    order_faults,
    rehearse,
    rehearse_aloud,
    row_of,
)
from simulator.session.trainees import read_script


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user asked for."""

    scenarios: Sequence[str]
    trainee: str | None
    seeds: int
    text_only: bool
    trace: bool
    as_json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call to rehearse: the scenario and the trainee as the user named them, and as they were read."""

    scenario: str
    trainee: str
    story: Scenario
    script: TraineeScript
    seed: int


Take = Callable[[Call], Rehearsed]


def _take(*, text_only: bool) -> Take:
    rubric = load_rubric()
    if text_only:
        return lambda call: rehearse(call.story, call.script, seed=call.seed, rubric=rubric)
    from simulator.speech.recognition.recognizers import open_recognizer

    recognizer = open_recognizer(notify=options.note)
    return lambda call: rehearse_aloud(
        call.scenario, call.trainee, seed=call.seed, recognizer=recognizer, rubric=rubric, notify=options.note
    )


def rehearse_all(asked: Asked) -> bool:
    """Rehearse, print the table, and return whether every scenario passed."""
    stories = [(name, load_scenario(name)) for name in asked.scenarios]
    plans = [(name, story, _scripts(story, asked.trainee)) for name, story in stories]
    take = _take(text_only=asked.text_only)
    rows: list[RehearsalRow] = []
    faults: list[str] = []
    lost: list[str] = []
    for name, story, scripts in plans:
        for seed in range(1, asked.seeds + 1):
            totals: dict[str, float | None] = {}
            for trainee, script in scripts.items():
                done = take(Call(scenario=name, trainee=trainee, story=story, script=script, seed=seed))
                totals.setdefault(script.quality, done.score.total)
                if script.quality == "exemplary" and done.outcome not in ("won_back", "escalated"):
                    lost.append(f"{story.id}, seed {seed}: {trainee} is exemplary, yet the call ended {done.outcome}")
                row = row_of(story, script, seed, done)
                rows.append(row)
                if not asked.as_json:
                    click.echo(_row_text(row))
                if asked.trace and seed == 1 and not asked.as_json:
                    click.echo("\n".join(trace_text(done.events)))
            faults += [f"{story.id}, seed {seed}: {fault}" for fault in order_faults(totals, story.margins)]
    if asked.as_json:
        document = RehearsalOutput(schema="hotseat.rehearsal/1", rows=rows, passed=not faults, reasons=faults)
        click.echo(document.to_json())
    for fault in faults:
        click.echo(fault, err=True)
    for note in lost:
        click.echo(f"note: {note}; --trace shows why", err=True)
    if not asked.as_json:
        click.echo("All in order." if not faults else f"{len(faults)} out of order.")
    return not faults


def _scripts(story: Scenario, trainee: str | None) -> dict[str, TraineeScript]:
    names = [trainee] if trainee else list(story.trainees)
    scripts = {name: script for name in names if (script := read_script(story, name)) is not None}
    if not scripts:
        raise InputError(f"{story.id} has no scripted trainee to rehearse; write one in its folder trainees/")
    return scripts


def _row_text(row: RehearsalRow) -> str:
    total = "  -  " if row.total is None else f"{row.total:5.1f}"
    who = f"{row.scenario:22} {row.trainee:14} seed {row.seed:<4}"
    return f"{who} {row.outcome:11} score {total}  anger {row.anger_end:5.1f}"
