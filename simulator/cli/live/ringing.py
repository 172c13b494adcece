"""Before the first word of a live call: the telephone rings until it is answered, and the briefing can be read."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TextIO

import numpy as np

from simulator.clock import BLOCK, RATE_HZ, from_ms
from simulator.ports import Headset, Samples

BRIEFING = ("b", "briefing")
"""What is typed to see the briefing."""
HOW = "The phone rings. Enter answers; b and Enter shows your briefing."
AGAIN = "Enter answers; b and Enter shows your briefing; Ctrl-C leaves the call."
TONES_HZ = (400, 450)
"""How British telephones ring, and the cadence in milliseconds: on, off, on, off."""
CADENCE_MS = (400, 200, 400, 2000)
LOUDNESS = 0.06
"""Of each tone, full scale 1: softer than the customer."""


class Keys:
    """What is typed at the terminal while a call rings and runs, read in a thread so that the call never waits.

    Parameters
    ----------
    stream : text stream
        Standard input.
    """

    def __init__(self, stream: TextIO) -> None:
        self._typed: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._stream = stream
        threading.Thread(target=self._read, name="keys", daemon=True).start()

    def take(self) -> str | None:
        """Return the next line that was typed, in lower case; None where there is none."""
        return None if self._typed.empty() else self._typed.get().strip().lower()

    def _read(self) -> None:
        for line in self._stream:
            self._typed.put(line)
        self._typed.put("")  # the end of the input answers the call


def ring(headset: Headset, keys: Keys, show_briefing: Callable[[], None], tell: Callable[[str], None]) -> None:
    """Ring in the earphone until the call is answered; whatever the headset met meanwhile is no part of the call.

    Parameters
    ----------
    headset : Headset
        Open; it is not closed here.
    keys : Keys
    show_briefing : callable
        Called when the briefing is asked for.
    tell : callable
        Told in words what can be typed.
    """
    tell(HOW)
    tone, at = ringing_tone(), 0
    while True:
        typed = keys.take()
        if typed == "":
            break
        if typed in BRIEFING:
            show_briefing()
        if typed is not None:
            tell(AGAIN)
        block, at = tone[at : at + BLOCK], (at + BLOCK) % len(tone)
        if headset.exchange(block, customer_speaking=False) is None:
            break
    headset.events(0)


def ringing_tone() -> Samples:
    """Return one period of the ringing tone: int16, shape (48000,), whole blocks.

    Examples
    --------
    >>> tone = ringing_tone()
    >>> len(tone) % BLOCK, bool(tone[:6000].any()), bool(tone[7000:9000].any())
    (0, True, False)
    """
    parts = []
    for number, length_ms in enumerate(CADENCE_MS):
        time = np.arange(from_ms(length_ms)) / RATE_HZ
        sound = sum(np.sin(2 * np.pi * hz * time) for hz in TONES_HZ) * LOUDNESS
        parts.append(sound if number % 2 == 0 else np.zeros(len(time)))
    tone: Samples = np.rint(np.concatenate(parts) * 32767).astype(np.int16)
    return tone
