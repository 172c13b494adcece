"""Pass, fail or borderline: the rule of a certification rubric, applied to judged criteria."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.contract import Verdict
from simulator.events import Outcome
from simulator.scoring.guidance import DIMENSIONS
from simulator.scoring.rubric import PassRule, Rubric
from simulator.scoring.summing import Judged, range_of, share_of

LITTLE = 25.0
"""Per cent of the rubric's points: of a practice call to which fewer applied, the total says little."""


def verdict_of(rubric: Rubric, outcome: Outcome, judged: Sequence[Judged], may_hold: int) -> tuple[Verdict | None, str]:
    """Return the verdict and its reason in a sentence.

    Where the rubric has no rule for passing, the verdict is None, and the reason "" unless the total says little.

    Parameters
    ----------
    rubric : Rubric
    outcome : Outcome
        How the call ended.
    judged : sequence of Judged
    may_hold : int
        As for `range_of`.
    """
    rule, total, span = rubric.passing, share_of(judged), range_of(judged, may_hold)
    if rule is None:
        return None, _says_little(rubric, judged)
    if total is None or span is None:
        return "borderline", "No criterion applied to this call; a person must look at it."
    if outcome == "incomplete":
        return "borderline", "The call was cut short; a person must decide whether it counts."
    found = _fatal(rule, judged) or _under_the_floor(rule, judged, may_hold) or _by_total(rule, total, span)
    if found[0] == "pass":
        return _too_little(rubric, rule, judged) or _nearly_under_the_floor(rule, judged, may_hold) or found
    return found


def _fatal(rule: PassRule, judged: Sequence[Judged]) -> tuple[Verdict, str] | None:
    mine = [j for j in judged if j.criterion.id in rule.automatic_fails]
    certain = [j for j in mine if j.status == "missed" and not j.could_be]
    if certain:
        return "fail", f"{certain[0].criterion.title} was missed, which fails the call by itself: {certain[0].reason}"
    doubtful = [j for j in mine if j.status == "missed" or "missed" in j.could_be]
    if doubtful:
        return "borderline", f"{doubtful[0].criterion.title} may have been missed: {doubtful[0].uncertain}."
    return None


def _under_the_floor(rule: PassRule, judged: Sequence[Judged], may_hold: int) -> tuple[Verdict, str] | None:
    for name, share, (_, best) in _dimensions(judged, may_hold):
        if share >= rule.dimension:
            continue
        told = f"{name} reached {share:.1f} %, under the floor of {rule.dimension:g} %"
        if best >= rule.dimension:
            return "borderline", f"{told}, but could have reached {best:.1f} %: a person must review it."
        return "fail", f"{told}."
    return None


def _by_total(rule: PassRule, total: float, span: tuple[float, float]) -> tuple[Verdict, str]:
    low, high = min(span[0], total - rule.margin), max(span[1], total + rule.margin)
    if low < rule.total <= high:
        reached = f"The total of {total:.1f} could lie between {low:.1f} and {high:.1f}"
        return "borderline", f"{reached}, on both sides of the mark of {rule.total:g}: a person must review it."
    if total >= rule.total:
        mark = f"The total of {total:.1f} is over the mark of {rule.total:g}"
        return "pass", f"{mark}, and every dimension is over its floor."
    return "fail", f"The total of {total:.1f} is under the mark of {rule.total:g}."


def _applied(rubric: Rubric, judged: Sequence[Judged]) -> float:
    return 100 * sum(j.of for j in judged) / sum(criterion.points for criterion in rubric.criteria)


def _says_little(rubric: Rubric, judged: Sequence[Judged]) -> str:
    applied = _applied(rubric, judged)
    if not 0 < applied < LITTLE:
        return ""
    return f"Only {applied:.0f} % of the rubric's points applied to this call, so its total says little."


def _too_little(rubric: Rubric, rule: PassRule, judged: Sequence[Judged]) -> tuple[Verdict, str] | None:
    applied = _applied(rubric, judged)
    if applied >= rule.applied:
        return None
    told = f"Only {applied:.0f} % of the rubric's points applied to this call, and {rule.applied:g} % are needed"
    return "borderline", f"{told} for a verdict: a person must review it."


def _nearly_under_the_floor(rule: PassRule, judged: Sequence[Judged], may_hold: int) -> tuple[Verdict, str] | None:
    for name, share, (worst, _) in _dimensions(judged, may_hold):
        if worst < rule.dimension:
            told = f"{name} reached {share:.1f} %, but could have reached only {worst:.1f} %"
            return "borderline", f"{told}, under the floor of {rule.dimension:g} %: a person must review it."
    return None


def _dimensions(judged: Sequence[Judged], may_hold: int) -> list[tuple[str, float, tuple[float, float]]]:
    """Return each dimension that applied: its name, its share in per cent, and its range."""
    found = []
    for dimension in DIMENSIONS:
        mine = [j for j in judged if j.criterion.dimension == dimension]
        share, span = share_of(mine), range_of(mine, may_hold)
        if share is not None and span is not None:
            found.append((dimension.replace("_", "-").capitalize(), share, span))
    return found
