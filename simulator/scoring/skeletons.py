"""The skeletons that grade and word what a rule found: a count, a share, an order, and a level within limits.

A rule says what a call holds, with its evidence and a noun; the skeleton turns that into a grade and a sentence.
Near-silent trainees get no credit for avoiding faults: "restraint" marks what is met by not doing something.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from simulator.contract import Status
from simulator.scoring.case.seen import ActInstance
from simulator.scoring.evidence import Evidence, of_act, signed
from simulator.scoring.grades import (
    Grade,
    at_least,
    at_most,
    no_occasion,
    part_between,
    part_of_faults,
    part_of_wanted,
    weight_of,
)
from simulator.scoring.wording import quoted, when

TOO_LITTLE = "You said too little for this to be judged."
"""The reason where absence of a fault would prove nothing."""
HALF = 0.5
"""What partly met wins where a rule knows no degrees."""
NEVER = -1
"""As `met` of a count of faults: no number of them is met."""
Kind: TypeAlias = Literal["wanted", "faults", "restraint"]
"""What a count is of; restraint is faults whose absence proves nothing where the trainee said too little."""
Limits: TypeAlias = tuple[float | None, float | None]
"""Lowest and highest value of a band; None is open."""


def within(limits: Limits, value: float) -> bool:
    """Return whether a value lies in a band, its limits included.

    Examples
    --------
    >>> within((100, None), 100), within((None, 20), 21)
    (True, False)
    """
    low, high = limits
    return (low is None or value >= low) and (high is None or value <= high)


def check_bands(*, met: Limits, partly: Limits) -> None:
    """Raise ValueError unless `met` runs from low to high and `partly` encloses it."""
    low, high = met
    if low is not None and high is not None and low > high:
        raise ValueError(f"met must run from low to high, got {met}")
    if any(bound is not None and not within(partly, bound) for bound in met):
        raise ValueError(f"partly {partly} must enclose met {met}")


def _sentence(*parts: str) -> str:
    return f"{'; '.join(part for part in parts if part)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of things: wanted ones, of which `met` are enough, or faults, of which `met` are allowed.

    The reason reads "`fact`; `aside`; `asked` would have met it". `number` is given where it is not that of `evidence`.
    """

    fact: str
    evidence: Sequence[Evidence]
    met: float
    partly: float | None
    number: float | None = None
    aside: str = ""
    asked: str | int = ""
    kind: Kind = "wanted"
    part: float | None = None
    weight: float = 1.0

    def grade(self, rule: str, *, spoke_enough: bool) -> Grade:
        """Grade the number: each thing that is wanted wins the same, each fault costs the same."""
        number = len(self.evidence) if self.number is None else self.number
        near_silent = self.kind == "restraint" and not spoke_enough
        if near_silent and not number:
            return no_occasion(TOO_LITTLE)
        degree, part_of = (at_least, part_of_wanted) if self.kind == "wanted" else (at_most, part_of_faults)
        status = degree(number, met=self.met, partly=None if near_silent else self.partly)
        part = HALF if self.part is None else self.part
        if status == "partly" and self.part is None:
            part = part_of(number, met=self.met, partly=self.partly)
        asked = f"{self.asked} would have met it" if self.asked and status != "met" else ""
        return Grade(
            status=status,
            reason=_sentence(self.fact, self.aside, asked),
            evidence=signed(self.evidence, rule),
            part=part,
            weight=self.weight,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One of those that a share is taken of: its `worth` (1 good, 0 not) and, if it is not good, the `fault`."""

    worth: float
    fault: str
    evidence: Sequence[Evidence]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The good ones among several of a kind.

    The reason reads "`before` 3 of 4 `noun`; `fault` of the worst". After `full` instances it weighs in full, before
    that less. `lenient` is the share that `partly` is compared with, where that is not the share of good ones.
    """

    noun: str
    instances: Sequence[Instance]
    met: float
    partly: float
    before: str = ""
    full: int = 1
    lenient: float | None = None
    restraint: bool = False
    part: float | None = None

    def grade(self, rule: str, *, spoke_enough: bool) -> Grade:
        """Grade the mean worth; show the bad ones, or all where none is bad."""
        number = len(self.instances)
        bad = [each for each in self.instances if each.worth < 1]
        near_silent = self.restraint and not spoke_enough
        if near_silent and not bad:
            return no_occasion(TOO_LITTLE)
        share = sum(each.worth for each in self.instances) / number
        status: Status = "met"
        if share < self.met:
            reached = share if self.lenient is None else self.lenient
            status = "partly" if reached >= self.partly and not near_silent else "missed"
        neither = sum(0 < each.worth < 1 for each in bad)
        fact = f"{self.before}{number - len(bad)} of {number} {self.noun}"
        if neither:
            fact += f", and {'one was' if neither == 1 else f'{neither} were'} neither that nor the contrary"
        return Grade(
            status=status,
            reason=_sentence(fact, min(bad, key=lambda each: each.worth).fault if bad else ""),
            evidence=signed((item for each in bad or self.instances for item in each.evidence), rule),
            part=part_between(share, missed=self.partly, met=self.met) if self.part is None else self.part,
            weight=weight_of(number, full=self.full),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Something that had to come first, and what it had to come before; `first` is None where it never came."""

    first: ActInstance | None
    then: ActInstance
    first_noun: str
    then_noun: str

    def grade(self, rule: str, *, spoke_enough: bool) -> Grade:
        """Grade the order: met if right, partly met if wrong within one utterance."""
        first, then = self.first, self.then
        said = f"{quoted(then.phrase)} {when(then.span)}"
        if first is None:
            reason = f"{said} came with no {self.first_noun} in the whole call."
            return Grade(status="missed", reason=reason, evidence=signed([of_act(then)], rule))
        is_right = first.span.start <= then.span.start
        wrong: Status = "partly" if first.utterance == then.utterance else "missed"
        reason = f"The {self.first_noun} came {'before' if is_right else 'after'} the {self.then_noun}: "
        return Grade(
            status="met" if is_right else wrong,
            reason=f"{reason}{quoted(first.phrase)} {when(first.span)}, {said}.",
            evidence=signed([of_act(first), of_act(then)], rule),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A value that should lie in the band `met`, or at least in the wider `partly`; `asked` is the band in words."""

    fact: str
    evidence: Iterable[Evidence]
    value: float
    met: Limits
    partly: Limits
    asked: str
    restraint: bool = False
    weight: float = 1.0

    def grade(self, rule: str, *, spoke_enough: bool) -> Grade:
        """Grade the value by how near it came to the band."""
        is_met = within(self.met, self.value)
        if is_met and self.restraint and not spoke_enough:
            return no_occasion(TOO_LITTLE)
        aside = f"{self.asked} {'was asked for' if is_met else 'would have met it'}" if self.asked else ""
        side = 0 if self.met[0] is not None and self.value < self.met[0] else 1
        missed, met = self.partly[side], self.met[side]
        return Grade(
            status="met" if is_met else "partly" if within(self.partly, self.value) else "missed",
            reason=_sentence(self.fact, aside),
            evidence=signed(self.evidence, rule),
            part=HALF if missed is None or met is None else part_between(self.value, missed=missed, met=met),
            weight=self.weight,
        )


Found: TypeAlias = Count | Share | Order | Level | Grade
"""What a rule finds; a `Grade` is "no occasion" or "cannot tell"."""
