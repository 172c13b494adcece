"""What every rule has in common: its parameters are data, and it is a pure function of a case."""

from __future__ import annotations

from typing import ClassVar, Literal

from simulator.datafile import DataModel
from simulator.scoring.case import Case
from simulator.scoring.finding import Finding

TOO_LITTLE = "The trainee said too little for this to be judged."
"""The reason where absence of a fault would prove nothing."""


class BaseRule(DataModel):
    """A rule's parameters, and how it judges a case that gave the occasion."""

    HANGS_ON: ClassVar[Literal["", "said", "unsaid"]] = ""
    """Whether it is met by words that were said, or by words that were not: how misheard speech may change it."""
    LOOKS_AT: ClassVar[tuple[str, ...]] = ()
    """What else than acts the rule looks at, as docs/coverage.md names it."""

    def notices(self) -> tuple[str, ...]:
        """Return the acts and cues that this rule looks at, acts first, each once."""
        fields = ("first", "then", "acts", "with_acts", "without_acts")
        acts = [act for name in fields for act in getattr(self, name, ())]
        for name in ("suits", "spoils"):
            acts += [act for each in getattr(self, name, {}).values() for act in each]
        return tuple(dict.fromkeys([*acts, *self.LOOKS_AT]))

    def judge(self, case: Case) -> Finding:
        """Return the finding."""
        raise NotImplementedError
