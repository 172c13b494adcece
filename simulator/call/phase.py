"""The phases of a call, as one table: what the engine does at a moment depends on the phase.

Theory of operation
-------------------
A call begins with the greeting and goes on as talk; an announced hold suspends talk. After the customer's last
word the trainee has a moment for a goodbye. A call that is stopped from outside, or that has run out of time, winds
up: what was said last is written down. Then it is over.

The floor (`simulator.call.floor`) says who speaks; the phase says what silence means. An event that cannot happen in a
phase is a mistake of ours: it raises, and the phase stays as it was.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from simulator.errors import SimulatorError

Phase: TypeAlias = Literal["greeting", "talk", "hold", "goodbye", "winding_up", "over"]
PhaseEvent: TypeAlias = Literal[
    "turn_taken",  # the trainee's turn was closed and read
    "moved",  # the customer was asked for a move, and made one
    "hold_began",  # an announced hold
    "hold_ended",  # the trainee is back, or nobody waits any longer
    "last_word",  # the customer's last line has been heard
    "stopped",  # the call is to end: from outside, by a move without words, or by the clock
    "ended",
]

TRANSITIONS: dict[Phase, dict[PhaseEvent, Phase]] = {
    "greeting": {
        "turn_taken": "talk",
        "moved": "talk",
        "last_word": "goodbye",
        "stopped": "winding_up",
        "ended": "over",
    },
    "talk": {
        "turn_taken": "talk",
        "moved": "talk",
        "hold_began": "hold",
        "last_word": "goodbye",
        "stopped": "winding_up",
        "ended": "over",
    },
    "hold": {
        "turn_taken": "hold",
        "moved": "hold",
        "hold_began": "hold",
        "hold_ended": "talk",
        "last_word": "goodbye",
        "stopped": "winding_up",
        "ended": "over",
    },
    "goodbye": {
        "turn_taken": "goodbye",
        "hold_began": "goodbye",
        "hold_ended": "goodbye",
        "last_word": "goodbye",
        "stopped": "winding_up",
        "ended": "over",
    },
    "winding_up": {
        "turn_taken": "winding_up",
        "moved": "winding_up",
        "hold_began": "winding_up",
        "hold_ended": "winding_up",
        "last_word": "winding_up",
        "stopped": "winding_up",
        "ended": "over",
    },
    "over": {},
}
"""Every legal change of phase."""


class PhaseError(SimulatorError):
    """Something happened that cannot happen in this phase of a call."""


class CallPhase:
    """In which phase a call is.

    Examples
    --------
    >>> phase = CallPhase()
    >>> phase.happen("turn_taken"), phase.happen("hold_began"), phase.happen("hold_ended")
    ('talk', 'hold', 'talk')
    """

    def __init__(self) -> None:
        self._state: Phase = "greeting"

    @property
    def state(self) -> Phase:
        """The phase now."""
        return self._state

    def happen(self, event: PhaseEvent) -> Phase:
        """Change the phase and return it.

        Raises
        ------
        PhaseError
            If `event` cannot happen in this phase; the phase is unchanged.
        """
        after = TRANSITIONS[self._state].get(event)
        if after is None:
            allowed = ", ".join(TRANSITIONS[self._state]) or "nothing"
            raise PhaseError(f"{event} cannot happen in the phase {self._state}; allowed: {allowed}")
        self._state = after
        return after
