"""From which turns a call can be retried, and the exact command that does it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.clock import to_ms
from simulator.events import Heard
from simulator.recording.folder import CallFolder
from simulator.recording.retry import retry_points
from simulator.scoring.document import EvidenceItem


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryTurn:
    """One turn of the trainee's, counted from 1, and the command that retries the call from it."""

    turn: int
    utterance: int
    start_ms: float
    stop_ms: float
    command: str


def retry_turns(folder: CallFolder) -> tuple[RetryTurn, ...]:
    """Return the turns from which the call can be retried; none for a certification, and for a call that was typed.

    A typed call has no voice to go on from.
    """
    if folder.manifest.mode == "certification" or folder.manifest.recognizer == "typed":
        return ()
    heard = {event.utterance: event.span for event in folder.events() if isinstance(event, Heard)}
    where = quoted_path(folder)
    return tuple(
        RetryTurn(
            turn=each.turn,
            utterance=each.utterance,
            start_ms=to_ms(heard[each.utterance].start),
            stop_ms=to_ms(heard[each.utterance].stop),
            command=f"hotseat call --from {where} --at {each.turn}",
        )
        for each in retry_points(folder.events())
    )


def quoted_path(folder: CallFolder) -> str:
    """Return where a call is, as a shell takes it."""
    return quoted(str(folder.path.resolve()))


def quoted(path: str) -> str:
    """Return a path as a shell takes it, in quotes where it needs them.

    Examples
    --------
    >>> quoted("/calls/2026-11-22T101500-missing-sofa-7f3a"), quoted("/my calls/x")
    ('/calls/2026-11-22T101500-missing-sofa-7f3a', '"/my calls/x"')
    """
    return path if re.fullmatch(r"[\w@%+=:,./\\-]+", path) else f'"{path}"'


def retry_for(evidence: list[EvidenceItem], turns: tuple[RetryTurn, ...]) -> RetryTurn | None:
    """Return the turn to retry so as to do better at what the first piece of evidence shows."""
    if not evidence:
        return None
    first = evidence[0]
    if first.track == "trainee":
        return next((each for each in turns if each.stop_ms > first.start_ms), None)
    return next((each for each in turns if each.start_ms >= first.start_ms), None)
