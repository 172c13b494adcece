"""One caller put together: scenario, personality, kind, mood, needs, memory and everything they can say."""

from __future__ import annotations

import random

from simulator.customer.lines import Lines, Repertoire
from simulator.customer.memory import Memory
from simulator.customer.mood import Mood, Needs
from simulator.customer.scenario import Scenario, Vent
from simulator.customer.temper import load_kind, load_personality

START_SPREAD = 3
"""The anger at the start differs by at most this much between seeds."""


class Character:
    """What `reading` and `dialogue` share.

    Parameters
    ----------
    scenario : Scenario
        Whose story.
    seed : int
        Chooses among equal lines, and moves the anger at the start a little.
    allow_abuse : bool
        Whether lines marked as abuse may be said.
    """

    def __init__(self, scenario: Scenario, *, seed: int, allow_abuse: bool) -> None:
        self.scenario = scenario
        self.personality = load_personality(scenario.personality)
        self.kind = load_kind(scenario.kind)
        self.allow_abuse = allow_abuse
        self.memory = Memory()
        start = scenario.start.anger + random.Random(seed).randint(-START_SPREAD, START_SPREAD)
        self.mood = Mood(max(0, min(95, start)), scenario.start.trust, personality=self.personality, kind=self.kind)
        self.needs = Needs(scenario.needs)
        self.patience = max(2, self.personality.patience + self.kind.patience)
        self.repertoire = Repertoire(self._sets(), slots=self._slots(), seed=seed)

    def unsaid(self) -> list[Vent]:
        """Return what the customer has not got off their chest yet, in order."""
        return [vent for vent in self.scenario.vents if vent.id not in self.memory.vents_told]

    def may_abuse(self) -> bool:
        """Return whether this caller turns abusive now."""
        heated = self.mood.anger >= 60 and not self.memory.boundary_set
        return self.allow_abuse and self.scenario.kind == "abusive" and heated

    def _sets(self) -> dict[str, tuple[Lines, ...]]:
        story = self.scenario
        sets: dict[str, tuple[Lines, ...]] = {}
        for lines in (story.lines, self.kind.lines, self.personality.lines):
            for kind, more in lines.items():
                if kind == "abuse" and not self.allow_abuse:
                    continue
                sets[kind] = (*sets.get(kind, ()), more)
                if kind.startswith("answer_"):
                    usual = f"answer:{kind.removeprefix('answer_')}"
                    sets[usual] = (*sets.get(usual, ()), more)
        for need, spec in story.needs.items():
            if spec.press is not None:
                sets[f"press_{need}"] = (spec.press, *sets.get(f"press_{need}", ()))
        for vent in story.vents:
            sets[f"vent:{vent.id}"] = (vent.say,)
            if vent.abuse is not None and self.allow_abuse:
                sets[f"vent:{vent.id}:abuse"] = (vent.abuse,)
        for name, detail in story.caller.details.items():
            sets[f"answer:{name}"] = (detail,)
        for answer in story.answers:
            sets[f"answer:{answer.id}"] = (answer.say, *sets.get(f"answer:{answer.id}", ()))
        for name, chosen in story.choices.items():
            sets[f"choice:{name}"] = (chosen,)
        for forbidden in story.briefing.may_not:
            if forbidden.answer is not None:
                sets[f"forbid:{forbidden.id}"] = (forbidden.answer,)
        for name, said in story.says_back.items():
            sets[f"back:{name}"] = (said,)
        for outcome, ending in story.endings.items():
            sets[f"ending:{outcome}"] = (ending.say,)
        return sets

    def _slots(self) -> dict[str, str]:
        story = self.scenario
        slots = story.slots
        return {"name": story.caller.name, "company": story.company, **slots.model_dump()}
