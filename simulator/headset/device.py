"""The real headset (`ports.Headset`): blocks on the call clock from whatever the device delivers.

When the headset is unplugged the call stands still, and it goes on when the headset is back. Events tell the call how
many samples the sound system lost and how late this machine was; neither is ever charged to the trainee.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections import Counter
from typing import Any, Literal

import numpy as np

from simulator.clock import BLOCK, RATE_HZ, from_ms
from simulator.errors import DeviceError, SimulatorError
from simulator.events import DeviceBack, DeviceLost, Event, Late, SamplesLost
from simulator.headset.portaudio import ADVICE, find_device, rescan
from simulator.headset.settings import HeadsetSettings, read_settings
from simulator.headset.streams import HeadsetStreams
from simulator.ports import Samples

LEAD = from_ms(60)
"""How much of the customer's sound is queued ahead of the earphone, because callbacks come unevenly."""
LEAD_RESAMPLED = from_ms(120)
"""... where a resampler delivers in bursts."""
SLACK = from_ms(40)
"""If more than this is queued beyond the lead, silence is dropped to catch up."""
LATE = from_ms(100)
"""A backlog of the microphone from which this machine counts as late; callbacks alone come up to 45 ms apart."""
RETRY_S = 0.5
TOO_SLOW = "the machine was too slow"
"""The reason in the headset's own `Late` events."""
GIVE_UP_S = 300.0
"""A headset that has not come back after this long ends the call."""


def open_device(choice: str | None = None, *, rate_hz: int | None = None) -> DeviceHeadset:
    """Open the headset: the one named here, else the one remembered, else the system's own.

    Parameters
    ----------
    choice : str, optional
        A device's number, name or part of a name, for both sides; see `hotseat devices`.
    rate_hz : int, optional
        A sample rate to insist on.

    Raises
    ------
    DeviceError
        If there is no sound system, no such device, or it cannot be opened.
    InputError
        If the file with the remembered choice is broken.
    """
    kept = read_settings()
    return DeviceHeadset(
        HeadsetSettings(
            microphone=choice or kept.microphone,
            earphone=choice or kept.earphone,
            rate_hz=rate_hz or kept.rate_hz,
        )
    )


class DeviceHeadset:
    """A microphone and an earphone, on the call clock.

    Parameters
    ----------
    choice : HeadsetSettings

    Attributes
    ----------
    name : str
        For the log: the devices' names.
    lost : str
        Why the call stands still just now; "" while it goes on. For the screen.
    failure : SimulatorError or None
        Why the headset is gone for good.
    """

    live = True

    def __init__(self, choice: HeadsetSettings) -> None:
        self._choice = choice
        self.failure: SimulatorError | None = None
        self.lost = ""
        self._closed = threading.Event()
        self._events: list[Event] = []
        self._behind = 0
        self._begun = False
        self._heard: Samples = np.zeros(0, np.int16)
        self._streams = self._open()
        self.rate_hz = self._streams.mic_hz

    def exchange(self, out: Samples, *, customer_speaking: bool) -> Samples | None:
        """Play a block and return the next one from the microphone, waiting for it; None once it is gone for good."""
        if not self._begun:  # discard what the microphone heard before the call
            self._streams.take()
            self._begun = True
        self._play(out, customer_speaking)
        self._watch_backlog()
        while not self._closed.is_set():
            self._streams.arrived.clear()
            self._heard = np.concatenate([self._heard, self._from_mic(self._streams.take())])
            if len(self._heard) >= BLOCK:
                block, self._heard = self._heard[:BLOCK], self._heard[BLOCK:]
                return block
            reason = self._streams.dead()
            if reason is not None and not self._come_back(reason):
                return None
            self._streams.arrived.wait(0.1)
        return None

    def notice(self, event: Event) -> None:
        """Do nothing: a device needs no events of the call."""

    def events(self, at: int) -> tuple[Event, ...]:
        """Return what went wrong since last asked."""
        found = tuple(dataclasses.replace(event, at=at) for event in self._events)
        self._events.clear()
        lost: Counter[Literal["input", "output"]] = Counter()
        for side, count in self._streams.lost():
            lost[side] += count
        return found + tuple(SamplesLost(at=at, side=side, samples=count) for side, count in lost.items())

    @property
    def latency_ms(self) -> float:
        """The delay both ways together: the sound system's own figure plus the queue."""
        return self._streams.latency_ms + self._lead * 1000 / RATE_HZ

    def close(self) -> None:
        """Free the device; safe to call twice, and from another thread."""
        self._closed.set()
        self._streams.arrived.set()
        self._streams.close()

    def _open(self) -> HeadsetStreams:
        microphone = find_device("input", self._choice.microphone)
        earphone = find_device("output", self._choice.earphone)
        names = dict.fromkeys((microphone.name, earphone.name))
        self.name = " / ".join(names)
        streams = HeadsetStreams(microphone, earphone, rate_hz=self._choice.rate_hz)
        self._from_mic = resampler(streams.mic_hz, RATE_HZ, "HQ")
        self._to_ear = resampler(RATE_HZ, streams.ear_hz, "LQ")  # short: enough for the telephone band
        self._heard = np.zeros(0, np.int16)
        self._lead = LEAD if streams.ear_hz == RATE_HZ else LEAD_RESAMPLED
        streams.play(self._to_ear(np.zeros(self._lead, np.int16)), speaking=False)
        return streams

    def _play(self, out: Samples, speaking: bool) -> None:
        queued = self._streams.queued
        if not out.any() and queued > self._lead + SLACK:
            return  # drop silence to catch up with the clock
        if queued == 0:  # the queue ran dry: restore the lead, or every later block would be late too
            out = np.concatenate([np.zeros(self._lead, np.int16), out])
        self._streams.play(self._to_ear(out), speaking=speaking)

    def _watch_backlog(self) -> None:
        backlog = self._streams.backlog
        if backlog > LATE:
            self._behind = max(self._behind, backlog)
        elif self._behind:
            self._events.append(Late(at=0, samples=self._behind, reason=TOO_SLOW))
            self._behind = 0

    def _come_back(self, reason: str) -> bool:
        """Wait for the headset; True when the call can go on."""
        since = time.monotonic()
        self.lost = reason
        self._events.append(DeviceLost(at=0, reason=reason))
        self._streams.close()
        while not self._closed.wait(RETRY_S):
            if time.monotonic() - since > GIVE_UP_S:
                self.failure = DeviceError(
                    f"the headset {self.name!r} did not come back within {GIVE_UP_S / 60:g} minutes; {ADVICE}"
                )
                return False
            try:
                rescan()
                self._streams = self._open()
            except DeviceError:
                continue
            self._events.append(DeviceBack(at=0, away_ms=round((time.monotonic() - since) * 1000)))
            self.lost, self._behind = "", 0
            return True
        return False


def resampler(before_hz: int, after_hz: int, quality: str) -> Any:
    """Return what turns samples of one rate into another's, piece by piece; soxr is loaded only where they differ."""
    if before_hz == after_hz:
        return lambda samples: samples
    import soxr

    return soxr.ResampleStream(before_hz, after_hz, 1, dtype="int16", quality=quality).resample_chunk
