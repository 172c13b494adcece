"""Add what people say of a call: overrides, corrections, comments, decisions, blind ratings, appeals, answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from simulator.errors import InputError
from simulator.records.database.log import write_down
from simulator.records.database.tables import Call, Person, Review, Score
from simulator.records.reviews.double import check_blind
from simulator.records.reviews.standing import standing_of
from simulator.records.staff.people import known_instructor, known_person
from simulator.scoring.case.corrected import Correction
from simulator.scoring.guidance import DIMENSIONS


def override(session: Session, call: Call, by: str, *, criterion: str, points: float, reason: str) -> Review:
    """Give a criterion other points than the program did.

    Raises
    ------
    InputError
        If `by` may not, the criterion did not apply, the points are out of range, or there is no reason.
    """
    person = _judge(session, call, by)
    standing = standing_of(session, call)
    found = {each.id: each for each in standing.rows}.get(criterion)
    if found is None:
        known = ", ".join(each.id for each in standing.rows if each.of > 0)
        raise InputError(f"this score has no criterion {criterion!r}; it has: {known}")
    if found.of == 0:
        raise InputError(f"{criterion} did not apply to this call ({found.status}), so it has no points to change")
    if not 0 <= points <= found.of:
        raise InputError(f"{criterion} cannot have {points:g} points; allowed: 0 to {found.of:g}")
    return _add(
        session, call, person, "override", score=standing.score, text=_said(reason, "reason"),
        criterion=criterion, points=float(points), of=float(found.of),
    )  # fmt: skip


def comment(session: Session, call: Call, by: str, *, text: str, at_ms: float | None = None) -> Review:
    """Say something about a call or a moment of it; the trainee may too.

    Raises
    ------
    InputError
        If `by` may not see the call, the moment is not in it, or nothing is said.
    """
    person = known_person(session, by)
    if person.id != call.person_id:
        person = known_instructor(session, by)
        _check_visible(call)
    if at_ms is not None and not 0 <= at_ms <= call.duration_ms:
        raise InputError(f"{at_ms:g} ms is not in this call; allowed: 0 to {call.duration_ms:g}")
    return _add(session, call, person, "comment", text=_said(text, "text"), at_ms=at_ms)


def corrector(session: Session, call: Call, by: str | None) -> Person:
    """Return who may correct what was heard in a call: in practice whoever took it too; without `by` they are meant.

    Raises
    ------
    InputError
        If they may not.
    """
    taker = session.get(Person, call.person_id) if call.person_id else None
    if by is None and taker is None:
        raise InputError(f"nobody is filed for {call.name}: hotseat records add {call.path} --person NAME")
    person = taker if by is None else known_person(session, by)
    assert person is not None  # known_person raises
    if person is taker and call.mode == "practice":
        return person
    if by is None:
        raise InputError("a certification call is corrected by another instructor only; say which one: --by NAME")
    return _judge(session, call, by)


def add_correction(
    session: Session, call: Call, person: Person, *, correction: Correction, criteria: dict[str, Any]
) -> Review:
    """Add a correction; `criteria` are those that come out otherwise, by id, with all corrections so far."""
    marks = {**asdict(correction), "criteria": criteria}
    text = f"Turn {correction.turn}: heard “{correction.heard}”, said “{correction.said}”."
    return _add(session, call, person, "correction", score=standing_of(session, call).score, text=text, marks=marks)


def add_rereading(session: Session, call: Call, person: Person, *, marks: dict[str, Any]) -> Review:
    """Add what a larger model heard in a call's recording; it changes no points."""
    total = "no total" if marks["total"] is None else f"{marks['total']:.1f} of 100"
    text = f"{marks['model']} hears {len(marks['turns'])} turns otherwise; by its words the program gives {total}."
    return _add(session, call, person, "reread", score=standing_of(session, call).score, text=text, marks=marks)


def decide(session: Session, call: Call, by: str, *, passed: bool, reason: str) -> Review:
    """Confirm or reject a borderline call.

    Raises
    ------
    InputError
        If `by` may not, or it is not borderline.
    """
    person = _judge(session, call, by)
    standing = standing_of(session, call)
    if standing.decision is not None:
        raise InputError(f"{call.name} was decided already ({standing.verdict}); only an override opens it again")
    if standing.verdict != "borderline":
        raise InputError(
            f"{call.name} is not borderline but {standing.verdict or 'without a verdict'}; "
            "where a point is wrong, override its criterion"
        )
    kind = "confirm" if passed else "reject"
    return _add(session, call, person, kind, score=standing.score, text=_said(reason, "reason"))


def rate(session: Session, call: Call, by: str, *, marks: dict[str, float]) -> Review:
    """Give a blind second rating: points for every dimension that applied, or for every criterion.

    Raises
    ------
    InputError
        If `by` may not, has reviewed the call or opened its report before (and so has seen its points), or the marks
        are not complete.
    """
    person = _judge(session, call, by)
    check_blind(session, call, person)
    score = standing_of(session, call).score
    possible = _possible(score, marks)
    for name, points in marks.items():
        if not 0 <= points <= possible[name]:
            raise InputError(f"{name} cannot have {points:g} points; allowed: 0 to {possible[name]:g}")
    return _add(
        session, call, person, "rating", score=score, marks={name: float(marks[name]) for name in possible},
        points=float(sum(marks.values())), of=float(sum(possible.values())),
    )  # fmt: skip


def sheet(session: Session, call: Call) -> dict[str, float]:
    """Return what there is to rate: the points possible of each dimension that applied. It holds no points won."""
    return _sums(standing_of(session, call).score)


def appeal(session: Session, call: Call, *, note: str) -> Review:
    """Let whoever took the call say why its score is wrong.

    Raises
    ------
    InputError
        If nobody is known to have taken the call, or nothing is said.
    """
    person = session.get(Person, call.person_id) if call.person_id else None
    if person is None:
        raise InputError(f"nobody is filed for {call.name}: hotseat records add {call.path} --person NAME")
    score = standing_of(session, call).score
    made = _add(session, call, person, "appeal", score=score, text=_said(note, "note"))
    if not call.shared:  # an appeal asks an instructor to look
        call.shared = True
        write_down(session, "shared", call, by=person.id)
    return made


def answer(session: Session, call: Call, by: str, *, text: str) -> Review:
    """Answer the oldest appeal that has no answer. Points change by an override only.

    Raises
    ------
    InputError
        If `by` may not, or there is no such appeal.
    """
    person = _judge(session, call, by)
    waiting = standing_of(session, call).appeals
    if not waiting:
        raise InputError(f"no appeal waits for an answer in {call.name}")
    return _add(session, call, person, "answer", text=_said(text, "text"), answers=waiting[0].id)


def _judge(session: Session, call: Call, by: str) -> Person:
    person = known_instructor(session, by)
    if person.id == call.person_id:
        raise InputError(f"{person.name} took this call and cannot judge it; another instructor can")
    _check_visible(call)
    return person


def _check_visible(call: Call) -> None:
    if not call.shared:
        raise InputError(
            f"{call.name} is practice and its trainee's own; they can show it with: hotseat records share {call.path}"
        )


def _add(session: Session, call: Call, by: Person, kind: str, *, score: Score | None = None, **content: Any) -> Review:
    number = (session.scalar(select(func.max(Review.number)).where(Review.call_id == call.id)) or 0) + 1
    review = Review(
        call_id=call.id,
        number=number,
        kind=kind,
        by_id=by.id,
        score_id=None if score is None else score.id,
        **content,
    )
    write_down(session, kind, review, by=by.id)
    return review


def _said(text: str, what: str) -> str:
    if not text.strip():
        raise InputError(f"an empty {what} helps nobody; say it in a sentence")
    return text.strip()


def _possible(score: Score, marks: dict[str, float]) -> dict[str, float]:
    by_dimension = any(name in DIMENSIONS for name in marks)
    possible = _sums(score) if by_dimension else {each["id"]: each["of"] for each in score.criteria if each["of"] > 0}
    missing, unknown = sorted(set(possible) - set(marks)), sorted(set(marks) - set(possible))
    if unknown:
        raise InputError(f"nothing to rate here is called {', '.join(unknown)}; there is: {', '.join(possible)}")
    if missing:
        raise InputError(f"a rating must be complete; these are missing: {', '.join(missing)}")
    return possible


def _sums(score: Score) -> dict[str, float]:
    sums: dict[str, float] = {}
    for each in score.criteria:
        if each["of"] > 0:
            sums[each["dimension"]] = round(sums.get(each["dimension"], 0.0) + each["of"], 2)
    return sums
