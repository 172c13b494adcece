"""How well each criterion of a score agrees with the same criterion where people, not the network, read the turns.

python benchmarks/understanding/criteria_kappa.py CORPUS --writers w16,w18 [--rubric certification] [--weights FOLDER]

Each call is scored twice: from the network's reading and from the labels. A criterion's verdict is missed, partly met
or met; calls in which either says that it did not apply are left out and counted. Kappa is weighted by squares
(Cohen 1968). Prints Markdown, and at the end where the rubric's `coaching_only` and the figures differ.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.understanding.corpus_calls import calls_of, labelled
from benchmarks.understanding.ratings import network
from simulator.records.reviews.agreement import weighted_kappa
from simulator.scoring.rubric import load_rubric
from simulator.scoring.score import score_call
from simulator.understanding.corpus import read_corpus

STEPS = ("missed", "partly", "met")
LEAST_CALLS = 15
"""Calls to which a criterion applied, below which its kappa is chance."""
USABLE = 0.4
"""Kappa below this: for coaching only (Landis and Koch 1977: fair, not moderate)."""


def main() -> None:
    """Print kappa of every criterion."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("corpus", type=Path)
    asked.add_argument("--writers", required=True)
    asked.add_argument("--rubric", default="certification")
    asked.add_argument("--weights", type=Path)
    given = asked.parse_args()
    rubric = load_rubric(given.rubric)
    turns = read_corpus(given.corpus, tuple(given.writers.split(",")))
    by_reader = [
        [score_call(call.events, call.measured(), rubric, call.facts) for call in calls_of(turns, read)]
        for read in (network(given.weights), labelled)
    ]
    unmarked, usable = [], []
    print("| criterion | points | calls | verdicts alike | kappa | |\n|---|---|---|---|---|---|")
    for at, criterion in enumerate(rubric.criteria):
        table = np.zeros((len(STEPS), len(STEPS)))
        for heard, real in zip(*by_reader, strict=True):
            one, other = heard.criteria[at].status, real.criteria[at].status
            if one in STEPS and other in STEPS:
                table[STEPS.index(one), STEPS.index(other)] += 1
        calls = int(table.sum())
        kappa = weighted_kappa(table) if calls >= LEAST_CALLS else None
        alike = f"{100 * np.trace(table) / calls:.0f} %" if calls else ""
        mark = "" if kappa is None or kappa >= USABLE else "coaching only"
        if mark and not criterion.coaching_only:
            unmarked.append(criterion.id)
        if kappa is not None and not mark and criterion.coaching_only:
            usable.append(criterion.id)
        shown = f"{kappa:.2f}" if kappa is not None else ""
        print(f"| {criterion.id} | {criterion.points:g} | {calls} | {alike} | {shown} | {mark} |")
    print(f"\nBelow {USABLE}, but not under coaching_only in {rubric.id}: {', '.join(unmarked) or 'none'}.")
    print(f"Under coaching_only, but {USABLE} or more here: {', '.join(usable) or 'none'}.")


if __name__ == "__main__":
    main()
