"""Whether a headset far away changes how a call ends: outcome, interruptions, score.

    python benchmarks/ears/far_headset.py [--seeds 12] [--trainee bad]

A recorded trainee's call is replayed near and over a headset whose sound takes 180 and 340 ms both ways together, with
a recognizer that is 100 and 400 ms slower. The same means: the same outcome and interruptions, the score within 3
points.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from simulator.clock import BLOCK, to_ms
from simulator.headset.replay import ScriptHeadset
from simulator.speech.recognition.recognizers import open_recognizer
from tests.session.test_late_ears import take

FAR = (("180 ms", 400, 5, 4), ("340 ms", 700, 10, 7))
"""A name, the recognizer's delay in ms, and the way there and back in blocks of 20 ms."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--trainee", default="bad")
    options = parser.parse_args()
    recognizer = open_recognizer(notify=print)
    same = dict.fromkeys([name for name, *_ in FAR], 0)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, options.seeds + 1):
            given = {"seed": seed, "trainee": options.trainee}
            ScriptHeadset.latency_ms = 0.0
            near = take(Path(folder) / f"{seed}", recognizer, delay_ms=300, **given)
            for name, delay_ms, there, back in FAR:
                ScriptHeadset.latency_ms = to_ms((there + back) * BLOCK)
                out = Path(folder) / f"{seed}-{name}"
                far = take(out, recognizer, delay_ms=delay_ms, there=there, back=back, **given)
                alike = far[:2] == near[:2] and abs(far[2] - near[2]) <= 3
                same[name] += alike
                if not alike:
                    print(f"  seed {seed}, {name}: near {near}, far {far}", flush=True)
    for name, count in same.items():
        print(f"{options.trainee}, {name}: the same result in {count} of {options.seeds} calls")


if __name__ == "__main__":
    main()
