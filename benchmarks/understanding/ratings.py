"""How well totals agree with trainers' judgement of the same calls.

python benchmarks/understanding/ratings.py CORPUS --writers w01,w02
       [--raters FOLDER] [--labels] [--weights FOLDER] [--calls]

CORPUS is a folder as corpus/README.md describes it; FOLDER holds RATER/WRITER.tsv (CORPUS/ratings unless given), and
the raters' mean counts. Turns are read by the network, with --labels by the people who labelled them. Calls are
scored as typed ones are: nobody talks over anybody, and the voice is not measured. Prints Markdown.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.understanding.corpus_calls import CorpusCall, calls_of, labelled
from benchmarks.understanding.free_speech import loaded
from benchmarks.understanding.population import spearman
from simulator.customer.asking import sentences_of
from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.events import Reading
from simulator.scoring.rubric import Rubric, load_rubric
from simulator.scoring.score import Score, score_call
from simulator.understanding.corpus import LabelledTurn, read_corpus
from simulator.understanding.reading import Understanding

BANDS = (("above 85", 85.01, 100.0), ("60 to 85", 60.0, 85.0), ("35 to 59", 35.0, 59.99), ("below 35", 0.0, 34.99))
"""The raters' totals, in the groups of the table of criteria."""
LADDER = ("expert", "good", "mediocre", "poor", "bad")


@dataclass(frozen=True)
class Rated:
    """A call, what the raters gave it in the mean, and its score."""

    call: CorpusCall
    rated: float
    score: Score

    @property
    def total(self) -> float:
        """The total of the score."""
        return self.score.total if self.score.total is not None else 0.0


def ratings_of(folder: Path, writers: Sequence[str]) -> dict[str, list[float]]:
    """Return each call's totals, one of each rater."""
    found: dict[str, list[float]] = {}
    for path in sorted(folder.glob("*/*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines() if path.stem in writers else ():
            call, total, *_ = line.split("\t")
            found.setdefault(call, []).append(float(total))
    return found


def icc(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the intraclass correlation ICC(2,1): two raters, absolute agreement, one rating (Shrout and Fleiss 1979).

    Examples
    --------
    >>> icc([1, 2, 3], [1, 2, 3]), round(icc([1, 2, 3], [2, 3, 4]), 3)
    (1.0, 0.667)
    """
    n, means = len(first), [(a + b) / 2 for a, b in zip(first, second, strict=True)]
    grand = statistics.fmean(means)
    rows = 2 * sum((m - grand) ** 2 for m in means) / (n - 1)
    columns = n * sum((statistics.fmean(each) - grand) ** 2 for each in (first, second))
    every = sum((value - grand) ** 2 for value in (*first, *second))
    error = (every - rows * (n - 1) - columns) / (n - 1)
    return (rows - error) / (rows + error + 2 * (columns - error) / n)


def network(weights: Path | None) -> Callable[[LabelledTurn], Reading]:
    """Return a reading of turns by the network."""
    reader, bars = loaded(weights)
    by_case: dict[str, Understanding] = {}

    def read(turn: LabelledTurn) -> Reading:
        if turn.case not in by_case:
            sentences = sentences_of(load_scenario(turn.case)) if turn.case in list_scenarios() else {}
            by_case[turn.case] = Understanding(sentences, reader=reader, bars=bars)
        return by_case[turn.case].read(turn.words, context=turn.said)

    return read


def main() -> None:
    """Print the figures."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("corpus", type=Path)
    asked.add_argument("--writers", required=True)
    asked.add_argument("--raters", type=Path)
    asked.add_argument("--rubric", default="practice")
    asked.add_argument("--labels", action="store_true")
    asked.add_argument("--weights", type=Path)
    asked.add_argument("--calls", action="store_true", help="print every call")
    given = asked.parse_args()
    writers = tuple(given.writers.split(","))
    turns, rated = read_corpus(given.corpus, writers), ratings_of(given.raters or given.corpus / "ratings", writers)
    rubric, read = load_rubric(given.rubric), labelled if given.labels else network(given.weights)
    results = [
        Rated(call, statistics.fmean(rated[call.name]), score_call(call.events, call.measured(), rubric, call.facts))
        for call in calls_of(turns, read)
        if call.name in rated
    ]
    _print_agreement(results, rated)
    _print_criteria(results, rubric)
    if given.calls:
        _print_calls(results)


def _print_agreement(results: Sequence[Rated], rated: dict[str, list[float]]) -> None:
    theirs, ours = [r.rated for r in results], [r.total for r in results]
    off = statistics.fmean(abs(a - b) for a, b in zip(theirs, ours, strict=True))
    print(f"{len(results)} calls: Spearman **{spearman(theirs, ours):.3f}**, ICC(2,1) **{icc(theirs, ours):.3f}**, ")
    print(f"mean absolute difference **{off:.1f}** points.")
    pairs = [rated[r.call.name][:2] for r in results if len(rated[r.call.name]) > 1]
    if pairs:
        one, other = zip(*pairs, strict=True)
        print(f"Raters, {len(pairs)} calls: Spearman {spearman(one, other):.3f}, ICC {icc(one, other):.3f}.")
    print("\n| agent | calls | raters | totals | least to most |\n|---|---|---|---|---|")
    for quality in LADDER:
        mine = [r for r in results if r.call.quality == quality]
        if mine:
            totals = [r.total for r in mine]
            raters = statistics.fmean(r.rated for r in mine)
            print(f"| {quality} | {len(mine)} | {raters:.0f} | {statistics.fmean(totals):.0f} ", end="")
            print(f"| {min(totals):.0f} to {max(totals):.0f} |")


def _print_criteria(results: Sequence[Rated], rubric: Rubric) -> None:
    names = " | ".join(name for name, _, _ in BANDS)
    print(
        "\nPer cent of points won of calls that raters put in each group (calls to which it applied), and Spearman:\n"
    )
    print(f"| criterion | points | {names} | order |\n|---|---|{'---|' * len(BANDS)}---|")
    for at, criterion in enumerate(rubric.criteria):
        mine = [(r.rated, r.score.criteria[at]) for r in results if r.score.criteria[at].of > 0]
        cells = []
        for _, low, high in BANDS:
            here = [judged for rated, judged in mine if low <= rated <= high]
            won, of = sum(j.points for j in here), sum(j.of for j in here)
            cells.append(f"{100 * won / of:.0f} ({len(here)})" if of else "")
        shares = [judged.points / judged.of for _, judged in mine]
        order = f"{spearman([rated for rated, _ in mine], shares):.2f}" if len(set(shares)) > 1 else ""
        print(f"| {criterion.id} | {criterion.points:g} | {' | '.join(cells)} | {order} |")


def _print_calls(results: Sequence[Rated]) -> None:
    print("\n| call | case | agent | raters | total | lost most |\n|---|---|---|---|---|---|")
    for r in sorted(results, key=lambda r: r.total - r.rated):
        lost = sorted((j for j in r.score.criteria if j.of > j.points), key=lambda j: j.points - j.of)[:6]
        names = ", ".join(f"{j.criterion.id} -{j.of - j.points:.1f}" for j in lost)
        print(f"| {r.call.name} | {r.call.case} | {r.call.quality} | {r.rated:.0f} | {r.total:.0f} | {names} |")


if __name__ == "__main__":
    main()
