"""Run a call: blocks between a headset, the engine and the recorder, in one plain loop.

The loop runs in a worker thread, with the audio callback of a live headset on the far side of two ring buffers. The
calling thread only looks on, so that a screen can never make a call late, and takes Ctrl-C, so that it never tears a
block in two.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from simulator.clock import BLOCK, from_seconds, to_seconds
from simulator.errors import InputError, SimulatorError
from simulator.events import Event, Outcome
from simulator.ports import Headset, Recorder, Samples

WINDING_UP = from_seconds(10)
"""After it was stopped, a call has this much of its own time to write down what was said last."""
LOOK_S = 0.05
"""How often the calling thread looks on during a live call."""


class Engine(Protocol):
    """What the loop needs of `call.engine.Engine`."""

    done: bool
    heard: Samples

    @property
    def at(self) -> int:
        """Now, in samples."""
        ...

    @property
    def customer_speaking(self) -> bool:
        """Whether the customer is speaking."""
        ...

    def step(self, block: Samples) -> Samples:
        """Take the trainee's block, return the customer's next."""
        ...

    def drain(self) -> tuple[Event, ...]:
        """Return the events since last asked."""
        ...

    def note(self, event: Event) -> None:
        """Put an event of the headset's into the log."""
        ...

    def stop(self, outcome: Outcome, reason: str) -> None:
        """End the call from outside."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What an onlooker sees of one block: both voices as heard together, and what happened in it."""

    at: int
    trainee: Samples
    customer: Samples
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the loop came to its end; all None and False if the call ended by itself.

    Parameters
    ----------
    stopped : bool
        The user stopped it (Ctrl-C).
    failure : SimulatorError or None
        What broke: the disk is full, the headset is gone for good.
    """

    stopped: bool = False
    failure: SimulatorError | None = None


def run_call(
    engine: Engine,
    headset: Headset,
    recorder: Recorder,
    *,
    on_block: Callable[[Block], None] | None = None,
    on_wait: Callable[[str], None] | None = None,
    playing: Samples | None = None,
) -> Ending:
    """Run a call to its end; whatever happens, what was recorded is kept and the log has an end.

    Parameters
    ----------
    engine, headset, recorder
        The call, the trainee, and where it is kept. None of them is closed here.
    on_block : callable, optional
        Told of every block, in the calling thread, a little later.
    on_wait : callable, optional
        Told why the call stands still (the headset is unplugged), and "" when it goes on.
    playing : np.ndarray, int16, shape (320,), optional
        The block that the customer is saying as the loop begins, where the engine has gone some way already.

    Returns
    -------
    ending : Ending
        Whether the user or a failure ended the call. The call's outcome is in its `CallEnded` event.
    """
    course = _Course(engine, headset, recorder, playing)
    seen: queue.SimpleQueue[Block] = queue.SimpleQueue()
    crash: list[BaseException] = []
    over = threading.Event()  # Thread.join takes a thread for dead when Ctrl-C interrupts it (Python 3.11)

    def work() -> None:
        try:
            while not engine.done:
                block = course.step()
                if on_block is not None:
                    seen.put(block)
        except BaseException as error:  # handed to the calling thread, which raises it
            crash.append(error)
        finally:
            over.set()

    worker = threading.Thread(target=work, name="call", daemon=True)
    worker.start()
    waiting = ""
    while not over.is_set() or not seen.empty():
        try:
            over.wait(LOOK_S)
            while on_block is not None and not seen.empty():
                on_block(seen.get())
            lost = getattr(headset, "lost", "")
            if on_wait is not None and lost != waiting:
                waiting = lost
                on_wait(lost)
        except KeyboardInterrupt:
            course.stopped.set()
            headset.close()  # wakes a worker that waits for the headset
        except BaseException:  # the onlooker broke: no call goes on unwatched
            course.stopped.set()
            headset.close()
            worker.join()
            raise
    worker.join()
    if crash:
        raise crash[0]
    return course.ending


class _Course:
    """One call going on: the loop's body, and how it is ended early."""

    def __init__(self, engine: Engine, headset: Headset, recorder: Recorder, playing: Samples | None) -> None:
        self.engine, self.headset, self.recorder = engine, headset, recorder
        self.ending = Ending()
        self._playing: Samples = np.zeros(BLOCK, np.int16) if playing is None else playing
        self._recording = True
        self._stop_at: int | None = None
        self._gone = False
        self.stopped = threading.Event()
        """Set when the user wants the call to end."""

    def step(self) -> Block:
        """Run one block."""
        trainee = self._listen()
        for event in self.headset.events(self.engine.at):
            self.engine.note(event)
        self._playing = self.engine.step(trainee)
        customer = self.engine.heard
        events = self.engine.drain()
        self._record(trainee, customer, events)
        for event in events:
            self.headset.notice(event)
        if self._stop_at is not None and self.engine.at > self._stop_at + WINDING_UP:
            self.engine.done = True  # an engine that cannot end is ended; the recorder writes the end
        return Block(at=self.engine.at, trainee=trainee, customer=customer, events=events)

    def _listen(self) -> Samples:
        if not self._gone:
            trainee = None
            if not self.stopped.is_set():
                trainee = self.headset.exchange(self._playing, customer_speaking=self.engine.customer_speaking)
            if trainee is not None:
                return trainee
            self._leave()
        elif self.headset.live:
            time.sleep(to_seconds(BLOCK))  # nothing else keeps time now, and the recognizer needs some
        return np.zeros(BLOCK, np.int16)

    def _leave(self) -> None:
        self._gone = True
        if self.stopped.is_set():
            self.ending = Ending(stopped=True, failure=self.ending.failure)
            self._stop("you stopped the call")
            return
        failure = getattr(self.headset, "failure", None)
        if isinstance(failure, SimulatorError):
            self.ending = Ending(stopped=self.ending.stopped, failure=failure)
        self._stop("the headset did not come back" if failure else "the trainee left the call")

    def _stop(self, reason: str) -> None:
        if self._stop_at is None:
            self._stop_at = self.engine.at
            self.engine.stop("incomplete", reason)

    def _record(self, trainee: Samples, customer: Samples, events: tuple[Event, ...]) -> None:
        if not self._recording:
            return
        try:
            self.recorder.audio(trainee, customer)
            for event in events:
                self.recorder.event(event)
        except InputError as error:  # the disk is full or gone: no call without a recording
            self._recording = False
            self._gone = True
            self.ending = Ending(stopped=self.ending.stopped, failure=error)
            self._stop(str(error))
