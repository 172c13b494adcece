"""Where a call stands: what the program said, what people changed, and the verdict of the two together.

The program's score is never touched. A person's points take the place of its points for one criterion, the total and
the verdict follow by the same rule, and what is still borderline is decided by a person's word.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.errors import InputError
from simulator.records.database.tables import Call, Review, Score
from simulator.records.scored import latest_score
from simulator.scoring.rubric import PassRule, load_rubric

Verdict = Literal["pass", "fail", "borderline"]
DECISIONS = ("confirm", "reject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A call's score by the program and after what people said.

    Parameters
    ----------
    score : Score
        The program's, untouched.
    criteria : tuple of dict
        As the score has them, with `points` as they stand now.
    overrides : dict
        The override that holds, by criterion.
    decision : Review or None
        Who confirmed or rejected a borderline call.
    appeals : tuple of Review
        Those nobody has answered yet.
    """

    score: Score
    criteria: tuple[dict[str, Any], ...]
    total: float | None
    verdict: Verdict | None
    reason: str
    overrides: dict[str, Review]
    decision: Review | None
    appeals: tuple[Review, ...]

    @property
    def changed(self) -> bool:
        """Whether a person's word makes it stand otherwise than the program said."""
        return bool(self.overrides) or self.decision is not None


def standing_of(session: Session, call: Call) -> Standing:
    """Return where a call stands.

    Raises
    ------
    InputError
        If it was not scored.
    """
    score = latest_score(session, call)
    if score is None:
        raise InputError(f"{call.name} has no score; make one with: hotseat score {call.path}")
    reviews = reviews_of(session, call)
    mine = [each for each in reviews if each.score_id == score.id]
    overrides = {each.criterion or "": each for each in mine if each.kind == "override"}
    criteria = tuple(
        {**each, "points": overrides[each["id"]].points if each["id"] in overrides else each["points"]}
        for each in score.criteria
    )
    decision = _decision(mine)
    total = percent(criteria)
    verdict, reason = _verdict(call, score, criteria, overrides)
    if decision is not None:
        verdict = "pass" if decision.kind == "confirm" else "fail"
        reason = decision.text
    answered = {each.answers for each in reviews if each.kind == "answer"}
    return Standing(
        score=score,
        criteria=criteria,
        total=total if overrides else score.total,
        verdict=verdict,
        reason=reason,
        overrides=overrides,
        decision=decision,
        appeals=tuple(each for each in reviews if each.kind == "appeal" and each.id not in answered),
    )


def reviews_of(session: Session, call: Call) -> Sequence[Review]:
    """Return what people said of a call, oldest first."""
    return session.scalars(select(Review).where(Review.call_id == call.id).order_by(Review.number)).all()


def percent(criteria: Sequence[dict[str, Any]]) -> float | None:
    """Return 100 times the points won over the points possible; None where nothing applied."""
    of = sum(each["of"] for each in criteria)
    return round(100 * sum(each["points"] for each in criteria) / of, 1) if of > 0 else None


def _decision(reviews: Sequence[Review]) -> Review | None:
    """Return the last decision, unless an override came after it and opened the question again."""
    last = None
    for each in reviews:
        if each.kind in DECISIONS:
            last = each
        elif each.kind == "override":
            last = None
    return last


def _verdict(
    call: Call, score: Score, criteria: Sequence[dict[str, Any]], overrides: dict[str, Review]
) -> tuple[Verdict | None, str]:
    if not overrides or score.verdict is None:
        return score.verdict, score.reason  # type: ignore[return-value]  # the contract allowed no other
    rule = _rule(score)
    if rule is None:
        return "borderline", "The rubric that made this score is not here, so a person must decide."
    if call.outcome == "incomplete":
        return "borderline", "The call was cut short; a person must decide whether it counts."
    for each in criteria:
        if each["id"] in rule.automatic_fails and each["of"] > 0 and each["points"] == 0:
            if each["uncertain"] and each["id"] not in overrides:
                return "borderline", f"{each['title']} may have been missed: {each['uncertain']}."
            return "fail", f"{each['title']} was missed, which fails the call by itself."
    for name in dict.fromkeys(each["dimension"] for each in criteria):
        share = percent([each for each in criteria if each["dimension"] == name])
        if share is not None and share < rule.dimension:
            return "fail", f"{name.replace('_', '-').capitalize()} reached {share:.1f} %, under {rule.dimension:g} %."
    return _by_total(rule, score, percent(criteria))


def _by_total(rule: PassRule, score: Score, total: float | None) -> tuple[Verdict, str]:
    if total is None or score.total is None or score.low is None or score.high is None:
        return "borderline", "No criterion applied to this call; a person must look at it."
    low = total - max(rule.margin, score.total - score.low)
    high = total + max(rule.margin, score.high - score.total)
    if low < rule.total <= high:
        return "borderline", f"The total of {total:.1f} is near the mark of {rule.total:g}: a person must decide."
    side: Verdict = "pass" if total >= rule.total else "fail"
    return side, f"The total of {total:.1f} is {'over' if side == 'pass' else 'under'} the mark of {rule.total:g}."


def _rule(score: Score) -> PassRule | None:
    try:
        return _rule_of(score.rubric, score.rubric_sha256)
    except InputError:
        return None


@functools.lru_cache(maxsize=16)
def _rule_of(name: str, sha256: str) -> PassRule | None:
    """Return a rubric's rule; by its hash, so that what is kept cannot grow old. A refusal is not kept."""
    rubric = load_rubric(name)
    if rubric.sha256 != sha256:
        raise InputError(f"the rubric {name} is another version here")
    return rubric.passing
