"""The process that speaks: pyttsx3 behind a line protocol, one JSON document a line, on standard input and output.

It asks nothing and keeps nothing. First it says hello; then each request is answered by one reply, in order::

    <- {"driver": "sapi5", "voices": [{"id": ..., "name": ..., "languages": [...]}, ...]}     or {"error": "..."}
    -> {"text": ..., "path": ..., "voice": ..., "rate": 175, "pitch": 50, "range": 50}
    <- {"ok": true, "words": [[0, 0], [6, 203], ...]}      character offset, milliseconds; empty where unknown
    <- {"ok": false, "error": "..."}

The engine writes the audio to `path`. Notes on pyttsx3 2.99, each found by running it:

- its espeak driver loses properties and files unless the queue is opened once and the engine is waited for before and
  after each line; it keeps only the last of several queued files; `say()` opens a player of its own. So: one line at
  a time, synchronised, never `say()`, and the caller checks the file;
- it prints to standard output; that is redirected to standard error, and the protocol keeps a private copy;
- espeak-ng carries oscillator state from line to line, so that the same line differs by what was said before. Where
  the system can fork, each espeak line is spoken by a fresh child, which makes every line depend on its request alone;
- the espeak driver cannot set the pitch range and does not pass on when words begin; its own binding of the library
  can do both, and is used for that.

Windows (sapi5) and macOS (nsss) are served from the drivers' documentation and source; they have not been run here.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

_TRIES = 3
"""How often a line is tried before it is given up."""
CHILD_S = 10
"""A child that speaks for longer hangs and is ended by the system: left alone it would hold our answers' pipe open,
and the caller, which ends this process after `PATIENCE_S`, would wait for ever."""


def main(driver: str) -> None:
    """Serve requests until standard input closes."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    fresh = driver == "espeak" and os.name == "posix"
    try:
        engine = None if fresh else _open(driver)
        _reply(out, _hello(driver, engine))
    except Exception as error:  # the caller reports every fault of an engine
        _reply(out, {"error": f"{type(error).__name__}: {error}"})
        return
    for line in sys.stdin:
        request = json.loads(line)
        if engine is None:
            _in_child(out, driver, request)
        else:
            _reply(out, _spoken(engine, driver, request))


def _reply(out: Any, reply: dict[str, Any]) -> None:
    out.write(json.dumps(reply) + "\n")
    out.flush()


def _open(driver: str) -> Any:
    import pyttsx3

    engine = pyttsx3.init(driver)
    engine.proxy.setBusy(False)
    engine.refused = []  # a refused property is only reported here
    engine.connect("error", lambda name, exception: engine.refused.append(exception))
    return engine


def _hello(driver: str, engine: Any) -> dict[str, Any]:
    voices = []
    if engine is None:
        import pyttsx3.drivers.espeak  # noqa: F401 - loads the library once, before the first fork
    else:
        voices = [
            {
                "id": voice.id,
                "name": voice.name or "",
                "languages": list(map(str, voice.languages or ())),
            }
            for voice in engine.getProperty("voices")
        ]
    return {"driver": driver, "voices": voices}


def _in_child(out: Any, driver: str, request: dict[str, Any]) -> None:
    child = os.fork()
    if child == 0:
        code = 1
        signal.alarm(CHILD_S)
        try:
            _reply(out, _spoken(_open(driver), driver, request))
            code = 0
        finally:
            os._exit(code)  # espeak's own thread must not hold the process up
    _, status = os.waitpid(child, 0)
    if status != 0:
        _reply(out, {"ok": False, "error": f"the engine died with status {os.waitstatus_to_exitcode(status)}"})


def _spoken(engine: Any, driver: str, request: dict[str, Any]) -> dict[str, Any]:
    path = Path(request["path"])
    fault = "the engine wrote nothing"
    for _ in range(_TRIES):
        try:
            words = _espeak_line(engine, request) if driver == "espeak" else _system_line(engine, request)
        except Exception as error:  # the caller puts it in words
            fault = f"{type(error).__name__}: {error}"
            continue
        if engine.refused:
            fault = str(engine.refused.pop())
        elif path.is_file() and path.stat().st_size > 0:
            return {"ok": True, "words": words}
    return {"ok": False, "error": fault}


def _espeak_line(engine: Any, request: dict[str, Any]) -> list[tuple[int, int]]:
    from pyttsx3.drivers import _espeak

    words: list[tuple[int, int]] = []
    spoken = engine.proxy._driver._onSynth

    def noting_words(wav: Any, count: int, events: Any) -> int:
        at = 0
        while events[at].type != _espeak.EVENT_LIST_TERMINATED:
            if events[at].type == _espeak.EVENT_WORD:
                words.append((events[at].text_position - 1, events[at].audio_position))
            at += 1
        result: int = spoken(wav, count, events)
        return result

    _espeak.SetSynthCallback(noting_words)
    engine.setProperty("voice", request["voice"])
    engine.setProperty("rate", request["rate"])
    engine.setProperty("pitch", request["pitch"])
    engine.setProperty("volume", 1.0)
    _espeak.SetParameter(_espeak.RANGE, request["range"], 0)
    _espeak.Synchronize()
    engine.save_to_file(request["text"], request["path"])
    engine.runAndWait()
    _espeak.Synchronize()
    return words


def _system_line(engine: Any, request: dict[str, Any]) -> list[tuple[int, int]]:
    if request["voice"]:
        engine.setProperty("voice", request["voice"])
    engine.setProperty("rate", request["rate"])
    engine.setProperty("volume", 1.0)
    engine.save_to_file(request["text"], request["path"])
    engine.runAndWait()
    return []


if __name__ == "__main__":
    main(sys.argv[1])
