"""Ends of turns on speakers that nothing was tuned on: the call's rule beside a model learnt from the other speakers.

    python benchmarks/ears/turn_ends.py SPEECH_FOLDER CACHE_FOLDER [--picture FILE]

The rule is `simulator.call.turn_end`. The model is a logistic regression on the silence that the rule asks for, the
level of the end against the rest, and the pauses so far in the turn. A pause that has lasted t is an end with the odds
odds(P) exp(t / TAU), so the silence needed is TAU (threshold - logit P). Model, TAU and threshold were chosen by
cross-validation over speakers. Both are moved along their curve, the rule by a constant silence, the model by its
threshold. Cuts are counted per 100 pauses of 200 ms and more; a gap runs from the last word to the reply. Replay, the
recognizer answering after its declared delay.
"""

from __future__ import annotations

import argparse
import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ears_rig import recognizer_of
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression
from turn_points import Point, Speaker, gather

from simulator.call.turn_end import TurnEnd
from simulator.clock import from_ms, from_seconds, to_seconds
from simulator.understanding.completeness import completeness

FOLDS = 8
TAU_S, THRESHOLD = 0.5, 2.75
LEAST, MOST = from_ms(480), from_ms(2600)
NEVER = from_seconds(5)
MOST_POINTS = 30
"""A speaker weighs no more than this many points."""

Needed = Callable[[Point], float]


@dataclass(frozen=True)
class Figures:
    """Cuts per 100 pauses, and the reply gap in seconds: median and 95 %."""

    cuts: float
    median_s: float
    p95_s: float


def asked(point: Point) -> int:
    """Return the silence that the call's rule asks for, in samples."""
    rule = TurnEnd()
    for pause in point.pauses_s:
        rule.went_on(from_seconds(pause))
    return rule.rule(completeness(point.words), point.fall).needed


def points_of(speakers: list[Speaker]) -> list[tuple[Speaker, Point]]:
    return [(speaker, point) for speaker in speakers for turn in speaker.turns for point in turn]


def learn(speakers: list[Speaker]) -> Callable[[Point], float]:
    """Return the log odds that a point is an end, as learnt from these speakers."""
    found = points_of(speakers)
    evidence = np.array([_evidence(point) for _, point in found])
    mean, spread = evidence.mean(axis=0), evidence.std(axis=0) + 1e-6
    sizes = {speaker.name: sum(other is speaker for other, _ in found) for speaker in speakers}
    weights = [min(1.0, MOST_POINTS / sizes[speaker.name]) for speaker, _ in found]
    model = LogisticRegression(C=0.3, max_iter=2000)
    model.fit((evidence - mean) / spread, [point.end for _, point in found], sample_weight=weights)
    return lambda point: float(model.decision_function([(np.array(_evidence(point)) - mean) / spread])[0])


def _evidence(point: Point) -> list[float]:
    pauses = point.pauses_s
    usual = float(np.mean(pauses)) if pauses else 0.4
    return [math.log(to_seconds(asked(point))), float(np.clip(point.drop_db, -20, 6)), math.log1p(len(pauses)), usual]


def figures(speakers: list[Speaker], needed: Needed) -> Figures:
    """Return what comes of answering each point after the silence that it needs, in samples."""
    cuts, gaps_s = 0, []
    for _, point in points_of(speakers):
        fires = next((after for after, silence in point.silence if silence >= needed(point)), None)
        if point.end:
            gaps_s.append(to_seconds((NEVER if fires is None else fires) + point.late))
        else:
            cuts += fires is not None
    pauses = sum(speaker.pauses for speaker in speakers)
    return Figures(100 * cuts / max(1, pauses), float(np.median(gaps_s)), float(np.percentile(gaps_s, 95)))


def by_rule(more_s: float) -> Needed:
    return lambda point: max(LEAST, asked(point) + more_s * from_seconds(1))


def by_model(log_odds: Callable[[Point], float], threshold: float) -> Needed:
    return lambda point: min(MOST, max(LEAST, from_seconds(1) * TAU_S * (threshold - log_odds(point))))


def left_out(speakers: list[Speaker]) -> Callable[[Point], float]:
    """Return the log odds of each point, as learnt from the speakers of the other folds."""
    order = sorted(speakers, key=lambda each: hashlib.sha256(b"fold" + each.name.encode()).hexdigest())
    known: dict[int, float] = {}
    for fold in range(FOLDS):
        log_odds = learn([each for n, each in enumerate(order) if n % FOLDS != fold])
        known |= {id(point): log_odds(point) for _, point in points_of(order[fold::FOLDS])}
    return lambda point: known[id(point)]


def curves(speakers: list[Speaker], log_odds: Callable[[Point], float]) -> dict[str, list[Figures]]:
    return {
        "rule": [figures(speakers, by_rule(more / 10)) for more in range(-4, 11)],
        "model": [figures(speakers, by_model(log_odds, step / 4)) for step in range(2, 22)],
    }


def draw(found: dict[str, dict[str, list[Figures]]], marked: dict[str, dict[str, Figures]], path: Path) -> None:
    """Draw the median gap against the cuts, a panel for each group of speakers."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    for axes, (title, lines) in zip(figure.subplots(1, len(found), sharey=True), found.items(), strict=True):
        for (name, line), style in zip(lines.items(), ("o-", "s--"), strict=True):
            drawn = axes.plot([each.cuts for each in line], [each.median_s for each in line], style, ms=3, label=name)
            here = marked[title][name]
            axes.plot(here.cuts, here.median_s, style[0], ms=10, mfc="none", color=drawn[0].get_color())
        axes.axvline(4, color="0.6", lw=0.8)
        axes.axhline(0.5, color="0.6", lw=0.8)
        axes.set(title=title, xlabel="cuts into 100 mid-turn pauses", xlim=(0, 40))
        axes.legend(frameon=False)
    figure.axes[0].set_ylabel("median reply gap, s")
    figure.savefig(path, dpi=110, metadata={"Software": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    everybody = gather(options.folder, recognizer_of("whisper"), options.cache)
    groups = {
        "cross-validated": [each for each in everybody if not each.away and points_of([each])],
        "put away": [each for each in everybody if each.away and points_of([each])],
    }
    odds = {"cross-validated": left_out(groups["cross-validated"]), "put away": learn(groups["cross-validated"])}
    found, marked = {}, {}
    for title, group in groups.items():
        ends = sum(point.end for _, point in points_of(group))
        print(f"{title}: speakers {len(group)}, pauses {sum(each.pauses for each in group)}, ends {ends}")
        found[title] = curves(group, odds[title])
        marked[title] = {
            "rule": figures(group, by_rule(0.0)),
            "model": figures(group, by_model(odds[title], THRESHOLD)),
        }
        for name, here in marked[title].items():
            print(f"  {name:6} cuts {here.cuts:4.1f} in 100, gap median {here.median_s:.2f} s, 95 % {here.p95_s:.2f} s")
            for each in found[title][name]:
                print(f"         {each.cuts:4.1f}  {each.median_s:.2f}  {each.p95_s:.2f}")
    if options.picture:
        draw(found, marked, options.picture)


if __name__ == "__main__":
    main()
