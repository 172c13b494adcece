"""Sums of points, what a call keeps of them, and how low or high it could be.

Theory of operation
-------------------
A doubt can change what a criterion wins, and also whether it applies. The least total is that of the choice of one
option a criterion for which points won over points possible is least. A ratio of sums is minimised by minimising the
sum of ``won - ratio * of`` and setting the ratio to what that choice gives, until it stays (Dinkelbach's method).

Some faults weigh more than any sum: a rude call is no good call, however much was done right in it. A criterion may say
how much of its total a call *keeps* if it is missed; met, the call keeps all, and partly met what lies between, by the
share of points it won. Where several say so, the least counts.

References
----------
W. Dinkelbach (1967), "On nonlinear fractional programming", Management Science 13(7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.contract import Status

ROUNDS = 50
"""The ratio stays after a few rounds; it falls (or rises) with each one, so it cannot run in a circle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """What a criterion came to, as plain values: from a fresh score, or from the records with a person's points.

    Parameters
    ----------
    id, title, dimension : str
    status : Status
    points, of : float
        Points won, of how many possible; `of` is 0 where the criterion did not apply.
    options : sequence of (points, of)
        As it stands, and with each doubt resolved the other way; empty stands for `points` and `of` alone.
    could_be : sequence of Status
        Statuses that these doubts would give.
    hidden_points : float
        Points that words in speech that was hardly understood could add, or take away where it is below 0.
    reason : str
        Why it has this status; "" where that is not kept.
    uncertain : str or None
        The doubts in words.
    keeps : float, 0 to 100, or None
        Per cent of its total that the call keeps if this is missed; None where it takes nothing away.
    """

    id: str
    title: str
    dimension: str
    status: Status
    points: float
    of: float
    options: Sequence[tuple[float, float]] = ()
    could_be: Sequence[Status] = ()
    hidden_points: float = 0.0
    reason: str = ""
    uncertain: str | None = None
    keeps: float | None = None


def total_of(rows: Sequence[CriterionRow]) -> float | None:
    """Return the total: what the call keeps of the per cent of points won; None where nothing applied."""
    won, of = sum(row.points for row in rows), sum(row.of for row in rows)
    return _percent(won * _kept(rows, [(row.points, row.of) for row in rows]) / 100, of)


def kept_by(keeps: float | None, won: float, of: float) -> float:
    """Return the per cent of its total that a call keeps, by the points that a criterion won.

    Examples
    --------
    >>> kept_by(20, 0, 5), kept_by(20, 2.5, 5), kept_by(20, 5, 5), kept_by(None, 0, 5)
    (20.0, 60.0, 100.0, 100.0)
    """
    return 100.0 if keeps is None or of <= 0 else round(100 - (100 - keeps) * (1 - won / of), 1)


def _kept(rows: Sequence[CriterionRow], points: Sequence[tuple[float, float]]) -> float:
    return min((kept_by(row.keeps, *each) for row, each in zip(rows, points, strict=True)), default=100.0)


def share_of(rows: Sequence[CriterionRow]) -> float | None:
    """Return the per cent of points won, None where nothing applied."""
    return _percent(sum(row.points for row in rows), sum(row.of for row in rows))


def range_of(rows: Sequence[CriterionRow], hidden_acts: int) -> tuple[float, float] | None:
    """Return the least and the most the total could be, each doubt resolved against or for the trainee.

    Parameters
    ----------
    rows : sequence of CriterionRow
    hidden_acts : int
        How many acts may be hidden in speech that was hardly understood: so many criteria at most change for that
        reason, the heaviest first. They move points, not what the call keeps.
    """
    total, options = total_of(rows), [row.options or ((row.points, row.of),) for row in rows]
    low, high = extreme(options, best=False), extreme(options, best=True)
    of = sum(row.of for row in rows)
    if total is None or low is None or high is None or of <= 0:
        return None
    gains = sorted((row.hidden_points for row in rows if row.hidden_points > 0), reverse=True)[:hidden_acts]
    losses = sorted(row.hidden_points for row in rows if row.hidden_points < 0)[:hidden_acts]
    worst = _kept(rows, [min(each, key=_share) for each in options]) / 100
    best = _kept(rows, [max(each, key=_share) for each in options]) / 100
    return (
        round(max(0.0, min(total, worst * (low + 100 * sum(losses) / of))), 1),
        round(min(100.0, max(total, best * (high + 100 * sum(gains) / of))), 1),
    )


def _share(points: tuple[float, float]) -> float:
    won, of = points
    return won / of if of > 0 else 1.0


def extreme(options: Sequence[Sequence[tuple[float, float]]], *, best: bool) -> float | None:
    """Return the most, or the least, per cent of points with one option of each criterion; None where none applies.

    Examples
    --------
    >>> certain, doubtful = [(5.0, 5.0)], [(0.0, 5.0), (5.0, 5.0), (0.0, 0.0)]
    >>> extreme([certain, doubtful], best=True), extreme([certain, doubtful], best=False)
    (100.0, 50.0)
    """
    sign = 1 if best else -1
    ratio = 0.0 if best else 1.0
    for _ in range(ROUNDS):
        chosen = [max(each, key=lambda o: (sign * (o[0] - ratio * o[1]), o[1])) for each in options]
        won, of = sum(c[0] for c in chosen), sum(c[1] for c in chosen)
        if of <= 0:
            return None
        if abs(won / of - ratio) < 1e-12:
            break
        ratio = won / of
    return 100 * ratio


def _percent(won: float, of: float) -> float | None:
    return round(100 * won / of, 1) if of > 0 else None
