"""Whether ordinary agents, in their own words, win or lose as they should, over many seeds (tests/customer/agents).

python benchmarks/understanding/ordinary_agents.py --seeds 20        about five minutes of processor time

The agents greet, ask, ramble and say sorry as people do; none was written from the rules. Those in won/ should win the
customer back (or hand over well), those in lost/ should not. Prints a Markdown table, and what went otherwise.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from statistics import fmean

from simulator.customer.scenario import load_scenario
from simulator.datafile import read_yaml
from simulator.headset.script import TraineeScript
from simulator.scoring.rubric import load_rubric
from simulator.session.rehearsal import rehearse

AGENTS = Path(__file__).parents[2] / "tests" / "customer" / "agents"
WON = ("won_back", "escalated")


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seeds", type=int, default=5)
    seeds = range(1, asked.parse_args().seeds + 1)
    rubric = load_rubric()
    print("| agent | should win | outcomes | anger at the end | score |\n|---|---|---|---|---|")
    wrong = calls = 0
    for path in sorted(AGENTS.glob("*/*.yaml")):
        story, script = load_scenario(path.stem.split("--")[0]), read_yaml(path, TraineeScript)
        done = [rehearse(story, script, seed=seed, rubric=rubric) for seed in seeds]
        outcomes = Counter(call.outcome for call in done)
        should = path.parent.name == "won"
        wrong += sum(count for outcome, count in outcomes.items() if (outcome in WON) is not should)
        calls += len(done)
        ended = ", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common())
        anger, score = fmean(call.anger_end for call in done), fmean(call.score.total or 0.0 for call in done)
        print(f"| {path.stem} | {'yes' if should else 'no'} | {ended} | {anger:.0f} | {score:.0f} |", flush=True)
    print(f"\n{calls - wrong} of {calls} calls ended as they should.")


if __name__ == "__main__":
    main()
