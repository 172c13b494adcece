"""What the benchmarks share: one core, one way to count CPU seconds, one way to print a table."""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any, TypeVar  # noqa: E402

Result = TypeVar("Result")


def arguments(what: str) -> argparse.Namespace:
    """Return `folder`, the speech to measure on, and `limit`, the most seconds of it."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("folder", type=Path, help="a folder of speech recordings; every FLAC and WAV below it is used")
    parser.add_argument("--limit", type=float, default=600.0, help="most seconds of speech (default 600)")
    return parser.parse_args()


def recordings(folder: Path) -> list[Path]:
    """Return the recordings below `folder`, in order."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".flac", ".wav"))
    if not found:
        raise SystemExit(f"no FLAC or WAV file below {folder}")
    return found


def cpu_seconds(work: Callable[[], Result], *, runs: int = 3) -> tuple[float, Result]:
    """Return the least CPU seconds of `runs` runs, and the result."""
    least = float("inf")
    for _ in range(runs):
        start = time.process_time()
        result = work()
        least = min(least, time.process_time() - start)
    return least, result


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows under a head, numbers to the right."""
    shown = [[cell if isinstance(cell, str) else f"{cell:.2f}" for cell in row] for row in rows]
    widths = [max(len(str(line[i])) for line in [list(head), *shown]) for i in range(len(head))]
    for line in [list(head), *shown]:
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
        ]
        print("  ".join(cells))
    print()


def bar(name: str, value: float, limit: float, *, least: bool = True) -> bool:
    """Print whether a bar is met and return it; `least` says whether `limit` is a minimum or a maximum."""
    met = value >= limit if least else value <= limit
    print(f"{'MET   ' if met else 'MISSED'}  {name}: {value:.2f} ({'at least' if least else 'at most'} {limit:.2f})")
    return met
