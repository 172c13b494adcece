"""Double ratings: who is asked to rate a call blind, what hides it from them until they have, and how raters agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.errors import InputError
from simulator.records.database.log import write_down
from simulator.records.database.tables import Call, Entry, Person, Review
from simulator.records.reviews.standing import latest_score, reviews_of, standing_of
from simulator.records.staff.people import known_instructor

ASKED = "asked"
"""The kind of a review that only asks somebody for a rating."""
SHOWS_POINTS = ("report", "review", "moment")
"""How the log's word for what was opened begins, where that shows points or what the program doubts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubled:
    """A call that people were asked to rate: each rater's total of 100, None as long as it is missing."""

    call: str
    title: str
    started: datetime
    program: float | None
    raters: tuple[tuple[str, float | None], ...]


def ask_rating(session: Session, call: Call, by: str, *, rater: str) -> Review:
    """Ask somebody to rate a call blind.

    Raises
    ------
    InputError
        If `by` or the rater is no instructor, the rater took the call, knows its points, or was asked before; or if
        instructors do not see the call, or it has no score.
    """
    person, whom = known_instructor(session, by), known_instructor(session, rater)
    if not call.shared:
        raise InputError(f"{call.name} is its trainee's own; nobody rates it unless they share it")
    if whom.id == call.person_id:
        raise InputError(f"{whom.name} took this call and cannot rate it; ask another")
    score = standing_of(session, call).score
    if whom.id in raters_of(session, call):
        raise InputError(f"{whom.name} was asked before")
    check_blind(session, call, whom)
    number = 1 + max((each.number for each in reviews_of(session, call)), default=0)
    review = Review(
        call_id=call.id, number=number, kind=ASKED, by_id=person.id, score_id=score.id, marks={"rater": whom.id}
    )
    write_down(session, ASKED, review, by=person.id)
    return review


def check_blind(session: Session, call: Call, person: Person) -> None:
    """Raise InputError if somebody has reviewed a call, or opened what shows its points."""
    if any(each.by_id == person.id and each.kind != ASKED for each in reviews_of(session, call)):
        raise InputError(f"{person.name} has reviewed {call.name} before, so a rating by them would not be blind")
    opened = select(Entry).where(Entry.action == "opened", Entry.row == call.id, Entry.by == person.id)
    if any(str(each.details.get("what", "")).startswith(SHOWS_POINTS) for each in session.scalars(opened)):
        raise InputError(f"{person.name} has opened the report of {call.name}, so a rating by them would not be blind")


def raters_of(session: Session, call: Call) -> dict[str, bool]:
    """Return who was asked to rate a call, by id, and whether they have."""
    reviews = reviews_of(session, call)
    done = {each.by_id for each in reviews if each.kind == "rating"}
    return {rater: rater in done for rater in map(_rater, reviews) if rater}


def to_rate(session: Session, person: str) -> list[Call]:
    """Return the calls that somebody is still to rate blind, oldest first."""
    asked = {each.call_id for each in session.scalars(select(Review).where(Review.kind == ASKED))
             if _rater(each) == person}  # fmt: skip
    rated = select(Review.call_id).where(Review.kind == "rating", Review.by_id == person)
    left = asked - set(session.scalars(rated)) if asked else asked
    return [each for each in _asked_calls(session) if each.id in left] if left else []


def doubled(session: Session) -> list[Doubled]:
    """Return the calls that people were asked to rate, oldest first."""
    names = {each.id: each.name for each in session.scalars(select(Person))}
    found = []
    for call in _asked_calls(session):
        totals = {r.by_id: 100 * r.points / r.of for r in reviews_of(session, call)
                  if r.kind == "rating" and r.points is not None and r.of}  # fmt: skip
        raters = tuple((names.get(id_, "somebody deleted"), totals.get(id_)) for id_ in raters_of(session, call))
        score = latest_score(session, call)
        program = None if score is None else score.total
        found.append(Doubled(call=call.name, title=call.title, started=call.started, program=program, raters=raters))
    return found


def _asked_calls(session: Session) -> Sequence[Call]:
    asked = select(Review.call_id).where(Review.kind == ASKED)
    return session.scalars(select(Call).where(Call.id.in_(asked), Call.shared).order_by(Call.started, Call.id)).all()


def _rater(review: Review) -> str:
    return str((review.marks or {}).get("rater", "")) if review.kind == ASKED else ""
