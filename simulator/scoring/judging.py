"""From a call and a rubric to a score: the same call and the same rubric give the same score, to the byte.

Metrics
-------
- total: 100 times the points won over the points possible, over the criteria that applied. Sums of points, never an
  average of shares.
- a criterion that is met wins all of its points, partly met half, missed none; not applicable and unmeasurable ones
  are left out of both sums.
- range: the least and the most the total would be, each doubtful criterion resolved against or for the trainee.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.contract import Status
from simulator.cues.measurement import Measurement
from simulator.events import Event
from simulator.scoring.case import Case, case_of
from simulator.scoring.doubt import doubts
from simulator.scoring.facts import ScenarioFacts
from simulator.scoring.finding import Evidence, Finding, clipped, no_occasion, of_line, of_utterance
from simulator.scoring.guidance import DIMENSIONS, Dimension
from simulator.scoring.occasions import NO_OCCASION, has_occasion
from simulator.scoring.rubric import Criterion, PassRule, Rubric

SCORING_VERSION = "1"
"""Changes whenever a rule's meaning changes; old scores say which version made them."""

SHARE: dict[Status, float] = {"met": 1.0, "partly": 0.5, "missed": 0.0}
"""Share of its points that a criterion wins; the other statuses are left out of the sums."""

Verdict = Literal["pass", "fail", "borderline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One criterion, judged. `low` and `high` are its points with every doubt resolved against and for the trainee."""

    criterion: Criterion
    status: Status
    points: float
    of: float
    low: float
    high: float
    reason: str
    evidence: tuple[Evidence, ...]
    uncertain: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The judgement of a whole call. `total` and `range` are None where no criterion applied."""

    rubric: Rubric
    total: float | None
    range: tuple[float, float] | None
    dimensions: dict[Dimension, tuple[float, float]]
    criteria: tuple[Judged, ...]
    verdict: Verdict | None
    reason: str


def score_call(
    events: Sequence[Event], measurement: Measurement, rubric: Rubric, facts: ScenarioFacts | None = None
) -> Score:
    """Return the score of a call.

    Parameters
    ----------
    events : sequence of Event
        The call's log, in order.
    measurement : Measurement
        What was measured; of a call without audio, what can be.
    rubric : Rubric
        From `load_rubric`.
    facts : ScenarioFacts, optional
        From the call folder's copy of the scenario.

    Returns
    -------
    Score
        Criteria in the order of the rubric.
    """
    case = case_of(events, measurement, facts or ScenarioFacts())
    others = tuple(doubts(case))
    judged = tuple(_judge(criterion, case, others) for criterion in rubric.criteria)
    total = _percent(sum(j.points for j in judged), sum(j.of for j in judged))
    low, high = (_percent(sum(getattr(j, end) for j in judged), sum(j.of for j in judged)) for end in ("low", "high"))
    dimensions: dict[Dimension, tuple[float, float]] = {}
    for dimension in DIMENSIONS:
        mine = [j for j in judged if j.criterion.dimension == dimension]
        dimensions[dimension] = (_rounded(sum(j.points for j in mine)), _rounded(sum(j.of for j in mine)))
    span = (low, high) if low is not None and high is not None else None
    verdict, reason = _verdict(rubric.passing, case, judged, (total, span))
    return Score(
        rubric=rubric,
        total=total,
        range=span,
        dimensions=dimensions,
        criteria=judged,
        verdict=verdict,
        reason=reason,
    )


def _rounded(points: float) -> float:
    return round(points, 2)


def _percent(won: float, of: float) -> float | None:
    return round(100 * won / of, 1) if of > 0 else None


def _found(criterion: Criterion, case: Case) -> Finding:
    if not has_occasion(case, criterion.when, criterion.guidance):
        return no_occasion(NO_OCCASION[criterion.when])
    return criterion.judge.judge(case)


def _judge(criterion: Criterion, case: Case, others: Sequence[tuple[str, Case]]) -> Judged:
    finding = _found(criterion, case)
    of = criterion.points if finding.status in SHARE else 0.0
    points = of * SHARE.get(finding.status, 0.0)
    low = high = points
    told: dict[str, Status] = {}
    for why, other in others if of else ():
        status = _found(criterion, other).status
        if status in SHARE and status != finding.status:
            told.setdefault(why, status)
            low, high = min(low, of * SHARE[status]), max(high, of * SHARE[status])
    uncertain = "; ".join(f"could be {status}: {why}" for why, status in told.items()) or None
    shown = finding.evidence or (_let_pass(criterion, case) if finding.status in ("partly", "missed") else ())
    evidence = (clipped(each, case.duration) for each in shown)
    return Judged(
        criterion=criterion,
        status=finding.status,
        points=_rounded(points),
        of=_rounded(of),
        low=low,
        high=high,
        reason=finding.reason,
        evidence=tuple(each for each in evidence if each is not None),
        uncertain=uncertain,
    )


def _let_pass(criterion: Criterion, case: Case) -> tuple[Evidence, ...]:
    """Return where something was missing for which the rule has no place: the customer's longest line."""
    rule = criterion.judge.rule
    longest = sorted(case.lines, key=lambda line: (-line.span.duration, line.span.start))[:1]
    if longest:
        return tuple(of_line(line, measure=rule, value=0, unit="count", rule=rule) for line in longest)
    return tuple(of_utterance(u, measure=rule, value=0, unit="count", rule=rule) for u in case.utterances[:1])


def _verdict(
    rule: PassRule | None, case: Case, judged: Sequence[Judged], of: tuple[float | None, tuple[float, float] | None]
) -> tuple[Verdict | None, str]:
    total, span = of
    if rule is None:
        return None, ""
    if total is None or span is None:
        return "borderline", "No criterion applied to this call; a person must look at it."
    if case.outcome == "incomplete":
        return "borderline", "The call was cut short; a person must decide whether it counts."
    fatal = [j for j in judged if j.criterion.id in rule.automatic_fails and j.status == "missed"]
    certain = [j for j in fatal if j.uncertain is None]
    if certain:
        return "fail", f"{certain[0].criterion.title} was missed, which fails the call by itself: {certain[0].reason}"
    if fatal:
        return "borderline", f"{fatal[0].criterion.title} may have been missed: {fatal[0].uncertain}."
    floored = _under_the_floor(judged, rule.dimension)
    if floored is not None:
        return floored
    low, high = min(span[0], total - rule.margin), max(span[1], total + rule.margin)
    if low < rule.total <= high:
        reached = f"The total of {total:.1f} could lie between {low:.1f} and {high:.1f}"
        return "borderline", f"{reached}, on both sides of the mark of {rule.total:g}: a person must review it."
    if total >= rule.total:
        mark = f"The total of {total:.1f} is over the mark of {rule.total:g}"
        return "pass", f"{mark}, and every dimension is over its floor."
    return "fail", f"The total of {total:.1f} is under the mark of {rule.total:g}."


def _under_the_floor(judged: Sequence[Judged], floor: float) -> tuple[Verdict, str] | None:
    for dimension in DIMENSIONS:
        mine = [j for j in judged if j.criterion.dimension == dimension]
        of = sum(j.of for j in mine)
        share, best = _percent(sum(j.points for j in mine), of), _percent(sum(j.high for j in mine), of)
        if share is None or best is None or share >= floor:
            continue
        told = f"{dimension.replace('_', '-').capitalize()} reached {share:.1f} %, under the floor of {floor:g} %"
        if best >= floor:
            return "borderline", f"{told}, but could have reached {best:.1f} %: a person must review it."
        return "fail", f"{told}."
    return None


def strengths(score: Score, most: int = 4) -> tuple[Judged, ...]:
    """Return what went best: met beyond doubt, heaviest first, at most one of each dimension until all have one."""
    met = sorted((j for j in score.criteria if j.status == "met"), key=lambda j: (j.uncertain is not None, -j.of))
    return _spread(met, most)


def to_try_next(score: Score, most: int = 3) -> tuple[Judged, ...]:
    """Return what would win most points next time, heaviest loss first, spread over the dimensions."""
    lost = sorted((j for j in score.criteria if j.of > j.points), key=lambda j: j.points - j.of)
    return _spread(lost, most)


def _spread(ordered: Sequence[Judged], most: int) -> tuple[Judged, ...]:
    first: list[Judged] = []
    later: list[Judged] = []
    for judged in ordered:
        seen = {each.criterion.dimension for each in first}
        (later if judged.criterion.dimension in seen else first).append(judged)
    return tuple([*first, *later][:most])
