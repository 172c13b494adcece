"""Bring a fresh engine to a turn of a recorded call, as fast as the machine can, so that the call goes on from there.

Method
------
The engine is a function of samples. Given the trainee's recorded blocks, the recognizer's answers at the moments they
came, and the headset's recorded faults, it repeats the call. Every event is compared with the log.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.call.engine import Engine
from simulator.clock import BLOCK, clock_text
from simulator.errors import InputError
from simulator.events import CallStarted, DeviceBack, DeviceLost, Event, Late, SamplesDoubled, SamplesLost
from simulator.headset.browser import CONNECTION_LATE
from simulator.headset.device import TOO_SLOW
from simulator.headset.replay import RecordedHeadset, ScriptHeadset
from simulator.ports import Samples
from simulator.session.loop import Block, CallLoop


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp:
    """The beginning of a call, block by block, and the block that the customer says next."""

    blocks: tuple[Block, ...]
    playing: Samples


def catch_up(
    engine: Engine, trainee: Samples, log: Sequence[Event], *, until: int, script: ScriptHeadset | None = None
) -> CaughtUp:
    """Step a fresh engine through a recorded call up to sample `until`.

    Parameters
    ----------
    engine : Engine
        With the call's own scenario, seed and voice, and an ear that answers from the log.
    trainee : np.ndarray, int16
        The recorded track.
    log : sequence of Event
        What happened in the recorded call.
    until : int, samples
        A multiple of a block.
    script : ScriptHeadset, optional
        The scripted trainee who goes on afterwards. It follows the call as if it had spoken.

    Raises
    ------
    InputError
        If the call comes out differently this time.
    """
    recorded = RecordedTrainee(trainee, log, script)
    loop = CallLoop(engine, recorded)
    blocks: list[Block] = []
    done = 0
    for _ in range(0, until, BLOCK):
        blocks.append(loop.step())
        done = _check(blocks[-1].events, log, done)
    if script is not None and not recorded.same:
        script.restart_sentence()
    return CaughtUp(blocks=tuple(blocks), playing=loop.playing)


class RecordedTrainee(RecordedHeadset):
    """The trainee of a recorded call: their track, and the faults of their headset. A script follows silently."""

    def __init__(self, trainee: Samples, log: Sequence[Event], script: ScriptHeadset | None = None) -> None:
        super().__init__("")
        self.same = True
        """Whether the script has said so far what was recorded."""
        self._blocks = (trainee[at : at + BLOCK] for at in range(0, len(trainee), BLOCK))
        self._script = script
        self._faults: defaultdict[int, list[Event]] = defaultdict(list)
        for event in log:
            late = isinstance(event, Late) and event.reason in (TOO_SLOW, CONNECTION_LATE)
            if late or isinstance(event, SamplesLost | SamplesDoubled | DeviceLost | DeviceBack):
                self._faults[event.at].append(event)

    def exchange(self, out: Samples, *, customer_speaking: bool) -> Samples | None:
        """Return the next block of the recording."""
        block = next(self._blocks)
        if self._script is not None:
            own = self._script.exchange(out, customer_speaking=customer_speaking)
            self.same = self.same and own is not None and np.array_equal(own, block)
        return block

    def events(self, at: int) -> tuple[Event, ...]:
        """Return the faults of the headset that the log has at sample `at`."""
        return tuple(self._faults[at])

    def notice(self, event: Event) -> None:
        """Tell the script what happened."""
        if self._script is not None:
            self._script.notice(event)


def _check(events: Sequence[Event], log: Sequence[Event], done: int) -> int:
    """Compare events with the log from its entry `done` on; return the number of entries compared so far."""
    for event in events:
        then = log[done] if done < len(log) else None
        if _comparable(event) != _comparable(then):
            raise InputError(
                f"the call does not come out as it did: there is now {_name(event)}, and there was {_name(then)}; "
                "the program, the scenario or the voice has changed since. Take the whole call again."
            )
        done += 1
    return done


def _comparable(event: Event | None) -> Event | None:
    """Return an event without the headset and the recognizer, which may differ from the turn on."""
    return dataclasses.replace(event, headset="", recognizer="") if isinstance(event, CallStarted) else event


def _name(event: Event | None) -> str:
    return "nothing" if event is None else f"{type(event).__name__} at {clock_text(event.at)}"
