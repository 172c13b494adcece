"""One criterion, judged; the sums of points over several, and how low or high these could be.

Theory of operation
-------------------
A doubt can change what a criterion wins, and also whether it applies. The least total takes, of each criterion, the
option with which points won over points possible become least. Dinkelbach's method finds it: minimise the sum of
``won - ratio * of``, set the ratio to what that choice gives, and repeat until it no longer changes.

References
----------
W. Dinkelbach (1967), "On nonlinear fractional programming", Management Science 13(7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.contract import Status
from simulator.scoring.evidence import Evidence
from simulator.scoring.rubric import Criterion

ROUNDS = 50
"""The ratio settles after a few rounds; it only falls (or only rises), so it cannot go round in a circle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One criterion, judged.

    Parameters
    ----------
    criterion : Criterion
    status : Status
    points, of : float
        Points won and possible.
    options : tuple of (points, of)
        As the criterion stands, and with each doubt resolved the other way; `could_be` are the statuses of these.
    hidden : bool
        Whether speech that was hardly understood could change it.
    reason : str
    evidence : tuple of Evidence
    uncertain : str, optional
        Each doubt in words.
    """

    criterion: Criterion
    status: Status
    points: float
    of: float
    options: tuple[tuple[float, float], ...]
    hidden: bool
    could_be: tuple[Status, ...]
    reason: str
    evidence: tuple[Evidence, ...]
    uncertain: str | None

    @property
    def hidden_points(self) -> float:
        """Points that hidden words would add, or take away where it is met by what was not said (then negative)."""
        if not self.hidden:
            return 0.0
        return self.of - self.points if self.criterion.judge.DEPENDS_ON == "words" else -self.points


def share_of(judged: Sequence[Judged]) -> float | None:
    """Return the per cent of points won, None where nothing applied."""
    return _percent(sum(j.points for j in judged), sum(j.of for j in judged))


def range_of(judged: Sequence[Judged], hidden_acts: int) -> tuple[float, float] | None:
    """Return the least and the most per cent of points, each doubt resolved against or for the trainee.

    Parameters
    ----------
    judged : sequence of Judged
    hidden_acts : int
        How many acts may be hidden in speech that was hardly understood. At most this many criteria change for that
        reason, the heaviest first.
    """
    total = share_of(judged)
    low, high = extreme([j.options for j in judged], best=False), extreme([j.options for j in judged], best=True)
    of = sum(j.of for j in judged)
    if total is None or low is None or high is None or of <= 0:
        return None
    hidden = sorted(j.hidden_points for j in judged)
    losses = [points for points in hidden if points < 0][:hidden_acts]
    gains = [points for points in reversed(hidden) if points > 0][:hidden_acts]
    return (
        round(max(0.0, min(total, low + 100 * sum(losses) / of)), 1),
        round(min(100.0, max(total, high + 100 * sum(gains) / of)), 1),
    )


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
