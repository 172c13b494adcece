"""Set the bar of each act and kind of sentence on writers kept for that, and write bars.json.

python script/set_bars.py CORPUS --writers w05,w12 --weights FOLDER

The bar of an act is where F1 over turns is highest; bars of acts with few examples are drawn towards `USUAL`. Harmful
acts share a budget: their bars are the lowest, each above the same share of the turns of good agents who did no harm,
at which at most `ACCUSED` of those turns would hear any harm. How likely a turn does any harm is a logistic regression
over the log-odds of any harmful act. The bar of known questions is set on questions as they are parted and compared in
a call.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from simulator.understanding.asked import Questions
from simulator.understanding.clauses import case_of
from simulator.understanding.corpus import LabelledTurn, read_corpus
from simulator.understanding.guards import Turn
from simulator.understanding.reader import KINDS, Bars, Reader
from simulator.understanding.reading import harm_odds
from simulator.understanding.tags import FACT, OFFER, OTHER_OFFER, QUESTION, TAGS
from simulator.vocabulary import HARMFUL, HARMS

USUAL = 0.4
PULL = 6
"""So many made-up turns vote for the usual bar."""
ACCUSED = 0.008
"""Share of the harmless turns of good agents in which harm may be heard; the product's promise is 1 of 100."""
FORBID_LEAST = 0.7
"""Lowest bar of a promise that the briefing forbids: hearing one wrongly costs a good agent a quarter of the score."""
ASKED_SLACK = 0.01
"""F1 given away for a lower bar of known questions: a caller who answers beats one who says that they do not know."""
HARM_LEAST, HARM_MOST = 0.2, 0.97
GOOD = ("expert", "good")
"""Qualities of agents that must not be accused."""
SAID = ("fact", "offer", "forbid")
"""Kinds of sentences whose bar is set by how near the words of a turn come to them."""
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


def harm_bars(blameless: dict[str, Sequence[float]]) -> dict[str, float]:
    """Return the bars of the harmful acts.

    Parameters
    ----------
    blameless : dict of sequence of float
        By act, the probabilities in the same turns of good agents who did no harm.
    """
    rows = np.array([blameless[name] for name in HARMFUL])
    for spared in np.arange(0.95, 1.0, 0.0005):
        bars = np.clip(np.quantile(rows, spared, axis=1) + 0.005, HARM_LEAST, HARM_MOST)
        if (rows >= bars[:, None]).any(axis=0).mean() <= ACCUSED:
            break
    return {name: round(float(bar), 3) for name, bar in zip(HARMFUL, bars, strict=True)}


def harm_weights(turns: Sequence[LabelledTurn], reader: Reader) -> dict[str, float]:
    """Return what turns the log-odds of any harmful act into those that the turn does harm."""
    odds = [harm_odds(reader.turn(turn.words, turn.said), Turn(turn.words, turn.said)) for turn in turns]
    did = [any(label.name in HARMS for label in turn.acts) for turn in turns]
    fitted = LogisticRegression(max_iter=2000).fit(np.array(odds)[:, None], did)
    return {"scale": round(float(fitted.coef_[0, 0]), 4), "bias": round(float(fitted.intercept_[0]), 4)}


def asked_bar(turns: Sequence[LabelledTurn], reader: Reader, cases: dict, bars: Bars) -> float:
    """Return the lowest bar of known questions whose F1 is near the highest, among the questions of their story alone.

    A turn's questions are parted and looked at twice as in a call; the usual questions to any caller are left out.
    """
    known = {case: case_of(reader, by_kind) for case, by_kind in cases.items()}
    found = [(turn, reader.turn(turn.words, turn.said)) for turn in turns if turn.case in known]
    real = [{label.name.removeprefix("ask:") for label in turn.references} for turn, _ in found]
    scored = {}
    for bar in map(float, GRID):
        tried = replace(bars, sentences={**bars.sentences, "ask": bar})
        readers = {case: Questions(each, tried, frozenset()) for case, each in known.items()}
        heard = [
            {each.id for each in readers[turn.case].of(read, turn.words) if each.kind == "known"}
            for turn, read in found
        ]
        hit = sum(len(one & other) for one, other in zip(real, heard, strict=True))
        ids = sum(len(one & set(known[turn.case].contents)) for one, (turn, _) in zip(real, found, strict=True))
        scored[bar] = 2 * hit / max(1, ids + sum(map(len, heard)))
    return min(bar for bar, f1 in scored.items() if f1 >= max(scored.values()) - ASKED_SLACK)


def collect(turns: Sequence[LabelledTurn], reader: Reader, cases: dict, heads: dict) -> tuple[dict, dict, dict]:
    """Return (probability, was it so) by tag and by kind of sentence, and the blameless agents' probabilities."""
    known = {case: case_of(reader, by_kind) for case, by_kind in cases.items()}
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
            if turn.quality in GOOD and tag in HARMFUL and not so & set(HARMFUL):
                blameless[tag].append(float(found.tags[:, n].max()))
        if turn.case in known:
            names = {label.name for label in turn.references}
            for kind in SAID:
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
    path = given.weights / "bars.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    heads = {name: written[name] for name in ("scale", "bias")}
    reader = Reader(given.weights / "reader.onnx", given.weights / "tokenizer.json")
    cases = {
        case: {kind: {i.partition(":")[2]: t for i, t in by.items() if i.startswith(kind)} for kind in KINDS}
        for case, by in yaml.safe_load((given.corpus / "sentences.yaml").read_text(encoding="utf-8")).items()
    }
    turns = read_corpus(given.corpus, tuple(given.writers.split(",")))
    tags, kinds, blameless = collect(turns, reader, cases, heads)
    bars = {
        "tags": {
            **{tag: best_bar(tags[tag], usual=USUAL) for tag in TAGS if tag not in HARMFUL},
            **harm_bars(blameless),
        },
        "sentences": {kind: best_bar(kinds[kind], usual=USUAL) for kind in SAID},
        **heads,
        "harm": harm_weights(turns, reader),
    }
    bars["sentences"]["forbid"] = max(FORBID_LEAST, bars["sentences"]["forbid"])
    bars["sentences"]["ask"] = round(asked_bar(turns, reader, cases, Bars(**bars)), 3)
    path.write_text(json.dumps(bars, indent=1) + "\n", encoding="utf-8")
    print(f"bars of {len(turns)} turns written to {path}")


if __name__ == "__main__":
    main()
