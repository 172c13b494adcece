"""The shape of `hotseat rescore --json`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.contract import Document, Milliseconds, Verdict
from simulator.events import Outcome
from simulator.scoring.document import RubricUsed


class RescoreSide(Document):
    """A score in short, before or after."""

    rubric: RubricUsed
    total: float | None
    verdict: Verdict | None


class RescoreRow(Document):
    """One call scored again. `now` is the new verdict where it differs from the old one.

    `old` is null where there was no usable score.json, and `reason` says so; `criteria` are the ids of those that
    came out differently; `identical` is whether the new score.json is the old one, byte for byte. `person` is who took
    the call, as the records or call.json have it, and `account` their name in the LMS. `lapsing` are the reviews that
    hold now and would no longer: they are of another score.
    """

    call: str
    scenario: str
    started: str
    duration_ms: Milliseconds
    outcome: Outcome | None
    certified: bool
    old: RescoreSide | None
    new: RescoreSide
    range: tuple[float, float] | None
    moved: float | None
    now: Verdict | None
    criteria: list[str]
    identical: bool
    written: bool
    reason: str = ""
    mode: Literal["practice", "certification"] = "practice"
    person: str = ""
    account: str | None = None
    new_sha256: str = ""
    lapsing: list[str] = Field(default=[])


class BrokenCall(Document):
    """A folder that could not be scored, and why."""

    call: str
    reason: str


class RescoreSummary(Document):
    """The archive in figures; `moved_*` are points of the total, over the calls that had one before and after.

    `lapsing` counts reviews, `left_out` calls of another mode or person than was asked for.
    """

    calls: int
    rescored: int
    broken: int
    identical: int
    now_pass: int
    now_fail: int
    now_borderline: int
    moved_mean: float | None
    moved_least: float | None
    moved_most: float | None
    lapsing: int = 0
    left_out: int = 0


class RescoreOutput(Document):
    """`hotseat rescore --json`; rows and broken folders in the order of their names."""

    schema_: Literal["hotseat.rescore/1"] = Field(alias="schema")
    summary: RescoreSummary
    rows: list[RescoreRow]
    broken: list[BrokenCall]
