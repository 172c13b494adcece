"""What people said of a call, as a document: the records give it, the command prints it, the reports render it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.contract import Document, Milliseconds, Verdict


class AgreementItem(Document):
    """How well two judgements of the same `n` calls agree; null where it cannot be said, and `reason` says why."""

    n: int
    kappa: float | None
    within_10: float | None
    reason: str = ""


class AgreementOutput(Document):
    """`hotseat review agreement --json`."""

    schema_: Literal["hotseat.agreement/1"] = Field(alias="schema")
    between_people: AgreementItem
    with_the_program: AgreementItem


class VerdictItem(Document):
    """A total and a verdict, and why."""

    total: float | None
    verdict: Verdict | None
    reason: str


class CriterionPair(Document):
    """One criterion: the program's points and those that stand now."""

    id: str
    title: str
    dimension: str
    of: float
    program: float
    now: float


class CorrectionItem(Document):
    """In a turn of the trainee's, counted from 1, what the recognizer wrote and what was said."""

    turn: int
    heard: str
    said: str


class ReviewItem(Document):
    """What a person said; `by` is null for somebody who was deleted since.

    `stands` is whether it holds now: not for an override or a decision that a later one replaced, nor for anything said
    of points that an earlier score had.
    """

    kind: Literal["override", "correction", "comment", "confirm", "reject", "rating", "appeal", "answer", "reread"]
    by: str | None
    at: str
    text: str
    criterion: str | None
    points: float | None
    of: float | None
    at_ms: Milliseconds | None
    marks: dict[str, float] | None
    correction: CorrectionItem | None = None
    stands: bool = True
    through: Literal["", "room"] = Field(
        default="", description="room: who said it was signed in to the room of a site"
    )


class ReviewOutput(Document):
    """`hotseat review show --json`: what the program said, what stands now, and what people said in between.

    `score_sha256` is that of the score.json the program's points are from.
    """

    schema_: Literal["hotseat.review/1"] = Field(alias="schema")
    call: str
    person: str | None
    program: VerdictItem
    now: VerdictItem
    criteria: list[CriterionPair]
    reviews: list[ReviewItem]
    open_appeals: int
    agreement: AgreementOutput
    score_sha256: str = ""
    counts: str = Field(default="", description="whether a certification call counts, and for what; empty for practice")
