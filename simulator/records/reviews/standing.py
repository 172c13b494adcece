"""Where a call stands: what the program said, what people changed, and the verdict of the two together.

The program's score is never touched. A person's points take the place of the program's for one criterion and leave no
doubt about it. Total and verdict follow by the rule for fresh scores (`scoring.passing`), and a call that is still
borderline is decided by a person.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.contract import Status, Verdict
from simulator.errors import InputError
from simulator.records.database.tables import Call, Review, Score
from simulator.scoring.case.corrected import Correction
from simulator.scoring.passing import verdict_of
from simulator.scoring.rubric import Rubric, load_rubric
from simulator.scoring.summing import CriterionRow, total_of

DECISIONS = ("confirm", "reject")
CHANGES = ("override", "correction")
"""Kinds of review that change points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A call's score by the program and after what people said.

    Parameters
    ----------
    score : Score
        The program's, untouched.
    rows : tuple of CriterionRow
        The score's criteria as they stand now, in the rubric's order.
    total : float or None
    verdict : Verdict or None
    reason : str
        Of the verdict.
    overrides : dict
        The override that holds, by criterion.
    decision : Review or None
        Who confirmed or rejected a borderline call.
    appeals : tuple of Review
        Those nobody has answered yet.
    corrections : tuple of Review
        What was misheard and is put right, oldest first; the last one holds what all of them change.
    same : frozenset of str
        The ids of this score and of earlier ones that are the same byte for byte: what was said of one holds for all.
    """

    score: Score
    rows: tuple[CriterionRow, ...]
    total: float | None
    verdict: Verdict | None
    reason: str
    overrides: dict[str, Review]
    decision: Review | None
    appeals: tuple[Review, ...]
    corrections: tuple[Review, ...]
    same: frozenset[str]

    @property
    def changed(self) -> bool:
        """Whether people changed the total or the verdict, or decided."""
        return bool(self.overrides) or self.decision is not None or bool(_criteria(self.corrections))


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
    same = frozenset(session.scalars(select(Score.id).where(Score.call_id == call.id, Score.sha256 == score.sha256)))
    mine = [each for each in reviews if each.score_id in same]
    overrides = {each.criterion or "": each for each in mine if each.kind == "override"}
    corrections = tuple(each for each in mine if each.kind == "correction")
    changed = _criteria(corrections)
    criteria = [changed.get(each["id"], each) for each in score.criteria]
    rows = tuple(_row(each, overrides.get(each["id"])) for each in criteria)
    decision = _decision(mine)
    if decision is not None:
        verdict: Verdict | None = "pass" if decision.kind == "confirm" else "fail"
        reason = decision.text
    elif (overrides or changed) and score.verdict is not None:
        verdict, reason = _verdict(call, score, criteria, rows)
    else:
        verdict, reason = score.verdict, score.reason  # type: ignore[assignment]  # the document allowed no other
    return Standing(
        score=score,
        rows=rows,
        total=total_of(rows) if overrides or changed else score.total,
        verdict=verdict,
        reason=reason,
        overrides=overrides,
        decision=decision,
        appeals=open_appeals(reviews),
        corrections=corrections,
        same=same,
    )


def why_waiting(standing: Standing) -> str:
    """Return why a call waits for a person; "" if it does not."""
    why = [f"appeal: {each.text}" for each in standing.appeals]
    return "; ".join([*why, *(["borderline"] if standing.verdict == "borderline" else [])])


def latest_score(session: Session, call: Call) -> Score | None:
    """Return the program's last score of a call; None if it was not scored."""
    return session.scalar(select(Score).where(Score.call_id == call.id).order_by(Score.number.desc()).limit(1))


def reviews_of(session: Session, call: Call) -> Sequence[Review]:
    """Return what people said of a call, oldest first."""
    return session.scalars(select(Review).where(Review.call_id == call.id).order_by(Review.number)).all()


def reviewed_calls(session: Session, ids: Sequence[str] | None = None) -> set[str]:
    """Return the ids of the calls whose score or verdict somebody may have changed; with `ids` only of those."""
    wanted = select(Review.call_id).where(Review.kind.in_((*CHANGES, *DECISIONS)))
    return set(session.scalars(wanted if ids is None else wanted.where(Review.call_id.in_(ids))))


def open_appeals(reviews: Sequence[Review]) -> tuple[Review, ...]:
    """Return the appeals that nobody has answered yet."""
    answered = {each.answers for each in reviews}
    return tuple(each for each in reviews if each.kind == "appeal" and each.id not in answered)


def _decision(reviews: Sequence[Review]) -> Review | None:
    """Return the last decision, unless points were changed after it, which opened the question again."""
    last = None
    for each in reviews:
        if each.kind in DECISIONS:
            last = each
        elif each.kind == "override" or _criteria([each]):
            last = None
    return last


def corrections_of(reviews: Sequence[Review]) -> list[Correction]:
    """Return what the reviews that are corrections put right, oldest first."""
    names = ("turn", "heard", "said")
    return [Correction(**{name: (each.marks or {})[name] for name in names}) for each in reviews
            if each.kind == "correction"]  # fmt: skip


def _criteria(reviews: Sequence[Review]) -> dict[str, Any]:
    """Return the criteria that come out otherwise by the last of the corrections, by id, as a score keeps them."""
    last = next((each for each in reversed(reviews) if each.kind == "correction"), None)
    found: dict[str, Any] = {} if last is None else (last.marks or {})["criteria"]
    return found


def _row(kept: dict[str, Any], override: Review | None) -> CriterionRow:
    identity = {name: kept[name] for name in ("id", "title", "dimension", "of")}
    identity["keeps"] = kept.get("keeps")
    if override is not None and override.points is not None:
        status = _status(override.points, kept["of"])
        return CriterionRow(**identity, status=status, points=override.points, reason=override.text)
    doubt = kept.get("doubt") or {}
    return CriterionRow(
        **identity,
        status=kept["status"],
        points=kept["points"],
        options=doubt.get("options", ()),
        could_be=doubt.get("could_be", ()),
        hidden_points=doubt.get("hidden_points", 0.0),
        uncertain=kept["uncertain"],
    )


def _status(points: float, of: float) -> Status:
    if points == 0:
        return "missed"
    return "met" if points == of else "partly"


def _verdict(
    call: Call, score: Score, criteria: Sequence[dict[str, Any]], rows: Sequence[CriterionRow]
) -> tuple[Verdict | None, str]:
    try:
        rubric = _rubric(score.rubric, score.rubric_sha256)
    except InputError:
        return "borderline", "The rubric that made this score is not here, so a person must decide."
    hidden_acts = max(((each.get("doubt") or {}).get("hidden_acts", 0) for each in criteria), default=0)
    return verdict_of(rubric, call.outcome, rows, hidden_acts)  # type: ignore[arg-type]  # as call.json had it


@functools.lru_cache(maxsize=16)
def _rubric(name: str, sha256: str) -> Rubric:
    """Return the rubric of that hash, so that what is cached cannot grow old. A refusal is not cached."""
    rubric = load_rubric(name)
    if rubric.sha256 != sha256:
        raise InputError(f"the rubric {name} is another version here")
    return rubric
