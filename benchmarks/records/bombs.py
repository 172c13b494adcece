"""Time and memory of `hotseat` on data files that are made to take long (tests/records/attacks/bombs.py).

    python benchmarks/records/bombs.py

Each file is given to a process of its own. Exit code 1 if one takes more than 2 s or 200 MB, or shows a traceback.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

LONGEST_S, MOST_MB = 2.0, 200.0


def measured(args: list[str]) -> tuple[int, float, float, str]:
    """Return a command's exit code, seconds, peak memory in MB, and what it said."""
    begun = time.monotonic()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen([sys.executable, "-m", "simulator.cli.main", *args], stdout=said, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
        took = time.monotonic() - begun
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    return os.waitstatus_to_exitcode(status), took, used.ru_maxrss / 1024, text


def main() -> int:
    """Print a line for each file."""
    from tests.records.attacks.bombs import TOML_BOMBS, YAML_BOMBS

    worst_s = worst_mb = 0.0
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        toml = TOML_BOMBS.items()
        cases = [(name, text, ".yaml", ["rubrics", "check"]) for name, text in YAML_BOMBS.items()]
        cases += [(name, text, ".yaml", ["scenarios", "check"]) for name, text in YAML_BOMBS.items()]
        said = str(Path(folder) / "said.wav")
        cases += [(name, text, ".toml", ["voices", "say", "hello", "-o", said, "--voice"]) for name, text in toml]
        for name, text, suffix, command in cases:
            path = Path(folder) / f"bomb{suffix}"
            path.write_text(text, encoding="utf-8")
            code, took, memory, said = measured([*command, str(path)])
            worst_s, worst_mb = max(worst_s, took), max(worst_mb, memory)
            fault = took > LONGEST_S or memory > MOST_MB or code not in (2, 5) or "Traceback" in said
            faults += fault
            last = said.strip().splitlines()[-1][-90:] if said.strip() else ""
            print(f"{'FAULT ' if fault else ''}{name:34} {' '.join(command[:2]):16} {code}", end=" ")
            print(f"{took:5.2f} s {memory:5.0f} MB  {last}", flush=True)
    print(f"{len(cases)} files, at most {worst_s:.2f} s and {worst_mb:.0f} MB, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
