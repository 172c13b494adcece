"""Set the bar of each act and kind of sentence on writers kept for that, and write bars.json.

python script/set_bars.py CORPUS --writers w05,w12 --weights FOLDER

The bar of an act is where F1 over turns is highest; of a harmful act, the lowest that spares good agents and from which
`PRECISE` of what is heard was really done. Bars of acts with few examples are drawn towards `USUAL`.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml

from simulator.understanding.corpus import LabelledTurn, read_corpus
from simulator.understanding.reader import KINDS, Reader
from simulator.understanding.reading import case_of
from simulator.understanding.tags import FACT, OFFER, OTHER_OFFER, QUESTION, TAGS
from simulator.vocabulary import HARMFUL

USUAL = 0.4
PULL = 6
"""So many made-up turns vote for the usual bar."""
PRECISE = 0.6
"""Of what is heard as harm, at least this share was really done (with the readers' own doubts taken into account)."""
SPARED = 0.998
"""Share of a good agent's turns in which a harmful act must stay unheard; there are seven, so 1 turn of 70 at worst."""
HARM_LEAST, HARM_MOST = 0.35, 0.9
GOOD = ("expert", "good")
"""Qualities of agents that must not be accused."""
GRID = np.round(np.arange(0.1, 0.96, 0.025), 3)
Scored = list[tuple[float, bool]]


def best_bar(scored: Scored, *, usual: float) -> float:
    """Return the bar with the highest F1, drawn towards `usual` where examples are few."""
    found = []
    for bar in GRID:
        hit = sum(is_ for p, is_ in scored if p >= bar)
        heard, real = sum(p >= bar for p, _ in scored), sum(is_ for _, is_ in scored)
        f1 = 2 * hit / max(1, heard + real)
        found.append(f1 - abs(bar - usual) * PULL / (PULL + real) * 0.2)
    return float(GRID[int(np.argmax(found))])


def careful_bar(scored: Scored, blameless: Sequence[float]) -> float:
    """Return a harmful act's bar: above what is heard in turns of good agents who did no such thing, and precise.

    Parameters
    ----------
    scored : list of (probability, was it so)
        Every turn.
    blameless : sequence of float
        The probabilities in turns of good agents who did not do it.
    """
    least = float(np.quantile(blameless, SPARED)) + 0.01
    for bar in GRID[(GRID >= max(least, HARM_LEAST)) & (GRID <= HARM_MOST)]:
        heard = [is_ for p, is_ in scored if p >= bar]
        if not heard or np.mean(heard) >= PRECISE:
            return float(bar)
    return HARM_MOST


def collect(turns: Sequence[LabelledTurn], reader: Reader, cases: dict, heads: dict) -> tuple[dict, dict, dict]:
    """Return (probability, was it so) by tag and by kind of sentence, and the blameless agents' probabilities."""
    known = {
        case: case_of(reader, {k: {i.partition(":")[2]: t for i, t in by.items() if i.startswith(k)} for k in KINDS})
        for case, by in cases.items()
    }
    tags: dict[str, Scored] = defaultdict(list)
    kinds: dict[str, Scored] = defaultdict(list)
    blameless: dict[str, list[float]] = defaultdict(list)
    for turn in turns:
        found = reader.turn(turn.words, turn.said)
        so = {label.name for label in turn.acts}
        for label in turn.references:
            kind, _, rest = label.name.partition(":")
            so |= {
                "ask": {QUESTION, rest},
                "pass": {label.name},
                "fact": {FACT},
            }.get(kind, {OTHER_OFFER if rest == "other" else OFFER})
        for n, tag in enumerate(TAGS):
            tags[tag].append((float(found.tags[:, n].max()), tag in so))
            if turn.quality in GOOD and tag not in so:
                blameless[tag].append(float(found.tags[:, n].max()))
        if turn.case in known:
            names = {label.name for label in turn.references}
            for kind in KINDS:
                for name, vectors in known[turn.case].sentences[kind].items():
                    cosine = float((found.vectors @ vectors.T).max()) if len(found.vectors) else -1.0
                    p = 1 / (1 + np.exp(-(cosine * heads["scale"][kind] + heads["bias"][kind])))
                    kinds[kind].append((float(p), f"{kind}:{name}" in names))
    return tags, kinds, blameless


def main() -> None:
    """Set and write the bars."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("corpus", type=Path)
    asked.add_argument("--writers", required=True)
    asked.add_argument("--weights", type=Path, required=True)
    given = asked.parse_args()
    heads = json.loads((given.weights / "heads.json").read_text(encoding="utf-8"))
    reader = Reader(given.weights / "reader.onnx", given.weights / "tokenizer.json")
    cases = yaml.safe_load((given.corpus / "sentences.yaml").read_text(encoding="utf-8"))
    turns = read_corpus(given.corpus, tuple(given.writers.split(",")))
    tags, kinds, blameless = collect(turns, reader, cases, heads)
    bars = {
        "tags": {
            tag: careful_bar(tags[tag], blameless[tag]) if tag in HARMFUL else best_bar(tags[tag], usual=USUAL)
            for tag in TAGS
        },
        "sentences": {kind: best_bar(kinds[kind], usual=USUAL) for kind in KINDS},
        **heads,
    }
    (given.weights / "bars.json").write_text(json.dumps(bars, indent=1) + "\n", encoding="utf-8")
    print(f"bars of {len(turns)} turns written to {given.weights / 'bars.json'}")


if __name__ == "__main__":
    main()
