"""What a live call costs: share of one core without recognition, with it, with the reader, and calls two cores carry.

    python benchmarks/ears/engine_cost.py SPEECH_FOLDER [--calls 1 2 4 6] [--seconds 60] [--rounds 5] [--former WEIGHTS]

The trainee is the agent's channel of the two-channel call. Without recognition the engine runs with voice activity,
cues, turn ends and the customer's reactions, and an ear that hears nothing. With it, the processor time of the whole
call is set against that of the recognizer alone on the same utterances. What the reader of turns adds is a ratio taken
in one run: the same call without a reader, with the shipped one, and with that of WEIGHTS (a folder as
`script/export_reader.py` writes it), in turn, `--rounds` times each, by the median; loading the models is left out.
Then N calls run in real time, a process each (`--calls` alone: none); a block is late when it comes more than 100 ms
after its time, which is what the sound card's buffer forgives.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from ears_rig import Plain, Replier, load, recognizer_of

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.understanding.free_speech import loaded
from simulator.call.engine import Engine
from simulator.call.parts import Parts, Settings
from simulator.clock import BLOCK, RATE_HZ, from_seconds
from simulator.cues.live.final_pitch import FinalPitch
from simulator.cues.live.listening import Listener
from simulator.customer.asking import sentences_of
from simulator.customer.scenario import load_scenario
from simulator.events import Heard
from simulator.ports import Ear, Recognizer, Speech
from simulator.ports import Understanding as Reads
from simulator.session.compose import warm_up
from simulator.speech.recognition.ear import LiveEar, ReplayEar
from simulator.speech.recognition.silero import SileroDetector
from simulator.understanding.reading import Understanding

LATE_S = 0.1
SCENARIO = "missing-sofa"
"""Whose sentences the turns are compared with."""
BAR = 1.3
"""What a call's load with the reader may be, as a multiple of that without or with the former one."""


class Deaf:
    """An ear that answers at once and hears nothing: what is left is the engine."""

    def open(self, start: int) -> None: ...
    def accept(self, samples: np.ndarray) -> None: ...
    def ask(self, at: int) -> None: ...
    def answer(self, at: int) -> tuple[()]:
        return ()

    def withdraw(self) -> None: ...
    def partial(self) -> str:
        return ""

    def close(self) -> None: ...


class Tone:
    """A voice of constant samples."""

    def speak(self, text: str, band: str) -> Speech:
        return Speech(samples=np.full(RATE_HZ, 2000, np.int16))


def engine_with(ear: Ear, understanding: Reads | None = None) -> Engine:
    """Return an engine with everything a live call has, this ear, and a reader of turns if one is given."""
    parts = Parts(
        customer=Replier(),
        understanding=understanding or Plain(),
        ear=ear,
        detector=SileroDetector(),
        voice=Tone(),
        listening=Listener(),
        melody=FinalPitch(),
    )
    return Engine(
        parts, Settings(scenario="bench", seed=1, recognizer="bench", headset="bench", limit=from_seconds(7200))
    )


def replay(samples: np.ndarray, ear: Ear, understanding: Reads | None = None) -> tuple[float, list[Heard]]:
    """Return the processor seconds of a replayed call, and what was heard."""
    engine = engine_with(ear, understanding)
    heard: list[Heard] = []
    began = time.process_time()
    for n in range(len(samples) // BLOCK):
        engine.step(samples[n * BLOCK : (n + 1) * BLOCK])
        heard += [e for e in engine.drain() if isinstance(e, Heard)]
    return time.process_time() - began, heard


def reader_of(weights: Path | None) -> Understanding:
    """Return a reader of turns that has read once: the shipped network, or that of a folder."""
    network, bars = loaded(weights)
    reader = Understanding(sentences_of(load_scenario(SCENARIO)), reader=network, bars=bars)
    reader.read("good morning how can i help you".split(), context=())
    return reader


def print_reader(samples: np.ndarray, recognizer: Recognizer, *, rounds: int, former: Path | None) -> None:
    """Print the load of a call with each reader as a multiple of that without."""
    readers: dict[str, Understanding | None] = {"no reader": None, "the shipped reader": reader_of(None)}
    if former is not None:
        readers["the former reader"] = reader_of(former)
    took: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(rounds):
        for name, reader in readers.items():
            took[name].append(replay(samples, ReplayEar(recognizer), reader)[0])
    seconds, without = len(samples) / RATE_HZ, statistics.median(took["no reader"])
    for name, costs in took.items():
        cost = statistics.median(costs)
        print(
            f"load of a seat with {recognizer.name} and {name}: {100 * cost / seconds:.2f} % of one core"
            f" ({100 * min(costs) / seconds:.2f} to {100 * max(costs) / seconds:.2f}), {cost / without:.2f} times that"
            f" without (bar {BAR})"
        )


def live(samples: np.ndarray, start: float, results: multiprocessing.Queue) -> None:
    """Run one call in real time and report late blocks."""
    engine = engine_with(LiveEar(recognizer_of("auto")))
    warm_up()
    late, worst = 0, 0.0
    time.sleep(max(0.0, start - time.time()))
    began = time.monotonic()
    for n in range(len(samples) // BLOCK):
        due = began + (n + 1) * BLOCK / RATE_HZ
        time.sleep(max(0.0, due - time.monotonic()))
        engine.step(samples[n * BLOCK : (n + 1) * BLOCK])
        behind = time.monotonic() - due
        late, worst = late + (behind > LATE_S), max(worst, behind)
    engine.close()
    results.put((late, worst))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--calls", type=int, nargs="*", default=[1, 2, 4, 6])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--former", type=Path, help="weights of another reader")
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")  # a forked recognizer never answers
    agent = load(options.folder / "calls/aws_autorepairs_40.flac", channel=0)
    seconds = len(agent) / RATE_HZ
    cost, _ = replay(agent, Deaf())
    print(f"engine without recognition: {100 * cost / seconds:.1f} % of one core (bar 5 %)")
    recognizer = recognizer_of("auto")
    whole, heard = replay(agent, ReplayEar(recognizer))
    began = time.process_time()
    for event in heard:
        stream = recognizer.open(event.span.start)
        stream.accept(agent[event.span.start : event.span.stop])
        stream.finish()
        stream.close()
    alone = time.process_time() - began
    print(
        f"with {recognizer.name}: {100 * whole / seconds:.1f} % of one core; {recognizer.name} alone on the same"
        f" {len(heard)} utterances, once each: {100 * alone / seconds:.1f} %"
    )
    print_reader(agent, recognizer, rounds=options.rounds, former=options.former)
    samples = agent[: from_seconds(options.seconds)]
    for calls in options.calls:
        results = spawn.Queue()
        start = time.time() + 10 + 2 * calls
        processes = [spawn.Process(target=live, args=(samples, start, results)) for _ in range(calls)]
        for process in processes:
            process.start()
        found = [results.get() for _ in processes]
        for process in processes:
            process.join()
        late = sum(n for n, _ in found)
        print(f"{calls} live calls: {late} late blocks, at worst {1000 * max(w for _, w in found):.0f} ms behind")


if __name__ == "__main__":
    main()
