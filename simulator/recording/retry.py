"""The trainee's turns from which a recorded call can be retried, and the sample at which each retry begins.

A retry begins where the customer began the line that the turn answers, so that the trainee hears that line. Where no
line came before the turn, it begins at the end of the turn before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.clock import BLOCK
from simulator.events import Event, Heard, LineStarted, Recognised, TurnEnded


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPoint:
    """One turn of the trainee's, counted from 1: its utterance, its words, and the sample where a retry begins."""

    turn: int
    utterance: int
    text: str
    at: int


def retry_points(events: Sequence[Event]) -> tuple[RetryPoint, ...]:
    """Return the trainee's turns from which a call can be retried.

    None where the log does not say when the recognizer answered: such a call cannot be run again exactly.
    """
    if not any(isinstance(event, Recognised) for event in events):
        return ()
    lines = [event.at for event in events if isinstance(event, LineStarted)]
    ends = [(event.utterance, event.at) for event in events if isinstance(event, TurnEnded | Heard)]
    heard = [event for event in events if isinstance(event, Heard)]
    return tuple(
        RetryPoint(
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
