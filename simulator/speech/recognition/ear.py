"""The engine's ears (`ports.Ear`): in replay, with a declared answer time; live, on a thread; in a retry, from the log.

The first two hand the same audio to the recognizer and differ in when the answer comes.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable
from typing import cast

import numpy as np

from simulator.errors import ModelError
from simulator.events import Event, Overheard, Recognised, Word
from simulator.ports import Ear, Recognizer, RecognizerStream, Samples


class ReplayEar:
    """A `ports.Ear` for replay: the answer comes `Recognizer.delay` samples after it was asked for.

    The work is done when the answer is due, so a question that is withdrawn before costs nothing; audio that comes
    after a question waits until the question is answered or withdrawn.
    """

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._stream: RecognizerStream | None = None
        self._waiting: list[Samples] = []
        self._asked: int | None = None
        self._answer: tuple[Word, ...] | None = None
        self._partial = ""

    def open(self, start: int) -> None:
        """Begin an utterance whose first sample stands at `start`."""
        self.close()
        self._stream = self._recognizer.open(start)

    def accept(self, samples: Samples) -> None:
        """Take in more of the open utterance; ignored when none is open."""
        if self._stream is None:
            return
        if self._asked is not None and self._answer is None:
            self._waiting.append(samples.copy())
        else:
            self._take(samples.copy())

    def ask(self, at: int) -> None:
        """Ask for the words of everything accepted so far."""
        self.withdraw()
        self._asked = at

    def answer(self, at: int) -> tuple[Word, ...] | None:
        """Return the words once `at` is `delay` after the question; None before, or when nothing was asked."""
        if self._stream is None or self._asked is None or at < self._asked + self._recognizer.delay:
            return None
        if self._answer is None:
            self._answer = self._stream.finish()
            self._catch_up()
        return self._answer

    def withdraw(self) -> None:
        """Forget the question."""
        self._asked = self._answer = None
        self._catch_up()

    def partial(self) -> str:
        """Return the text so far, where the recognizer has partials."""
        return self._partial

    def close(self) -> None:
        """Drop the open utterance."""
        if self._stream is not None:
            self._stream.close()
        self._stream = self._asked = self._answer = None
        self._waiting, self._partial = [], ""

    def _take(self, samples: Samples) -> None:
        if self._stream is not None:
            self._partial = self._stream.accept(samples) or self._partial

    def _catch_up(self) -> None:
        waiting, self._waiting = self._waiting, []
        for samples in waiting:
            self._take(samples)


class LiveEar:
    """A `ports.Ear` for a call in real time: one worker thread feeds the recognizer; no method waits for it.

    The latest question wins. A question that was withdrawn or replaced before the worker came to it is never
    decoded, and an answer that comes too late for its question is thrown away.
    """

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._work: queue.SimpleQueue[tuple[str, int, Samples | int | None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._utterance = 0
        self._question = 0
        self._answer: tuple[Word, ...] | None = None
        self._partial = ""
        self._failure: Exception | None = None
        self._worker = threading.Thread(target=self._run, name="ear", daemon=True)
        self._worker.start()

    def open(self, start: int) -> None:
        """Begin an utterance whose first sample stands at `start`."""
        self.withdraw()
        with self._lock:
            self._utterance += 1
            self._partial = ""
        self._work.put(("open", self._utterance, start))

    def accept(self, samples: Samples) -> None:
        """Take in more of the open utterance; ignored when none is open."""
        self._work.put(("accept", self._utterance, samples.copy()))

    def ask(self, at: int) -> None:
        """Ask for the words of everything accepted so far."""
        self.withdraw()
        self._work.put(("ask", self._question, None))

    def answer(self, at: int) -> tuple[Word, ...] | None:
        """Return the words if they are ready; None otherwise.

        Raises
        ------
        ModelError
            If the recognizer failed on its thread.
        """
        with self._lock:
            if self._failure is not None:
                raise ModelError(f"the recognizer {self._recognizer.name} failed: {self._failure}") from self._failure
            return self._answer

    def withdraw(self) -> None:
        """Forget the question."""
        with self._lock:
            self._question += 1
            self._answer = None

    def partial(self) -> str:
        """Return the text so far, where the recognizer has partials."""
        return self._partial

    def close(self) -> None:
        """Drop the open utterance and end the thread; safe to call twice."""
        self.withdraw()
        with self._lock:
            self._utterance += 1
        self._work.put(("close", 0, None))
        self._worker.join(timeout=5)

    def _run(self) -> None:
        try:
            self._serve()
        except Exception as error:  # handed to the caller's thread by answer()
            with self._lock:
                self._failure = error

    def _serve(self) -> None:
        stream: RecognizerStream | None = None
        while True:
            what, number, value = self._work.get()
            if what in ("open", "close") and stream is not None:
                stream.close()
                stream = None
            if what == "close":
                return
            if what == "open" and number == self._utterance:
                stream = self._recognizer.open(cast(int, value))
            elif what == "accept" and stream is not None and number == self._utterance:
                self._accept(stream, cast(Samples, value), number)
            elif what == "ask" and stream is not None and number == self._question:
                self._decode(stream, number)

    def _accept(self, stream: RecognizerStream, samples: Samples, utterance: int) -> None:
        partial = stream.accept(samples)
        with self._lock:
            if partial is not None and utterance == self._utterance:
                self._partial = partial

    def _decode(self, stream: RecognizerStream, question: int) -> None:
        words = stream.finish()
        with self._lock:
            if question == self._question:
                self._answer = words


class LoggedEar:
    """A `ports.Ear` for a retry: it gives the answers in the log of the recorded call, at the same moments.

    Nothing is decoded until `hand_over`.

    Parameters
    ----------
    events : iterable of Event
        The log of the recorded call.
    then : Ear
        The ear that listens from `hand_over` on.
    """

    def __init__(self, events: Iterable[Event], then: Ear) -> None:
        self._then = then
        self._handed_over = False
        self._answers: dict[tuple[int, int], tuple[Word, ...]] = {}
        self._overheard: dict[tuple[int, int], str] = {}
        for event in events:
            if isinstance(event, Recognised):
                self._answers[event.utterance, event.at] = event.words
            elif isinstance(event, Overheard):
                self._overheard[event.utterance, event.at] = event.text
        self._utterance = 0
        self._start = self._at = 0
        self._kept: list[Samples] = []
        self._asked: int | None = None

    def hand_over(self, at: int) -> None:
        """Let the other ear listen from sample `at` on, beginning with the part of an open utterance that is past."""
        self._handed_over = True
        if self._kept and self._at == at:  # an utterance that is closed takes in nothing more
            self._then.open(self._start)
            self._then.accept(np.concatenate(self._kept))
            if self._asked is not None:
                self._then.ask(self._asked)
        self._kept = []

    def open(self, start: int) -> None:
        """Begin an utterance."""
        self._utterance += 1
        self._start = self._at = start
        self._kept, self._asked = [], None
        if self._handed_over:
            self._then.open(start)

    def accept(self, samples: Samples) -> None:
        """Take in more of the open utterance."""
        self._at += len(samples)
        if self._handed_over:
            self._then.accept(samples)
        else:
            self._kept.append(samples.copy())

    def ask(self, at: int) -> None:
        """Ask for the words so far."""
        self._asked = at
        if self._handed_over:
            self._then.ask(at)

    def answer(self, at: int) -> tuple[Word, ...] | None:
        """Return the words at the moment when they came in the recorded call."""
        if self._handed_over:
            return self._then.answer(at)
        return self._answers.get((self._utterance, at)) if self._asked is not None else None

    def withdraw(self) -> None:
        """Forget the question."""
        self._asked = None
        if self._handed_over:
            self._then.withdraw()

    def partial(self) -> str:
        """Return the text so far, as it was in the recorded call."""
        return self._then.partial() if self._handed_over else self._overheard.get((self._utterance, self._at), "")

    def close(self) -> None:
        """Free everything."""
        self._then.close()
