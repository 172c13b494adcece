"""The floor: who is speaking, as one table. Both parties obey the same rules.

Theory of operation
-------------------
The floor is open, held by one party, or contested by both. Four things can happen to it: a party starts or stops.
A party that already speaks cannot start, one that is silent cannot stop: such an event is a mistake of ours, it
raises, and the floor stays as it was.

References
----------
.. [1] H. Sacks, E. Schegloff, G. Jefferson (1974), "A simplest systematics for the organization of turn-taking for
   conversation", Language 50(4).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from simulator.errors import SimulatorError
from simulator.events import FloorState

FloorEvent: TypeAlias = Literal["trainee_starts", "trainee_stops", "customer_starts", "customer_stops"]

TRANSITIONS: dict[FloorState, dict[FloorEvent, FloorState]] = {
    "open": {"trainee_starts": "trainee", "customer_starts": "customer"},
    "trainee": {"trainee_stops": "open", "customer_starts": "both"},
    "customer": {"customer_stops": "open", "trainee_starts": "both"},
    "both": {"trainee_stops": "customer", "customer_stops": "trainee"},
}
"""Every legal change of the floor."""


class FloorError(SimulatorError):
    """Something happened that cannot happen to a floor in this state."""


class Floor:
    """Who holds the floor.

    Examples
    --------
    >>> floor = Floor()
    >>> floor.happen("customer_starts"), floor.happen("trainee_starts")
    ('customer', 'both')
    """

    def __init__(self) -> None:
        self._state: FloorState = "open"

    @property
    def state(self) -> FloorState:
        """Who holds the floor now."""
        return self._state

    def happen(self, event: FloorEvent) -> FloorState:
        """Change the floor and return who holds it now.

        Raises
        ------
        FloorError
            If `event` cannot happen in this state; the floor is unchanged.
        """
        after = TRANSITIONS[self._state].get(event)
        if after is None:
            allowed = ", ".join(TRANSITIONS[self._state])
            raise FloorError(f"{event} cannot happen while the floor is {self._state}; allowed: {allowed}")
        self._state = after
        return after
