"""Vosk: the first-choice recognizer. It streams, works on the words while they come, and needs an installed model.

Kaldi adds random noise of about one bit to the audio (`--dither`, 1.0 unless a model's settings say otherwise), from a
generator that the whole process shares: the same recording gave other words from run to run. Here the setting is 0,
and the stream adds noise of the same size from a fixed table, because models are trained with it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from simulator.clock import RATE_HZ, Span, from_ms, from_seconds
from simulator.errors import ModelError
from simulator.events import Word
from simulator.ports import Samples

REPLAY_DELAY_MS = 100
"""Declared answer time in replay: the decoder keeps up with the audio and only its tail is left when asked."""
SETTINGS = ("conf/mfcc.conf", "mfcc.conf")
"""Where a model keeps them, in the newer and in the older layout."""
NOISE: Samples = np.rint(np.random.default_rng(0).standard_normal(16_001)).astype(np.int16)
"""One second and a sample of noise with a deviation of one bit."""


class VoskRecognizer:
    """A `ports.Recognizer` on a Vosk model in the folder `path`; loaded once, shared by all its streams.

    Raises
    ------
    ModelError
        If Vosk cannot load the folder.
    """

    name = "vosk"
    streams = True

    def __init__(self, path: Path, *, model_sha256: str = "") -> None:
        import vosk

        vosk.SetLogLevel(-1)
        try:
            with without_dither(path) as copy:
                self._loaded = vosk.Model(str(copy))
        except Exception as error:  # vosk raises a bare Exception
            raise ModelError(
                f"Vosk cannot load the model in {path}; install it again: hotseat models install vosk"
            ) from (error)
        self.model = path.name
        self.model_sha256 = model_sha256
        self.delay = from_ms(REPLAY_DELAY_MS)

    def open(self, start: int) -> VoskStream:
        """Return a new stream, with a decoder of its own, whose first sample stands at `start`."""
        import vosk

        decoder = vosk.KaldiRecognizer(self._loaded, RATE_HZ)
        decoder.SetWords(True)
        return VoskStream(decoder, start)


class VoskStream:
    """One stream through Vosk. More audio may follow a forced final; times keep counting over all finals."""

    def __init__(self, decoder: Any, start: int) -> None:
        self._decoder = decoder
        self._start = start
        self._taken = 0
        self._words: list[Word] = []
        self._text = ""
        self._pending = False

    def accept(self, samples: Samples) -> str | None:
        """Decode more audio; return the text so far if it changed."""
        if not len(samples):
            return None
        heard = with_noise(samples, self._taken)
        self._taken += len(samples)
        self._pending = True
        if self._decoder.AcceptWaveform(heard.tobytes()):
            self._keep(self._decoder.Result())
            partial = ""
        else:
            partial = str(json.loads(self._decoder.PartialResult())["partial"])
        text = " ".join([*(word.word for word in self._words), *([partial] if partial else [])])
        if text == self._text:
            return None
        self._text = text
        return text

    def finish(self) -> tuple[Word, ...]:
        """Force the decoder's final and return every word of the stream so far."""
        if self._pending:
            self._keep(self._decoder.FinalResult())
            self._pending = False
        return tuple(self._words)

    def close(self) -> None:
        """Free the decoder."""
        self._decoder = None
        self._pending = False

    def _keep(self, result: str) -> None:
        """Add one final's words, in order and inside the audio taken in so far."""
        for found in json.loads(result).get("result", ()):
            if found["word"] in ("[unk]", "<unk>"):
                continue
            start = min(self._start + from_seconds(found["start"]), self._start + self._taken - 1)
            stop = min(self._start + from_seconds(found["end"]), self._start + self._taken)
            confidence = min(max(float(found["conf"]), 0.0), 1.0)
            span = Span(start, max(stop, start + 1))
            self._words.append(Word(word=found["word"].lower(), span=span, confidence=confidence))


@contextmanager
def without_dither(folder: Path) -> Iterator[Path]:
    """Yield a folder that holds the model in `folder`, its dither switched off; needed only while Vosk loads it."""
    with tempfile.TemporaryDirectory(prefix="hotseat-model-", ignore_cleanup_errors=True) as temporary:
        copy = Path(temporary) / folder.name
        for source in sorted(path for path in folder.rglob("*") if path.is_file()):
            target = copy / source.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.relative_to(folder).as_posix() in SETTINGS:
                text = source.read_text(encoding="utf-8")
                kept = [line for line in text.splitlines() if not line.strip().startswith("--dither")]
                target.write_text("\n".join([*kept, "--dither=0", ""]), encoding="utf-8")
            else:
                _link_or_copy(source.resolve(), target)
        yield copy


def _link_or_copy(source: Path, target: Path) -> None:
    """Link where the system allows it, copy where not."""
    for link in (os.symlink, os.link):
        try:
            link(source, target)
            return
        except OSError:
            continue
    shutil.copyfile(source, target)


def with_noise(samples: Samples, at: int) -> Samples:
    """Return the samples, which stand at `at` in their stream, with one bit of noise that depends on `at` alone.

    Examples
    --------
    >>> whole = with_noise(np.zeros(640, np.int16), 0)
    >>> bool((whole[320:] == with_noise(np.zeros(320, np.int16), 320)).all())
    True
    """
    places = np.arange(at, at + len(samples)) % len(NOISE)
    noisy: Samples = np.clip(samples.astype(np.int32) + NOISE[places], -32768, 32767).astype(np.int16)
    return noisy
