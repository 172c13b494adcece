"""What one seat is doing: a call, a typed call or a headset check, in a thread, told to a browser that may come back.

Every message to the browser is kept, in order, so that a browser that comes back is told what it missed.
"""

from __future__ import annotations

import json
import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from simulator.errors import InputError, SimulatorError
from simulator.headset.browser import GIVE_UP_S, BrowserAudio, BrowserHeadset
from simulator.lab.glimpse import Glimpse

Send: TypeAlias = Callable[[bytes | str], None]
log = logging.getLogger(__name__)
POLL_S = 0.1


class Hello(BaseModel):
    """The first message of a browser: what it wants, or to which errand it comes back.

    `frames` is the number of the customer's next frame it has not got (None: it starts anew), `told` how many
    messages it has had.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Literal["call", "typed", "check", "return"]
    mode: Literal["practice", "certification"] = "practice"
    scenario: str = Field(default="", max_length=100)
    retry: str = Field(default="", max_length=200)
    turn: int = Field(default=0, ge=0, le=10_000)
    seed: int | None = Field(default=None, ge=0, le=1_000_000_000)
    hints: bool = False
    audio: BrowserAudio | None = None
    token: str = Field(default="", max_length=100)
    frames: int | None = Field(default=None, ge=0)
    told: int = Field(default=0, ge=0)


class Word(BaseModel):
    """Any later message of a browser."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Literal["answer", "hang_up", "say", "starved", "hand"]
    text: str = Field(default="", max_length=2_000)
    frames: int = Field(default=0, ge=0, le=100_000)


class Errand:
    """One thing that a seat does.

    Parameters
    ----------
    hello : Hello
    owner : str
        Whose it is.

    Attributes
    ----------
    headset : BrowserHeadset or None
        None for a typed call.
    glimpse : Glimpse
        What an instructor sees of it.
    lines : queue of str or None
        What was typed; None at the end.
    """

    def __init__(self, hello: Hello, *, owner: str) -> None:
        if hello.do in ("call", "check") and hello.audio is None:
            raise InputError("a call needs a microphone: say what the browser captures with, or type the call")
        if hello.mode == "certification":
            _check_certification(hello)
        self.hello, self.owner = hello, owner
        self.token = secrets.token_urlsafe(24)
        self.headset = None if hello.audio is None or hello.do == "typed" else BrowserHeadset(hello.audio)
        self.lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.over = False
        self.glimpse = Glimpse()
        self._told: list[str] = []
        self._send: Send | None = None
        self._away_since: float | None = None
        self._answered = threading.Event()
        self._left = threading.Event()
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None

    # ---- the work's side

    def start(self, work: Callable[[Errand], None]) -> None:
        """Do the work in a thread of its own; what goes wrong is told in words."""
        self._thread = threading.Thread(target=self._run, args=(work,), name=f"errand {self.hello.do}", daemon=True)
        self._thread.start()

    def tell(self, what: str, **more: Any) -> None:
        """Tell the browser something, now or when it is back."""
        self.glimpse.told(what)
        message = json.dumps({"is": what, **more}, ensure_ascii=False)
        with self._lock:
            self._told.append(message)
            if self._send is not None:
                self._send(message)

    def answered(self, within_s: float) -> bool:
        """Wait until the phone is answered; False if it is not, or the browser has left."""
        until = time.monotonic() + within_s
        while not self._answered.wait(POLL_S):
            if self._left.is_set() or self._is_gone() or time.monotonic() > until:
                return False
        return not self._left.is_set()

    def next_line(self) -> str | None:
        """Return the next typed line, waiting for it; None once the typist has hung up or is gone for good."""
        while not self._left.is_set() and not self._is_gone():
            try:
                return self.lines.get(timeout=POLL_S)
            except queue.Empty:
                continue
        return None

    def join(self, within_s: float) -> None:
        """Wait until the work is done, and no longer than so many seconds."""
        if self._thread is not None:
            self._thread.join(max(0.0, within_s))

    # ---- the connection's side

    def attach(self, send: Send, hello: Hello) -> None:
        """Take a connection, the first or a later one, and tell it what it missed.

        Raises
        ------
        InputError
            If the browser wants what never was.
        """
        with self._lock:
            if hello.told > len(self._told):
                raise InputError(f"there were {len(self._told)} messages, not {hello.told}")
            heard = hello.frames
            start = {"is": "seat", "token": self.token, "next": 0, "answered": self._answered.is_set()}
            if self.headset is not None:
                start["next"] = self.headset.connect(send, heard=heard)
            send(json.dumps(start))
            for message in self._told[hello.told :]:
                send(message)
            self._send, self._away_since = send, None

    def detach(self, send: Send) -> None:
        """Note that a connection is gone; one that another has replaced is nobody's loss."""
        with self._lock:
            if self._send is not send:
                return
            self._send, self._away_since = None, time.monotonic()
            if self.headset is not None:
                self.headset.disconnect()

    def take(self, word: Word) -> None:
        """Take in a message."""
        if word.do == "answer":
            self._answered.set()
        elif word.do == "hang_up":
            self.hang_up()
        elif word.do == "say":
            self.lines.put(word.text)
        elif word.do == "hand":
            self.raise_hand(not self.glimpse.hand)
        elif self.headset is not None:
            self.headset.starved(word.frames)

    @property
    def coachable(self) -> bool:
        """Whether somebody may coach it: a call of practice that runs; a headset check is no call."""
        return self.hello.do != "check" and self.hello.mode == "practice" and self.glimpse.stage == "live"

    def coach(self, text: str, *, by: str) -> None:
        """Show a written word at the seat, and lower its hand.

        Raises
        ------
        InputError
            If no practice call runs.
        """
        if not self.coachable:
            raise InputError("no practice call runs at this seat just now")
        self.tell("coached", text=text, by=by)
        if self.glimpse.hand:
            self.raise_hand(False)

    def raise_hand(self, up: bool) -> None:
        """Show, or no longer, that the trainee wants somebody to look."""
        self.glimpse.hand = up
        self.tell("hand", up=up)

    def hang_up(self) -> None:
        """End it; what was said is kept."""
        self._left.set()
        if self.headset is not None:
            self.headset.close()

    def _is_gone(self) -> bool:
        away = self._away_since
        return away is not None and time.monotonic() - away > GIVE_UP_S

    def _run(self, work: Callable[[Errand], None]) -> None:
        try:
            work(self)
        except SimulatorError as error:
            self.tell("failed", text=str(error))
        except Exception:
            log.exception("a fault of the program at a seat")
            self.tell("failed", text="A fault of the program ended this. What was said is kept among your calls.")
        finally:
            self.over = True


def _check_certification(hello: Hello) -> None:
    if hello.do != "call" or hello.hints or hello.retry or hello.seed is not None:
        raise InputError(
            "a certification call is spoken, without hints, from its beginning, and the seed is drawn here"
        )
