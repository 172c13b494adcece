"""How well the dialogue acts are read: precision, recall and F1 per act, and macro F1, on labelled utterances.

python benchmarks/acts.py                       both halves of tests/understanding/data
python benchmarks/acts.py FILE.tsv --wrong      the lines of a file that are read wrongly
python benchmarks/acts.py --noise 0.1           words dropped or swapped, as a poor recognizer would
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from simulator.understanding import Rules
from simulator.vocabulary import ACTS

DATA = Path(__file__).parent.parent / "tests" / "understanding" / "data"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One utterance, what the customer said before it, and the acts that a fair listener hears."""

    words: tuple[str, ...]
    said: tuple[str, ...]
    acts: frozenset[str]


def read_labelled(path: Path) -> list[Labelled]:
    """Return the utterances of a TSV file with the columns text, context, acts."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Labelled(
            tuple(row["text"].split()),
            (row["context"],) if row["context"] else (),
            frozenset(act for act in (row["acts"] or "").split(",") if act),
        )
        for row in rows
    ]


def noisy(words: tuple[str, ...], share: float, draw: random.Random) -> tuple[str, ...]:
    """Return the words with `share` of them dropped, or swapped with their neighbour."""
    left = list(words)
    for at in range(len(left)):
        if draw.random() < share:
            if draw.random() < 0.5:
                left[at] = ""
            elif at + 1 < len(left):
                left[at], left[at + 1] = left[at + 1], left[at]
    return tuple(word for word in left if word) or words


@dataclass(frozen=True, slots=True)
class Counts:
    """Hits, false alarms and misses of each act."""

    right: Counter[str]
    extra: Counter[str]
    missed: Counter[str]

    def f1(self, act: str) -> float | None:
        """Return the F1 of one act; None where it neither occurs nor is found."""
        total = 2 * self.right[act] + self.extra[act] + self.missed[act]
        return 2 * self.right[act] / total if total else None

    @property
    def macro_f1(self) -> float:
        """Return the mean F1 over the acts that occur."""
        values = [value for act in ACTS if (value := self.f1(act)) is not None]
        return sum(values) / len(values)


def count(rules: Rules, utterances: list[Labelled]) -> Counts:
    """Read every utterance and compare."""
    counts = Counts(Counter(), Counter(), Counter())
    for one in utterances:
        found = {act.act for act in rules.read(one.words, context=one.said)}
        counts.right.update(found & one.acts)
        counts.extra.update(found - one.acts)
        counts.missed.update(one.acts - found)
    return counts


def table(counts: Counts) -> str:
    """Return precision, recall and F1 by act as text."""
    lines = [f"{'act':<22}{'n':>5}{'precision':>11}{'recall':>8}{'F1':>7}"]
    for act in ACTS:
        right, found = counts.right[act], counts.right[act] + counts.extra[act]
        there = right + counts.missed[act]
        f1 = counts.f1(act)
        lines.append(
            f"{act:<22}{there:>5}{right / found if found else 0:>11.2f}{right / there if there else 0:>8.2f}"
            f"{f1 if f1 is not None else float('nan'):>7.2f}"
        )
    return "\n".join([*lines, f"macro F1 {counts.macro_f1:.3f}"])


def wrong(rules: Rules, utterances: list[Labelled]) -> str:
    """Return the utterances that are read wrongly: what is missed (-) and what is too much (+)."""
    lines = []
    for one in utterances:
        found = {act.act: act for act in rules.read(one.words, context=one.said)}
        if set(found) != one.acts:
            marks = [f"-{act}" for act in sorted(one.acts - set(found))]
            marks += [f"+{found[a].rule}[{found[a].words}]" for a in sorted(set(found) - one.acts)]
            lines.append(f"{' '.join(one.words)}{' | ' + one.said[0] if one.said else ''}\n      {'  '.join(marks)}")
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="*", default=[DATA / "rules.tsv", DATA / "test.tsv"])
    parser.add_argument("--noise", type=float, default=0.0, help="share of words dropped or swapped")
    parser.add_argument("--wrong", action="store_true", help="show the lines read wrongly")
    given = parser.parse_args()
    rules = Rules.load()
    for path in given.file:
        draw = random.Random(1)
        utterances = [
            Labelled(noisy(one.words, given.noise, draw), one.said, one.acts) if given.noise else one
            for one in read_labelled(path)
        ]
        print(f"\n{path.name}: {len(utterances)} utterances")
        print(wrong(rules, utterances) if given.wrong else table(count(rules, utterances)))


if __name__ == "__main__":
    main()
