"""One criterion, judged."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.contract import Status
from simulator.scoring.finding import Evidence
from simulator.scoring.rubric import Criterion

JUDGED: tuple[Status, ...] = ("met", "partly", "missed")
"""Statuses whose points count; the others are left out of both sums."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One criterion, judged.

    `options` are (points, of) as the criterion stands and with each doubt resolved the other way, `could_be` the
    statuses that these doubts would give. `hidden` says that speech which was hardly understood could change it.
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
    def swing(self) -> float:
        """Points that hidden words would add, or take away where it is met by what was not said."""
        if not self.hidden:
            return 0.0
        return self.of - self.points if self.criterion.judge.HANGS_ON == "said" else -self.points
