"""What a speech engine does: it takes a text and a delivery, and returns raw audio and the words' onsets if known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.speech.profiles import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A line as the engine left it.

    Parameters
    ----------
    samples : float32, shape (n,), full scale ±1
    rate_hz : float
        What `samples` is to be played at; not always the engine's own rate, for pitch may be moved by it.
    onsets : tuple of (int, float)
        Where a word begins: character offset in the text, seconds from the first sample. Empty where the engine
        cannot tell.
    """

    samples: NDArray[np.float32]
    rate_hz: float
    onsets: tuple[tuple[int, float], ...] = ()


class Renderer(Protocol):
    """A speech engine with one of its voices chosen. Used by one thread at a time."""

    identity: str
    """Engine, version and voice: with text and delivery, all that decides the samples."""
    notes: tuple[str, ...]
    """What this engine cannot do of a profile, one sentence each."""

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak one line.

        Raises
        ------
        ModelError
            If the engine is missing or cannot speak it.
        """
        ...

    def close(self) -> None:
        """Free the engine; safe to call twice."""
        ...
