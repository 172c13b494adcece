"""Give 10,000 malformed rubrics, scenarios, recordings and call folders, and 1,000 audio files, to `hotseat`.

    python benchmarks/malformed.py                          all of it, in batches, each in a process of its own
    python benchmarks/malformed.py COUNT [FIRST_SEED]       some of it
    python benchmarks/malformed.py --one SEED               one case, with what was said

Half of the folders and data files hold links, FIFOs, devices and sparse files (seeds from 1,000,000 on). A fault is a
traceback, a warning, a strange exit code, a message without end, a process that dies, a file written outside, or a case
that takes more than 5 s of processor time or 300 s in all, or brings its process over 500 MB. The seed makes the case
again. Exit code 1 if there is a fault.
"""

from __future__ import annotations

import collections
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PARTS = ((0, 5_000), (1_000_000, 5_000), (2_000_000, 1_000))
BATCH = 200
LONGEST_S, HANGS_S, MOST_MB = 5, 300, 500


def batch(first: int, count: int) -> None:
    """Run cases in this process; print a line for each: seed, exit code, command, fault."""
    with tempfile.TemporaryDirectory() as root:
        os.environ["HOTSEAT_DATA"] = str(Path(root) / "data")
        from tests.malformed.cases import Workshop

        shop = Workshop(Path(root) / "shop")
        full = False
        for seed in range(first, first + count):
            print("start", seed, flush=True)
            begun = time.process_time()
            signal.alarm(HANGS_S)  # nothing handles it: the process dies, and main says at which seed
            found = shop.run(seed)
            signal.alarm(0)
            took = time.process_time() - begun
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            fault = found.fault or (f"took {took:.1f} s" if took > LONGEST_S else None)
            if memory > MOST_MB and not full:
                full, fault = True, fault or f"took {memory:.0f} MB"
            print("most", round(took, 2), round(memory), flush=True)
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
    parts = PARTS
    if len(sys.argv) > 1:
        parts = ((int(sys.argv[2]) if len(sys.argv) > 2 else 0, int(sys.argv[1])),)
    return 1 if sum([run(first, count) for first, count in parts]) else 0


def run(first: int, count: int) -> int:
    """Run the cases of these seeds; print the figures and return how many are faulty."""
    longest_s = most_mb = 0.0
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
        for _, took, memory in (line for line in lines if line[0] == "most"):
            longest_s, most_mb = max(longest_s, float(took)), max(most_mb, float(memory))
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
    print(f"at most    {longest_s} s of processor time, {most_mb:.0f} MB")
    print(f"faults     {faults}", flush=True)
    return faults


if __name__ == "__main__":
    sys.exit(main())
