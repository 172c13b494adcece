"""What every rule has in common: its parameters are data, and `find` is a pure function of a case.

To add a rule, write a class with its parameters as fields and a `find` that returns a skeleton (`scoring.skeletons`),
and name it in `scoring.rubric.Rule`. Degrees are data: the rubric sets `met` and `partly`.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

from simulator.datafile import DataModel
from simulator.scoring.case.seen import Case
from simulator.scoring.grades import Grade
from simulator.scoring.skeletons import Found
from simulator.vocabulary import ActName

NOTICED = "noticed"
"""Marks a parameter that names acts or measures which the rule looks at, for docs/coverage.md."""
Acts: TypeAlias = Annotated[tuple[ActName, ...], NOTICED]
"""A parameter that names acts."""


class BaseRule(DataModel):
    """A rule's parameters, and how it looks at a call that gave the occasion."""

    DEPENDS_ON: ClassVar[Literal["words", "no_words", "sound"]] = "sound"
    """Met by words that were said, by words that were not, or by neither: how misheard speech may change it."""
    SHOWS_WHAT_WAS_DONE: ClassVar[bool] = False
    """Whether its evidence is what was done, so that what is missing has to be shown elsewhere."""
    LOOKS_AT: ClassVar[tuple[str, ...]] = ()
    """What else than its `NOTICED` parameters it looks at, as docs/coverage.md names it."""

    rule: str

    def notices(self) -> tuple[str, ...]:
        """Return the acts and cues that the rule looks at, each once."""
        found: list[str] = []
        for name, value in self:
            if NOTICED in type(self).model_fields[name].metadata:
                lists = value.values() if isinstance(value, dict) else [[value] if isinstance(value, str) else value]
                found += [each for names in lists for each in names]
        return tuple(dict.fromkeys([*found, *self.LOOKS_AT]))

    def find(self, case: Case) -> Found:
        """Return what the call holds of what the rule looks for."""
        raise NotImplementedError

    def judge(self, case: Case) -> Grade:
        """Return the grade of what was found; evidence that nothing else found names this rule."""
        found = self.find(case)
        return found if isinstance(found, Grade) else found.grade(self.rule, spoke_enough=case.spoke_enough)
