"""The network that reads a turn: which words belong to which tag, and vectors to compare with sentences by meaning.

Conventions
-----------
The network is all-MiniLM-L6-v2 (Apache-2.0), fine-tuned on calls in free speech (corpus/) by script/train_reader.py
and run by onnxruntime on one thread. A probability belongs to a word of the agent's turn: the highest of its pieces.
Processors with other instructions may differ in the last digits, so what was read stands in the call's log.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.errors import ModelError
from simulator.understanding.encoding import Encoder, Pieces, read_weights
from simulator.understanding.tags import TAGS
from simulator.understanding.wording import DATA

if TYPE_CHECKING:
    import onnxruntime

WEIGHTS, TOKENIZER, BARS = DATA / "reader.onnx", DATA / "tokenizer.json", DATA / "bars.json"
KINDS = ("fact", "offer", "forbid", "ask")
"""Kinds of sentences a scenario holds; each has its own scale in the comparison."""
LONGEST_TURN = 90
"""Words read at once; a longer turn is read in parts that overlap by `OVERLAP` words."""
OVERLAP = 20


@dataclass(frozen=True, slots=True)
class Bars:
    """From which probability on something counts, set on data kept for that (script/set_bars.py).

    `tags` is by tag, `sentences` by kind of sentence, `scale` and `bias` turn a cosine into log-odds, by kind. `harm`
    has a `scale` and a `bias` that turn the log-odds of any harmful act into those that the turn does harm.
    """

    tags: dict[str, float]
    sentences: dict[str, float]
    scale: dict[str, float]
    bias: dict[str, float]
    harm: dict[str, float]


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """What the network says of a turn's words.

    Attributes
    ----------
    tags : float32, shape (words, tags)
        Probability, 0 to 1, that a word belongs to a tag.
    vectors : float32, shape (pieces, width)
        Unit vectors of the agent's pieces.
    at : int, shape (pieces,)
        The word of each piece.
    """

    tags: NDArray[np.float32]
    vectors: NDArray[np.float32]
    at: NDArray[np.int64]

    def of(self, tag: str) -> NDArray[np.float32]:
        """Return one tag's probabilities, shape (words,)."""
        return self.tags[:, TAGS.index(tag)]


class Reader:
    """The network, ready.

    Parameters
    ----------
    weights, tokenizer : Path
        Those that come with the product unless others are given, as a training run does.
    """

    def __init__(self, weights: Path = WEIGHTS, tokenizer: Path = TOKENIZER) -> None:
        self._encoder = Encoder(tokenizer)
        self._session = _session(weights)

    def turn(self, words: Sequence[str], said: Sequence[str] = ()) -> ReadTurn:
        """Read a turn of the agent after the customer's lines `said`.

        Parameters
        ----------
        words : sequence of str
            As recognised or typed.
        said : sequence of str
            The customer's lines since the agent's last turn.
        """
        starts = range(0, max(1, len(words) - OVERLAP), LONGEST_TURN - OVERLAP)
        tags = np.zeros((len(words), len(TAGS)), np.float32)
        vectors, places, width = [], [], 1
        for start in starts:
            pieces = self._encoder.turn(words[start : start + LONGEST_TURN], said)
            logits, found = self._run(pieces)
            width = found.shape[1]
            probabilities = 1 / (1 + np.exp(-logits))
            for row, word in enumerate(pieces.at):
                if word >= 0:
                    np.maximum(tags[start + word], probabilities[row], out=tags[start + word])
                    vectors.append(found[row])
                    places.append(start + word)
        return ReadTurn(tags, np.array(vectors, np.float32).reshape(-1, width), np.array(places, np.int64))

    def sentence(self, text: str) -> NDArray[np.float32]:
        """Return a sentence's unit vector, shape (width,), to compare with a turn's."""
        ids = self._encoder.sentence(text)
        _, vectors = self._run(Pieces(ids, (0,) * len(ids), (-1,) * len(ids)))
        mean = vectors.sum(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    def _run(self, pieces: Pieces) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        ids = np.array([pieces.ids], np.int64)
        feed = {"ids": ids, "mask": np.ones_like(ids), "types": np.array([pieces.types], np.int64)}
        logits, vectors = self._session.run(None, feed)
        return logits[0], vectors[0]


def _session(weights: Path) -> onnxruntime.InferenceSession:
    # Only here: onnxruntime takes a moment to load, and commands that read no words need none of it.
    import onnxruntime

    content = read_weights(weights)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions have no common base that it documents
        raise ModelError(
            f"the reader's weights {weights} cannot be loaded ({error}); install the package again"
        ) from error


@cache
def shipped_reader() -> Reader:
    """Return the reader that comes with the product; loaded once for all calls of a process."""
    return Reader()


@cache
def shipped_bars() -> Bars:
    """Return the bars that come with the product."""
    return Bars(**json.loads(read_weights(BARS)))
