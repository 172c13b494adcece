"""Whether rehearsal with sound ends as rehearsal on text does: the same scripts, spoken and recognised, scored alike.

python benchmarks/understanding/rehearse_audio.py       every shipped scenario, about half an hour
python benchmarks/understanding/rehearse_audio.py --scenarios cold-dinner --seeds 2

Prints a Markdown table: outcome, score and anger at the end, on text and with sound, for each trainee and seed; then
whether better trainees scored better by the margins in each file, and how much the two ways differ.
"""

from __future__ import annotations

import argparse
from statistics import fmean

from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.scoring.rubric import load_rubric
from simulator.session.rehearsal import Rehearsed, order_faults, rehearse, rehearse_aloud
from simulator.session.trainees import read_script
from simulator.speech.recognition.recognizers import open_recognizer


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--scenarios", nargs="+", default=list_scenarios())
    asked.add_argument("--seeds", type=int, default=1)
    given = asked.parse_args()
    rubric, recognizer = load_rubric(), open_recognizer(notify=print)
    print(f"\nRecognizer: {recognizer.name}, {recognizer.model}\n")
    print("| scenario | trainee | seed | text: outcome | score | anger | sound: outcome | score | anger |")
    print("|---|---|---|---|---|---|---|---|---|")
    faults: list[str] = []
    apart: list[float] = []
    agreed = calls = 0
    for name in given.scenarios:
        story = load_scenario(name)
        for seed in range(1, given.seeds + 1):
            totals: dict[str, float | None] = {}
            for trainee in story.trainees:
                script = read_script(story, trainee)
                assert script is not None
                text = rehearse(story, script, seed=seed, rubric=rubric)
                sound = rehearse_aloud(
                    name, trainee, seed=seed, recognizer=recognizer, rubric=rubric, notify=lambda _: None
                )
                totals.setdefault(script.quality, sound.score.total)
                print(f"| {name} | {trainee} | {seed} | {cells(text)} | {cells(sound)} |", flush=True)
                agreed, calls = agreed + (text.outcome == sound.outcome), calls + 1
                if text.score.total is not None and sound.score.total is not None:
                    apart.append(sound.score.total - text.score.total)
            faults += [f"{name}, seed {seed}: {fault}" for fault in order_faults(totals, story.margins)]
    print(f"\nThe same outcome in {agreed} of {calls} calls.")
    if apart:
        print(f"Score aloud less that on text: mean {fmean(apart):+.1f}, {min(apart):+.1f} to {max(apart):+.1f}.")
    print("With sound, better trainees score better by the margins." if not faults else "\n".join(faults))


def cells(done: Rehearsed) -> str:
    """Return outcome, score and anger at the end."""
    total = "-" if done.score.total is None else f"{done.score.total:.1f}"
    return f"{done.outcome} | {total} | {done.anger_end:.1f}"


if __name__ == "__main__":
    main()
