"""A turn as the network takes it: word pieces of the customer's last words and of the agent's, and where each stands.

The same code serves training and the call, so that both see the same pieces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from simulator.errors import InputError, ModelError
from simulator.files import read_file
from simulator.understanding.quantities import spoken
from simulator.understanding.wording import DATA, tokens

SHIPPED_SHA256 = {
    "reader.onnx": "cccaa355fb44e309144a45726198f7555d16a18e047afb3b38a2a75126b29855",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "bars.json": "6aa61a8d162df75a1258ebb3bc3615510702b01c3c41e15b8e8275f8588f5236",
}
"""Of the files that come with the product, line ends of POSIX. After a training run: sha256sum FILE."""
MOST_WEIGHTS = 500_000_000
"""Bytes of a network's file; the shipped one has 23 million."""

MOST_SAID = 40
"""Word pieces of the customer's last words that are read: those nearest to the agent's turn."""
MOST_TURN = 120
"""Word pieces of the agent's turn; later words of a longer one are read as a turn of their own."""


def read_weights(path: Path) -> bytes:
    """Return a file of the network; a shipped one is checked first, every time, so that no changed one is used.

    Raises
    ------
    ModelError
        If it cannot be read, or is shipped and was changed.
    """
    try:
        content = read_file(path, MOST_WEIGHTS, links=True)
    except (OSError, InputError) as error:
        raise ModelError(f"the reader's file {path} cannot be read ({error}); install the package again") from error
    plain = content.replace(b"\r\n", b"\n") if path.suffix == ".json" else content
    if path.parent == DATA and hashlib.sha256(plain).hexdigest() != SHIPPED_SHA256[path.name]:
        raise ModelError(f"{path} is not the file that comes with this version (SHA-256); install the package again")
    return content


@dataclass(frozen=True, slots=True)
class Pieces:
    """Word pieces of one input; `at` is the agent's word a piece belongs to, -1 for everything else."""

    ids: tuple[int, ...]
    types: tuple[int, ...]
    at: tuple[int, ...]


class Encoder:
    """Turns words into pieces.

    Parameters
    ----------
    path : Path
        The network's tokenizer.json.
    """

    def __init__(self, path: Path) -> None:
        self._tokenizer = Tokenizer.from_buffer(read_weights(path))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._start, self._stop = self._id("[CLS]"), self._id("[SEP]")

    def _id(self, piece: str) -> int:
        found = self._tokenizer.token_to_id(piece)
        assert found is not None
        return int(found)

    def _pieces(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        """Return the ids of the pieces of `words`, and the word that each comes from."""
        plain = tokens(words)
        texts, at = [], []
        for text, word in zip(plain.texts, plain.at, strict=True):
            for part in spoken(text):
                texts.append(part)
                at.append(word)
        if not texts:
            return [], []
        found = self._tokenizer.encode(texts, is_pretokenized=True, add_special_tokens=False)
        return list(found.ids), [at[word] for word in found.word_ids if word is not None]

    def turn(self, words: Sequence[str], said: Sequence[str]) -> Pieces:
        """Return the input for an agent's turn of at most `MOST_TURN` pieces after the customer's lines `said`."""
        before: list[int] = []
        for line in said:
            before += self._pieces(line.split())[0]
            if line.rstrip().endswith("?"):
                before.append(self._id("?"))
        before = before[-MOST_SAID:]
        ids, at = self._pieces(words)
        ids, at = ids[:MOST_TURN], at[:MOST_TURN]
        head = [self._start, *before, self._stop]
        return Pieces(
            ids=(*head, *ids, self._stop),
            types=(*(0 for _ in head), *(1 for _ in ids), 1),
            at=(*(-1 for _ in head), *at, -1),
        )

    def sentence(self, text: str) -> tuple[int, ...]:
        """Return the input for a sentence of a scenario."""
        return (self._start, *self._pieces(text.split())[0], self._stop)
