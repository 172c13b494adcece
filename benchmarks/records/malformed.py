"""Give 10,000 malformed rubrics, scenarios, recordings and call folders, and 1,000 audio files, to `hotseat`.

    python benchmarks/records/malformed.py                          all of it
    python benchmarks/records/malformed.py COUNT [FIRST_SEED]       some of it
    python benchmarks/records/malformed.py --one SEED               one case, with what was said

Half of the folders and data files hold links, FIFOs, devices and sparse files (seeds from 1,000,000 on). A fault is a
traceback, a warning, a strange exit code, a message without end, a process that dies, a file written outside, or a case
that takes more than 5 s of processor time or 300 s in all, or brings its process over 500 MB. The seed makes the case
again. Exit code 1 if there is a fault.

Cases run in batches, each in a process of its own that is forked once everything is loaded; it ends early where a case
took too much memory, so that the next case is measured afresh.
"""

from __future__ import annotations

import collections
import gc
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # a thread does not survive a fork

PARTS = ((0, 5_000), (1_000_000, 5_000), (2_000_000, 1_000))
BATCH = 200
WARM_UP = (*range(900_000, 900_050), *range(1_900_000, 1_900_020), *range(2_900_000, 2_900_005))
"""Seeds that are run before the first fork, so that all commands are loaded; what they find is not counted."""
LONGEST_S, HANGS_S, MOST_MB = 5, 300, 500


def batch(shop: Any, first: int, count: int, out: IO[str]) -> None:
    """Run cases in this process; write a line for each: seed, exit code, command, seconds, MB, fault."""
    for seed in range(first, first + count):
        print("start", seed, file=out, flush=True)
        begun = time.process_time()
        signal.alarm(HANGS_S)  # nothing handles it: the process dies, and main says at which seed
        found = shop.run(seed)
        signal.alarm(0)
        took = time.process_time() - begun
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        fault = found.fault or (f"took {took:.1f} s" if took > LONGEST_S else None)
        fault = fault or (f"took {memory:.0f} MB" if memory > MOST_MB else None)
        told = repr(fault) if fault else "-"
        print("case", seed, found.code, found.args[0], f"{took:.2f}", f"{memory:.0f}", told, file=out, flush=True)
        if memory > MOST_MB:
            return


def forked(shop: Any, root: Path, first: int, count: int) -> tuple[list[list[str]], int, str]:
    """Run a batch in a process of its own; return its lines, how it ended, and the end of what it said."""
    data, lines, said = (root / name for name in ("data-of-a-batch", "lines", "said"))
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(root / "data", data)
    child = os.fork()
    if child == 0:
        os.environ["HOTSEAT_DATA"] = str(data)
        with said.open("w") as error, lines.open("w", encoding="utf-8", errors="replace") as out:
            os.dup2(error.fileno(), 2)
            batch(shop, first, count, out)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    text = lines.read_text("utf-8")
    found = [line.split(" ", 6) for line in text.splitlines()]
    return found, os.waitstatus_to_exitcode(status), said.read_text(errors="replace")[-800:]


def loaded(root: Path) -> Any:
    """Return the workshop, with every command loaded."""
    os.environ["HOTSEAT_DATA"] = str(root / "data")
    from tests.cli.malformed.cases import Workshop

    shop = Workshop(root / "shop")
    for seed in WARM_UP:
        shop.run(seed)
    gc.freeze()  # what is loaded now is never looked through again
    return shop


def main() -> int:
    """Run all batches, print the faults and the figures."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shop = loaded(root)
        if sys.argv[1:2] == ["--one"]:
            found = shop.run(int(sys.argv[2]))
            print(*found.args, found.code, found.said, found.fault or "", sep="\n")
            return 1 if found.fault else 0
        parts = PARTS
        if len(sys.argv) > 1:
            parts = ((int(sys.argv[2]) if len(sys.argv) > 2 else 0, int(sys.argv[1])),)
        return 1 if sum([run(shop, root, first, count) for first, count in parts]) else 0


def run(shop: Any, root: Path, first: int, count: int) -> int:
    """Run the cases of these seeds; print the figures and return how many are faulty."""
    longest_s = most_mb = 0.0
    codes: collections.Counter[str] = collections.Counter()
    commands: collections.Counter[str] = collections.Counter()
    faults = 0
    at = first
    while at < first + count:
        lines, ended, said = forked(shop, root, at, min(BATCH, first + count - at))
        for _, seed, code, command, took, memory, fault in (line for line in lines if line[0] == "case"):
            codes[code] += 1
            commands[command] += 1
            longest_s, most_mb = max(longest_s, float(took)), max(most_mb, float(memory))
            if fault != "-":
                faults += 1
                print(f"seed {seed}: {command}: {fault}", flush=True)
        last = max((int(line[1]) for line in lines), default=at)
        if ended or lines[-1][0] == "start":
            print(f"seed {last}: the process ended with {ended}: {said}", flush=True)
            faults += 1
        at = last + 1
    print(f"cases      {sum(codes.values())}, from seed {first}")
    print(f"exit codes {', '.join(f'{code}: {number}' for code, number in sorted(codes.items()))}")
    print(f"commands   {', '.join(f'{name}: {number}' for name, number in sorted(commands.items()))}")
    print(f"at most    {longest_s} s of processor time, {most_mb:.0f} MB")
    print(f"faults     {faults}", flush=True)
    return faults


if __name__ == "__main__":
    sys.exit(main())
