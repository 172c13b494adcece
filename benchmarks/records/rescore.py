"""Time scoring an archive again, by one process and by two: ``python benchmarks/records/rescore.py [CALLS_FOLDER]``.

Without a folder, a hundred different calls of three minutes are made up. `hotseat rescore` runs on them as a user runs
it, its start and that of its processes included, and says how many came out the same to the byte. On a busy machine
look at the processor time: what two do on idle cores follows from it.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from simulator.records.rescoring.document import RescoreOutput
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.scoring.made_call import MadeCall

REPOSITORY = Path(__file__).resolve().parents[2]
CALLS, MINUTES = 100, 3
ROUNDS = 2
LINES = ("where is my sofa", "it was due on tuesday", "nobody came", "i paid for it", "i sat there all day")
ANSWERS = (
    ("that must be so frustrating", "empathy"),
    ("i apologise that nobody rang", "apology"),
    ("i can bring it on saturday", "solution"),
    ("which floor is it", "clarifying_question"),
    ("we are very busy", "excuse"),
)


def made_up(root: Path) -> None:
    """Write the calls, each with lines, answers and pauses of its own, and score them."""
    rubric = load_rubric()
    for number in range(CALLS):
        rng = random.Random(number)
        call = MadeCall(gap_ms=300 + 10 * number)
        while call.at_ms < MINUTES * 60_000:
            call.customer(" ".join(rng.choices(LINES, k=3)), band=rng.choice(("cool", "irritated", "angry")))
            call.mood(rng.randrange(100))
            words, act = rng.choice(ANSWERS)
            call.trainee(f"well {words} then", (act, words))
        score_folder(call.end(rng.choice(("won_back", "unresolved"))).folder(root, seed=number), rubric)


def main() -> None:
    """Print the figures."""
    if len(sys.argv) > 1:
        compare(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        made_up(Path(folder))
        compare(Path(folder))


def again(root: Path, workers: int) -> tuple[RescoreOutput, float, float]:
    """Run `hotseat rescore` as a user would; return what it says, its time by the clock and its processor time."""
    start, before = time.perf_counter(), os.times()
    command = [sys.executable, "-m", "simulator.cli.main", "rescore", str(root), "--jobs", str(workers), "--json"]
    done = subprocess.run(command, capture_output=True, check=True, cwd=REPOSITORY)
    took, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return RescoreOutput.model_validate_json(done.stdout), took, used


def compare(root: Path) -> None:
    """Print the best of the rounds, one and two processes taking turns."""
    wall_s = {1: float("inf"), 2: float("inf")}
    processor_s = dict(wall_s)
    for _ in range(ROUNDS):
        for workers in wall_s:
            result, took, used = again(root, workers)
            wall_s[workers] = min(wall_s[workers], took)
            processor_s[workers] = min(processor_s[workers], used)
    recorded_s = sum(row.duration_ms for row in result.rows) / 1000
    same = result.summary.identical
    print(f"archive         {len(result.rows)} calls, {recorded_s / 60:.0f} min; the same to the byte: {same}")
    for workers, took in wall_s.items():
        used = processor_s[workers]
        rate = recorded_s / took
        print(f"{workers} at work       {took:6.2f} s, {rate:5.0f}x real time; {used:6.2f} s of processor time")
    print(f"one core        {recorded_s / processor_s[1]:5.0f}x real time, by its processor time")
    print(
        f"two against one {wall_s[1] / wall_s[2]:5.2f}x; {2 * processor_s[1] / processor_s[2]:.2f}x by processor time"
    )
    if hasattr(os, "getloadavg"):
        print(f"load            {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
