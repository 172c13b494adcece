"""The two open streams of a headset and their ring buffers, at the device's own sample rate.

The callbacks only copy. They count the samples that were lost, and the call's thread asks for the count.
Microphone and earphone are streams of their own: a duplex stream dies silently where the two sides run at
different rates (PortAudio on ALSA), and on many systems a headset is two devices anyway.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ
from simulator.errors import DeviceError
from simulator.headset.portaudio import Device, Kind, close_streams, open_stream, rates_hz
from simulator.headset.ring import Ring
from simulator.ports import Samples

LATENCY_S = 0.06
"""Asked of the sound system for each direction; below 0.04 s two shared cores begin to drop samples."""
BACKLOG_S = 30
"""How long the call may stand still before the microphone's samples no longer fit."""
STALL_S = 1.0
"""Without a callback for this long the stream is dead, even if it calls itself active."""
START_S = 2.0
"""A stream that was just opened may take this much longer."""
LONGEST_GAP_S = 2.0
"""A longer gap is not lost sound: the converter's clock jumped."""


class HeadsetStreams:
    """A microphone and an earphone, open and running.

    Parameters
    ----------
    microphone, earphone : Device
    rate_hz : int, optional
        The sample rate to insist on; otherwise 16 kHz, or what the device wants.
    latency_s : float

    Raises
    ------
    DeviceError
        If one of them cannot be opened.
    """

    def __init__(
        self, microphone: Device, earphone: Device, *, rate_hz: int | None = None, latency_s: float = LATENCY_S
    ) -> None:
        self.arrived = threading.Event()
        """Set whenever the microphone delivered."""
        self._lost: deque[tuple[Kind, int]] = deque()
        self._next_adc = 0.0
        self._beats = [time.monotonic() + START_S] * 2
        self._speaking = False
        self._silence: Samples = np.zeros(1, np.int16)
        self._streams: list[Any] = []
        try:
            self.ear_hz, self._mouth = self._open("output", earphone, rate_hz, latency_s)
            self.mic_hz, self._ears = self._open("input", microphone, rate_hz, latency_s)
        except DeviceError:
            self.close()
            raise

    @property
    def backlog(self) -> int:
        """How much of the microphone waits to be taken, in samples of the call clock."""
        return self._ears.available * RATE_HZ // self.mic_hz

    @property
    def queued(self) -> int:
        """How much waits to be played, in samples of the call clock."""
        return self._mouth.available * RATE_HZ // self.ear_hz

    @property
    def latency_ms(self) -> float:
        """What the sound system says of its own delay, both ways together."""
        return float(sum(stream.latency for stream in self._streams) * 1000)

    def take(self) -> Samples:
        """Return everything the microphone delivered since, at `mic_hz`."""
        return self._ears.read(self._ears.available)

    def play(self, samples: Samples, *, speaking: bool) -> None:
        """Queue samples at `ear_hz`. `speaking` says whether running dry would be heard."""
        self._mouth.write(samples)
        self._speaking = speaking

    def lost(self) -> list[tuple[Kind, int]]:
        """Return what was lost since last asked: the side, and how many samples of the call clock."""
        found = []
        while self._lost:
            kind, count = self._lost.popleft()
            rate_hz = self.mic_hz if kind == "input" else self.ear_hz
            found.append((kind, max(1, count * RATE_HZ // rate_hz)))
        return found

    def dead(self) -> str | None:
        """Return why a stream is dead, or None while both run."""
        now = time.monotonic()
        for stream, beat, name in zip(self._streams, self._beats, ("earphone", "microphone"), strict=True):
            if not stream.active:
                return f"the {name} stopped"
            if now - beat > STALL_S:
                return f"the {name} has delivered nothing for {STALL_S:g} s"
        return None

    def close(self) -> None:
        """End both streams; safe to call twice, and on a device that is gone."""
        streams, self._streams = self._streams, []
        if streams:
            close_streams(streams)

    def _open(self, kind: Kind, device: Device, rate_hz: int | None, latency_s: float) -> tuple[int, Ring]:
        problem: DeviceError | None = None
        for rate in rates_hz(device, rate_hz):
            ring = Ring(rate * BACKLOG_S)
            callback = self._heard(ring, rate) if kind == "input" else self._say(ring)
            try:
                self._streams.append(open_stream(kind, device, rate_hz=rate, latency_s=latency_s, callback=callback))
                return rate, ring
            except DeviceError as error:
                problem = problem or error
        raise problem or DeviceError(f"{device.name!r} has no sample rate to try")

    def _heard(self, ring: Ring, rate_hz: int) -> Any:
        silence: Samples = np.zeros(int(rate_hz * LONGEST_GAP_S), np.int16)

        def callback(data: NDArray[np.int16], frames: int, times: Any, status: Any) -> None:
            self._beats[1] = time.monotonic()
            adc = times.inputBufferAdcTime
            if status.input_overflow:
                gap = missing(adc, self._next_adc, rate_hz)
                ring.write(silence[:gap])  # so that the call clock stays honest
                self._lost.append(("input", gap or frames))
            self._next_adc = adc + frames / rate_hz
            fitted = ring.write(data[:, 0])
            if fitted < frames:
                self._lost.append(("input", frames - fitted))
            self.arrived.set()

        return callback

    def _say(self, ring: Ring) -> Any:
        def callback(data: NDArray[np.int16], frames: int, times: Any, status: Any) -> None:
            self._beats[0] = time.monotonic()
            got = ring.read_into(data[:, 0]) if data.shape[1] == 1 else _spread(ring, data)
            data[got:] = 0
            if got < frames and self._speaking:
                self._lost.append(("output", frames - got))
            elif status.output_underflow and self._speaking:
                self._lost.append(("output", frames))

        return callback


def missing(adc_s: float, expected_s: float, rate_hz: int) -> int:
    """Return how many samples are missing in front of a buffer, from the converter's clock; 0 where it does not tell.

    Examples
    --------
    >>> missing(10.5, 10.4, 16000), missing(10.3, 10.4, 16000), missing(0.0, 0.0, 16000), missing(99.0, 10.4, 16000)
    (1600, 0, 0, 0)
    """
    gap_s = adc_s - expected_s
    if adc_s <= 0 or expected_s <= 0 or not 0 < gap_s <= LONGEST_GAP_S:
        return 0
    return round(gap_s * rate_hz)


def _spread(ring: Ring, data: NDArray[np.int16]) -> int:
    """Copy one channel to all of an earphone that does not take one."""
    mono = ring.read(len(data))
    data[: len(mono)] = mono[:, np.newaxis]
    return len(mono)
