"""The open utterance: audio to the recognizer as it comes, its words back when a pause asks for them.

Theory of operation
-------------------
An utterance opens at the onset of speech, a little audio before it included, and stays open over pauses. At each
pause the words so far are asked for at once, speculatively; if speech resumes the question is withdrawn. The answer to
the last question holds every word of the utterance, so nothing said at its very end is lost.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from simulator.clock import BLOCK, Span, from_ms
from simulator.events import Word
from simulator.ports import Ear, Samples

PREROLL = from_ms(240)
"""Audio kept from before the onset: a soft first consonant is below every detector's threshold."""


class Hearing:
    """What the trainee is saying now."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._before: deque[Samples] = deque(maxlen=PREROLL // BLOCK + 4)
        self._at = 0
        self._so_far = ""
        self.utterance = 0
        self.span: Span | None = None
        self.words: tuple[Word, ...] | None = None
        self.asked = False

    @property
    def open(self) -> bool:
        """Whether an utterance is open."""
        return self.span is not None

    def accept(self, block: Samples, at: int) -> None:
        """Take in the block that ends at `at`."""
        self._at = at
        if self.open:
            self._ear.accept(block)
        self._before.append(block)

    def begin(self, onset: int) -> None:
        """Speech began at `onset`: open an utterance, or go on with the open one."""
        self.words = None
        if self.span is not None:
            self._ear.withdraw()
            self.asked = False
            return
        self.utterance += 1
        self._so_far = ""
        start = max(self._at - len(self._before) * BLOCK, onset - PREROLL, 0)
        self.span = Span(onset, self._at + 1)
        self._ear.open(start)
        kept = np.concatenate(self._before) if self._before else np.zeros(0, np.int16)
        self._ear.accept(kept[len(kept) - (self._at - start) :])

    def pause(self, stretch: Span, at: int) -> None:
        """Ask for the words so far: a stretch of speech is over."""
        assert self.span is not None
        self.span = self.span | stretch
        self.words = None
        self._ear.ask(at)
        self.asked = True

    def poll(self, at: int) -> bool:
        """Return whether the words asked for have just come in."""
        if not self.asked:
            return False
        words = self._ear.answer(at)
        if words is None:
            return False
        self.words, self.asked = words, False
        self._so_far = " ".join(word.word for word in words)
        return True

    def text(self) -> tuple[str, bool]:
        """Return the text so far, and whether it is the recognizer's partial rather than what the last pause told."""
        partial = self._ear.partial()
        return (partial, True) if partial else (self._so_far, False)

    def close(self) -> tuple[int, Span, tuple[Word, ...]]:
        """Close the utterance and return its number, where it was, and its words."""
        assert self.span is not None
        closed = (self.utterance, self.span, self.words or ())
        self.span, self.words, self.asked = None, None, False
        self._ear.withdraw()
        return closed

    def end(self) -> None:
        """Free the recognizer."""
        self._ear.close()
