"""Give 10,000 malformed rubrics, scenarios, recordings and call folders to `hotseat`.

    python benchmarks/malformed.py [COUNT [FIRST_SEED]]     all of it, in batches, each in a process of its own
    python benchmarks/malformed.py --one SEED               one case, with what was said

A fault is a traceback, a warning, a strange exit code, a message without end, a process that dies, or a case that takes
more than a minute. The seed makes the case again. Exit code 1 if there is a fault.
"""

from __future__ import annotations

import collections
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

COUNT, BATCH = 10_000, 200
LONGEST_S = 60


def batch(first: int, count: int) -> None:
    """Run cases in this process; print a line for each: seed, exit code, command, fault."""
    with tempfile.TemporaryDirectory() as root:
        os.environ["HOTSEAT_DATA"] = str(Path(root) / "data")
        from tests.malformed.cases import Workshop

        shop = Workshop(Path(root) / "shop")
        for seed in range(first, first + count):
            print("start", seed, flush=True)
            begun = time.process_time()
            found = shop.run(seed)
            took = time.process_time() - begun
            fault = found.fault or (f"took {took:.0f} s" if took > LONGEST_S else None)
            print("case", seed, found.code, found.args[0], repr(fault) if fault else "-", flush=True)
            if count == 1:
                print(*found.args)
                print(found.said, found.fault or "")


def main() -> int:
    """Run all batches, print the faults and the figures."""
    if sys.argv[1:2] == ["--batch"]:
        batch(int(sys.argv[2]), int(sys.argv[3]))
        return 0
    if sys.argv[1:2] == ["--one"]:
        batch(int(sys.argv[2]), 1)
        return 0
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    codes: collections.Counter[str] = collections.Counter()
    commands: collections.Counter[str] = collections.Counter()
    faults = 0
    at = first
    while at < first + count:
        size = min(BATCH, first + count - at)
        done = subprocess.run(
            [sys.executable, __file__, "--batch", str(at), str(size)], capture_output=True, text=True, check=False
        )
        lines = [line.split(" ", 4) for line in done.stdout.splitlines()]
        cases = [line for line in lines if line[0] == "case"]
        for _, seed, code, command, fault in cases:
            codes[code] += 1
            commands[command] += 1
            if fault != "-":
                faults += 1
                print(f"seed {seed}: {command}: {fault}", flush=True)
        if done.returncode or len(cases) < size:
            last = max((int(line[1]) for line in lines if line[0] == "start"), default=at)
            print(f"seed {last}: the process ended with {done.returncode}: {done.stderr[-800:]}", flush=True)
            faults += 1
            at = last + 1
            continue
        at += size
    print(f"cases      {sum(codes.values())}, from seed {first}")
    print(f"exit codes {', '.join(f'{code}: {number}' for code, number in sorted(codes.items()))}")
    print(f"commands   {', '.join(f'{name}: {number}' for name, number in sorted(commands.items()))}")
    print(f"faults     {faults}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
