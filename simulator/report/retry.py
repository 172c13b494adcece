"""Where a trainee may take the call again, and the exact command that does it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.clock import to_ms
from simulator.contract import EvidenceItem
from simulator.events import Heard
from simulator.recording.folder import CallFolder
from simulator.recording.retake import retakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """One turn of the trainee's, counted from 1, and the command that begins the call again before it."""

    turn: int
    utterance: int
    start_ms: float
    stop_ms: float
    command: str


def retakes_of(folder: CallFolder) -> tuple[Again, ...]:
    """Return the turns at which the call may be taken again; none for a certification, which has no retry."""
    if folder.manifest.mode == "certification":
        return ()
    heard = {event.utterance: event.span for event in folder.events() if isinstance(event, Heard)}
    where = quoted(str(folder.path.resolve()))
    return tuple(
        Again(
            turn=each.turn,
            utterance=each.utterance,
            start_ms=to_ms(heard[each.utterance].start),
            stop_ms=to_ms(heard[each.utterance].stop),
            command=f"hotseat call --from {where} --at {each.turn}",
        )
        for each in retakes(folder.events())
    )


def quoted(path: str) -> str:
    """Return a path as a shell takes it, in quotes where it needs them.

    Examples
    --------
    >>> quoted("/calls/2026-11-22T101500-missing-sofa-7f3a"), quoted("/my calls/x")
    ('/calls/2026-11-22T101500-missing-sofa-7f3a', '"/my calls/x"')
    """
    return path if re.fullmatch(r"[\w@%+=:,./\\-]+", path) else f'"{path}"'


def again_for(evidence: list[EvidenceItem], retakes: tuple[Again, ...]) -> Again | None:
    """Return the turn to take again so as to do better at what the first piece of evidence shows."""
    if not evidence:
        return None
    first = evidence[0]
    if first.track == "trainee":
        return next((each for each in retakes if each.stop_ms > first.start_ms), None)
    return next((each for each in retakes if each.start_ms >= first.start_ms), None)
