"""From a call and a rubric to a score: the same call and the same rubric give the same score, to the byte.

Metrics
-------
- total: 100 times the points won over the points possible, over the criteria that applied; of that a call with a grave
  fault keeps a part (`scoring.summing`). Sums of points, never an average of shares.
- a criterion that is met wins all of its points, partly met a part of them (by how near it came), missed none; not
  applicable and unmeasurable ones are left out of both sums.
- points possible grow with the number of occasions a call gave, up to the rubric's points.
- range: the least and the most the total would be, each doubt resolved against or for the trainee (`scoring.summing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from simulator.contract import Status, Verdict
from simulator.cues.measurement import Measurement
from simulator.events import Event
from simulator.scoring.case.facts import ScenarioFacts
from simulator.scoring.case.from_log import MOST_AT_ONCE, case_of, set_crowded_apart
from simulator.scoring.case.occasions import NO_OCCASION, has_occasion, occasion_share
from simulator.scoring.case.seen import ActInstance, Case
from simulator.scoring.doubt import Clarity, clarity_of, doubts
from simulator.scoring.evidence import Evidence, clipped, of_act, of_longest_line, signed
from simulator.scoring.grades import Grade, cannot_tell, no_occasion
from simulator.scoring.guidance import DIMENSIONS, Dimension
from simulator.scoring.passing import verdict_of
from simulator.scoring.rubric import Criterion, Rubric
from simulator.scoring.summing import CriterionRow, kept_by, range_of, total_of
from simulator.scoring.wording import quoted, when

COUNTED: tuple[Status, ...] = ("met", "partly", "missed")
"""Statuses whose points count; the others are left out of both sums."""
NAMES: dict[Status, str] = {
    "met": "met",
    "partly": "partly met",
    "missed": "missed",
    "not_applicable": "not applicable",
    "unmeasurable": "unmeasurable",
}
"""Each status as a sentence has it."""
SCORING_VERSION = "8"
"""Changes whenever a rule's meaning changes; old scores say which version made them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One criterion, judged.

    Parameters
    ----------
    criterion : Criterion
    status : Status
    points, of : float
        Points won and possible.
    options : tuple of (points, of)
        As the criterion stands, and with each doubt resolved the other way; `could_be` are the statuses of these.
    hidden : bool
        Whether speech that was hardly understood could change it.
    reason : str
    evidence : tuple of Evidence
    uncertain : str, optional
        Each doubt in words.
    keeps : float, 0 to 100, or None
        As in `CriterionRow`.
    """

    criterion: Criterion
    status: Status
    points: float
    of: float
    options: tuple[tuple[float, float], ...]
    hidden: bool
    could_be: tuple[Status, ...]
    reason: str
    evidence: tuple[Evidence, ...]
    uncertain: str | None
    keeps: float | None = None

    @property
    def total_kept(self) -> float:
        """Per cent of its total that the call keeps by this criterion; 100 where it takes nothing away."""
        return kept_by(self.keeps, self.points, self.of)

    @property
    def hidden_points(self) -> float:
        """Points that hidden words would add, or take away where it is met by what was not said (then negative)."""
        if not self.hidden:
            return 0.0
        return self.of - self.points if self.criterion.judge.DEPENDS_ON == "words" else -self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The score of a whole call; `total` and `range` are None where no criterion applied.

    `dimensions` are points won and possible of each, `reason` explains the verdict in a sentence. `hidden_acts` is how
    many acts may be hidden in speech that was hardly understood; `case` is the call that was judged.
    """

    rubric: Rubric
    total: float | None
    range: tuple[float, float] | None
    dimensions: dict[Dimension, tuple[float, float]]
    criteria: tuple[Judged, ...]
    verdict: Verdict | None
    reason: str
    hidden_acts: int
    case: Case = field(repr=False, compare=False)


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
    case = set_crowded_apart(case_of(events, measurement, facts or ScenarioFacts()))
    clarity = clarity_of(case)
    others = tuple(doubts(case))
    judged = tuple(_judge(criterion, case, others, clarity) for criterion in rubric.criteria)
    dimensions: dict[Dimension, tuple[float, float]] = {}
    for dimension in DIMENSIONS:
        mine = [j for j in judged if j.criterion.dimension == dimension]
        dimensions[dimension] = (_rounded(sum(j.points for j in mine)), _rounded(sum(j.of for j in mine)))
    rows = [row_of(each) for each in judged]
    verdict, reason = verdict_of(rubric, case.outcome, rows, clarity.hidden_acts)
    return Score(
        rubric=rubric,
        total=total_of(rows),
        range=range_of(rows, clarity.hidden_acts),
        dimensions=dimensions,
        criteria=judged,
        verdict=verdict,
        reason=reason,
        hidden_acts=clarity.hidden_acts,
        case=case,
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
        hidden_points=judged.hidden_points,
        reason=judged.reason,
        uncertain=judged.uncertain,
        keeps=judged.keeps,
    )


def _rounded(points: float) -> float:
    return round(points, 2)


def _graded(criterion: Criterion, case: Case, clarity: Clarity) -> Grade:
    if not has_occasion(case, criterion.when, criterion.guidance):
        return no_occasion(NO_OCCASION[criterion.when])
    grade = criterion.judge.judge(case)
    if clarity.is_hardly_understood and _depends_on_words(criterion, grade.status):
        return cannot_tell(
            f"Of some {clarity.words} words of yours, the recognizer was unsure of {clarity.unclear}, "
            "so what was said cannot be judged."
        )
    return replace(grade, weight=round(grade.weight * occasion_share(case, criterion.when), 3))


def _depends_on_words(criterion: Criterion, status: Status) -> bool:
    """Return whether speech that was not understood could have changed the status."""
    by = criterion.judge.DEPENDS_ON
    return (by == "words" and status in ("partly", "missed")) or (by == "no_words" and status in ("met", "partly"))


def _judge(criterion: Criterion, case: Case, others: Sequence[tuple[str, Case]], clarity: Clarity) -> Judged:
    grade = _graded(criterion, case, clarity)
    of = _at_stake(criterion, grade)
    options, could_be = _otherwise(criterion, grade, others, clarity)
    doubt = [f"could be {NAMES[status]}: {why}" for why, status in could_be.items()]
    hidden = of > 0 and clarity.hidden_acts > 0 and _depends_on_words(criterion, grade.status)
    if hidden:
        other_way = "met" if criterion.judge.DEPENDS_ON == "words" else "missed"
        doubt.append(f"could be {other_way}: some speech was hardly understood, first {when(clarity.spans[0])}")
    crowded = _crowded_out(criterion, case, grade)
    won, keeps = _rounded(of * grade.share), _keeps(criterion, grade)
    return Judged(
        criterion=criterion,
        status=grade.status,
        points=won,
        of=_rounded(of),
        options=tuple(sorted(options)),
        hidden=hidden,
        could_be=tuple(dict.fromkeys(could_be.values())),
        reason=grade.reason
        + "".join(map(_crowding, crowded))
        + _fewer_points(criterion, grade, of)
        + _taken(keeps, won, of),
        evidence=clipped(_evidence(criterion, case, grade, crowded), case.duration),
        uncertain="; ".join(doubt) or None,
        keeps=keeps,
    )


def _keeps(criterion: Criterion, grade: Grade) -> float | None:
    """Return what the call keeps of its total if the criterion is missed: more where it gave few occasions."""
    if criterion.keeps is None or criterion.coaching_only:
        return None
    return round(100 - (100 - criterion.keeps) * grade.weight, 1)


def _taken(keeps: float | None, won: float, of: float) -> str:
    kept = kept_by(keeps, won, of)
    return "" if kept >= 100 else f" Because of this the call keeps only {kept:.0f} % of its total."


def _otherwise(
    criterion: Criterion, grade: Grade, others: Sequence[tuple[str, Case]], clarity: Clarity
) -> tuple[set[tuple[float, float]], dict[str, Status]]:
    """Return the points (won, possible) as graded and in each other case, and each other status by its reason."""
    of = _at_stake(criterion, grade)
    options, could_be = {(of * grade.share, of)}, dict[str, Status]()
    for why, other in others if grade.status != "unmeasurable" else ():
        changed = _graded(criterion, other, clarity)
        if changed.status == "unmeasurable":
            continue
        other_of = _at_stake(criterion, changed)
        options.add((other_of * changed.share, other_of))
        if changed.status != grade.status and of:
            could_be.setdefault(why, changed.status)
    return options, could_be


def _at_stake(criterion: Criterion, grade: Grade) -> float:
    """Return the points that could be won; to a tenth, so that a reader can add them up."""
    if grade.status not in COUNTED or criterion.coaching_only:
        return 0.0
    return max(0.1, round(criterion.points * grade.weight, 1))


def _fewer_points(criterion: Criterion, grade: Grade, of: float) -> str:
    """Return the sentence that says why fewer points than the rubric's are at stake; "" where all are."""
    if criterion.coaching_only and grade.status in COUNTED:
        return " It is for coaching only and counts no points."
    if not 0 < of < criterion.points:
        return ""
    counts = f" It counts for {of:g} of its {criterion.points:g} points"
    return f"{counts}: the call gave few occasions to judge it by."


def _crowded_out(criterion: Criterion, case: Case, grade: Grade) -> list[ActInstance]:
    """Return the first act that a criterion which lost points would have counted in a shorter turn, if there is one."""
    if criterion.judge.DEPENDS_ON != "words" or grade.status not in ("partly", "missed"):
        return []
    return [act for act in case.crowded_out if act.act in criterion.judge.notices()][:1]


def _crowding(act: ActInstance) -> str:
    said = f"{quoted(act.phrase)} {when(act.span)}"
    return f" {said} does not count: it came after {MOST_AT_ONCE} other things in one long turn."


def _evidence(criterion: Criterion, case: Case, grade: Grade, crowded: list[ActInstance]) -> tuple[Evidence, ...]:
    """Return the evidence; where something is missing that has no place of its own, the customer's longest line."""
    shown = (*grade.evidence, *(of_act(act, measure="crowded_out", value=1) for act in crowded))
    if shown or grade.status not in ("partly", "missed"):
        return shown
    rule = criterion.judge.rule
    return signed(of_longest_line(case, rule), rule)
