"""What the benchmarks of the live call share: an engine with a plain customer, fed with recorded speech."""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from simulator.call.engine import Engine
from simulator.call.parts import Parts, Settings
from simulator.clock import BLOCK, Span, from_ms, from_seconds
from simulator.cues.live.final_pitch import FinalPitch
from simulator.events import Event, Reading, Word
from simulator.headset.textual import TextListening
from simulator.ports import CutOff, Ear, Occasion, Recognizer, Say, Speech, Wait
from simulator.recording.audio import read_audio
from simulator.speech.recognition.silero import SileroDetector
from simulator.understanding.completeness import completeness

QUIET = np.zeros(BLOCK, np.int16)


class Replier:
    """A customer who answers every turn with the same line; the first speaks first where there is an opening."""

    def __init__(self, text: str = "right", *, opening: str | None = None, style: CutOff = "talk_on") -> None:
        self._text, self._opening, self._style = text, opening, style

    def notice(self, event: Event) -> tuple[Event, ...]:
        return ()

    def move(self, at: int, occasion: Occasion, *, heard: object, acts: object) -> Say | Wait:
        if occasion == "opening" and self._opening is not None:
            return Say(id="opening", purpose="vent", text=self._opening, band="angry")
        if occasion in ("turn", "unclear", "cut_off"):
            return Say(id="reply", purpose="reply", text=self._text, band="cool")
        return Wait()

    def when_cut_off(self) -> CutOff:
        return self._style

    def barge_in(self, at: int, *, speaking: int, excusing: bool) -> None:
        return None

    def satisfaction(self) -> tuple[int, str]:
        return 3, ""

    def possible_lines(self) -> tuple[()]:
        return ()

    def said(self) -> tuple[()]:
        return ()


class Plain:
    """No acts; completeness as in the product."""

    def read(self, words: tuple[str, ...], *, context: tuple[str, ...] = ()) -> Reading:
        return Reading()

    def completeness(self, words: tuple[str, ...]) -> str:
        return completeness(words)

    def promised_hold(self, words: tuple[str, ...]) -> None:
        return None


@dataclass
class FixedVoice:
    """A voice that says everything with the same samples."""

    samples: np.ndarray

    def speak(self, text: str, band: str) -> Speech:
        return Speech(samples=self.samples)


@dataclass
class Oracle:
    """A recognizer that knows the text and answers at once: what is left is our own delay."""

    text: str
    speech: Span
    name: str = "oracle"
    model: str = "reference text"
    model_sha256: str = ""
    delay: int = 0
    streams: bool = False
    heard: int = field(default=0, init=False)
    start: int = field(default=0, init=False)

    def open(self, start: int) -> Oracle:
        self.start, self.heard = start, 0
        return self

    def accept(self, samples: np.ndarray) -> None:
        self.heard += len(samples)

    def finish(self) -> tuple[Word, ...]:
        words = self.text.split()
        share = self.speech.duration / max(1, len(words))
        laid = [
            Word(
                word=w,
                span=Span(
                    round(self.speech.start + n * share), max(1, round(self.speech.start + (n + 1) * share) - 1) + 1
                ),
                confidence=1.0,
            )
            for n, w in enumerate(words)
        ]
        return tuple(w for w in laid if w.span.stop <= self.start + self.heard + from_ms(100))

    def close(self) -> None:
        pass


def engine_of(ear: Ear, customer: Replier, voice: np.ndarray | None = None) -> Engine:
    """Return an engine with real voice activity and the given ear."""
    tone = voice if voice is not None else np.full(from_ms(400), 2000, np.int16)
    parts = Parts(
        customer=customer,
        understanding=Plain(),
        ear=ear,
        detector=SileroDetector(),
        voice=FixedVoice(tone),
        listening=TextListening(),
        melody=FinalPitch(),
    )
    settings = Settings(scenario="bench", seed=1, recognizer="bench", headset="bench", limit=from_seconds(7200))
    return Engine(parts, settings)


def feed(engine: Engine, samples: np.ndarray, *, real_time: bool = False) -> list[Event]:
    """Step the engine over `samples`; in real time if asked. Return its events."""
    events: list[Event] = []
    began = time.monotonic()
    for n in range(len(samples) // BLOCK):
        if real_time:
            time.sleep(max(0.0, began + (n + 1) * 0.02 - time.monotonic()))
        engine.step(samples[n * BLOCK : (n + 1) * BLOCK])
        events.extend(engine.drain())
    return events


def load(path: Path, channel: int | None = None) -> np.ndarray:
    """Return a recording as int16, 16 kHz."""
    return read_audio(path, channel=channel).samples


def speech_of(samples: np.ndarray) -> list[Span]:
    """Return where there is speech by level alone: frames within 32 dB of the loud ones, gaps under 150 ms closed."""
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160).astype(np.float64)
    level = 10 * np.log10(np.mean(frames**2, axis=1) + 1)
    bar = max(np.percentile(level, 95) - 32, np.percentile(level, 5) + 9)
    spans: list[Span] = []
    for n in np.flatnonzero(level > bar):
        here = Span(int(n) * 160, (int(n) + 1) * 160)
        if spans and here.start - spans[-1].stop <= from_ms(150):
            spans[-1] = spans[-1] | here
        else:
            spans.append(here)
    return [span for span in spans if span.duration >= from_ms(60)]


def manifest(folder: Path) -> list[dict[str, str]]:
    """Return the rows of a speech folder's manifest.tsv."""
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def silence(ms: float) -> np.ndarray:
    """Return digital silence."""
    return np.zeros(from_ms(ms), np.int16)


def room(samples: np.ndarray, *, dbfs: float = -66.0, seed: int = 1) -> np.ndarray:
    """Return `samples` with the faint noise of a quiet room under them."""
    noise = np.random.default_rng(seed).standard_normal(len(samples)) * 32768 * 10 ** (dbfs / 20)
    return np.clip(samples + noise, -32768, 32767).astype(np.int16)


def recognizer_of(name: str) -> Recognizer:
    """Open a recognizer by name."""
    from simulator.speech.recognition.recognizers import open_recognizer

    return open_recognizer(name, notify=print)  # type: ignore[arg-type]
