"""What is shown of a call while it runs, in the terminal and in the browser alike: floor, hold, notes, a hint."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator.events import (
    CallEnded,
    DeviceBack,
    DeviceLost,
    Event,
    FloorChanged,
    FloorState,
    HoldEnded,
    HoldStarted,
)
from simulator.session.hints import SILENT

HOLDS: dict[FloorState, str] = {
    "open": "nobody is speaking",
    "customer": "the customer is speaking",
    "trainee": "you are speaking",
    "both": "both are speaking",
}
NOTES: dict[type, str] = {
    DeviceLost: "the headset is gone: plug it in again, the call waits",
    DeviceBack: "the headset is back, the call goes on",
    HoldStarted: "the customer is on hold",
    HoldEnded: "the hold is over",
    CallEnded: "the call is over",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a screen shows just now; `hold_since` and `hold_promised` in samples of the call clock."""

    floor: FloorState = "open"
    note: str = ""
    hint: str = ""
    hold_since: int | None = None
    hold_promised: int | None = None

    def after(self, event: Event, hint: str = "") -> Shown:
        """Return what is shown once this has happened; `hint` is a new one (`session.hints`), "" where it stays.

        Examples
        --------
        >>> Shown().after(HoldStarted(at=3200, promised=None)).hold_since
        3200
        """
        kept = "" if self.hint == SILENT else self.hint
        if isinstance(event, FloorChanged):
            return replace(self, floor=event.after, hint=kept)
        if isinstance(event, HoldStarted):
            return replace(self, hold_since=event.at, hold_promised=event.promised, hint=kept)
        if isinstance(event, HoldEnded):
            return replace(self, hold_since=None, hold_promised=None)
        if isinstance(event, CallEnded):
            return replace(self, note=NOTES[CallEnded], hint="")
        return replace(self, hint=hint) if hint else self
