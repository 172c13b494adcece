"""Time scoring and the report of a ten-minute call, and weigh the page: ``python benchmarks/records/scoring.py``."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from simulator.report.page import write_report
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.scoring.made_call import MadeCall

Result = TypeVar("Result")
MINUTES = 10


def timed(make: Callable[[], Result]) -> tuple[Result, float]:
    """Return what `make` returns, and the seconds of processor time it took."""
    start = time.process_time()
    return make(), time.process_time() - start


def long_call() -> MadeCall:
    """Return a call of ten minutes in which both speak in turn."""
    call = MadeCall()
    while call.at_ms < MINUTES * 60_000:
        call.customer("where is my sofa i paid for it and it was due on tuesday and nothing came at all").mood(60)
        call.trainee(
            "so it was due on tuesday and nobody came that must be so frustrating what happened then",
            ("reflection", "so it was due on tuesday and nobody came"),
            ("empathy", "that must be so frustrating"),
        ).mood(55, "heard")
    return call.end()


def main() -> None:
    """Print the figures."""
    folder = long_call().folder(Path(tempfile.mkdtemp()))
    rubric = load_rubric()
    score_folder(folder, rubric)
    scored, scoring_s = timed(lambda: score_folder(folder, rubric))
    path, report_s = timed(lambda: write_report(folder, scored))
    seconds = folder.duration / 16_000
    print(f"call            {seconds:.0f} s")
    print(f"score           {scoring_s:.2f} s of one core, measures included: {seconds / scoring_s:.0f}x real time")
    print(f"report          {report_s:.2f} s of one core, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
