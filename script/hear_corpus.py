"""Speak a third of the corpus with synthetic voices and let Whisper hear it, so that misheard words can be trained on.

python script/hear_corpus.py CORPUS [--writers w01,w02]

Needs flite (a Debian package) and the extra `whisper`. Each turn is spoken by one of `VOICES`, through a telephone's
band with a little noise. Heard words take over the labels of the words they stand for; a label of which nothing was
heard falls away. Written to CORPUS/heard/WRITER.tsv: call, turn, words, acts, references. It goes on where it stopped.
"""

from __future__ import annotations

import argparse
import difflib
import random
import subprocess
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import soundfile
import soxr

from simulator.clock import RATE_HZ
from simulator.ports import Samples
from simulator.speech.recognition.recognizers import open_recognizer
from simulator.understanding.corpus import Label, LabelledTurn, read_corpus, read_heard

EVERY = 3
"""One turn in so many is spoken."""
SHORTEST = 2
"""Words; a single one is heard too seldom to teach anything."""
VOICES = ("slt", "rms", "awb")
STRETCHES = (0.9, 1.0, 1.15)
NOISE_DB = -38.0
"""Level of the line's noise below full scale."""


def mark(turn: LabelledTurn) -> int:
    """Return a number that a turn has at every run: it chooses the turns and their voices."""
    return zlib.crc32(f"{turn.call} {turn.number}".encode())


def spoken(turn: LabelledTurn) -> Samples:
    """Return a turn as it comes over the telephone; int16 at the product's rate, the same at every run."""
    chance = random.Random(mark(turn))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "turn.wav"
        stretch = f"duration_stretch={chance.choice(STRETCHES)}"
        command = ["flite", "-voice", chance.choice(VOICES), "--setf", stretch, "-t", " ".join(turn.words), "-o", path]
        subprocess.run(command, check=True)
        samples, rate = soundfile.read(path, dtype="float32")
    narrow = soxr.resample(soxr.resample(samples, rate, 8000), 8000, RATE_HZ)
    noise = np.random.default_rng(chance.randrange(2**32)).normal(0, 10 ** (NOISE_DB / 20), len(narrow))
    loud = 0.5 * narrow / max(1e-3, float(np.abs(narrow).max())) + noise
    return (np.clip(loud, -1, 1) * 32767).astype(np.int16)


def carried(labels: Iterable[Label], said: tuple[str, ...], heard: tuple[str, ...]) -> str:
    """Return the labels over the heard words, as the corpus writes them.

    Examples
    --------
    >>> carried([Label("apology", 0, 2)], tuple("i am sorry".split()), tuple("i'm so sorry".split()))
    "apology=i'm so sorry"
    >>> carried([Label("apology", 0, 0)], ("sorry", "right"), ("right",))
    '-'
    """
    place: dict[int, range] = {}
    for _, a, b, c, d in difflib.SequenceMatcher(a=said, b=heard, autojunk=False).get_opcodes():
        for word in range(a, b):
            place[word] = range(c, d)
    items = []
    for label in labels:
        over = [at for word in range(label.first, label.last + 1) for at in place.get(word, range(0))]
        if over:
            items.append(f"{label.name}={' '.join(heard[min(over) : max(over) + 1])}")
    return " ; ".join(items) or "-"


def main() -> None:
    """Speak, hear and write."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("corpus", type=Path)
    asked.add_argument("--writers", default="")
    given = asked.parse_args()
    recognizer = open_recognizer("whisper", notify=print)
    (given.corpus / "heard").mkdir(exist_ok=True)
    writers = tuple(given.writers.split(",")) if given.writers else None
    done = {(turn.call, turn.number) for turn in read_heard(given.corpus, writers)}
    for turn in read_corpus(given.corpus, writers):
        path = given.corpus / "heard" / f"{turn.writer}.tsv"
        chosen = not mark(turn) % EVERY and len(turn.words) >= SHORTEST
        if not chosen or (turn.call, turn.number) in done:
            continue
        samples = spoken(turn)
        stream = recognizer.open(0)
        for at in range(0, len(samples), 320):
            stream.accept(samples[at : at + 320])
        words = tuple(word.word for word in stream.finish())
        row = (turn.call, str(turn.number), " ".join(words))
        labels = (carried(turn.acts, turn.words, words), carried(turn.references, turn.words, words))
        with path.open("a", encoding="utf-8") as file:
            file.write("\t".join((*row, *labels)) + "\n")


if __name__ == "__main__":
    main()
