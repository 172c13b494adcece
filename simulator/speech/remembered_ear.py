"""The engine's ears in a call that is gone through again: the answers of the log, then those of another ear."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from simulator.events import Event, Overheard, Recognised, Word
from simulator.ports import Ear, Samples


class RememberedEar:
    """A `ports.Ear` that answers what a recognizer answered before, at the same moments, and nothing is decoded.

    Parameters
    ----------
    events : iterable of Event
        The log of the earlier call.
    then : Ear
        Who listens from `hand_over` on.
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
        """Let the other ear listen from sample `at` on; it is given what is open of an utterance."""
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
        """Return the words when they came in the earlier call."""
        if self._handed_over:
            return self._then.answer(at)
        return self._answers.get((self._utterance, at)) if self._asked is not None else None

    def withdraw(self) -> None:
        """Forget the question."""
        self._asked = None
        if self._handed_over:
            self._then.withdraw()

    def partial(self) -> str:
        """Return the text so far, as it was overheard in the earlier call."""
        return self._then.partial() if self._handed_over else self._overheard.get((self._utterance, self._at), "")

    def close(self) -> None:
        """Free everything."""
        self._then.close()
