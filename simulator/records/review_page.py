"""A call's reviews as a document, with the program's verdict beside the people's."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.records.agreement import between_people, with_the_program
from simulator.records.database.tables import Call, Person
from simulator.records.shapes import (
    AgreementItem,
    AgreementOutput,
    CriterionPair,
    Judgement,
    ReviewItem,
    ReviewOutput,
)
from simulator.records.standing import reviews_of, standing_of


def agreement_output(session: Session) -> AgreementOutput:
    """Return how well people agree with each other and with the program."""
    return AgreementOutput(
        schema="hotseat.agreement/1",
        between_people=AgreementItem(**asdict(between_people(session))),
        with_the_program=AgreementItem(**asdict(with_the_program(session))),
    )


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
    return ReviewOutput(
        schema="hotseat.review/1",
        call=call.name,
        person=names.get(call.person_id or ""),
        program=Judgement.model_validate({"total": score.total, "verdict": score.verdict, "reason": score.reason}),
        now=Judgement(total=standing.total, verdict=standing.verdict, reason=standing.reason),
        criteria=[
            CriterionPair(
                id=then["id"],
                title=then["title"],
                dimension=then["dimension"],
                of=then["of"],
                program=then["points"],
                now=now["points"],
            )
            for then, now in zip(score.criteria, standing.criteria, strict=True)
        ],
        reviews=[
            ReviewItem.model_validate(
                {
                    **{name: getattr(each, name) for name in ReviewItem.model_fields if name not in ("by", "at")},
                    "by": names.get(each.by_id),
                    "at": each.at.isoformat(timespec="seconds"),
                }
            )
            for each in reviews_of(session, call)
        ],
        open_appeals=len(standing.appeals),
        agreement=agreement_output(session),
    )
