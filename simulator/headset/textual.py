"""A call without sound: text stands in for both voices, on the real call clock, through the real engine.

A rehearsal over many seeds needs no audio. `TextSpeaker` is the trainee's headset, the voice detector and the
recognizer in one. It gives each word a time at an ordinary pace, so that turns, overlaps and silences are realistic.
"""

from __future__ import annotations

import re

import numpy as np

from simulator.clock import BLOCK, Span, from_ms
from simulator.events import Band, Event, VoiceNoticed, Word
from simulator.headset.replay import RecordedHeadset
from simulator.headset.script import Stepper
from simulator.ports import Samples, Speech

SYLLABLE = from_ms(215)
"""How long a syllable takes: about 4.6 a second, an ordinary pace of speech."""
BAND_PACE: dict[Band, float] = {"content": 1.0, "cool": 1.0, "irritated": 0.92, "angry": 0.86, "furious": 0.8}
"""An angry customer speaks faster: the length of a syllable against the ordinary one."""
LOUDNESS = 6000
"""Sample value that stands for speech."""


def lay_out(text: str, start: int, *, syllable: int = SYLLABLE) -> tuple[Word, ...]:
    """Return the words of `text` one after another from `start`, each as long as its vowels make it.

    Examples
    --------
    >>> [word.span.duration for word in lay_out("good afternoon", 0)]
    [3440, 10320]
    """
    words = []
    at = start
    for word in re.findall(r"[\w'-]+", text.lower()):
        length = max(1, len(re.findall(r"[aeiouy]+", word))) * syllable
        words.append(Word(word=word, span=Span(at, at + length), confidence=1.0))
        at += length
    return tuple(words)


class TextSpeaker(RecordedHeadset):
    """The trainee of a call without sound: headset, detector and ear in one.

    Parameters
    ----------
    stepper : Stepper
        Says what the trainee says, and when.
    name : str
        For the log.
    delay : int, samples
        How long the recognizer is taken to need.
    """

    def __init__(self, stepper: Stepper, *, name: str, delay: int = from_ms(300)) -> None:
        super().__init__(name)
        self._stepper = stepper
        self._delay = delay
        self._at = 0
        self._words: list[Word] = []
        self._said = 0
        self._opened = 0
        self._asked: int | None = None

    def exchange(self, out: Samples, *, customer_speaking: bool) -> Samples:
        """Return the trainee's next block: loud where a word is being said."""
        speaking = bool(self._words) and self._words[-1].span.stop > self._at
        step = self._stepper.step(self._at, customer_speaking=customer_speaking, trainee_speaking=speaking)
        if step is not None:
            self._words.extend(lay_out(step.text, self._at))
        self._at += BLOCK
        while self._said < len(self._words) and self._words[self._said].span.stop <= self._at - BLOCK:
            self._said += 1
        loud = self._said < len(self._words) and self._words[self._said].span.start < self._at
        return np.full(BLOCK, LOUDNESS if loud else 0, np.int16)

    def notice(self, event: Event) -> None:
        """Tell the script what happened."""
        self._stepper.notice(event)

    def probability(self, block: Samples) -> float:
        """Return 1 for a block of speech, else 0."""
        return 1.0 if block[0] else 0.0

    def open(self, start: int) -> None:
        """Begin an utterance."""
        self._opened, self._asked = start, None

    def accept(self, samples: Samples) -> None:
        """Take in audio; there is nothing in it."""

    def ask(self, at: int) -> None:
        """Ask for the words so far."""
        self._asked = at

    def answer(self, at: int) -> tuple[Word, ...] | None:
        """Return the words said between the utterance's start and the question, after the declared delay."""
        if self._asked is None or at < self._asked + self._delay:
            return None
        return tuple(w for w in self._words if w.span.start >= self._opened and w.span.stop <= self._asked)

    def withdraw(self) -> None:
        """Forget the question."""
        self._asked = None

    def partial(self) -> str:
        """Return the words so far."""
        return " ".join(w.word for w in self._words if self._opened <= w.span.start and w.span.stop <= self._at)


class TextVoice:
    """The customer's voice of a call without sound: a line as long as its words take."""

    def speak(self, text: str, band: Band) -> Speech:
        """Return samples of the right length, and where each word stands."""
        words = lay_out(text, 0, syllable=round(SYLLABLE * BAND_PACE[band]))
        length = words[-1].span.stop if words else BLOCK
        return Speech(samples=np.full(length, LOUDNESS, np.int16), words=tuple((w.word, w.span) for w in words))


class TextMelody:
    """The melody of a call without sound: there is none (`ports.Melody`)."""

    def accept(self, block: Samples) -> None:
        """Take in a block."""

    def fall(self) -> float | None:
        """Return None: nothing is known."""
        return None


class TextListening:
    """The listening of a call without sound: nothing is noticed (`ports.Listening`)."""

    def accept(self, block: Samples, *, speaking: bool) -> None:
        """Take in a block."""

    def notice(self, at: int, span: Span, words: tuple[Word, ...]) -> tuple[VoiceNoticed, ...]:
        """Notice nothing."""
        return ()
