"""The calls that instructors see, as columns in memory: what lists, sums and queues are counted from.

Theory of operation
-------------------
A page must not read 50,000 scores to show fifty lines or a sum. So a server reads them once, keeps what is counted as
one array, and then follows the log: every change of a row stands there, whoever made it, with a number that only
grows. A page asks for the last number and reads anew only the calls that entries since then are about. Nothing is
decided here: where people changed a score, it is read as `standing_of` has it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter
from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from simulator.records.database.tables import Call, Entry, Review, Score
from simulator.records.reviews.standing import CHANGES, DECISIONS, standing_of, why_waiting
from simulator.report.tally import series_name
from simulator.scoring.guidance import DIMENSIONS, load_guidance

Rows: TypeAlias = npt.NDArray[np.void]
Points: TypeAlias = npt.NDArray[np.int32]
PART = 1_000
"""Calls that are read at once."""
PER_POINT = 1_000
"""Points are kept as whole thousandths, so that a sum is exact in any order."""
TEXTS = ("person", "scenario", "title", "mode", "outcome", "verdict", "series")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndexedCalls:
    """The calls as of one entry of the log. Not changed any more; a later state is another object.

    Parameters
    ----------
    rows : ndarray of records, shape (n,)
        `TEXTS` hold the place of a text in `texts`; `started` is seconds since 1970; `total` is the program's, NaN
        without a score; `counts` is whether it is summed; `waits` whether it waits for a person.
    points, of : ndarray, int32, shape (len(columns), n)
        Points won and possible, in thousandths.
    ids : sequence of str
        The call of each row, by its id.
    texts, text_at
        The texts, and the place of each.
    columns : sequence of str
        The dimensions, then the rows of the guidance.
    """

    rows: Rows
    points: Points
    of: Points
    ids: Sequence[str]
    texts: Sequence[str]
    text_at: Mapping[str, int]
    columns: Sequence[str]

    def code(self, text: str) -> int:
        """Return the place of a text in `texts`; -1 for one that no call has."""
        return self.text_at.get(text, -1)


def last_entry(session: Session) -> int:
    """Return the number of the log's last entry; 0 where there is none."""
    return session.scalar(select(func.max(Entry.number))) or 0


class CallIndex:
    """Keeps the columns of one database up to date; may be asked by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._columns = (*DIMENSIONS, *(row.id for row in load_guidance().rows))
        self._at = {name: number for number, name in enumerate(self._columns)}
        texts, flags = [(name, "i4") for name in TEXTS], [(name, "?") for name in ("counts", "waits")]
        self._kind = np.dtype([("started", "f8"), ("total", "f8"), *texts, *flags])
        self._read = 0
        self._clear()

    def calls(self, session: Session) -> IndexedCalls:
        """Return the calls as a session sees them."""
        with self._lock:
            last = last_entry(session)
            if last < self._read or self._read == 0:  # another database stands in its place, or none was read yet
                self._clear()
                self._put(_read(session, None))
            elif last > self._read:
                self._take_in(session, self._changed(session))
            self._read = last
            return self._calls

    def _clear(self) -> None:
        self._read = 0
        nothing = np.zeros((len(self._columns), 0), np.int32)
        texts, text_at = [""], {"": 0}
        self._calls = IndexedCalls(
            rows=np.zeros(0, self._kind), points=nothing, of=nothing, ids=(), texts=texts, text_at=text_at,
            columns=self._columns,
        )  # fmt: skip
        self._texts, self._text_at = texts, text_at

    def _changed(self, session: Session) -> set[str]:
        """Return the ids of the calls that entries since the last one are about."""
        since = select(Entry.row).where(Entry.number > self._read)
        found = set(session.scalars(since.where(Entry.kind == Call.__tablename__)))
        for table in (Score, Review):
            touched = since.where(Entry.kind == table.__tablename__)
            found.update(session.scalars(select(table.call_id).where(table.id.in_(touched))))
        return found

    def _take_in(self, session: Session, changed: set[str]) -> None:
        if not changed:
            return
        old = self._calls
        stay = [number for number, id in enumerate(old.ids) if id not in changed]
        self._calls = replace(
            old, rows=old.rows[stay], points=old.points[:, stay], of=old.of[:, stay], ids=[old.ids[n] for n in stay]
        )
        wanted = sorted(changed)
        for start in range(0, len(wanted), PART):
            self._put(_read(session, wanted[start : start + PART]))

    def _put(self, found: Iterable[_Found]) -> None:
        """Add calls; each part is packed before the next is read, so that little more than the arrays is held."""
        old, left = self._calls, iter(found)
        rows, points, of, ids = [old.rows], [old.points], [old.of], list(old.ids)
        while part := list(islice(left, PART)):
            rows.append(np.array([self._row(each) for each in part], self._kind))
            sums = np.rint(np.multiply([self._sums(each.marks) for each in part], PER_POINT)).astype(np.int32)
            points.append(sums[:, 0].T)
            of.append(sums[:, 1].T)
            ids += [each.id for each in part]
        self._calls = replace(
            old,
            rows=np.concatenate(rows),
            points=np.concatenate(points, axis=1),
            of=np.concatenate(of, axis=1),
            ids=ids,
        )

    def _row(self, each: _Found) -> tuple[Any, ...]:
        total = np.nan if each.total is None else each.total
        texts = (self._code(each.texts[name] or "") for name in TEXTS)
        return each.started, total, *texts, each.counts, each.waits

    def _sums(self, marks: Sequence[_Mark]) -> tuple[list[float], list[float]]:
        points, of = [0.0] * len(self._columns), [0.0] * len(self._columns)
        for mark in marks:
            for column in (mark.dimension, *mark.guidance) if mark.of else ():
                at = self._at.get(column)
                if at is not None:
                    points[at] += mark.points
                    of[at] += mark.of
        return points, of

    def _code(self, text: str) -> int:
        found = self._text_at.setdefault(text, len(self._texts))
        if found == len(self._texts):
            self._texts.append(text)
        return found


@dataclass(frozen=True, slots=True)
class _Mark:
    dimension: str
    guidance: list[str]
    points: float
    of: float


MARKS = TypeAdapter(list[_Mark])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    id: str
    texts: dict[str, str | None]
    started: float
    total: float | None
    counts: bool
    waits: bool
    marks: Sequence[_Mark]


def _read(session: Session, ids: Sequence[str] | None) -> Iterable[_Found]:
    """Yield the shared calls of some ids, or all of them, oldest first."""
    last = select(Score.call_id, func.max(Score.number).label("number"))
    wanted = select(
        Call.id, Call.person_id, Call.scenario, Call.title, Call.mode, Call.outcome, Call.started, Call.trainee,
        Call.retry_of, Score.total, Score.verdict, Score.rubric, Score.rubric_version, Score.rubric_sha256,
        cast(Score.criteria, Text).label("criteria"),
    )  # fmt: skip
    reviewed = select(Review.call_id).where(Review.kind.in_((*CHANGES, *DECISIONS, "appeal")))
    if ids is not None:
        last, wanted = last.where(Score.call_id.in_(ids)), wanted.where(Call.id.in_(ids))
        reviewed = reviewed.where(Review.call_id.in_(ids))
    judged, of_last = set(session.scalars(reviewed)), last.group_by(Score.call_id).subquery()
    wanted = (
        wanted.outerjoin(of_last, of_last.c.call_id == Call.id)
        .outerjoin(Score, (Score.call_id == Call.id) & (Score.number == of_last.c.number))
        .where(Call.shared)
        .order_by(Call.started, Call.id)
        .execution_options(yield_per=PART)
    )
    for row in session.execute(wanted):
        marks = MARKS.validate_json(row.criteria or "[]")  # four fields of ten: 20 s less for 50,000 calls
        total, waits = row.total, row.verdict == "borderline"
        if row.id in judged and row.rubric is not None:
            standing = standing_of(session, session.get_one(Call, row.id))
            pairs = zip(marks, standing.rows, strict=True)
            marks = [replace(mark, points=now.points, of=now.of) for mark, now in pairs]
            total = standing.total
            waits = bool(why_waiting(standing))
        yield _Found(
            id=row.id,
            texts={
                "person": row.person_id,
                "scenario": row.scenario,
                "title": row.title,
                "mode": row.mode,
                "outcome": row.outcome,
                "verdict": row.verdict,
                "series": "" if row.rubric is None else series_name(row.rubric, row.rubric_version, row.rubric_sha256),
            },
            started=row.started.timestamp(),
            total=row.total,
            counts=total is not None and not row.retry_of,
            waits=waits and row.trainee != "recorded",
            marks=marks,
        )
