"""A call's reviews as a document: the program's verdict and the reviewed one."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.records.attempts import counting_of
from simulator.records.database.tables import Call, Entry, Person, Review
from simulator.records.reviews.agreement import agreement_output
from simulator.records.reviews.double import ASKED
from simulator.records.reviews.standing import DECISIONS, Standing, latest_score, reviews_of, standing_of
from simulator.report.reviews import CorrectionItem, CriterionPair, ReviewItem, ReviewOutput, VerdictItem

KEPT = ("kind", "text", "criterion", "points", "of", "at_ms", "marks")
"""Columns of a review that its item has too."""


def filed_call(session: Session, path: Path) -> Call | None:
    """Return the call of a folder if it is filed and scored, without filing anything."""
    call = session.scalar(select(Call).where(Call.path == str(path.absolute()), Call.host == platform.node()))
    return None if call is None or latest_score(session, call) is None else call


def review_output(session: Session, call: Call) -> ReviewOutput:
    """Return everything that was said of a call.

    Raises
    ------
    InputError
        If it was not scored.
    """
    standing = standing_of(session, call)
    score = standing.score
    names = {each.id: each.name for each in session.scalars(select(Person))}
    reviews = [each for each in reviews_of(session, call) if each.kind != ASKED]
    through = _through(session, reviews)
    return ReviewOutput(
        schema="hotseat.review/1",
        call=call.name,
        person=names.get(call.person_id or ""),
        program=VerdictItem.model_validate({"total": score.total, "verdict": score.verdict, "reason": score.reason}),
        now=VerdictItem(total=standing.total, verdict=standing.verdict, reason=standing.reason),
        criteria=[
            CriterionPair(
                id=now.id,
                title=now.title,
                dimension=now.dimension,
                of=now.of,
                program=then["points"],
                now=now.points,
            )
            for then, now in zip(score.criteria, standing.rows, strict=True)
        ],
        reviews=[
            ReviewItem.model_validate(
                {
                    **{name: value for name, value in each.values().items() if name in KEPT},
                    "by": names.get(each.by_id),
                    "at": each.at.isoformat(timespec="seconds"),
                    **_corrected(each),
                    "through": through.get(each.id, ""),
                    "stands": _stands(each, standing),
                }
            )
            for each in reviews
        ],
        open_appeals=len(standing.appeals),
        agreement=agreement_output(session),
        score_sha256=score.sha256,
        counts=counting_of(session, call),
    )


def _through(session: Session, reviews: Sequence[Review]) -> dict[str, str]:
    """Return by what way each review came, as the log has it, by its id."""
    wanted = select(Entry).where(Entry.kind == Review.__tablename__, Entry.row.in_([each.id for each in reviews]))
    return {each.row: str(each.details.get("through", "")) for each in session.scalars(wanted)}


def _corrected(review: Review) -> dict[str, object]:
    """Return what an item has in place of marks that are no points."""
    if review.kind == "reread":
        return {"marks": None}
    if review.kind != "correction" or review.marks is None:
        return {}
    return {"marks": None, "correction": {name: review.marks[name] for name in CorrectionItem.model_fields}}


def _stands(review: Review, standing: Standing) -> bool:
    if review.kind == "override":
        return standing.overrides.get(review.criterion or "") is review
    if review.kind in DECISIONS:
        return standing.decision is review
    return review.kind not in ("rating", "correction", "reread") or review.score_id in standing.same
