"""A grade: how far one rule was met, the reason in a sentence, and its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.contract import Status
from simulator.scoring.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """How far one rule was met in one call.

    Parameters
    ----------
    status : Status
    reason : str
        A sentence.
    evidence : tuple of Evidence
    part : float, 0 to 1
        Share of its points that a criterion wins if it is partly met.
    weight : float, 0 to 1
        Share of its points that is at stake at all: less than 1 where the call gave few occasions.
    """

    status: Status
    reason: str
    evidence: tuple[Evidence, ...] = ()
    part: float = 0.5
    weight: float = 1.0

    @property
    def share(self) -> float:
        """Share of its points that the criterion wins: 1 if met, 0 if missed, 0 where it is left out of the sums."""
        return {"met": 1.0, "partly": self.part}.get(self.status, 0.0)


def no_occasion(reason: str) -> Grade:
    """Return the grade for a call that gave no occasion: it neither wins nor costs."""
    return Grade(status="not_applicable", reason=reason)


def cannot_tell(reason: str) -> Grade:
    """Return the grade where the measure is missing: it neither wins nor costs."""
    return Grade(status="unmeasurable", reason=reason)


def at_most(value: float, *, met: float, partly: float | None) -> Status:
    """Return the status of a count that should be low.

    Examples
    --------
    >>> at_most(0, met=0, partly=1), at_most(1, met=0, partly=1), at_most(2, met=0, partly=1)
    ('met', 'partly', 'missed')
    """
    if value <= met:
        return "met"
    return "partly" if partly is not None and value <= partly else "missed"


def at_least(value: float, *, met: float, partly: float | None) -> Status:
    """Return the status of a count that should be high.

    Examples
    --------
    >>> at_least(2, met=2, partly=1), at_least(1, met=2, partly=1), at_least(0, met=2, partly=1)
    ('met', 'partly', 'missed')
    """
    if value >= met:
        return "met"
    return "partly" if partly is not None and value >= partly else "missed"


NEARLY_MISSED, NEARLY_MET = 0.2, 0.8
"""What partly met wins at its lower and at its upper bound: a small step at either, not a cliff."""


def part_between(value: float, *, missed: float, met: float) -> float:
    """Return the share of points that partly met wins, by how near `value` came from one bound to the other.

    Examples
    --------
    >>> part_between(0.4, missed=0.4, met=0.8), part_between(0.6, missed=0.4, met=0.8)
    (0.2, 0.5)
    """
    way = 0.5 if met == missed else max(0.0, min(1.0, (value - missed) / (met - missed)))
    return round(NEARLY_MISSED + (NEARLY_MET - NEARLY_MISSED) * way, 3)


def part_of_faults(number: float, *, met: float, partly: float | None) -> float:
    """Return the share of points that partly met wins where each fault beyond `met` costs the same.

    Examples
    --------
    >>> part_of_faults(1, met=0, partly=1), part_of_faults(2, met=0, partly=2)
    (0.5, 0.33333333333333337)
    """
    return max(0.0, 1 - (number - met) / ((partly or met) + 1 - met))


def part_of_wanted(number: float, *, met: float, partly: float | None = None) -> float:
    """Return the share of points that partly met wins where each thing that was wanted is worth the same.

    Examples
    --------
    >>> part_of_wanted(1, met=2), part_of_wanted(2, met=3)
    (0.5, 0.667)
    """
    return round(min(1.0, number / met), 3)


def weight_of(number: float, *, full: float) -> float:
    """Return how much of its points is at stake for a criterion, by how many occasions the call gave.

    One occasion proves less than five, so a single answer in a call that ended early moves the total by little.

    Examples
    --------
    >>> weight_of(1, full=3), weight_of(5, full=3)
    (0.333, 1.0)
    """
    return 1.0 if number >= full else round(number / full, 3)
