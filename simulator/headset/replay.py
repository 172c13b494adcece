"""Headsets without a person: a scripted trainee with recorded speech, or one long recording. Both run at any speed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulator.clock import BLOCK, RATE_HZ, from_seconds
from simulator.errors import InputError, SimulatorError
from simulator.events import Event
from simulator.headset.script import Stepper, TraineeScript
from simulator.ports import Samples

AFTERWARDS = from_seconds(8)
"""A recording is over, and the customer has been silent, this long: the trainee has gone."""


class RecordedHeadset:
    """What every headset without a device has in common: no delay, no faults, nothing to free (`ports.Headset`).

    Parameters
    ----------
    name : str
        For the log.
    """

    live = False
    rate_hz = RATE_HZ
    lost = ""
    failure: SimulatorError | None = None
    latency_ms: float | None = None

    def __init__(self, name: str) -> None:
        self.name = name

    def exchange(self, out: Samples, *, customer_speaking: bool) -> Samples | None:
        """Return the trainee's next block; a subclass says which."""
        raise NotImplementedError

    def notice(self, event: Event) -> None:
        """Take no notice."""

    def events(self, at: int) -> tuple[Event, ...]:
        """Nothing goes wrong with a recording."""
        return ()

    def close(self) -> None:
        """Nothing to free."""


class ScriptHeadset(RecordedHeadset):
    """A trainee who follows a script with recorded speech (`ports.Headset`).

    Parameters
    ----------
    script : TraineeScript
    recordings : mapping of str to np.ndarray, int16, 16 kHz
        The speech of each step, by the file name under `say`.

    Raises
    ------
    InputError
        If a step names no recording, or one that is not given.
    """

    def __init__(self, script: TraineeScript, recordings: Mapping[str, Samples]) -> None:
        for number, step in enumerate(script.steps, 1):
            if step.say is None or step.say not in recordings:
                raise InputError(
                    f"trainee script {script.id}: step {number} ({step.text[:40]!r}) has no recorded speech; "
                    "give `say: FILE` beside the script, or rehearse with --text-only"
                )
        super().__init__(script.id)
        self._stepper = Stepper(script)
        self._recordings = recordings
        self._saying: Samples = np.zeros(0, np.int16)
        self._at = 0
        self._left: Samples = np.zeros(0, np.int16)

    def exchange(self, out: Samples, *, customer_speaking: bool) -> Samples | None:
        """Return the trainee's next block; silence where the script has nothing to say."""
        step = self._stepper.step(self._at, customer_speaking=customer_speaking, trainee_speaking=len(self._left) > 0)
        if step is not None and step.say is not None:
            self._left = self._saying = self._recordings[step.say]
        block, self._left = _cut(self._left)
        self._at += BLOCK
        return block

    @property
    def speaking(self) -> bool:
        """Whether a sentence is being said, its pauses included."""
        return len(self._left) > 0

    def restart_sentence(self) -> None:
        """Say from its beginning the sentence that is being said, if one is."""
        if len(self._left):
            self._left = self._saying

    def notice(self, event: Event) -> None:
        """Tell the script what happened."""
        self._stepper.notice(event)


class WavHeadset(RecordedHeadset):
    """A trainee who is one recording, from the first sample of the call on (`ports.Headset`).

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    name : str
        For the log.
    """

    def __init__(self, samples: Samples, *, name: str) -> None:
        super().__init__(name)
        self._left = samples
        self._quiet = 0

    def exchange(self, out: Samples, *, customer_speaking: bool) -> Samples | None:
        """Return the next block of the recording; None some seconds after its end, when the customer is silent."""
        over = len(self._left) == 0 and not customer_speaking
        self._quiet = self._quiet + BLOCK if over else 0
        if self._quiet > AFTERWARDS:
            return None
        block, self._left = _cut(self._left)
        return block


def _cut(samples: Samples) -> tuple[Samples, Samples]:
    """Return the first block, filled with silence if need be, and the rest."""
    head, rest = samples[:BLOCK], samples[BLOCK:]
    if len(head) == BLOCK:
        return head, rest
    block = np.zeros(BLOCK, np.int16)
    block[: len(head)] = head
    return block, rest
