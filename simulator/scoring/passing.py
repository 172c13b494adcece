"""Pass, fail or borderline: the rule of a certification rubric, for fresh scores and for those people reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simulator.contract import Verdict
from simulator.events import Outcome
from simulator.scoring.guidance import DIMENSIONS
from simulator.scoring.rubric import PassRule, Rubric
from simulator.scoring.summing import CriterionRow, range_of, share_of, total_of

LITTLE = 25.0
"""Per cent of the rubric's points: of a practice call to which fewer applied, the total says little."""


def verdict_of(
    rubric: Rubric, outcome: Outcome, rows: Sequence[CriterionRow], hidden_acts: int
) -> tuple[Verdict | None, str]:
    """Return the verdict and its reason in a sentence.

    Where the rubric has no rule for passing, the verdict is None, and the reason "" unless the total says little.

    Parameters
    ----------
    rubric : Rubric
    outcome : Outcome
        How the call ended.
    rows : sequence of CriterionRow
        One for each criterion of the rubric.
    hidden_acts : int
        As for `range_of`.
    """
    rule, total, span = rubric.passing, total_of(rows), range_of(rows, hidden_acts)
    if rule is None:
        return None, _says_little(rubric, rows)
    if total is None or span is None:
        return "borderline", "No criterion applied to this call; a person must look at it."
    if outcome == "incomplete":
        return "borderline", "The call was cut short; a person must decide whether it counts."
    found = _fatal(rubric, rule, rows) or _under_the_floor(rule, rows, hidden_acts) or _by_total(rule, total, span)
    if found[0] != "fail" and (unsure := _fatal_to_a_person(rubric, rule, rows)) is not None:
        return unsure
    if found[0] == "pass":
        return _too_little(rubric, rule, rows) or _nearly_under_the_floor(rule, rows, hidden_acts) or found
    return found


def _for_coaching(rubric: Rubric) -> set[str]:
    return {criterion.id for criterion in rubric.criteria if criterion.coaching_only}


def _fatal(rubric: Rubric, rule: PassRule, rows: Sequence[CriterionRow]) -> tuple[Verdict, str] | None:
    unsure = _for_coaching(rubric)
    mine = [row for row in rows if row.id in rule.automatic_fails and row.id not in unsure]
    certain = [row for row in mine if row.status == "missed" and not row.could_be]
    if certain:
        why = f": {certain[0].reason}" if certain[0].reason else "."
        return "fail", f"{certain[0].title} was missed, which fails the call by itself{why}"
    doubtful = [row for row in mine if row.status == "missed" or "missed" in row.could_be]
    if doubtful:
        return "borderline", f"{doubtful[0].title} may have been missed: {doubtful[0].uncertain}."
    return None


def _fatal_to_a_person(rubric: Rubric, rule: PassRule, rows: Sequence[CriterionRow]) -> tuple[Verdict, str] | None:
    """Return the verdict on a fault that would fail the call by itself if the program could be trusted to hear it."""
    unsure = _for_coaching(rubric)
    for row in rows:
        if row.id in rule.automatic_fails and row.id in unsure and row.status == "missed":
            return (
                "borderline",
                f"{row.title} was missed as the program hears it: a person must review it. {row.reason}",
            )
    return None


def _under_the_floor(rule: PassRule, rows: Sequence[CriterionRow], hidden_acts: int) -> tuple[Verdict, str] | None:
    for name, share, (_, best) in _dimensions(rows, hidden_acts):
        if share >= rule.dimension:
            continue
        shortfall = f"{name} reached {share:.1f} %, under the floor of {rule.dimension:g} %"
        if best >= rule.dimension:
            return "borderline", f"{shortfall}, but could have reached {best:.1f} %: a person must review it."
        return "fail", f"{shortfall}."
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


def _applied(rubric: Rubric, rows: Sequence[CriterionRow]) -> float:
    return 100 * sum(row.of for row in rows) / sum(criterion.counts for criterion in rubric.criteria)


def _says_little(rubric: Rubric, rows: Sequence[CriterionRow]) -> str:
    applied = _applied(rubric, rows)
    if not 0 < applied < LITTLE:
        return ""
    return f"Only {applied:.0f} % of the rubric's points applied to this call, so its total says little."


def _too_little(rubric: Rubric, rule: PassRule, rows: Sequence[CriterionRow]) -> tuple[Verdict, str] | None:
    applied = _applied(rubric, rows)
    if applied >= rule.applied:
        return None
    shortfall = f"Only {applied:.0f} % of the rubric's points applied to this call, and {rule.applied:g} % are needed"
    return "borderline", f"{shortfall} for a verdict: a person must review it."


def _nearly_under_the_floor(
    rule: PassRule, rows: Sequence[CriterionRow], hidden_acts: int
) -> tuple[Verdict, str] | None:
    for name, share, (worst, _) in _dimensions(rows, hidden_acts):
        if worst < rule.dimension:
            shortfall = f"{name} reached {share:.1f} %, but could have reached only {worst:.1f} %"
            return "borderline", f"{shortfall}, under the floor of {rule.dimension:g} %: a person must review it."
    return None


def _dimensions(rows: Sequence[CriterionRow], hidden_acts: int) -> list[tuple[str, float, tuple[float, float]]]:
    """Return each dimension that applied: its name, its share in per cent, and its range."""
    found = []
    for dimension in DIMENSIONS:
        mine = [replace(row, keeps=None) for row in rows if row.dimension == dimension]
        share, span = share_of(mine), range_of(mine, hidden_acts)
        if share is not None and span is not None:
            found.append((dimension.replace("_", "-").capitalize(), share, span))
    return found
