"""From a call and a rubric to a score: the same call and the same rubric give the same score, to the byte.

Metrics
-------
- total: 100 times the points won over the points possible, over the criteria that applied. Sums of points, never an
  average of shares.
- a criterion that is met wins all of its points, partly met a part of them (by how near it came), missed none; not
  applicable and unmeasurable ones are left out of both sums.
- points possible grow with the occasions a call gave, up to the rubric's: what was seen once weighs less.
- range: the least and the most the total would be, each doubt resolved against or for the trainee (`scoring.summing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from simulator.contract import Status, Verdict
from simulator.cues.measurement import Measurement
from simulator.events import Event
from simulator.scoring.case import Case, case_of
from simulator.scoring.clarity import Clarity, clarity_of
from simulator.scoring.crowding import MOST_AT_ONCE, without_crowded
from simulator.scoring.doubt import doubts
from simulator.scoring.facts import ScenarioFacts
from simulator.scoring.finding import (
    Evidence,
    Finding,
    cannot_tell,
    clipped,
    no_occasion,
    of_deed,
    of_line,
    of_missed,
    of_utterance,
    quoted,
    when,
)
from simulator.scoring.guidance import DIMENSIONS, Dimension
from simulator.scoring.judged import JUDGED, Judged
from simulator.scoring.occasions import NO_OCCASION, has_occasion, occasion_share
from simulator.scoring.passing import verdict_of
from simulator.scoring.rubric import Criterion, Rubric
from simulator.scoring.summing import CriterionRow, range_of, share_of

SCORING_VERSION = "3"
"""Changes whenever a rule's meaning changes; old scores say which version made them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The judgement of a whole call. `total` and `range` are None where no criterion applied.

    `hidden_acts` is how many acts may be hidden in speech that was hardly understood.
    """

    rubric: Rubric
    total: float | None
    range: tuple[float, float] | None
    dimensions: dict[Dimension, tuple[float, float]]
    criteria: tuple[Judged, ...]
    verdict: Verdict | None
    reason: str
    hidden_acts: int


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
    case = without_crowded(case_of(events, measurement, facts or ScenarioFacts()))
    clarity = clarity_of(case)
    others = tuple(doubts(case))
    judged = tuple(_judge(criterion, case, others, clarity) for criterion in rubric.criteria)
    dimensions: dict[Dimension, tuple[float, float]] = {}
    for dimension in DIMENSIONS:
        mine = [j for j in judged if j.criterion.dimension == dimension]
        dimensions[dimension] = (_rounded(sum(j.points for j in mine)), _rounded(sum(j.of for j in mine)))
    rows = [row_of(each) for each in judged]
    verdict, reason = verdict_of(rubric, case.outcome, rows, clarity.may_hold)
    return Score(
        rubric=rubric,
        total=share_of(rows),
        range=range_of(rows, clarity.may_hold),
        dimensions=dimensions,
        criteria=judged,
        verdict=verdict,
        reason=reason,
        hidden_acts=clarity.may_hold,
    )


def row_of(judged: Judged) -> CriterionRow:
    """Return a judged criterion as the rule for passing takes it."""
    return CriterionRow(
        id=judged.criterion.id,
        title=judged.criterion.title,
        dimension=judged.criterion.dimension,
        status=judged.status,
        points=judged.points,
        of=judged.of,
        options=judged.options,
        could_be=judged.could_be,
        hidden_points=judged.swing,
        reason=judged.reason,
        uncertain=judged.uncertain,
    )


def _rounded(points: float) -> float:
    return round(points, 2)


def _found(criterion: Criterion, case: Case, clarity: Clarity) -> Finding:
    if not has_occasion(case, criterion.when, criterion.guidance):
        return no_occasion(NO_OCCASION[criterion.when])
    finding = criterion.judge.judge(case)
    finding = replace(finding, weight=round(finding.weight * occasion_share(case, criterion.when), 3))
    if clarity.is_hardly_understood and _hangs(criterion, finding.status):
        return cannot_tell(
            f"Of some {clarity.words} words of the trainee's, the recognizer was unsure of {clarity.unclear}, "
            "so what was said cannot be judged."
        )
    return finding


def _hangs(criterion: Criterion, status: Status) -> bool:
    """Return whether speech that was not understood could have changed the status."""
    how = criterion.judge.HANGS_ON
    return (how == "said" and status in ("partly", "missed")) or (how == "unsaid" and status in ("met", "partly"))


def _judge(criterion: Criterion, case: Case, others: Sequence[tuple[str, Case]], clarity: Clarity) -> Judged:
    finding = _found(criterion, case, clarity)
    of = _at_stake(criterion, finding)
    told: dict[str, Status] = {}
    options = {(of * finding.share, of)}
    for why, other in others if finding.status != "unmeasurable" else ():
        found = _found(criterion, other, clarity)
        if found.status != "unmeasurable":
            other_of = _at_stake(criterion, found)
            options.add((other_of * found.share, other_of))
        if found.status not in ("unmeasurable", finding.status):
            told.setdefault(why, found.status)
    doubt = [f"could be {STATUS[status]}: {why}" for why, status in told.items()] if of else []
    hidden = bool(of) and clarity.may_hold > 0 and _hangs(criterion, finding.status)
    if hidden:
        better = criterion.judge.HANGS_ON == "said"
        first = when(clarity.spans[0])
        doubt.append(f"could be {'met' if better else 'missed'}: some speech was hardly understood, first {first}")
    finding = _with_crowded(criterion, case, finding)
    shown = finding.evidence or (_let_pass(criterion, case) if finding.status in ("partly", "missed") else ())
    return Judged(
        criterion=criterion,
        status=finding.status,
        points=_rounded(of * finding.share),
        of=_rounded(of),
        options=tuple(sorted(options)),
        hidden=hidden,
        could_be=tuple(dict.fromkeys(told.values())) if of else (),
        reason=finding.reason + _of_little(criterion, of),
        evidence=_clipped(shown, case.duration),
        uncertain="; ".join(doubt) or None,
    )


def _at_stake(criterion: Criterion, finding: Finding) -> float:
    """Return the points that could be won; to a tenth, so that a reader can add them up."""
    return max(0.1, round(criterion.points * finding.weight, 1)) if finding.status in JUDGED else 0.0


def _of_little(criterion: Criterion, of: float) -> str:
    """Return the sentence that says why fewer points than the rubric's are at stake; nothing where all are."""
    if not 0 < of < criterion.points:
        return ""
    counts = f" It counts for {of:g} of its {criterion.points:g} points"
    return f"{counts}: the call gave few occasions to judge it by."


STATUS: dict[Status, str] = {
    "met": "met",
    "partly": "partly met",
    "missed": "missed",
    "not_applicable": "not applicable",
    "unmeasurable": "unmeasurable",
}
"""Each status as a sentence has it."""


def _clipped(evidence: Iterable[Evidence], duration: int) -> tuple[Evidence, ...]:
    cut = (clipped(each, duration) for each in evidence)
    return tuple(each for each in cut if each is not None)


def _with_crowded(criterion: Criterion, case: Case, finding: Finding) -> Finding:
    """Say what a criterion that lost points would have counted, had it not been one thing too many in a long turn."""
    if criterion.judge.HANGS_ON != "said" or finding.status not in ("partly", "missed"):
        return finding
    wanted = criterion.judge.notices()
    lost = [deed for deed in case.crowded if deed.act in wanted]
    if not lost:
        return finding
    told = f"{quoted(lost[0].phrase)} {when(lost[0].span)} does not count: it came after {MOST_AT_ONCE} other things"
    return replace(
        finding,
        reason=f"{finding.reason} {told} in one long turn.",
        evidence=(*finding.evidence, of_deed(lost[0], measure="crowded_out", value=1, unit="count")),
    )


def _let_pass(criterion: Criterion, case: Case) -> tuple[Evidence, ...]:
    """Return where something was missing for which the rule has no place: the customer's longest line, answered."""
    rule = criterion.judge.rule
    answered = [each for each in case.exchanges if each.lines and each.replies]
    if answered:
        longest = max(answered, key=lambda each: (each.lines[-1].span.duration, -each.lines[-1].span.start))
        return of_missed(longest, measure=rule, rule=rule)
    lines = sorted(case.lines, key=lambda line: (-line.span.duration, line.span.start))[:1]
    if lines:
        return tuple(of_line(line, measure=rule, value=0, unit="count", rule=rule) for line in lines)
    return tuple(of_utterance(u, measure=rule, value=0, unit="count", rule=rule) for u in case.utterances[:1])


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
