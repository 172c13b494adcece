"""A headset on the other side of a browser (`ports.Headset`): numbered frames of 20 ms over a connection that may drop.

Theory of operation
-------------------
A frame is its number (4 bytes, little-endian) and 20 ms of PCM16 at the browser's own rate, both ways. Each side keeps
the last `KEPT` frames it sent. When the connection is back each says which frame it wants next, and gets it again. The
browser's frames are the clock: while none come, the call stands still. This module opens no socket: whoever holds the
connection hands frames in with `receive`, and is handed frames through `connect`.
"""

from __future__ import annotations

import dataclasses
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from simulator.clock import BLOCK, RATE_HZ
from simulator.errors import DeviceError, InputError, SimulatorError
from simulator.events import DeviceBack, DeviceLost, Event, Late, SamplesDoubled, SamplesLost
from simulator.headset.device import LATE, TOO_SLOW, resampler
from simulator.ports import Samples

NUMBER = struct.Struct("<I")
KEPT = 100
"""Frames that each side keeps for a connection that comes back: 2 s."""
STALL_S = 1.0
"""Without a frame for this long the connection is taken for lost."""
GIVE_UP_S = 30.0
"""A browser that has not come back after this long ends the call."""
WAITING = 1500
"""Frames that may wait for a machine that is too slow, 30 s; more are lost."""
CONNECTION_LATE = "the connection was late"
"""The reason in `Late` events when frames came late, and then all at once."""


class BrowserAudio(BaseModel):
    """What the browser says it captures with; `given` is what it really does, whatever it was `asked` for.

    Parameters
    ----------
    rate_hz : int
        The rate of its frames; 20 ms must be whole samples.
    latency_ms : float
        Its own delay both ways: buffers, devices, and the way to here and back.
    asked, given
        By the names of `MediaTrackSettings` (autoGainControl, noiseSuppression, echoCancellation ...).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    microphone: str = Field(min_length=1, max_length=200)
    rate_hz: int = Field(ge=8_000, le=96_000, multiple_of=50)
    latency_ms: float = Field(ge=0, le=5_000)
    asked: dict[str, bool] = Field(max_length=12)
    given: dict[str, bool | float | str | None] = Field(max_length=40)
    browser: str = Field(max_length=400)

    @property
    def name(self) -> str:
        """The headset's name in the log and for its check; with echo cancellation it is another headset."""
        echo = ", echo cancellation" if self.given.get("echoCancellation") is True else ""
        return f"{self.microphone} (browser{echo})"


class BrowserHeadset:
    """A trainee at a browser.

    Parameters
    ----------
    audio : BrowserAudio

    Attributes
    ----------
    lost : str
        Why the call stands still just now; "" while it goes on.
    failure : SimulatorError or None
        Why the browser is gone for good.
    """

    live = True

    def __init__(self, audio: BrowserAudio) -> None:
        self.name, self.rate_hz = audio.name, audio.rate_hz
        self.latency_ms: float | None = audio.latency_ms
        self.lost = ""
        self.failure: SimulatorError | None = None
        self._size = audio.rate_hz // 50
        self._from_mic = resampler(audio.rate_hz, RATE_HZ, "HQ")
        self._to_ear = resampler(RATE_HZ, audio.rate_hz, "LQ")
        self._changed = threading.Condition()
        self._send: Callable[[bytes], None] | None = None
        self._sent: deque[bytes] = deque(maxlen=KEPT)
        self._next_out = 0
        self._wanted = 0
        self._frames: deque[Samples] = deque()
        self._events: list[Event] = []
        self._closed = False
        self._begun = False
        self._arrived = 0.0
        self._gap_s = 0.0
        self._behind = 0
        self._heard: Samples = np.zeros(0, np.int16)
        self._saying: Samples = np.zeros(0, np.int16)

    # ---- the connection's side, in whichever thread holds it

    def connect(self, send: Callable[[bytes], None], *, heard: int | None) -> int:
        """Take a connection, new or back; return the number of the frame that is wanted next.

        Parameters
        ----------
        send : callable
            Hands a frame to the browser without waiting.
        heard : int or None
            The number of the next frame the browser wants: what it missed is sent again. None: it starts anew.

        Raises
        ------
        InputError
            If there never was such a frame.
        """
        with self._changed:
            missed = 0 if heard is None else self._next_out - heard
            if missed < 0 or missed > self._next_out:
                raise InputError(f"the browser wants frame {heard}; the next one is {self._next_out}")
            if missed > len(self._sent):
                self._note(SamplesLost(at=0, side="output", samples=(missed - len(self._sent)) * BLOCK))
            for frame in list(self._sent)[max(0, len(self._sent) - missed) :]:
                send(frame)
            self._send = send
            self._changed.notify_all()
            return self._wanted

    def disconnect(self) -> None:
        """Note that the connection is gone; the call stands still until it is back."""
        with self._changed:
            self._send = None
            self._changed.notify_all()

    def receive(self, message: bytes) -> None:
        """Take in one frame of the microphone.

        Raises
        ------
        InputError
            If it is no frame, or its number is out of all proportion.
        """
        if len(message) != NUMBER.size + 2 * self._size:
            raise InputError(f"a frame has {NUMBER.size + 2 * self._size} bytes here, not {len(message)}")
        (number,) = NUMBER.unpack_from(message)
        with self._changed:
            missing = number - self._wanted
            if missing > KEPT:
                raise InputError(f"frame {number} came where {self._wanted} was due")
            if missing < 0:
                self._note(SamplesDoubled(at=0, samples=BLOCK))
                return
            if missing:
                self._note(SamplesLost(at=0, side="input", samples=missing * BLOCK))
                self._frames.extend([np.zeros(self._size, np.int16)] * missing)  # so that the call clock stays honest
            self._wanted = number + 1
            now = time.monotonic()
            if self._begun:
                self._gap_s, self._arrived = max(self._gap_s, now - self._arrived), now
            if len(self._frames) < WAITING:
                self._frames.append(np.frombuffer(message, "<i2", offset=NUMBER.size).astype(np.int16))
            else:
                self._note(SamplesLost(at=0, side="input", samples=BLOCK))
            self._changed.notify_all()

    def starved(self, frames: int) -> None:
        """Note that the earphone ran dry for so many frames while the customer was speaking."""
        with self._changed:
            if not self.lost and 0 < frames <= WAITING:
                self._note(SamplesLost(at=0, side="output", samples=frames * BLOCK))

    # ---- the call's side

    def exchange(self, out: Samples, *, customer_speaking: bool) -> Samples | None:
        """Send a block and return the next one from the microphone, waiting for it; None once it is gone for good."""
        if not self._begun:
            self._begun, self._arrived = True, time.monotonic()
        self._play(out)
        while len(self._heard) < BLOCK:
            with self._changed:
                if not self._wait():
                    return None
                self._watch_backlog()
                frame = self._frames.popleft()
            self._heard = np.concatenate([self._heard, self._from_mic(frame)])
        block, self._heard = self._heard[:BLOCK], self._heard[BLOCK:]
        return block

    def notice(self, event: Event) -> None:
        """Do nothing: a browser is told by whoever looks on."""

    def events(self, at: int) -> tuple[Event, ...]:
        """Return what went wrong since last asked; what happened several times in one block is one event."""
        with self._changed:
            found, self._events = self._events, []
        told: list[Event] = []
        for event in found:
            same = next((n for n, each in enumerate(told) if _adds_up(each, event)), None)
            if same is None:
                told.append(event)
            else:
                before: Any = told[same]
                told[same] = dataclasses.replace(before, samples=before.samples + event.samples)  # type: ignore[union-attr]
        return tuple(dataclasses.replace(event, at=at) for event in told)

    def close(self) -> None:
        """End the call's side; safe to call twice, and from another thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _play(self, out: Samples) -> None:
        self._saying = np.concatenate([self._saying, self._to_ear(out)])
        while len(self._saying) >= self._size:
            frame, self._saying = self._saying[: self._size], self._saying[self._size :]
            with self._changed:
                message = NUMBER.pack(self._next_out) + frame.astype("<i2").tobytes()
                self._next_out += 1
                self._sent.append(message)
                if self._send is not None:
                    self._send(message)

    def _wait(self) -> bool:
        """Wait for a frame, holding the lock; False once none will come."""
        while not self._frames and not self._closed:
            quiet_s = time.monotonic() - self._arrived
            if not self.lost and (self._send is None or quiet_s > STALL_S):
                self.lost = "the connection to the browser is lost"
                self._note(DeviceLost(at=0, reason=self.lost))
            if self.lost and quiet_s > GIVE_UP_S:
                self.failure = DeviceError(f"the browser did not come back within {GIVE_UP_S:g} s; take the call again")
                return False
            self._changed.wait(0.1)
        if self._closed:
            return False
        if self.lost:
            self._note(DeviceBack(at=0, away_ms=round(self._gap_s * 1000)))
            self.lost, self._behind, self._gap_s = "", 0, 0.0
        return True

    def _watch_backlog(self) -> None:
        """Note by how much the frames, or this machine, were late: once, when that is over."""
        backlog = (len(self._frames) - 1) * BLOCK
        if backlog > LATE:
            self._behind = max(self._behind, backlog)
        elif self._behind:
            reason = CONNECTION_LATE if self._gap_s > LATE / RATE_HZ else TOO_SLOW
            self._note(Late(at=0, samples=self._behind, reason=reason))
            self._behind, self._gap_s = 0, 0.0
        elif backlog == 0:
            self._gap_s = 0.0

    def _note(self, event: Event) -> None:
        self._events.append(event)


def _adds_up(one: Event, other: Event) -> bool:
    """Return whether two events of one block are told as one: what was lost on one side, or came twice."""
    if isinstance(one, SamplesLost) and isinstance(other, SamplesLost):
        return one.side == other.side
    return isinstance(one, SamplesDoubled) and isinstance(other, SamplesDoubled)
