"""A headset in a room, simulated sample by sample: leak, delay, noise, and somebody who speaks."""

import numpy as np

from simulator.clock import BLOCK
from simulator.headset.replay import RecordedHeadset


class Room(RecordedHeadset):
    """What is played comes back `delay` samples later at `gain`; `voice` starts when `speak` is called."""

    def __init__(self, *, gain=0.0, delay=1600, noise_dbfs=-60.0, voice=None, events=(), latency_ms=None):
        super().__init__("room")
        self.latency_ms = latency_ms
        self._dice = np.random.default_rng(5)
        self._gain, self._delay, self._noise = gain, delay, 32768 * 10 ** (noise_dbfs / 20)
        self._voice = np.zeros(0) if voice is None else voice
        self._events = list(events)
        self._played = np.zeros(delay)
        self._speaking = False

    def speak(self, text):
        self._speaking = self._speaking or "aloud" in text

    def exchange(self, out, *, customer_speaking):
        self._played = np.concatenate([self._played, out * self._gain])
        heard, self._played = self._played[:BLOCK], self._played[BLOCK:]
        heard = heard + self._dice.normal(0, self._noise, BLOCK)
        if self._speaking:
            said, self._voice = self._voice[:BLOCK], self._voice[BLOCK:]
            heard[: len(said)] += said
        return np.clip(np.rint(heard), -32768, 32767).astype(np.int16)

    def events(self, at):
        found, self._events = tuple(self._events), []
        return found


def babble(seconds, level_dbfs, seed=6):
    """Speech-like noise in syllables: four bursts a second, half of the time loud."""
    dice = np.random.default_rng(seed)
    count = round(seconds * 16000)
    shape = (np.sin(2 * np.pi * 4 * np.arange(count) / 16000) > 0).astype(float)
    return dice.normal(0, 32768 * 10 ** (level_dbfs / 20), count) * shape
