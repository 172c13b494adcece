"""How well turns in free speech are read: acts, unjustified harm, facts said back, offers and questions.

python benchmarks/understanding/free_speech.py CORPUS --writers w03,w08 [--weights FOLDER] [--all-acts]

CORPUS is a folder as corpus/README.md describes it. Prints Markdown. A turn counts once for each act, fact, offer or
question in it. F1 of a class with fewer than `LEAST` turns is not averaged. Give only writers that nothing was trained
or tuned on if the figures are to be claimed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import yaml

from simulator.events import Reading
from simulator.understanding.corpus import LabelledTurn, read_corpus
from simulator.understanding.reader import KINDS, Bars, Reader, shipped_bars, shipped_reader
from simulator.understanding.reading import Understanding
from simulator.vocabulary import ACTS, HARMFUL

LEAST = 10
"""Turns that really hold a class, below which its F1 is mere chance."""
GOOD = ("expert", "good")
"""Qualities of agents that must not be accused."""
WIDER = {"?ours": "?yesno", "?any": "?yesno", "?wish": "?yesno", "?either": "choice"}
"""Kinds of questions that the labels do not part from others."""


class Tally:
    """Hits, misses and inventions of each class."""

    def __init__(self) -> None:
        self.hit: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.invented: Counter[str] = Counter()

    def add(self, real: set[str], heard: set[str]) -> None:
        """Count one turn."""
        self.hit.update(real & heard)
        self.missed.update(real - heard)
        self.invented.update(heard - real)

    def f1(self, names: Iterable[str]) -> float:
        """Return F1 over all of `names` together."""
        hit = sum(self.hit[n] for n in names)
        wrong = sum(self.missed[n] + self.invented[n] for n in names)
        return 2 * hit / max(1, 2 * hit + wrong)

    def real(self, name: str) -> int:
        """Return how many turns really hold a class."""
        return self.hit[name] + self.missed[name]


def named(turn: LabelledTurn, kind: str) -> set[str]:
    """Return the ids of one kind that the labels name."""
    return {label.name for label in turn.references if label.name.startswith(f"{kind}:")}


def heard_ids(reading: Reading, kind: str) -> set[str]:
    """Return the same of a reading."""
    if kind == "fact":
        return {f"fact:{each.id}" for each in reading.facts}
    if kind == "ask":
        return {f"ask:{each.id if each.kind == 'known' else WIDER.get(each.kind, each.kind)}" for each in reading.asked}
    standing = {"offer": "allowed", "forbid": "forbidden"}[kind]
    return {f"{kind}:{each.id}" for each in reading.offers if each.standing == standing}


def main() -> None:
    """Read every turn and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("corpus", type=Path)
    asked.add_argument("--writers", required=True)
    asked.add_argument("--weights", type=Path)
    given = asked.parse_args()
    turns = read_corpus(given.corpus, tuple(given.writers.split(",")))
    cases = yaml.safe_load((given.corpus / "sentences.yaml").read_text(encoding="utf-8"))
    reader, bars = loaded(given.weights)
    readers: dict[str, Understanding] = {}
    acts, tallies, harm = Tally(), {kind: Tally() for kind in ("fact", "offer", "forbid", "ask")}, Counter()
    took = []
    for turn in turns:
        if turn.case not in readers:
            by_kind = {
                k: {n.partition(":")[2]: t for n, t in cases.get(turn.case, {}).items() if n.startswith(k)}
                for k in KINDS
            }
            readers[turn.case] = Understanding(by_kind, reader=reader, bars=bars)
        began = time.perf_counter()
        reading = readers[turn.case].read(turn.words, context=turn.said)
        took.append(time.perf_counter() - began)
        real, heard = {label.name for label in turn.acts}, {act.act for act in reading.acts}
        acts.add(real, heard)
        good = turn.quality in GOOD
        harm["turns"] += 1
        harm["good turns"] += good
        harm["invented"] += bool((heard - real) & set(HARMFUL))
        harm["invented of good"] += bool(heard & set(HARMFUL) and not real & set(HARMFUL) and good)
        harm["real"] += len(real & set(HARMFUL))
        harm["found"] += bool(real & set(HARMFUL)) and bool(heard & set(HARMFUL))
        harm["turns with harm"] += bool(real & set(HARMFUL))
        for kind, tally in tallies.items():
            tally.add(named(turn, kind) - {"offer:other"}, heard_ids(reading, kind))
    _print(acts, tallies, harm, took)


def loaded(weights: Path | None) -> tuple[Reader, Bars]:
    """Return the network and bars of a folder, or those shipped."""
    if weights is None:
        return shipped_reader(), shipped_bars()
    bars = Bars(**json.loads((weights / "bars.json").read_text(encoding="utf-8")))
    return Reader(weights / "reader.onnx", weights / "tokenizer.json"), bars


def _print(acts: Tally, tallies: dict[str, Tally], harm: Counter[str], took: list[float]) -> None:
    print("| act | turns | missed | invented | F1 |\n|---|---|---|---|---|")
    for act in ACTS:
        print(f"| {act} | {acts.real(act)} | {acts.missed[act]} | {acts.invented[act]} | {acts.f1([act]):.2f} |")
    counted = [act for act in ACTS if acts.real(act) >= LEAST]
    macro = np.mean([acts.f1([act]) for act in counted]) if counted else float("nan")
    print(f"\nActs, macro F1 over {len(counted)} acts with {LEAST} turns or more: **{macro:.3f}**; ", end="")
    print(f"micro {acts.f1(ACTS):.3f}.")
    good = max(1, harm["good turns"])
    print(f"Unjustified harm: {harm['invented of good']} of {harm['good turns']} turns of good agents", end="")
    print(f" ({100 * harm['invented of good'] / good:.1f} %), {harm['invented']} of {harm['turns']} turns of all.")
    print(f"Turns with real harm in which harm is heard: {harm['found']} of {harm['turns with harm']}.")
    for kind, tally in tallies.items():
        names = set(tally.hit) | set(tally.missed) | set(tally.invented)
        missed, invented = sum(tally.missed.values()), sum(tally.invented.values())
        print(f"{kind}: F1 **{tally.f1(names):.3f}** ({tally.hit.total()} right, {missed} missed, {invented} invented)")
    print(
        f"A turn takes {1000 * float(np.median(took)):.1f} ms (95 %: {1000 * float(np.percentile(took, 95)):.1f} ms)."
    )


if __name__ == "__main__":
    main()
