"""Whole recordings to words: stretches of speech are found first, so that silence costs nothing and invents nothing."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from simulator.clock import BLOCK, Span, from_ms, merge
from simulator.contract import Document, WordItem
from simulator.events import Word
from simulator.ports import Detector, Recognizer, Samples

SPEECH = 0.3
"""Lower than the detector's own 0.5: a word lost is worse than a breath decoded."""
JOIN = from_ms(1000)
"""Stretches closer than this are decoded together; the words around a short pause explain each other."""
MARGIN = from_ms(400)
"""Taken in around each stretch: soft consonants at its edges."""
QUIET_PEAK = 0.5
"""Quieter recordings are raised to this peak (of full scale) for the detector, which is deaf below -50 dBFS."""
MOST_GAIN = 30.0


class TranscribedFile(Document):
    """What was said in one file."""

    path: str
    text: str
    words: list[WordItem]
    notes: list[str] = Field(default=[])


class TranscriptOutput(Document):
    """`hotseat transcribe --json`."""

    schema_: Literal["hotseat.transcript/1"] = Field(alias="schema")
    recognizer: str
    model: str
    files: list[TranscribedFile]


def transcribe(samples: Samples, recognizer: Recognizer, detector: Detector) -> tuple[Word, ...]:
    """Return every word in a recording, in order, with spans from its first sample.

    Parameters
    ----------
    samples : int16, shape (n,), 16 kHz
    recognizer : Recognizer
    detector : Detector
        A fresh one: it must not have heard anything yet.
    """
    words: list[Word] = []
    for stretch in speech_stretches(samples, detector):
        stream = recognizer.open(stretch.start)
        try:
            for at in range(stretch.start, stretch.stop, BLOCK):
                stream.accept(samples[at : min(at + BLOCK, stretch.stop)])
            words.extend(stream.finish())
        finally:
            stream.close()
    return tuple(words)


def speech_stretches(samples: Samples, detector: Detector) -> tuple[Span, ...]:
    """Return where a recording holds speech, with margins, short pauses filled; up to its very last sample."""
    if not len(samples):
        return ()
    peak = max(int(np.abs(samples.astype(np.int32)).max()), 1) / 32768
    gain = min(max(QUIET_PEAK / peak, 1.0), MOST_GAIN)
    padded = np.concatenate([samples, np.zeros(2 * BLOCK - len(samples) % BLOCK, np.int16)])
    found = []
    for at in range(0, len(padded) - BLOCK + 1, BLOCK):
        block = np.clip(padded[at : at + BLOCK] * gain, -32768, 32767).astype(np.int16)
        if detector.probability(block) >= SPEECH and at < len(samples) + BLOCK:
            found.append(Span(max(at - MARGIN, 0), min(at + BLOCK + MARGIN, len(samples))))
    return merge(found, collar=max(JOIN - 2 * MARGIN, 0))
