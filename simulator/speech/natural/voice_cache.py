"""Rendered lines on disk: one FLAC a line, named by what made it, with its words in the comment.

An entry that cannot be read, or whose samples are not those that were written, counts as absent.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from dataclasses import asdict
from pathlib import Path

import numpy as np
import platformdirs

from simulator.clock import RATE_HZ, Span
from simulator.errors import SimulatorError
from simulator.ports import Samples, Speech
from simulator.private import make_folder, write_private
from simulator.speech.profiles import Delivery
from simulator.speech.shaping import VERSION, LineEffect


def cache_folder() -> Path:
    """Return where rendered lines are kept: `HOTSEAT_CACHE`, else the system's place for caches."""
    chosen = os.environ.get("HOTSEAT_CACHE")
    root = Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("hotseat", appauthor=False))
    return root / "voices"


def line_key(text: str, delivery: Delivery, line: LineEffect, identity: str) -> str:
    """Return the name of a line in the cache: a SHA-256 of all that decides its samples."""
    made_of = [VERSION, identity, text, asdict(delivery), asdict(line)]
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


class VoiceCache:
    """The cache in one folder. Several processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Speech | None:
        """Return the line called `key`, or None."""
        import soundfile

        try:
            with soundfile.SoundFile(self._path(key)) as file:
                samples: Samples = file.read(dtype="int16")
                known = json.loads(file.comment)
                rate_hz = file.samplerate
            words = tuple((str(word), Span(start, stop)) for word, start, stop in known["words"])
        except (OSError, RuntimeError, ValueError, TypeError, KeyError):
            return None
        if rate_hz != RATE_HZ or samples.ndim != 1 or known.get("sha256") != _digest(samples):
            return None
        return Speech(samples=samples, words=words)

    def put(self, key: str, speech: Speech) -> bool:
        """Keep a line; return whether that worked. A cache that cannot be written costs time, not calls."""
        words = [[word, span.start, span.stop] for word, span in speech.words]
        try:
            make_folder(self._path(key).parent)
            write_private(self._path(key), _flac(speech.samples, {"sha256": _digest(speech.samples), "words": words}))
        except SimulatorError:
            return False
        return True

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.flac"


def _flac(samples: Samples, known: dict[str, object]) -> bytes:
    import soundfile

    content = io.BytesIO()
    with soundfile.SoundFile(content, "w", RATE_HZ, 1, "PCM_16", format="FLAC") as file:
        file.comment = json.dumps(known)
        file.write(samples)
    return content.getvalue()


def _digest(samples: Samples) -> str:
    return hashlib.sha256(np.ascontiguousarray(samples, "<i2").tobytes()).hexdigest()
