"""The one loop of a call: blocks between a headset, the engine and the recorder.

`CallLoop.step` runs one block. A live or replayed call (`run_call`), a rehearsal in text and the catch-up of a retry
differ only in the headset and in who looks on.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from simulator.call.engine import Engine
from simulator.clock import BLOCK, from_seconds, to_seconds
from simulator.errors import InputError, SimulatorError
from simulator.events import Event
from simulator.ports import Headset, Recorder, Samples
from simulator.session.surroundings import Surroundings

WINDING_UP = from_seconds(10)
"""After it was stopped, a call has this much of its own time to write down what was said last."""
Errands = queue.SimpleQueue[Callable[[], None]]
"""What one thread wants done in another."""
POLL_S = 0.05
"""How often the calling thread looks on during a live call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block as an onlooker sees it: both voices as heard together, and what happened in it."""

    at: int
    trainee: Samples
    customer: Samples
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the loop came to its end; None and False if the call ended by itself.

    Parameters
    ----------
    stopped : bool
        The user stopped it (Ctrl-C).
    failure : SimulatorError or None
        What broke: the disk is full, the headset is gone for good.
    """

    stopped: bool = False
    failure: SimulatorError | None = None


class CallLoop:
    """A call's loop, one block a step, and how it is ended early.

    Parameters
    ----------
    engine, headset
        The call and the trainee. Neither is closed here.
    recorder : Recorder, optional
        Where the call is kept; it is not closed here.
    playing : np.ndarray, int16, shape (320,), optional
        The customer's block at the start, where the engine has caught up with a recorded call.
    surroundings : Surroundings, optional
        What the trainee hears behind the customer; it is not recorded.

    Attributes
    ----------
    ending : Ending
    playing : np.ndarray, int16, shape (320,)
        The customer's next block.
    stopped : threading.Event
        Set when the user wants the call to end.
    """

    def __init__(
        self,
        engine: Engine,
        headset: Headset,
        recorder: Recorder | None = None,
        *,
        playing: Samples | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        self.engine, self.headset = engine, headset
        self._surroundings = surroundings
        self.ending = Ending()
        self.playing: Samples = np.zeros(BLOCK, np.int16) if playing is None else playing
        self.stopped = threading.Event()
        self._recorder = recorder
        self._stop_at: int | None = None
        self._gone = False

    def step(self) -> Block:
        """Run one block."""
        trainee = self._listen()
        for event in self.headset.events(self.engine.at):
            self.engine.note(event)
        self.playing = self.engine.step(trainee)
        block = Block(at=self.engine.at, trainee=trainee, customer=self.engine.heard, events=self.engine.drain())
        self._record(block)
        for event in block.events:
            self.headset.notice(event)
            if self._surroundings is not None:
                self._surroundings.notice(event)
        if self._stop_at is not None and self.engine.at > self._stop_at + WINDING_UP and not self.engine.done:
            self.engine.abandon()  # an engine that cannot end is ended; the recorder writes the end
        return block

    def _listen(self) -> Samples:
        if not self._gone:
            trainee = None
            if not self.stopped.is_set():
                speaking = self.engine.customer_speaking
                heard = self.playing
                if self._surroundings is not None:
                    heard = self._surroundings.over(heard, self.engine.at, customer_speaking=speaking)
                trainee = self.headset.exchange(heard, customer_speaking=speaking)
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
        failure = self.headset.failure
        if failure is not None:
            self.ending = Ending(stopped=self.ending.stopped, failure=failure)
        self._stop("the headset did not come back" if failure else "you left the call")

    def _stop(self, reason: str) -> None:
        if self._stop_at is None:
            self._stop_at = self.engine.at
            self.engine.stop("incomplete", reason)

    def _record(self, block: Block) -> None:
        if self._recorder is None:
            return
        try:
            record_block(self._recorder, block)
        except InputError as error:  # the disk is full or gone: no call without a recording
            self._recorder = None
            self._gone = True
            self.ending = Ending(stopped=self.ending.stopped, failure=error)
            self._stop(str(error))


def record_block(recorder: Recorder, block: Block) -> None:
    """Append a block to both tracks, and its events to the log."""
    recorder.audio(block.trainee, block.customer)
    for event in block.events:
        recorder.event(event)


def run_call(
    loop: CallLoop,
    *,
    on_block: Callable[[Block], None] | None = None,
    on_wait: Callable[[str], None] | None = None,
    errands: Errands | None = None,
) -> Ending:
    """Run a call to its end; whatever happens, what was recorded is kept and the log has an end.

    The loop runs in a worker thread, so that a screen can never make a call late. The calling thread looks on and
    takes Ctrl-C, which never tears a block in two.

    Parameters
    ----------
    loop : CallLoop
    on_block : callable, optional
        Told of every block, in the calling thread, a little later.
    on_wait : callable, optional
        Told why the call stands still (the headset is unplugged), and "" when it goes on.
    errands : queue.SimpleQueue, optional
        What a headset wants done in the calling thread, in order with the blocks: asking a person, say.

    Returns
    -------
    ending : Ending
        Whether the user or a failure ended the call. The call's outcome is in its `CallEnded` event.
    """
    seen: Errands = queue.SimpleQueue() if errands is None else errands
    crash: list[BaseException] = []
    over = threading.Event()  # Thread.join takes a thread for dead when Ctrl-C interrupts it (Python 3.11)

    def work() -> None:
        try:
            while not loop.engine.done:
                block = loop.step()
                if on_block is not None:
                    seen.put(partial(on_block, block))
        except BaseException as error:  # handed to the calling thread, which raises it
            crash.append(error)
        finally:
            over.set()
            seen.put(lambda: None)  # wakes the calling thread

    worker = threading.Thread(target=work, name="call", daemon=True)
    waiting, begun = "", False
    while True:
        try:
            if not begun:
                begun = True
                worker.start()
            while not over.is_set() or not seen.empty():
                with contextlib.suppress(queue.Empty):
                    seen.get(timeout=POLL_S)()
                lost = loop.headset.lost
                if on_wait is not None and lost != waiting:
                    waiting = lost
                    on_wait(lost)
            break
        except KeyboardInterrupt:  # also one that comes while the call begins
            loop.stopped.set()
            loop.headset.close()  # wakes a worker that waits for the headset
        except BaseException:  # the onlooker broke: no call goes on unwatched
            loop.stopped.set()
            loop.headset.close()
            worker.join()
            raise
    worker.join()
    if crash:
        raise crash[0]
    return loop.ending
