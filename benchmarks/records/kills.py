"""Kill 200 calls with kill -9, 50 of them while they are scored and filed.

Run it as ``python benchmarks/records/kills.py [COUNT]``.

Of four kills one comes while calls are filed: at a random moment, in the middle of a write, before a sync, or before a
file gets its name. A call that is killed before its first byte is not counted. Exit code 1 if a call is lost, more
than a second of sound is missing, or the records are not whole.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from simulator.clock import RATE_HZ
from simulator.recording.folder import CallFolder, find_calls
from simulator.recording.manifest import Manifest
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.recording.test_kill import check, kill_one
from tests.records.attacks.kills import kill_filing
from tests.scoring.made_call import good_call


def kill_call(root: Path, seed: int, dice: random.Random) -> int | None:
    """Kill a call while it is recorded; return the samples that are missing, None if it had not begun."""
    fork = multiprocessing.get_context("fork")
    child, told, due = kill_one(fork, root, Manifest(scenario="missing-sofa"), seed, dice)
    time.sleep(max(0.0, due - time.monotonic()))
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    found = find_calls(root / str(seed))
    if not found:
        return None
    call = CallFolder.open(found[0], mend=True)
    check(call, seed)
    return max(0, told.value - call.duration)


def main() -> int:
    """Kill, and print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    dice = random.Random(13)
    missing: list[int] = []
    faults = unbegun = 0
    ways: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOTSEAT_DATA"] = str(Path(folder) / "data")
        given = {"mode": "certification", "preflight": {"passed": True}}
        made = good_call().folder(Path(folder) / "made", typed=True, **given)
        score_folder(made, load_rubric("certification"))
        for number in range(count):
            root = Path(folder) / f"{number}"
            try:
                if number % 4 == 3:
                    ways[kill_filing(made.path, root, number // 4)] += 1
                    continue
                while (lost := kill_call(root, number, dice)) is None:  # it had not begun: another one in its place
                    unbegun += 1
                missing.append(lost)
                faults += lost > RATE_HZ
            except Exception as error:
                faults += 1
                print(f"kill {number}: {type(error).__name__}: {str(error)[:300]}", flush=True)
    print(f"recording  {len(missing)} calls killed, {unbegun} more before their first byte; at most "
          f"{max(missing, default=0) / RATE_HZ:.2f} s missing, none in {missing.count(0)}")  # fmt: skip
    for way, number in sorted(ways.items()):
        print(f"filing     {number} killed {way}")
    print(f"faults     {faults}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
