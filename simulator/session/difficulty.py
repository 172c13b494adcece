"""How hard a scenario is, by rehearsal: the same scripted qualities of trainee take every scenario, in text."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Sequence

from simulator.customer.scenario import load_scenario
from simulator.customer.temper import load_mood_rules
from simulator.errors import InputError
from simulator.headset.script import TraineeScript
from simulator.records.database.opening import Session
from simulator.records.difficulty import (
    Rehearsals,
    equality,
    shipped_difficulty,
    store_difficulty,
    stored_difficulty,
)
from simulator.records.forms import Form, Policy
from simulator.records.shapes import EqualityOutput
from simulator.scoring.rubric import load_rubric
from simulator.scoring.score import SCORING_VERSION
from simulator.session.rehearsal import QUALITIES, rehearse
from simulator.session.trainees import scripts_of
from simulator.understanding import ACTS_VERSION, Rules

SEEDS = (1, 2, 3)
"""Calls with each trainee; the customer's choices differ by seed, and the totals by a point or two."""


def rehearse_scenario(name: str, rubric_name: str) -> Rehearsals:
    """Return how hard a scenario is: 100 less the mean total of its exemplary, mechanical and rude trainee.

    Raises
    ------
    InputError
        If there is no such scenario or rubric, or it lacks one of the three trainees.
    """
    scenario, rules, rubric = load_scenario(name), Rules.load(), load_rubric(rubric_name)
    scripts: dict[str, TraineeScript] = {script.quality: script for script in scripts_of(scenario).values()}
    missing = [quality for quality in QUALITIES if quality not in scripts]
    if missing:
        raise InputError(f"{name} cannot be in a form: it has no scripted trainee who is {' or '.join(missing)}")
    totals = [
        rehearse(scenario, scripts[quality], seed=seed, rules=rules, rubric=rubric).score.total or 0.0
        for quality in QUALITIES
        for seed in SEEDS
    ]
    return Rehearsals(
        scenario=scenario.id,
        scenario_sha256=scenario.sha256,
        rubric_sha256=rubric.sha256,
        points=round(100 - sum(totals) / len(totals), 2),
        calls=len(totals),
        versions=versions(),
    )


def versions() -> str:
    """Return the versions that a figure depends on, apart from the scenario's and the rubric's files."""
    of = {"scoring": SCORING_VERSION, "acts": ACTS_VERSION, "customer": load_mood_rules().version}
    return ", ".join([f"hotseat {importlib.metadata.version('hotseat')}", *(f"{name} {v}" for name, v in of.items())])


def identity_of(name: str, rubric_name: str) -> tuple[str, str, str]:
    """Return the hashes and versions by which a stored figure is found again."""
    return load_scenario(name).sha256, load_rubric(rubric_name).sha256, versions()


def scenarios_of(forms: Sequence[Form]) -> tuple[str, ...]:
    """Return the scenarios of some forms, each once."""
    return tuple(dict.fromkeys(name for form in forms for name in form.scenarios))


def equality_of(
    session: Session, policy: Policy, forms: Sequence[Form], notify: Callable[[str], None], *, again: bool = False
) -> EqualityOutput:
    """Return how equal the forms are. Rehearse scenarios without a stored or shipped figure, and store every figure.

    Parameters
    ----------
    session : Session
        One that writes.
    policy : Policy
    forms : sequence of Form
    notify : callable
        Told what is rehearsed.
    again : bool
        Rehearse even where there is a figure.
    """
    found: dict[str, Rehearsals] = {}
    for name in scenarios_of(forms):
        identity = identity_of(name, policy.rubric)
        stored = None if again else stored_difficulty(session, *identity)
        if stored is None:
            stored = None if again else shipped_difficulty(*identity)
            if stored is None:
                notify(f"Rehearsing {name} ...")
                stored = rehearse_scenario(name, policy.rubric)
            store_difficulty(session, stored)
        found[name] = stored
    return equality(session, forms, found, tolerance=policy.equal_within, enough=policy.enough_calls)
