"""Words from a transcript file: that of `hotseat transcribe`, a call's transcript.json, or a plain list of words."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from simulator.clock import Span, from_ms
from simulator.datafile import read_text
from simulator.errors import InputError
from simulator.events import Word
from simulator.files import MOST_TEXT

SHAPES = (
    'the output of "hotseat transcribe --json", a call\'s transcript.json, or a list of '
    '{"word": "hello", "start_ms": 120, "stop_ms": 480, "confidence": 0.9} (confidence may be absent)'
)
LONGEST_MS = 86_400_000.0
"""A day: a later time is in another unit."""


def read_words(path: Path, *, audio: Path | None = None) -> tuple[Word, ...]:
    """Return the trainee's words from a transcript file, in order of time.

    Parameters
    ----------
    path : Path
        JSON in one of the accepted shapes.
    audio : Path, optional
        The recording that the words belong to; its name chooses among several files of one transcript.

    Raises
    ------
    InputError
        If the file is none of these shapes, names no such recording, or a word has no valid time.
    """
    text = read_text(path, MOST_TEXT)
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON ({error}); give {SHAPES}") from error
    items = _items(loaded, path, audio)
    return tuple(sorted((_word(item, n, path) for n, item in enumerate(items, 1)), key=lambda word: word.span))


def _items(loaded: Any, path: Path, audio: Path | None) -> list[Any]:
    if isinstance(loaded, dict) and isinstance(loaded.get("files"), list):
        loaded = _one_file(loaded["files"], path, audio)
    if isinstance(loaded, dict) and isinstance(loaded.get("turns"), list):
        turns = [turn for turn in loaded["turns"] if isinstance(turn, dict) and turn.get("speaker") == "trainee"]
        said = [words for turn in turns if isinstance(words := turn.get("words"), list)]
        loaded = [word for words in said for word in words]
    if isinstance(loaded, dict):
        loaded = loaded.get("words")
    if not isinstance(loaded, list):
        raise InputError(f"{path} holds no list of words; give {SHAPES}")
    return loaded


def _one_file(files: list[Any], path: Path, audio: Path | None) -> Any:
    if len(files) == 1 or audio is None:
        if len(files) != 1:
            raise InputError(f"{path} holds the words of {len(files)} files; give a transcript of one recording")
        return files[0]
    named = [file for file in files if isinstance(file, dict) and _name(str(file.get("path", ""))) == audio.name]
    if len(named) != 1:
        known = ", ".join(_name(str(file.get("path", "?"))) for file in files[:5] if isinstance(file, dict))
        raise InputError(f"{path} holds no single file named {audio.name}; it holds: {known or 'none'}")
    return named[0]


def _name(path: str) -> str:
    return PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name


def _word(item: Any, number: int, path: Path) -> Word:
    where = f"{path}: word {number}"
    if not isinstance(item, dict):
        raise InputError(f"{where} is {str(item)[:40]!r}, not an object; give {SHAPES}")
    text = item.get("word", item.get("text"))
    times = [_number(item.get("start_ms")), _number(item.get("stop_ms", item.get("end_ms")))]
    sure = _number(item.get("confidence", 1.0))
    if not isinstance(text, str):
        raise InputError(f'{where} has no text; give it as "word"')
    if times[0] is None or times[1] is None or sure is None:
        raise InputError(f"{where} ({text!r}) needs start_ms and stop_ms as numbers, in milliseconds")
    start, stop = times[0], times[1]
    if not 0 <= start <= stop <= LONGEST_MS:
        raise InputError(f"{where} ({text!r}) lies at {start} to {stop} ms; times must be 0 or more, stop after start")
    first = from_ms(start)
    return Word(word=text, span=Span(first, max(first + 1, from_ms(stop))), confidence=min(1.0, max(0.0, sure)))


def _number(value: Any) -> float | None:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return float(max(-LONGEST_MS - 1, min(LONGEST_MS + 1, value)))  # a whole number can be too long for a float
