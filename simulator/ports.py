"""What the call needs from outside, as protocols. Adapters implement them; the engine knows nothing else.

Audio in every port is int16, mono, shape (n,), on the 16 kHz call clock; a block is `clock.BLOCK` samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simulator.clock import Span
from simulator.errors import SimulatorError
from simulator.events import Act, Band, Event, Heard, Outcome, Reading, VoiceNoticed, Word

Samples: TypeAlias = NDArray[np.int16]
"""int16, mono, shape (n,), 16 kHz, full scale ±32767."""

Occasion: TypeAlias = Literal[
    "opening",  # the call begins
    "turn",  # the trainee's turn ended and was understood
    "unclear",  # the trainee's turn ended and nothing usable was heard
    "continue",  # the customer paused between two lines of one vent and the trainee left the floor
    "cut_off",  # the trainee interrupted, the customer stopped, and the floor is free again
    "silence",  # dead air on the trainee's account
    "hold",  # waiting in an announced hold, asked every few seconds
    "hold_over",  # the hold runs past what was promised
    "returned",  # the trainee came back from the hold
    "hurry",  # the call has run out of time
]
CutOff: TypeAlias = Literal["talk_on", "stop", "raise_voice"]
Completeness: TypeAlias = Literal["complete", "question", "opener", "unfinished", "fragment", "unclear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A rendered line: samples, and how long each word takes where the voice can tell.

    `words` holds (word, span) with spans from the first sample of the line; empty where unknown.
    """

    samples: Samples
    words: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """The customer says something. With `outcome`, the call ends after the line."""

    id: str
    purpose: str
    text: str
    band: Band
    more: bool = False
    """Whether the customer has more to say at once and will go on if the trainee leaves the floor."""
    outcome: Outcome | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The customer says nothing now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """The customer ends the call without another word."""

    outcome: Outcome
    reason: str


Move: TypeAlias = Say | Wait | HangUp


class Customer(Protocol):
    """The caller: a mood that events move, and what they say next. Pure, seeded."""

    def notice(self, event: Event) -> tuple[Event, ...]:
        """Take in what happened; return the mood events it caused (`MoodMoved`), often none."""
        ...

    def move(self, at: int, occasion: Occasion, *, heard: Heard | None, acts: tuple[Act, ...]) -> Move:
        """Say what the customer does next."""
        ...

    def when_cut_off(self) -> CutOff:
        """Say how this customer, in this mood, takes being interrupted."""
        ...

    def barge_in(self, at: int, *, speaking: int, excusing: bool) -> Say | None:
        """Cut in on a trainee who has been speaking for `speaking` samples, or not; `excusing` if with excuses."""
        ...

    def satisfaction(self) -> tuple[int, str]:
        """Rate the call so far from 1 to 5, with the reason in a sentence."""
        ...

    def possible_lines(self) -> tuple[tuple[str, Band], ...]:
        """Every (text, band) this customer may say, likeliest first, so that voices can be rendered ahead."""
        ...

    def said(self) -> tuple[str, ...]:
        """Return what the customer has said so far, in order: the context of reflection and contradiction."""
        ...


class Understanding(Protocol):
    """Words to one reading."""

    def read(self, words: tuple[str, ...], *, context: tuple[str, ...] = ()) -> Reading:
        """Return what was done in one utterance, given the customer's lines so far (last one last)."""
        ...

    def completeness(self, words: tuple[str, ...]) -> Completeness:
        """Say whether the words so far are a whole sentence, a question, or plainly unfinished."""
        ...

    def promised_hold(self, words: tuple[str, ...]) -> int | None:
        """Return how long a hold was announced to last, in samples; None where nothing was said."""
        ...


class RecognizerStream(Protocol):
    """One stream of speech, from its first sample to its forced end. Never reused."""

    def accept(self, samples: Samples) -> str | None:
        """Take in more audio; return the partial text if it changed and the recognizer has partials."""
        ...

    def finish(self) -> tuple[Word, ...]:
        """Force the final result: every word of the stream, in order, spans on the call clock."""
        ...

    def close(self) -> None:
        """Free what the stream holds; safe to call twice."""
        ...


class Recognizer(Protocol):
    """Speech to words. `delay` is the declared answer time in replay, in samples."""

    name: str
    model: str
    model_sha256: str
    delay: int
    streams: bool
    """Whether `accept` returns partials."""

    def open(self, start: int) -> RecognizerStream:
        """Return a new stream whose first sample stands at `start` on the call clock."""
        ...


class Ear(Protocol):
    """The engine's side of recognition: audio in as it comes, words out when they are ready.

    In replay the answer comes exactly `Recognizer.delay` samples after it was asked for; live, when it is done.
    """

    def open(self, start: int) -> None:
        """Begin an utterance whose first sample stands at `start`; what was open is dropped."""
        ...

    def accept(self, samples: Samples) -> None:
        """Take in more of the open utterance."""
        ...

    def ask(self, at: int) -> None:
        """Ask for the words so far, at sample `at`: speculative until the utterance is closed."""
        ...

    def answer(self, at: int) -> tuple[Word, ...] | None:
        """Return the words of everything accepted when last asked, once they are ready by `at`."""
        ...

    def withdraw(self) -> None:
        """Forget the question asked: the trainee went on speaking."""
        ...

    def partial(self) -> str:
        """Return the text so far, where the recognizer has partials; "" otherwise."""
        ...

    def close(self) -> None:
        """Free everything."""
        ...


class Detector(Protocol):
    """Voice activity: how likely it is that a block holds speech."""

    def probability(self, block: Samples) -> float:
        """Return 0 to 1 for this block, given those before it."""
        ...


class Voice(Protocol):
    """The customer's mouth."""

    def speak(self, text: str, band: Band) -> Speech:
        """Return the rendered line; from the cache where it is there."""
        ...


class Listening(Protocol):
    """How the trainee speaks, as the customer notices it while the call runs (cues in streaming form)."""

    def accept(self, block: Samples, *, speaking: bool) -> None:
        """Take in one block of the trainee's voice."""
        ...

    def notice(self, at: int, span: Span, words: tuple[Word, ...]) -> tuple[VoiceNoticed, ...]:
        """Return what stands out in the utterance that just ended."""
        ...


class Melody(Protocol):
    """How the trainee's voice ends: the pitch falls when people are done."""

    def accept(self, block: Samples) -> None:
        """Take in one block of the trainee's voice."""
        ...

    def fall(self) -> float | None:
        """Return the pitch of the end of what was just said against the rest, in semitones."""
        ...


class Headset(Protocol):
    """Ears and mouth of the trainee. One block out, one block in, on the call clock."""

    name: str
    live: bool
    """Whether it runs in real time."""
    rate_hz: int
    """The device's own sample rate."""
    lost: str
    """Why the call stands still just now; "" while it goes on."""
    failure: SimulatorError | None
    """Why the headset is gone for good."""

    @property
    def latency_ms(self) -> float | None:
        """The delay both ways together, as far as the device knows it itself; None where it does not say."""
        ...

    def exchange(self, out: Samples, *, customer_speaking: bool) -> Samples | None:
        """Play one block and return the trainee's next one; None when the trainee has gone for good."""
        ...

    def notice(self, event: Event) -> None:
        """Be told what happened in the call: a scripted trainee answers it, a device does not care."""
        ...

    def events(self, at: int) -> tuple[Event, ...]:
        """Return what went wrong with the device since last asked (`SamplesLost`, `DeviceLost`, ...)."""
        ...

    def close(self) -> None:
        """Free the device; safe to call twice."""
        ...


class Recorder(Protocol):
    """Where a call is kept as it happens."""

    def audio(self, trainee: Samples, customer: Samples) -> None:
        """Append one block to each track."""
        ...

    def event(self, event: Event) -> None:
        """Append one event to the log."""
        ...
