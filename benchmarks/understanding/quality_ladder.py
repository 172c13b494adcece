"""Whether better agents get better totals: five qualities of agent, compared within each scenario.

python benchmarks/understanding/quality_ladder.py CORPUS [--writers w01,w02] [--labels] [--live] [--weights FOLDER]

CORPUS is a folder as corpus/README.md describes it; all its writers unless given. Every call is scored, and within a
scenario each pair of calls whose agents differ in quality is compared; beside it, the same pairs by the mean of those
who rated the calls. A kind agent who loses keeps-temper was accused of what they did not do. Turns are read by the
network, with --labels by the people who labelled them. With --live each agent says the same turns to the live customer,
who answers as they would in a call of text; an agent who goes on when the customer has gone is cut short. Prints
Markdown.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.understanding.corpus_calls import calls_of, labelled
from benchmarks.understanding.ratings import LADDER, network, ratings_of
from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.events import Reading
from simulator.headset.script import Step, TraineeScript, When
from simulator.scoring.rubric import Rubric, load_rubric
from simulator.scoring.score import Score, score_call
from simulator.session.rehearsal import rehearse
from simulator.understanding.corpus import LabelledTurn, read_corpus

BAR = 0.95
KIND = ("expert", "good")
"""Agents who never lose their temper."""
TEMPER = "keeps-temper"
ANSWER_AFTER_MS = 1200
"""Silence after which the agent of a live call speaks: the customer has nothing more to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One call: its scenario, its agent's quality as a step (0 is the best), its total, and the raters' mean."""

    name: str
    case: str
    step: int
    total: float
    rated: float | None
    lost_temper: str
    """The reason why keeps-temper was not met; "" where it was."""


def rungs_of(scores: Iterable[tuple[str, str, str, Score]], rated: dict[str, list[float]]) -> list[Rung]:
    """Return scored calls (name, case, quality, score) as steps of the ladder; a call without a total has none."""
    found = []
    for name, case, quality, score in scores:
        temper = next((j for j in score.criteria if j.criterion.id == TEMPER), None)
        lost = temper.reason if temper is not None and temper.status in ("partly", "missed") else ""
        if score.total is None:
            continue
        mean = statistics.fmean(rated[name]) if name in rated else None
        found.append(
            Rung(name=name, case=case, step=LADDER.index(quality), total=score.total, rated=mean, lost_temper=lost)
        )
    return found


def pairs_of(rungs: Sequence[Rung]) -> Iterator[tuple[Rung, Rung]]:
    """Yield each pair of calls of one scenario whose agents differ in quality, the better agent first.

    Examples
    --------
    >>> one, other = (
    ...     Rung(name=n, case="sofa", step=s, total=0, rated=None, lost_temper="") for n, s in (("a", 3), ("b", 1))
    ... )
    >>> [(better.name, worse.name) for better, worse in pairs_of([one, other, one])]
    [('b', 'a'), ('b', 'a')]
    """
    for one, other in itertools.combinations(rungs, 2):
        if one.case == other.case and one.step != other.step:
            yield (one, other) if one.step < other.step else (other, one)


def read_calls(
    turns: Sequence[LabelledTurn], rubric: Rubric, read: Callable[[LabelledTurn], Reading]
) -> Iterator[tuple[str, str, str, Score]]:
    """Yield each call as it was written, scored."""
    for call in calls_of(turns, read):
        yield call.name, call.case, call.quality, score_call(call.events, call.measured(), rubric, call.facts)


def live_calls(turns: Sequence[LabelledTurn], rubric: Rubric) -> Iterator[tuple[str, str, str, Score]]:
    """Yield each call of a shipped scenario, its agent's turns said to the live customer, scored."""
    known = set(list_scenarios())
    for name, group in groupby(turns, key=lambda turn: turn.call):
        mine = list(group)
        if mine[0].case not in known:
            continue
        when = When(customer_silent_ms=ANSWER_AFTER_MS)
        steps = tuple(Step(when=when, text=" ".join(turn.words)) for turn in mine)
        script = TraineeScript(id=name, title=mine[0].quality, steps=steps)
        done = rehearse(load_scenario(mine[0].case), script, seed=1, rubric=rubric)
        yield name, mine[0].case, mine[0].quality, done.score


def main() -> None:
    """Print the figures."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("corpus", type=Path)
    asked.add_argument("--writers", help="w01,w02; all of them unless given")
    asked.add_argument("--rubric", default="practice")
    asked.add_argument("--labels", action="store_true", help="turns as people read them")
    asked.add_argument("--live", action="store_true", help="the turns said to the live customer")
    asked.add_argument("--weights", type=Path)
    given = asked.parse_args()
    if given.live and (given.labels or given.weights):
        asked.error("--live reads turns as a call does, with the shipped network: leave out --labels and --weights")
    writers = tuple(given.writers.split(",")) if given.writers else None
    turns, rubric = read_corpus(given.corpus, writers), load_rubric(given.rubric)
    if given.live:
        scores = live_calls(turns, rubric)
    else:
        scores = read_calls(turns, rubric, labelled if given.labels else network(given.weights))
    rungs = rungs_of(scores, ratings_of(given.corpus / "ratings", tuple({turn.writer for turn in turns})))
    _print_qualities(rungs)
    _print_pairs(rungs)
    _print_temper(rungs)


def _print_qualities(rungs: Sequence[Rung]) -> None:
    print("| agent | calls | raters | totals | least to most |\n|---|---|---|---|---|")
    for step, quality in enumerate(LADDER):
        mine = [rung for rung in rungs if rung.step == step]
        if mine:
            totals, rated = [rung.total for rung in mine], [rung.rated for rung in mine if rung.rated is not None]
            raters = f"{statistics.fmean(rated):.0f}" if rated else ""
            print(f"| {quality} | {len(mine)} | {raters} | {statistics.fmean(totals):.0f} ", end="")
            print(f"| {min(totals):.0f} to {max(totals):.0f} |")


def _print_pairs(rungs: Sequence[Rung]) -> None:
    pairs = list(pairs_of(rungs))
    print("\n| steps apart | pairs | better agent higher | by the raters |\n|---|---|---|---|")
    rows: list[tuple[str, list[tuple[Rung, Rung]]]] = [
        (str(apart), [(b, w) for b, w in pairs if w.step - b.step == apart]) for apart in range(1, len(LADDER))
    ]
    for name, mine in [*rows, ("all", pairs)]:
        if not mine:
            continue
        right = sum(better.total > worse.total for better, worse in mine)
        both = [(b.rated, w.rated) for b, w in mine if b.rated is not None and w.rated is not None]
        theirs = f"{100 * sum(b > w for b, w in both) / len(both):.1f} % of {len(both)}" if both else ""
        print(f"| {name} | {len(mine)} | {right} ({100 * right / len(mine):.1f} %) | {theirs} |")
    print(f"\nThe bar is {100 * BAR:.0f} % of all pairs.")


def _print_temper(rungs: Sequence[Rung]) -> None:
    kind = [rung for rung in rungs if LADDER[rung.step] in KIND]
    lost = [rung for rung in kind if rung.lost_temper]
    print(f"{' and '.join(KIND).capitalize()} agents who lose {TEMPER}: {len(lost)} of {len(kind)} calls (bar 0).")
    for rung in lost:
        print(f"- {rung.name} ({LADDER[rung.step]}): {rung.lost_temper}")


if __name__ == "__main__":
    main()
