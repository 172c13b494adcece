"""The engine's ears: recognition in replay, with a declared answer time, and live, on a thread of its own.

Both are driven in the same way (`ports.Ear`) and hand the same audio to the recognizer; they differ in when the
answer comes.
"""

from __future__ import annotations

import queue
import threading
from typing import Protocol, cast

from simulator.errors import ModelError
from simulator.events import Word
from simulator.ports import Recognizer, RecognizerStream, Samples


class _Punctuating(Protocol):
    ending: str


def _ending(stream: RecognizerStream) -> str:
    """Return the punctuation the recognizer heard at the end of what it decoded last, "" where it writes none."""
    return cast(_Punctuating, stream).ending if hasattr(stream, "ending") else ""


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
        self.ending = ""
        """Punctuation after the last word of the latest answer, where the recognizer writes any."""

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
            self.ending = _ending(self._stream)
            self._catch_up()
        return self._answer

    def withdraw(self) -> None:
        """Forget the question."""
        self._asked = self._answer = None
        self.ending = ""
        self._catch_up()

    def partial(self) -> str:
        """Return the text so far, where the recognizer has partials."""
        return self._partial

    def close(self) -> None:
        """Drop the open utterance."""
        if self._stream is not None:
            self._stream.close()
        self._stream = self._asked = self._answer = None
        self._waiting, self._partial, self.ending = [], "", ""

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
        self.ending = ""
        """Punctuation after the last word of the latest answer, where the recognizer writes any."""
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
            self._answer, self.ending = None, ""

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
                self._answer, self.ending = words, _ending(stream)
