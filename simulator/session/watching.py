"""What is shown of a call while it runs, in the terminal and in the browser alike: floor, hold, notes, a hint."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator.events import (
    CallEnded,
    DeadAir,
    DeviceBack,
    DeviceLost,
    Event,
    FloorChanged,
    FloorState,
    HoldEnded,
    HoldStarted,
    MoodMoved,
    Need,
)

HOLDS: dict[FloorState, str] = {
    "open": "nobody is speaking",
    "customer": "the customer is speaking",
    "trainee": "you are speaking",
    "both": "both are speaking",
}
HINTS: dict[Need, str] = {
    "heard": "let them finish, then say what you heard",
    "understood": "say back what happened and what it means for them",
    "apologised_to": "say sorry for it, without a but",
    "taken_responsibility_for": "say what you will do about it yourself",
    "given_a_solution": "offer something that puts it right",
    "told_what_happens_next": "say what happens next, and when",
    "agreed": "ask whether that is all right with them",
}
"""A suggestion for the first need that is not met, in the order in which needs are met."""
NOTES: dict[type, str] = {
    DeviceLost: "the headset is gone: plug it in again, the call waits",
    DeviceBack: "the headset is back, the call goes on",
    HoldStarted: "the customer is on hold",
    HoldEnded: "the hold is over",
    CallEnded: "the call is over",
}
SAY_SOMETHING = "say something, the line is silent"


def hint_of(event: MoodMoved) -> str:
    """Return what to do next, for a customer in this mood; for practice only."""
    left = [need for need in HINTS if need not in event.met]
    return f"the customer is {event.band}" + (f"; {HINTS[left[0]]}" if left else "; close the call kindly")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a screen shows just now; `hold_since` and `hold_promised` in samples of the call clock."""

    floor: FloorState = "open"
    note: str = ""
    hint: str = ""
    hold_since: int | None = None
    hold_promised: int | None = None

    def after(self, event: Event, *, hints: bool) -> Shown:
        """Return what is shown once this has happened.

        Examples
        --------
        >>> Shown().after(HoldStarted(at=3200, promised=None), hints=False).hold_since
        3200
        """
        if isinstance(event, FloorChanged):
            hint = "" if self.hint == SAY_SOMETHING else self.hint
            return replace(self, floor=event.after, hint=hint)
        if isinstance(event, HoldStarted):
            return replace(self, hold_since=event.at, hold_promised=event.promised)
        if isinstance(event, HoldEnded):
            return replace(self, hold_since=None, hold_promised=None)
        if isinstance(event, CallEnded):
            return replace(self, note=NOTES[CallEnded], hint="")
        if hints and isinstance(event, MoodMoved):
            return replace(self, hint=hint_of(event))
        if hints and isinstance(event, DeadAir) and event.level == "warn":
            return replace(self, hint=SAY_SOMETHING)
        return self
