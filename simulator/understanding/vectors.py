"""Static word vectors (wordllama, whose weights come in its package): loaded when first needed, never downloaded."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.errors import ModelError


@cache
def _model() -> Any:
    try:
        wordllama = _imported()
        folder = Path(wordllama.__file__).parent
        return wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
    except (ImportError, OSError, ValueError) as error:
        raise ModelError(
            f"the word vectors cannot be loaded ({error}); install them with: pip install 'wordllama>=0.4,<0.5'"
        ) from error


def _imported() -> Any:
    """Import wordllama; it turns every library's chatter on for the whole program, so that is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        import wordllama
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    return wordllama


@lru_cache(maxsize=20_000)
def vector(text: str) -> NDArray[np.float32]:
    """Return the unit vector of a word or sentence: float32, shape (256,); zeros for an empty text."""
    if not text.strip():
        return np.zeros(256, np.float32)
    found: NDArray[np.float32] = np.asarray(_model().embed([text]), np.float32)[0]
    length = float(np.linalg.norm(found))
    return found / np.float32(length) if length > 0 else found


def nearness(words: Sequence[str], others: Sequence[str]) -> tuple[float, ...]:
    """Return, for each word, the cosine to the nearest of the others, -1 to 1."""
    if not words or not others:
        return tuple(0.0 for _ in words)
    table = np.stack([vector(other) for other in others])
    return tuple(round(float((table @ vector(word)).max()), 4) for word in words)
