"""Whisper (tiny.en or larger, through faster-whisper): for machines that cannot get Vosk's model, and for reviews.

It decodes a turn at once when asked. What differs from `WhisperModel.transcribe`, and why:

- One pass over one window. `transcribe` decodes the silence behind the last word as a window of its own.
- A short turn is padded to 15 s, not 30 s. On 50 clips (287 s; telephone prompts and read speech) that takes 0.25 s
  instead of 0.47 s on two cores, at a word error rate of 6.6 % instead of 6.4 %. Where the short window's result
  repeats itself or is unlikely, the full window decides.
- Digits are suppressed, so that numbers come as words, each with its own place in time, as Vosk gives them.
"""

from __future__ import annotations

import dataclasses
import os
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulator.clock import RATE_HZ, Span, from_ms, from_seconds
from simulator.errors import ModelError
from simulator.events import Word
from simulator.ports import Samples

REPLAY_DELAY_MS = 300
"""Declared answer time in replay: about the median of one decoding on two cores (benchmarks/ears/word_errors.py)."""
WINDOW = from_seconds(28)
"""Longest stretch decoded at once; Whisper's own window is 30 s."""
EARLIEST_CUT = from_seconds(15)
"""Longer speech is cut at its quietest place after this much."""
FRAMES_A_SECOND = 100
FULL_FRAMES = 3000
SHORT_FRAMES = 1500
SLACK_FRAMES = 1000
"""Padding behind the speech; below 5 s the model starts to invent words."""
MAX_NO_SPEECH_TINY = 0.82
"""More than this and nothing was said. Measured: speech up to 0.81 (110 clips), call-centre hubbub 0.81 to 0.90,
silence and noise from 0.83."""
MAX_NO_SPEECH = 0.5
"""The same of models other than tiny.en. Measured on base: speech up to 0.23 (9 clips), hubbub from 0.52, silence and
noise from 0.63."""
MAX_COMPRESSION = 2.4
"""Text that shrinks by more repeats itself (the threshold of OpenAI's own decoder)."""
MIN_LOG_PROBABILITY = -1.0
"""Average per token below which a result is doubted (the threshold of OpenAI's own decoder)."""
FRAME = from_ms(10)
WORD_RANGE_DB = 25.0
"""Sound more than this below a word's loudest 10 ms, at its start or end, is not part of it."""
LEAST_TAIL = from_ms(600)
LEAST_SPEECH_IN_TAIL = from_ms(300)
TAIL_RANGE_DB = 15.0
TOKENS_A_SECOND = 10
TOKENS_EXTRA = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decoded:
    """What one window gave: tokens, and the figures that say whether to believe them."""

    tokens: list[int]
    text: str
    log_probability: float
    no_speech: float
    ran_on: bool
    """Whether the limit stopped it and not the end of the speech: with text that repeats itself, an endless loop."""
    encoded: Any

    @property
    def repeats(self) -> bool:
        raw = self.text.encode()
        return len(raw) > MAX_COMPRESSION * len(zlib.compress(raw))


class WhisperRecognizer:
    """A `ports.Recognizer` on a CTranslate2 Whisper model in the folder `path`.

    Temperature 0, beam 1, int8, two threads: the same audio gives the same words.

    Raises
    ------
    ModelError
        If faster-whisper is not installed or cannot load the folder.
    """

    name = "whisper"
    streams = False

    def __init__(self, path: Path, *, model: str = "tiny.en", model_sha256: str = "", threads: int = 2) -> None:
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import Tokenizer

        try:
            self._loaded = WhisperModel(
                str(path),
                device="cpu",
                compute_type="int8",
                cpu_threads=min(threads, os.cpu_count() or 1),
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(f"Whisper cannot load the model in {path}: {error}") from error
        many = self._loaded.model.is_multilingual  # such a model must be told the language
        self._tokenizer = Tokenizer(self._loaded.hf_tokenizer, many, task="transcribe", language="en")
        self._prompt = [*self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]
        vocabulary = self._loaded.hf_tokenizer.get_vocab()
        self._suppressed = [
            -1,
            *sorted(
                i for text, i in vocabulary.items() if re.search(r"[0-9$%]|Â£|âĤ¬", text) and i < self._tokenizer.eot
            ),
        ]
        self._max_no_speech = MAX_NO_SPEECH_TINY if model.endswith("tiny.en") else MAX_NO_SPEECH
        self.model = model
        self.model_sha256 = model_sha256
        self.delay = from_ms(REPLAY_DELAY_MS)

    def open(self, start: int) -> WhisperStream:
        """Return a new stream whose first sample stands at `start`."""
        return WhisperStream(self, start)

    def decode(self, samples: Samples, start: int) -> tuple[Word, ...]:
        """Return the words in `samples`, which stand at `start`.

        Parameters
        ----------
        samples : int16, shape (n,), 16 kHz, at most `WINDOW`
        """
        features = self._loaded.feature_extractor(samples.astype(np.float32) / 32768)
        frames = min(-(-len(samples) * FRAMES_A_SECOND // RATE_HZ), FULL_FRAMES)
        short = min(max(frames + SLACK_FRAMES, SHORT_FRAMES) // 2 * 2, FULL_FRAMES)
        decoded = self._window(features[:, :frames], short)
        doubtful = decoded.repeats or decoded.log_probability < MIN_LOG_PROBABILITY
        if doubtful and decoded.no_speech <= self._max_no_speech and short < FULL_FRAMES:
            decoded = self._window(features[:, :frames], FULL_FRAMES)
        loop = decoded.repeats and decoded.ran_on
        if decoded.no_speech > self._max_no_speech or not decoded.tokens or loop:
            return ()
        segment: dict[str, Any] = {"seek": 0, "start": 0.0, "end": len(samples) / RATE_HZ, "tokens": decoded.tokens}
        self._loaded.add_word_timestamps(
            [[segment]], self._tokenizer, decoded.encoded, frames, "\"'([{-", "\"'.,!?:)]}", 0.0
        )
        words = tuple(_trimmed(word, samples, start) for word in _words(segment["words"], start, len(samples)))
        rest = words[-1].span.stop - start if words else len(samples)
        if not speech_after(samples, rest):
            return words
        more = self.decode(samples[rest:], start + rest)
        if words and more and more[0].word in ends_of(words[-1].word):
            more = more[1:]  # a last word that was placed too early: the rest begins with its own end
        return (*words, *more)

    def _window(self, features: Any, frames: int) -> _Decoded:
        from faster_whisper.audio import pad_or_trim

        encoded = self._loaded.encode(pad_or_trim(features, frames))
        limit = features.shape[1] * TOKENS_A_SECOND // FRAMES_A_SECOND + TOKENS_EXTRA
        result = self._loaded.model.generate(
            encoded,
            [self._prompt],
            beam_size=1,
            max_length=limit,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed,
        )[0]
        tokens = [token for token in result.sequences_ids[0] if token < self._tokenizer.eot]
        text = self._tokenizer.decode(tokens).strip()
        return _Decoded(
            tokens=tokens,
            text=text,
            log_probability=float(result.scores[0]),
            no_speech=float(result.no_speech_prob),
            ran_on=len(tokens) + len(self._prompt) >= limit,
            encoded=encoded,
        )


class WhisperStream:
    """One stream through Whisper: collects audio, decodes when asked, and never the same audio twice.

    Speech longer than 28 s is decoded window by window, each as soon as it is full.
    """

    def __init__(self, recognizer: WhisperRecognizer, start: int) -> None:
        self._recognizer = recognizer
        self._start = start
        self._parts: list[Samples] = []
        self._open = 0
        self._settled: list[Word] = []
        self._latest: tuple[Word, ...] | None = ()

    def accept(self, samples: Samples) -> str | None:
        """Take in more audio; Whisper has no partials."""
        if len(samples):
            self._parts.append(samples)
            self._open += len(samples)
            self._latest = None
        while self._open > WINDOW:
            self._settle()
        return None

    def finish(self) -> tuple[Word, ...]:
        """Decode what has not been decoded yet; return every word of the stream so far."""
        if self._latest is None:
            words = self._recognizer.decode(np.concatenate(self._parts), self._start)
            self._latest = (*self._settled, *words)
        return self._latest

    def close(self) -> None:
        """Free the audio."""
        self._parts, self._open = [], 0

    def _settle(self) -> None:
        """Decode the first window for good, cut at its quietest place."""
        audio = np.concatenate(self._parts)
        cut = quietest(audio[:WINDOW], EARLIEST_CUT)
        words = self._recognizer.decode(audio[:cut], self._start)
        self._settled.extend(words)
        self._parts, self._open, self._start = [audio[cut:]], len(audio) - cut, self._start + cut


def quietest(samples: Samples, earliest: int, *, stretch: int = from_ms(100)) -> int:
    """Return the middle of the quietest `stretch` samples that start at or after `earliest`.

    Examples
    --------
    >>> loud = np.full(1000, 9000, np.int16)
    >>> loud[600:700] = 0
    >>> quietest(loud, 300, stretch=100)
    650
    """
    energy = np.cumsum(np.square(samples[earliest:].astype(np.int64)))
    windows = energy[stretch:] - energy[:-stretch]
    return earliest + 1 + int(np.argmin(windows)) + stretch // 2 if len(windows) else len(samples)


def ends_of(word: str) -> tuple[str, ...]:
    """Return what a word can end with, the whole word left out: it may have been said twice.

    Examples
    --------
    >>> ends_of("bye")
    ('ye', 'e')
    """
    return tuple(word[at:] for at in range(1, len(word)))


def speech_after(samples: Samples, at: int) -> bool:
    """Whether speech goes on after `at`: 300 ms or more, as loud as what stands before it, give or take 15 dB.

    Whisper now and then ends before the speaker does, most of all after a repetition.

    Examples
    --------
    >>> voice = np.full(32_000, 3000, np.int16)
    >>> speech_after(voice, 16_000), speech_after(voice, 30_000)
    (True, False)
    """
    power = np.square(samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float64)).mean(axis=1)
    before, after = power[: at // FRAME], power[at // FRAME :]
    if not len(before) or len(after) * FRAME < LEAST_TAIL:
        return False
    loud = np.quantile(before, 0.75) * 10 ** (-TAIL_RANGE_DB / 10)
    return int(np.count_nonzero(after > max(loud, 1.0))) * FRAME >= LEAST_SPEECH_IN_TAIL


def _words(found: list[dict[str, Any]], start: int, length: int) -> tuple[Word, ...]:
    """Return faster-whisper's words as plain lower-case ones with spans in order inside the audio."""
    words: list[Word] = []
    for item in found:
        pieces, written = plain(item["word"]), item["word"].strip()
        first = min(max(from_seconds(item["start"]), 0), length - 1)
        last = min(max(from_seconds(item["end"]), first + len(pieces)), length)
        for number, piece in enumerate(pieces):
            begin = first + (last - first) * number // len(pieces)
            stop = max(first + (last - first) * (number + 1) // len(pieces), begin + 1)
            span = Span(start + begin, start + stop)
            shown = written if len(pieces) == 1 else ""
            words.append(Word(word=piece, span=span, confidence=round(float(item["probability"]), 4), written=shown))
    return tuple(words)


def _trimmed(word: Word, samples: Samples, start: int) -> Word:
    """Return the word without the silence that Whisper counts to it, most of all before a first word."""
    own = samples[word.span.start - start : word.span.stop - start].astype(np.float64)
    frames = len(own) // FRAME
    if frames < 3:
        return word
    power = np.square(own[: frames * FRAME].reshape(frames, FRAME)).mean(axis=1)
    loud = np.flatnonzero(power >= power.max() * 10 ** (-WORD_RANGE_DB / 10))
    first = max(int(loud[0]) - 1, 0) * FRAME
    rest = (frames - 1 - int(loud[-1])) * FRAME
    stop = word.span.stop - max(rest - FRAME, 0)
    return dataclasses.replace(word, span=Span(word.span.start + first, stop))


def plain(text: str) -> list[str]:
    """Return what Whisper wrote as recognizers speak: lower case, apostrophes kept, nothing else.

    Examples
    --------
    >>> plain(" Mm-hmm,"), plain(" I'm"), plain(" twenty-four."), plain(" ...")
    (['mm-hmm'], ["i'm"], ['twenty', 'four'], [])
    """
    lower = text.lower().replace("\u2019", "'").strip()
    kept = re.findall(r"[^\W_]+(?:['.&-][^\W_]+)*", lower)
    pieces: list[str] = []
    for word in kept:
        pieces += [word] if word.startswith(("mm-", "mhm", "uh-", "m-")) else re.split(r"[-.&]", word)
    return [piece for piece in pieces if piece]
