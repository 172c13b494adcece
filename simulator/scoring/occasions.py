"""Occasions: what a call must have held for a criterion to apply. What gave no occasion neither wins nor costs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from simulator.clock import from_seconds
from simulator.scoring.case import ABUSE, MANAGER, VENTING, Case
from simulator.vocabulary import REMEDIES

Occasion: TypeAlias = Literal[
    "call",
    "speech",
    "vent",
    "heated",
    "remedy",
    "abuse",
    "escalation",
    "consult",
    "assurance",
    "thread",
    "trained",
    "room",
    "closing",
    "won_back",
]
"""What must have happened; `docs/scoring.md` says each in a sentence."""

NO_OCCASION: dict[Occasion, str] = {
    "call": "Nobody came to speak, so there was nothing to judge.",
    "speech": "The trainee said nothing that was understood, so there was nothing to judge.",
    "vent": "The customer told no grievance, so there was no occasion.",
    "heated": "The customer never spoke in anger, so there was no occasion.",
    "remedy": "No remedy was put on the table, so there was no occasion.",
    "abuse": "The customer never became abusive, so there was no occasion.",
    "escalation": "Nothing in this call had to go to somebody higher up, so there was no occasion.",
    "consult": "Nothing in this call needed a colleague's word, so there was no occasion.",
    "assurance": "Nothing in the briefing says that it cannot happen again, so there was no occasion.",
    "thread": "No email thread came before this call, so there was no occasion.",
    "trained": "This scenario gives no occasion for it.",
    "room": "The customer hung up before there was room for it, so there was no occasion.",
    "closing": "The call did not come to a close that the trainee could shape, so there was no occasion.",
    "won_back": "The customer was not won back, so there was no occasion.",
}
"""The reason given where the call did not hold the occasion."""


ROOM_TURNS = 3
"""After so many turns of the customer's there was room for everything that a call needs ..."""
ROOM_TIME = from_seconds(30)
"""... or after so long (samples)."""


def _had_room(case: Case) -> bool:
    turns = sum(bool(each.lines) for each in case.exchanges)
    return case.outcome != "hung_up" or turns >= ROOM_TURNS or case.duration >= ROOM_TIME


def has_occasion(case: Case, occasion: Occasion, guidance: Collection[str] = ()) -> bool:
    """Return whether the call held the occasion; `guidance` are the rows that the criterion cites."""
    facts = case.facts
    trained = bool(set(guidance) & set(facts.trains))
    acts = {deed.act for deed in case.deeds}
    held: dict[Occasion, bool] = {
        "call": bool(case.utterances or case.lines),
        "speech": bool(case.utterances),
        "vent": bool(case.lines_of(VENTING)),
        "heated": any(line.heated for line in case.lines),
        "remedy": bool(acts & set(REMEDIES)),
        "abuse": bool(case.lines_of(ABUSE)),
        "escalation": facts.needs_escalation or bool(case.lines_of(MANAGER)) or "escalation" in acts,
        "consult": facts.needs_consult or "consult" in acts,
        "assurance": trained or "assurance" in acts,
        "thread": bool(facts.briefing.thread),
        "trained": trained,
        "room": _had_room(case),
        "closing": case.outcome in ("won_back", "escalated", "unresolved"),
        "won_back": case.outcome == "won_back",
    }
    return held["call"] and held[occasion]
