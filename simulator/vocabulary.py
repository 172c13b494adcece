"""The closed lists of names that data files, the live call and the review share: acts, bands, personalities."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import Field

from simulator.events import Band

ActName: TypeAlias = Literal[
    "greeting",
    "acknowledgement",
    "reflection",
    "empathy",
    "rapport",
    "apology",
    "ownership",
    "assurance",
    "willingness",
    "open_question",
    "clarifying_question",
    "solution",
    "options",
    "timeline",
    "next_steps",
    "check_agreement",
    "personalisation",
    "follow_up",
    "feedback_request",
    "escalation",
    "consult",
    "hold_request",
    "boundary",
    "gratitude",
    "excuse",
    "blame",
    "contradiction",
    "dismissal",
    "hostility",
    "patronising",
    "refusal",
]
ACTS: tuple[ActName, ...] = get_args(ActName)
"""Every dialogue act, in the order of docs/acts.md."""
REMEDIES: tuple[ActName, ...] = ("solution", "options")
"""Acts that put a remedy on the table."""
HARMFUL: tuple[ActName, ...] = (
    "hostility",
    "patronising",
    "dismissal",
    "contradiction",
    "blame",
    "excuse",
    "refusal",
)
"""Acts that do harm, the worst first."""
HARMS = tuple(act for act in HARMFUL if act != "refusal")
"""Acts that do harm; a no may have to be said."""

WHEN_SUITS = "when_suits"
"""The usual question that asking which day suits is, where nothing was proposed."""

BANDS: tuple[Band, ...] = get_args(Band)
"""The bands of anger, from calm to furious."""
PersonalityName: TypeAlias = Literal["dominant", "inspiring", "supportive", "cautious"]
KindName: TypeAlias = Literal["genuine", "habitual", "abusive"]
GuidanceId: TypeAlias = Annotated[str, Field(pattern=r"^[LCEORFP][1-9]$")]
"""A row of docs/guidance.md."""
