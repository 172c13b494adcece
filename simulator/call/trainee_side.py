"""The trainee's side of the call: speech or not, what was said, whether the turn is over, what an overlap was."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from simulator.call.activity import Activity
from simulator.call.hearing import Hearing
from simulator.call.interruption import OverlapWatch
from simulator.call.parts import Parts, Settings
from simulator.call.turn_end import RESUMED, TurnEnd
from simulator.clock import Span, from_ms, from_seconds
from simulator.events import (
    Act,
    ActsRead,
    Event,
    Heard,
    Late,
    Overheard,
    Overlapped,
    Reading,
    Recognised,
    SpeechEnded,
    SpeechStarted,
    TurnEnded,
)
from simulator.ports import Samples

SHORTEST_UNCLEAR = from_ms(700)
"""Sound shorter than this in which no word was recognised is a cough or a key, not an unclear turn."""
ANSWER_LIMIT = from_seconds(6)
"""A recognizer that has not answered after this long has failed; the turn is unclear and the delay is ours."""
LATE_REPLY = from_ms(1300)
"""A turn that is found to be over later than this, with less silence needed, is our lateness."""


class TraineeSide:
    """Everything known about the trainee's voice and words, block by block."""

    def __init__(self, parts: Parts, settings: Settings, log: Callable[[Event], None]) -> None:
        self._parts = parts
        self._log = log
        self._activity = Activity(leak_db=settings.leak_db)
        self._hearing = Hearing(parts.ear)
        self._turn_end = TurnEnd()
        self._paused_at: int | None = None
        self._fall: float | None = None
        self._turn_closed = -RESUMED
        self.watch = OverlapWatch()

    @property
    def speaking(self) -> bool:
        """Whether the trainee is speaking now."""
        return self._activity.speaking

    @property
    def open(self) -> bool:
        """Whether an utterance is open: speaking, or paused and perhaps not done."""
        return self._hearing.open

    @property
    def onset(self) -> int:
        """Where the present stretch of speech began."""
        return self._activity.onset

    @property
    def began(self) -> int | None:
        """Where the open utterance began."""
        return self._hearing.span.start if self._hearing.span else None

    def excusing(self, at: int) -> bool:
        """Return whether the words of the open utterance, as far as known, make an excuse.

        A partial is logged, for it decides something.
        """
        text, partial = self._hearing.text()
        if partial:
            self._log(Overheard(at=at, utterance=self._hearing.utterance, text=text))
        return bool(text) and any(act.act == "excuse" for act in self._read(tuple(text.split())).acts)

    def listen(
        self, block: Samples, at: int, played: Samples, *, customer_speaking: bool
    ) -> SpeechStarted | SpeechEnded | None:
        """Take in one block; return whether speech started or ended with it."""
        probability = self._parts.detector.probability(block)
        changed = self._activity.step(block, probability, at, played=played)
        self._hearing.accept(block, at)
        self._parts.melody.accept(block)
        self._parts.listening.accept(block, speaking=self._activity.speaking)
        if isinstance(changed, SpeechStarted):
            if self._paused_at is not None and self._hearing.open:
                self._turn_end.went_on(changed.onset - self._paused_at)
            elif changed.onset - self._turn_closed < RESUMED and self.watch.meeting is None and customer_speaking:
                self._turn_end.cut_into()
            elif not self._hearing.open:
                self._turn_end.turn_confirmed()
            self._hearing.begin(changed.onset)
        elif isinstance(changed, SpeechEnded):
            self._paused_at = changed.span.stop
            self._fall = self._parts.melody.fall()  # before the recognizer is asked: then the two would share a core
            self._hearing.pause(changed.span, at)
            self.watch.trainee_stopped(changed.span.stop)
        self._poll(at)
        return changed

    def settle(self, at: int) -> Overlapped | None:
        """Return the overlap that has just become fully known."""
        words = self._hearing.words
        if words is None and self._paused_at is not None and at - self._paused_at >= ANSWER_LIMIT:
            words = ()
        return self.watch.settle(at, words)

    def turn_over(self, at: int) -> bool:
        """Return whether the open utterance is the trainee's whole turn; log why if so."""
        hearing = self._hearing
        if not hearing.open or self._activity.speaking or self._paused_at is None:
            return False
        silence = at - max(self._paused_at, self._activity.last_voice)
        if hearing.words is None:
            if silence < ANSWER_LIMIT:
                return False
            self._log(Late(at=at, samples=silence, reason="the recognizer did not answer"))
            return True
        completeness = self._parts.understanding.completeness(tuple(w.word for w in hearing.words))
        rule = self._turn_end.rule(completeness, self._fall)
        if silence < rule.needed or self._activity.stirring:
            return False
        if silence > LATE_REPLY and silence > rule.needed + from_ms(100):
            self._log(Late(at=at, samples=silence - rule.needed, reason="recognizer"))
        self._log(
            TurnEnded(
                at=at,
                utterance=hearing.utterance,
                speech_stop=at - silence,
                silence=silence,
                needed=rule.needed,
                why=rule.why,
            )
        )
        return True

    def take(self, at: int) -> tuple[Heard, tuple[Act, ...]] | None:
        """Close the utterance; log and return what was said, or None where it was mere noise."""
        number, span, words = self._hearing.close()
        self._turn_closed = at
        self._paused_at = None
        if not words and span.duration < SHORTEST_UNCLEAR:
            return None
        heard = Heard(at=at, utterance=number, span=span, text=" ".join(w.word for w in words), words=words)
        self._log(heard)
        for noticed in self._parts.listening.notice(at, span, words):
            self._log(noticed)
        reading = self._read(tuple(w.word for w in words))
        if words:
            fields = {field.name: getattr(reading, field.name) for field in dataclasses.fields(reading)}
            self._log(ActsRead(at=at, utterance=number, span=span, **fields))
        return heard, reading.acts

    def _read(self, words: tuple[str, ...]) -> Reading:
        return self._parts.understanding.read(words, context=self._parts.customer.said())

    def flush(self, at: int) -> bool:
        """Make sure the open utterance is asked for; return whether its words are in (or there is none)."""
        if not self._hearing.open:
            return True
        if self._activity.speaking:
            self._activity.speaking = False
            self._paused_at = self._activity.last_speech
            self._hearing.pause(
                Span(self._activity.onset, max(self._activity.onset + 1, self._activity.last_speech)), at
            )
        self._poll(at)
        return self._hearing.words is not None or at - (self._paused_at or at) > ANSWER_LIMIT

    def _poll(self, at: int) -> None:
        if self._hearing.poll(at):
            self._log(Recognised(at=at, utterance=self._hearing.utterance, words=self._hearing.words or ()))

    def end(self) -> None:
        """Free the recognizer."""
        self._hearing.end()
