"""The turns of a recorded call at which it can be begun again, and where the earlier call is left for each.

A call is begun again where the customer began the line that the turn answers, so that whoever takes it hears that
line; where no line came before the turn, at the end of the turn before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.clock import BLOCK
from simulator.events import Event, Heard, LineStarted, Recognised, TurnEnded


@dataclass(frozen=True, slots=True, kw_only=True)
class Retake:
    """One turn of the trainee's, counted from 1: its utterance, its words, and the sample where the call is left."""

    turn: int
    utterance: int
    text: str
    at: int


def retakes(events: Sequence[Event]) -> tuple[Retake, ...]:
    """Return the trainee's turns at which a call can be begun again.

    None where the log does not tell when the recognizer answered: such a call cannot be gone through again exactly.
    """
    if not any(isinstance(event, Recognised) for event in events):
        return ()
    lines = [event.at for event in events if isinstance(event, LineStarted)]
    ends = [(event.utterance, event.at) for event in events if isinstance(event, TurnEnded | Heard)]
    heard = [event for event in events if isinstance(event, Heard)]
    return tuple(
        Retake(
            turn=number,
            utterance=each.utterance,
            text=each.text,
            at=max(
                [
                    0,
                    *(at for at in lines if at <= each.span.start // BLOCK * BLOCK),
                    *(at for utterance, at in ends if utterance < each.utterance),
                ]
            ),
        )
        for number, each in enumerate(heard, 1)
    )
