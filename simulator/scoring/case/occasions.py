"""What a call must have held for a criterion to apply, and in which part of the call acts are looked for.

A criterion without occasion neither wins nor costs.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from simulator.clock import from_seconds
from simulator.scoring.case.seen import ABUSE, MANAGER, VENTING, ActInstance, Case
from simulator.vocabulary import REMEDIES

When: TypeAlias = Literal[
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

NO_OCCASION: dict[When, str] = {
    "call": "Nobody came to speak, so there was nothing to judge.",
    "speech": "You said nothing that was understood, so there was nothing to judge.",
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
    "closing": "The call did not come to a close that you could shape, so there was no occasion.",
    "won_back": "The customer was not won back, so there was no occasion.",
}
"""The reason given where the call did not hold the occasion."""

ROOM_TURNS, ROOM_TIME = 3, from_seconds(30)
"""From this many turns of the customer, or this long (samples), a call has room for everything it needs."""
FULL_TURNS, FULL_TIME = 5, from_seconds(60)
"""From this many turns, or this long (samples), such criteria have their full weight; before that less."""

Part: TypeAlias = Literal["anywhere", "opening", "before_remedy", "heated", "closing"]
PARTS = (
    "where in the call: opening and closing are the trainee's first and last two utterances; "
    "before_remedy is before the first solution; heated is in answers to angry lines"
)
"""What each part is, for docs/scoring.md."""
WHERE: dict[Part, str] = {
    "anywhere": "",
    "opening": " in the opening",
    "before_remedy": " before the first remedy",
    "heated": " in answer to an angry line",
    "closing": " at the close",
}
"""Each part of a call as a reason names it."""


def _room(case: Case) -> float:
    """Return how much room the call gave, 0 to 1: all of it, unless the customer hung up early."""
    if case.outcome != "hung_up":
        return 1.0
    turns = sum(bool(each.lines) for each in case.exchanges)
    by_turns = (turns - ROOM_TURNS + 1) / (FULL_TURNS - ROOM_TURNS + 1)
    by_time = (case.duration - ROOM_TIME) / (FULL_TIME - ROOM_TIME)
    return min(1.0, max(0.0, by_turns, by_time))


def occasion_share(case: Case, when: When) -> float:
    """Return the share of a criterion's points that the occasion puts at stake, 0 to 1, where the call held it."""
    return _room(case) if when == "room" else 1.0


def has_occasion(case: Case, when: When, guidance: Collection[str] = ()) -> bool:
    """Return whether the call held the occasion; `guidance` are the rows that the criterion cites."""
    facts = case.facts
    trained = bool(set(guidance) & set(facts.trains))
    acts = {act.act for act in case.acts}
    held: dict[When, bool] = {
        "call": bool(case.utterances or case.lines),
        "speech": bool(case.utterances),
        "vent": bool(case.lines_of(VENTING)),
        "heated": any(line.is_angry for line in case.lines),
        "remedy": bool(acts & set(REMEDIES)),
        "abuse": bool(case.lines_of(ABUSE)),
        "escalation": facts.needs_escalation
        or bool(case.lines_of(MANAGER))
        or "escalation" in acts
        or case.outcome == "escalated",
        "consult": facts.needs_consult or "consult" in acts,
        "assurance": trained or "assurance" in acts,
        "thread": bool(facts.briefing.thread),
        "trained": trained,
        "room": _room(case) > 0,
        "closing": case.outcome in ("won_back", "escalated", "unresolved"),
        "won_back": case.outcome == "won_back",
    }
    return held["call"] and held[when]


def in_part(case: Case, act: ActInstance, part: Part) -> bool:
    """Return whether an act stands in that part of the call."""
    numbers = [utterance.number for utterance in case.utterances]
    if part == "opening":
        return act.utterance in numbers[:2]
    if part == "closing":
        return act.utterance in numbers[-2:]
    if part == "before_remedy":
        first = case.first_remedy
        return first is None or act.span.start <= first.span.start
    if part == "heated":
        return any(act.utterance == reply.number for each in case.angry_answered for reply in each.replies)
    return True
