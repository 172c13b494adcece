"""Two hundred scripted trainees of known quality: does the score order them, and does it say the same again.

    python benchmarks/understanding/population.py [EVERY]     EVERY: take only each so manieth trainee

The trainees are made from data (population.yaml and the scenarios' own scripts), their quality is fixed there. Each
takes its call in text twice, before customers of two seeds. The first call gives Spearman's rank correlation of quality
and total; the second how far the total of the same trainee moves (test and retest).
"""

from __future__ import annotations

import math
import random
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from simulator.customer.scenario import Scenario, load_scenario
from simulator.datafile import read_yaml
from simulator.headset.script import Step, TraineeScript, When
from simulator.scoring.rubric import load_rubric
from simulator.session.rehearsal import Rehearsed, rehearse
from simulator.session.trainees import read_script

DATA = Path(__file__).with_suffix(".yaml")
SEEDS = (1, 2)
"""The customer's, for test and retest."""


class Population(BaseModel):
    """The file population.yaml."""

    scenarios: tuple[str, ...]
    qualities: tuple[float, ...]
    seed: int
    flat: tuple[str, ...]
    harmful: tuple[Step, ...]


@dataclass(frozen=True)
class Trainee:
    """One trainee, their quality (0 to 1) and what they will say."""

    scenario: Scenario
    quality: float
    script: TraineeScript


@dataclass(frozen=True)
class Result:
    """One trainee's totals, test and retest."""

    trainee: Trainee
    totals: tuple[float, ...]
    calls: tuple[Rehearsed, ...]


def population() -> list[Trainee]:
    """Return all trainees; the same ones each time."""
    data = read_yaml(DATA, Population)
    found = []
    for name in data.scenarios:
        scenario = load_scenario(name)
        best = read_script(scenario, "good" if name == "missing-sofa" else "exemplary")
        assert best is not None
        for quality in data.qualities:
            rng = random.Random(f"{data.seed} {name} {quality}")
            steps = tuple(_steps(best.steps, quality, data, rng))
            script = TraineeScript(id=f"quality-{round(100 * quality)}", title="made", steps=steps)
            found.append(Trainee(scenario=scenario, quality=quality, script=script))
    return found


def _steps(best: Sequence[Step], quality: float, data: Population, rng: random.Random) -> list[Step]:
    """Return the steps of one trainee: the better kind where the draw says so, the worse one elsewhere."""
    flat = [Step(when=When(customer_silent_ms=1200), text=text) for text in data.flat]
    better, worse = (list(best), flat) if quality >= 0.5 else (flat, list(data.harmful))
    share = 2 * quality - 1 if quality >= 0.5 else 2 * quality
    kept = set(rng.sample(range(len(best)), round(share * len(best))))
    good, bad = (better[n % len(better)] for n in range(len(best))), rng.sample(worse, len(worse))
    return [step if n in kept else bad[n % len(bad)] for n, step in enumerate(good)]


def take(trainees: Sequence[Trainee]) -> list[Result]:
    """Let every trainee take the call, once for each seed."""
    rubric = load_rubric()
    results = []
    for each in trainees:
        calls = tuple(rehearse(each.scenario, each.script, seed=seed, rubric=rubric) for seed in SEEDS)
        totals = tuple(call.score.total if call.score.total is not None else math.nan for call in calls)
        results.append(Result(each, totals, calls))
    return results


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the rank correlation, equal values sharing their ranks.

    Examples
    --------
    >>> spearman([1, 2, 3], [10, 30, 20])
    0.5
    """
    return statistics.correlation(_ranks(first), _ranks(second))


def _ranks(values: Sequence[float]) -> list[float]:
    return [sum(v < value for v in values) + (sum(v == value for v in values) + 1) / 2 for value in values]


def main() -> None:
    """Print the figures, the trainees that move most, and the criteria that move them."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    results = take(population()[::every])
    qualities, totals = [r.trainee.quality for r in results], [r.totals[0] for r in results]
    moves = sorted(abs(r.totals[0] - r.totals[1]) for r in results)
    print(f"trainees       {len(results)}, {len({r.trainee.scenario.id for r in results})} scenarios")
    print(f"order          Spearman {spearman(qualities, totals):.3f}")
    for quality in sorted(set(qualities)):
        mine = [t for q, t in zip(qualities, totals, strict=True) if q == quality]
        print(f"  quality {quality:.2f}  {min(mine):5.1f} to {max(mine):5.1f}, mean {statistics.fmean(mine):5.1f}")
    within = sum(move <= 3 for move in moves)
    spread = statistics.fmean(move * move for move in moves) ** 0.5 / 2**0.5
    mean = statistics.fmean(moves)
    print(f"test, retest   mean move {mean:.2f} points, standard error {spread:.2f}, most {moves[-1]:.1f}")
    print(f"               within 3 points: {within} of {len(moves)}")
    print("criteria that moved, and by how many points in all:")
    moved: dict[str, float] = {}
    for result in results:
        for one, two in zip(*(call.score.criteria for call in result.calls), strict=True):
            lost = abs(one.points - two.points) + abs(one.of - two.of)
            moved[one.criterion.id] = moved.get(one.criterion.id, 0) + lost
    for name, points in sorted(moved.items(), key=lambda pair: -pair[1])[:15]:
        print(f"  {points:6.1f}  {name}")
    for r in sorted(results, key=lambda r: -abs(r.totals[0] - r.totals[1]))[:12]:
        print(
            f"  {r.trainee.scenario.id:18} quality {r.trainee.quality:.2f}  {r.totals}  {[c.outcome for c in r.calls]}"
        )


if __name__ == "__main__":
    main()
