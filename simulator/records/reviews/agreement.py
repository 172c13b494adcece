"""How well two judgements of the same calls agree: quadratic weighted kappa, and the share within ten points.

Metrics
-------
- kappa: agreement beyond chance over totals in ten bands of ten points; 1 is perfect, 0 is chance. Being two bands
  apart counts four times as much as being one apart.
- within_10: the share of pairs whose totals are at most ten points apart.

Why our own: the formula is a few lines of numpy; scikit-learn and statsmodels are 30 MB each, for one number.

References
----------
.. [1] J. Cohen (1968), Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial
   credit. Psychological Bulletin 70(4), 213-220.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.records.database.tables import Call, Review, Score
from simulator.report.reviews import AgreementItem, AgreementOutput

BANDS = 10
CLOSE = 10.0
"""Points of the total."""
FEW = 10
"""Below this many pairs the figures say little, and the command says so."""


def weighted_kappa(table: ArrayLike, weights: ArrayLike | None = None) -> float | None:
    """Return weighted kappa [1]_.

    Parameters
    ----------
    table : array_like, shape (k, k)
        How often, or in which share, the first judge said i and the second j.
    weights : array_like, shape (k, k), optional
        How bad it is that they differ so; without it the square of i - j.

    Returns
    -------
    kappa : float or None
        None where both always said the same one thing: then chance explains everything.
    """
    seen: NDArray[np.float64] = np.asarray(table, np.float64)
    seen = seen / seen.sum()
    steps = np.arange(len(seen), dtype=np.float64)
    costs = (steps[:, None] - steps) ** 2 if weights is None else np.asarray(weights, np.float64)
    by_chance = float(np.sum(costs * np.outer(seen.sum(axis=1), seen.sum(axis=0))))
    return None if by_chance == 0 else 1 - float(np.sum(costs * seen)) / by_chance


def agreement(pairs: Sequence[tuple[float, float]], none: str = "no call was rated twice yet") -> AgreementItem:
    """Return how well pairs of totals, 0 to 100, agree; `none` is the reason where there is no pair.

    Examples
    --------
    >>> agreement([(80.0, 85.0), (40.0, 55.0)]).within_10
    0.5
    """
    if not pairs:
        return AgreementItem(n=0, kappa=None, within_10=None, reason=none)
    table = np.zeros((BANDS, BANDS))
    for first, second in pairs:
        table[_band(first), _band(second)] += 1
    kappa = weighted_kappa(table)
    reason = "both judgements are the same for every call, so kappa is not defined" if kappa is None else ""
    if len(pairs) < FEW:
        reason = f"{reason}; ".removeprefix("; ") + f"fewer than {FEW} pairs say little"
    close = sum(round(abs(first - second), 6) <= CLOSE for first, second in pairs) / len(pairs)
    return AgreementItem(
        n=len(pairs), kappa=None if kappa is None else round(kappa, 3), within_10=round(close, 3), reason=reason
    )


def between_people(session: Session) -> AgreementItem:
    """Return how well people agree: the first two blind ratings of every call that has two."""
    totals: dict[str, list[float]] = {}
    for call_id, points, of in session.execute(_ratings(Review.call_id)):
        totals.setdefault(call_id, []).append(100 * points / of)
    return agreement([(each[0], each[1]) for each in totals.values() if len(each) > 1])


def with_the_program(session: Session) -> AgreementItem:
    """Return how well people agree with the program: every blind rating against the score it was about."""
    rows = session.execute(_ratings(Score.total).join(Score, Score.id == Review.score_id))
    pairs = [(total, 100 * points / of) for total, points, of in rows if total is not None]
    return agreement(pairs, none="no call was rated blind by a person yet")


def agreement_output(session: Session) -> AgreementOutput:
    """Return how well people agree with each other and with the program."""
    return AgreementOutput(
        schema="hotseat.agreement/1", between_people=between_people(session), with_the_program=with_the_program(session)
    )


def _ratings(first: object):  # type: ignore[no-untyped-def]  # the type of a select is longer than the select
    return (
        select(first, Review.points, Review.of)  # type: ignore[call-overload]
        .join(Call, Call.id == Review.call_id)
        .where(Review.kind == "rating", Review.of > 0, Call.shared)
        .order_by(Review.call_id, Review.number)
    )


def _band(total: float) -> int:
    return min(BANDS - 1, int(total // (100 / BANDS)))
