"""The shared data behind every customer: what moves a mood, the four personalities, the three kinds.

All of it is YAML in ``banks/``; a number there carries the guidance row that justifies it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from simulator.customer.lines import Lines
from simulator.datafile import DataModel, read_yaml
from simulator.events import Band, Need
from simulator.ports import CutOff
from simulator.vocabulary import GuidanceId, KindName, PersonalityName

BANKS = Path(__file__).parent / "banks"


class Effect(DataModel):
    """What one thing does to anger and trust, before personality, kind, wear and context."""

    anger: float = Field(ge=-15, le=15)
    trust: float = Field(ge=-15, le=15)
    wears: Literal["quick", "slow", "gentle", "never", "grows"]
    guidance: GuidanceId
    because: str
    passing: float = Field(default=0, ge=0, le=1)
    spoils: float = Field(default=1, ge=0, le=1)
    early: bool = False


class NeedRule(DataModel):
    """How a need is met: points by what happened, met at 1."""

    guidance: GuidanceId
    points: dict[str, float]


class HalfLives(DataModel):
    """How fast a flare-up fades, and how fast a phrase is fresh again."""

    passing: int = Field(gt=0)
    wear: int = Field(gt=0)


class MoodRules(DataModel):
    """banks/mood.yaml. `version` is raised with every change of behaviour; each call names it in its manifest."""

    version: int = Field(ge=1)
    half_life_ms: HalfLives
    wear: dict[Literal["quick", "slow", "gentle", "never", "grows"], tuple[float, ...]]
    effects: dict[str, Effect]
    needs: dict[Need, NeedRule]


class Weight(DataModel):
    """How much stronger one effect is for this temper, and the guidance row that says so."""

    times: float = Field(ge=0, le=3)
    guidance: GuidanceId


class Personality(DataModel):
    """One of the four DISC personalities (guidance P2): how they react and what they say."""

    id: PersonalityName
    about: str
    wins: str
    loses: str
    burst: int = Field(ge=1, le=5)
    patience: int = Field(ge=2, le=10)
    point_of_no_return: float = Field(ge=80, le=100)
    barge_in_after_ms: int = Field(ge=5000)
    withdraws: bool
    cut_off: dict[Band, CutOff]
    weights: dict[str, Weight]
    lines: dict[str, Lines]


class Kind(DataModel):
    """Genuine grievance, habitually difficult, or abusive: on top of the personality (guidance P6, C6)."""

    id: KindName
    about: str
    patience: int
    point_of_no_return: float
    weights: dict[str, Weight]
    lines: dict[str, Lines] = Field(default_factory=dict)


class Questions(DataModel):
    """banks/questions.yaml: the usual questions to a caller, each in a few wordings."""

    details: dict[str, tuple[str, ...]]
    usual: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def load_mood_rules() -> MoodRules:
    """Return what moves every mood."""
    return read_yaml(BANKS / "mood.yaml", MoodRules)


@lru_cache(maxsize=1)
def load_questions() -> Questions:
    """Return the usual questions."""
    return read_yaml(BANKS / "questions.yaml", Questions)


@lru_cache(maxsize=8)
def load_personality(name: str) -> Personality:
    """Return one of the four personalities."""
    return read_yaml(BANKS / f"{name}.yaml", Personality)


@lru_cache(maxsize=8)
def load_kind(name: str) -> Kind:
    """Return one of the three kinds."""
    return read_yaml(BANKS / f"kind-{name}.yaml", Kind)
