"""Live calls at once on one machine, each with a headset over virtual sound streams, and whether a block is late.

    python benchmarks/ears/two_calls.py [--runs 20] [--calls 2] [--seconds 60] [--seed 4] [--trainee bad]

Each call is the program's own `hotseat call`, a process each, over PulseAudio's null sinks and real PortAudio streams
(as in tests/headset/device). The trainee's recorded lines are spoken into the microphone as the script says. After
`--seconds` the caller presses Ctrl-C. A block is late when the microphone's backlog is over 100 ms
(`simulator.headset.device.LATE`); the call's log says so, and how far behind it was. A recognizer that answered too
late is counted apart: nobody's sound is late for it. Exit code 1 if there was a late block.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from simulator.clock import to_ms, to_seconds
from simulator.customer.scenario import load_scenario
from simulator.datafile import read_yaml
from simulator.events import Late, SamplesLost
from simulator.headset.device import TOO_SLOW
from simulator.headset.script import TraineeScript
from simulator.recording.audio import read_audio
from simulator.recording.folder import CallFolder, find_calls
from tests.headset.device.conftest import VirtualHeadset
from tests.headset.device.person import Person

SCENARIO = "missing-sofa"


@contextlib.contextmanager
def call(folder: Path, trainee: str, seed: int, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run one call over a virtual headset, and speak into it, until the block ends."""
    folder.mkdir(mode=0o700)
    headset = VirtualHeadset(folder, 16_000)
    headset.plug_in()
    path = load_scenario(SCENARIO).trainees[trainee]
    script = read_yaml(path, TraineeScript)
    recordings = {step.say: read_audio(path.parent / step.say).samples for step in script.steps if step.say}
    given = ["call", SCENARIO, "--seed", str(seed), "--recognizer", "whisper", "--json", "--out", str(folder / "calls")]
    env = {**headset.env, "HOME": os.environ.get("HOME", ""), "HOTSEAT_DATA": str(folder / "data")}
    try:
        with Person(headset, script, recordings, folder / "calls"):
            output = (folder / "output").open("wb")
            running = subprocess.Popen([*command, *given], env=env, stdout=output, stderr=subprocess.STDOUT)
            yield running
            running.send_signal(signal.SIGINT)
            running.wait(120)
    finally:
        headset.unplug()


def late_of(folder: CallFolder) -> tuple[list[Late], list[Late], int]:
    """Return when the machine was late, when the recognizer was, and the samples that the sound system lost."""
    events = folder.events()
    late = [event for event in events if isinstance(event, Late)]
    lost = sum(event.samples for event in events if isinstance(event, SamplesLost))
    return [e for e in late if e.reason == TOO_SLOW], [e for e in late if e.reason != TOO_SLOW], lost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--calls", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--trainee", default="bad")
    parser.add_argument("--program", nargs="+", default=["-m", "simulator.cli.main"], help="what Python runs")
    given = parser.parse_args()
    bad = 0
    for run in range(1, given.runs + 1):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary, contextlib.ExitStack() as stack:
            folders = [Path(temporary) / f"call-{n}" for n in range(given.calls)]
            running = [
                stack.enter_context(call(each, given.trainee, given.seed + n, [sys.executable, *given.program]))
                for n, each in enumerate(folders)
            ]
            while not all(list(find_calls(each / "calls")) for each in folders):
                if any(each.poll() is not None for each in running):
                    raise SystemExit("\n".join((each / "output").read_text() for each in folders))
                time.sleep(0.1)
            time.sleep(given.seconds)
            stack.close()
            found = [CallFolder.open(next(iter(find_calls(each / "calls")))) for each in folders]
            late, ears, lost = (list(each) for each in zip(*map(late_of, found), strict=True))
            blocks = sum(len(each) for each in late)
            bad += bool(blocks)
            worst = max((to_ms(event.samples) for each in late for event in each), default=0)
            lengths = ", ".join(f"{to_seconds(each.duration):.0f} s" for each in found)
            print(
                f"run {run}: {blocks} times late (worst {worst:.0f} ms), recognizer late {sum(map(len, ears))} times,"
                f" lost {to_ms(sum(lost)):.0f} ms; calls of {lengths}",
                flush=True,
            )
    print(f"{bad} of {given.runs} runs had a late block; load average {os.getloadavg()[0]:.1f}")
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
