"""Go through the beginning of a recorded call again, as fast as the machine can, so that it goes on from there.

Theory of operation
-------------------
The engine is a function of samples: given the recorded blocks of the trainee, the answers of the recognizer at the
moments they came, and what befell the headset, it does what it did. Every event is held against the log.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.clock import BLOCK, clock_text
from simulator.errors import InputError
from simulator.events import CallStarted, DeviceBack, DeviceLost, Event, Late, SamplesLost
from simulator.headset.device import TOO_SLOW
from simulator.headset.loop import Block, Engine
from simulator.headset.replay import ScriptHeadset
from simulator.ports import Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Relived:
    """The beginning of a call, block by block, and the block that the customer is saying next."""

    blocks: tuple[Block, ...]
    playing: Samples


def relive(
    engine: Engine, trainee: Samples, log: Sequence[Event], *, until: int, script: ScriptHeadset | None = None
) -> Relived:
    """Step a fresh engine through a recorded call up to sample `until`.

    Parameters
    ----------
    engine : Engine
        With the call's own scenario, seed and voice, and an ear that remembers.
    trainee : np.ndarray, int16
        The recorded track.
    log : sequence of Event
        What happened then.
    until : int, samples
        A multiple of a block.
    script : ScriptHeadset, optional
        Who goes on afterwards: it follows the call as if it had spoken, so that it knows where it is.

    Raises
    ------
    InputError
        If the call comes out differently this time.
    """
    befell: dict[int, list[Event]] = {}
    for event in log:
        if isinstance(event, SamplesLost | DeviceLost | DeviceBack) or (
            isinstance(event, Late) and event.reason == TOO_SLOW
        ):
            befell.setdefault(event.at, []).append(event)
    playing: Samples = np.zeros(BLOCK, np.int16)
    blocks: list[Block] = []
    done, same = 0, True
    for at in range(0, until, BLOCK):
        block = trainee[at : at + BLOCK]
        if script is not None:
            own = script.exchange(playing, customer_speaking=engine.customer_speaking)
            same = same and own is not None and np.array_equal(own, block)
        for event in befell.get(at, ()):
            engine.note(event)
        playing = engine.step(block)
        events = engine.drain()
        done = _check(events, log, done)
        if script is not None:
            for event in events:
                script.notice(event)
        blocks.append(Block(at=engine.at, trainee=block, customer=engine.heard, events=events))
    if script is not None and not same:
        script.begin_again()
    return Relived(blocks=tuple(blocks), playing=playing)


def _check(events: Sequence[Event], log: Sequence[Event], done: int) -> int:
    for event in events:
        then = log[done] if done < len(log) else None
        if _alike(event) != _alike(then):
            raise InputError(
                f"the call does not come out as it did: there is now {_told(event)}, and there was {_told(then)}; "
                "the program, the scenario or the voice has changed since. Take the whole call again."
            )
        done += 1
    return done


def _alike(event: Event | None) -> Event | None:
    """Return an event without what may differ: who speaks and who listens from the turn on."""
    return dataclasses.replace(event, headset="", recognizer="") if isinstance(event, CallStarted) else event


def _told(event: Event | None) -> str:
    return "nothing" if event is None else f"{type(event).__name__} at {clock_text(event.at)}"
