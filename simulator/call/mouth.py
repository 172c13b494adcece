"""The customer's mouth: plays a rendered line block by block, and can be cut off in mid-word."""

from __future__ import annotations

import numpy as np

from simulator.clock import BLOCK, Span, from_ms
from simulator.ports import Samples, Say, Speech

FADE = from_ms(15)
"""A cut fades over this, so that it does not click."""
RAISED_GAIN = 1.5
"""A raised voice, against the same line: 3.5 dB."""


class Mouth:
    """The line being said, and how far it got."""

    def __init__(self) -> None:
        self._samples: Samples = np.zeros(0, np.int16)
        self._words: tuple[tuple[str, Span], ...] = ()
        self._position = 0
        self._whole = True
        self.say: Say | None = None
        self.line = 0
        self.start = 0

    @property
    def speaking(self) -> bool:
        """Whether a line is being said."""
        return self.say is not None

    @property
    def stop(self) -> int:
        """Where the line ends, on the call clock, if nobody cuts it off."""
        return self.start + len(self._samples)

    @property
    def left(self) -> int:
        """Samples of the line still to be said."""
        return len(self._samples) - self._position

    def begin(self, say: Say, speech: Speech, at: int) -> None:
        """Begin a line that is heard from sample `at` on."""
        self.say, self.start, self._position = say, at, 0
        self._samples, self._words, self._whole = speech.samples, speech.words, True
        self.line += 1

    def next_block(self) -> Samples:
        """Return the next block to play, silence where the line is over."""
        block = np.zeros(BLOCK, np.int16)
        part = self._samples[self._position : self._position + BLOCK]
        block[: len(part)] = part
        self._position = min(len(self._samples), self._position + BLOCK)
        return block

    def cut(self) -> None:
        """End the line a moment from now, with a fade; the line's length becomes what is heard."""
        stop = min(len(self._samples), self._position + FADE)
        self._whole = self._whole and stop == len(self._samples)
        part = self._samples[:stop].copy()
        fade = np.linspace(1.0, 0.0, stop - self._position)
        part[self._position :] = np.round(part[self._position :] * fade).astype(np.int16)
        self._samples = part

    def raise_voice(self) -> None:
        """Say the rest of the line louder."""
        part = self._samples.copy()
        louder = np.tanh(part[self._position :] / 32768.0 * RAISED_GAIN) * 32767
        part[self._position :] = louder.astype(np.int16)
        self._samples = part

    def finish(self) -> tuple[Span, str, bool]:
        """Close a line that was played to its end.

        Returns
        -------
        span : Span
            Where it was heard.
        said : str
            The words that were heard.
        completed : bool
            Whether all of it was.
        """
        assert self.say is not None
        span = Span(self.start, self.start + max(1, len(self._samples)))
        words = [word for word, where in self._words if where.start < span.duration]
        said = self.say.text if self._whole else " ".join(words)
        self.say = None
        return span, said, self._whole
