"""pyttsx3 as a voice: the caller's side of the worker process, which is started when the first line is missing.

A worker that dies or does not answer is replaced, and the line is requested again.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.metadata
import json
import platform
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.errors import ModelError
from simulator.speech.profiles import Delivery, VoiceProfile
from simulator.speech.rendering import Rendering

TRIES = 3
"""How many workers may fail at one line before it is given up."""
PATIENCE_S = 20.0
"""A worker that has not answered for this long is ended; a line takes about 0.05 s on espeak-ng."""
SEMITONES_PER_OCTAVE = 12
PITCH_MIDDLE = 50
"""The espeak pitch setting is exponential: 50 leaves the voice unchanged, 0 is an octave below, 100 an octave above.

It moves the lowest pitch only, and the melody is added to that in Hz: so the range is moved by as much.
"""
ESPEAK_PITCH_SLOPE = 0.83
"""How much of a change asked for is heard, measured over five voices by median F0 (0.75 to 0.95)."""
ESPEAK_RANGE_MAX = 100

_ESPEAK_LIBRARIES = ("libespeak-ng.so.1", "libespeak.so.1")
if sys.platform == "win32":
    _FLAGS = subprocess.CREATE_NO_WINDOW
else:
    _FLAGS = 0
_DRIVERS = {"win32": "sapi5", "darwin": "nsss"}
INSTALL = {
    "espeak": "install espeak-ng (Debian, Ubuntu: sudo apt-get install espeak-ng; Fedora: sudo dnf install espeak-ng)",
    "sapi5": "add an English voice in Windows: Settings > Time & language > Speech > Add voices",
    "nsss": "add an English voice in macOS: System Settings > Accessibility > Spoken Content > Manage Voices",
}


class Pyttsx3Renderer:
    """One profile spoken by pyttsx3, on the engine of this system (or `driver`).

    Raises
    ------
    ModelError
        If this system has no speech engine.
    """

    def __init__(self, profile: VoiceProfile, *, driver: str | None = None) -> None:
        self._driver = driver or _DRIVERS.get(sys.platform, "espeak")
        version = _engine_version(self._driver)
        self._profile = profile
        self._worker = _Worker(self._driver)
        wanted = profile.espeak.voice if self._driver == "espeak" else "/".join(self._wanted())
        library = importlib.metadata.version("pyttsx3")
        self.identity = f"pyttsx3 {library} {self._driver} {version} {wanted}"
        self.notes: tuple[str, ...] = ()
        if self._driver != "espeak":
            self.notes = (
                f"{self._driver} cannot change the pitch range, so anger does not make the melody livelier",
                f"{self._driver} has no pitch setting; pitch is moved by resampling",
                f"{self._driver} does not say when words begin; their times are estimated from the text",
            )

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak one line in the worker; see `Renderer`."""
        fault = ""
        for _ in range(TRIES):
            try:
                return self._attempt(text, delivery)
            except _LineLostError as error:
                fault = str(error)
        raise ModelError(f"the voice {self._profile.name!r} could not be spoken ({fault}); {INSTALL[self._driver]}")

    def close(self) -> None:
        """End the worker."""
        self._worker.close()

    def _attempt(self, text: str, delivery: Delivery) -> Rendering:
        ratio = 1.0 if self._driver == "espeak" else 2 ** (delivery.pitch_semitones / SEMITONES_PER_OCTAVE)
        with tempfile.TemporaryDirectory(prefix="hotseat-voice-", ignore_cleanup_errors=True) as folder:
            path = Path(folder) / ("line.aiff" if self._driver == "nsss" else "line.wav")
            reply = self._worker.ask(self._request(text, delivery, path, ratio))
            if not reply["ok"]:
                raise _LineLostError(reply["error"])
            samples, rate_hz = read_line(path)
        onsets = tuple((offset, ms / 1000) for offset, ms in reply["words"])
        return Rendering(samples=samples, rate_hz=rate_hz * ratio, onsets=onsets)

    def _request(self, text: str, delivery: Delivery, path: Path, ratio: float) -> dict[str, Any]:
        octaves = delivery.pitch_semitones / SEMITONES_PER_OCTAVE / ESPEAK_PITCH_SLOPE
        pitch = PITCH_MIDDLE * (1 + octaves)
        melody = delivery.range_percent * 2**octaves
        return {
            "text": text,
            "path": str(path),
            "voice": self._profile.espeak.voice if self._driver == "espeak" else self._system_voice(),
            "rate": round(delivery.rate_wpm / ratio),
            "pitch": min(100, max(0, round(pitch))),
            "range": min(ESPEAK_RANGE_MAX, round(melody)),
        }

    def _wanted(self) -> tuple[str, ...]:
        return self._profile.sapi5.voices if self._driver == "sapi5" else self._profile.nsss.voices

    def _system_voice(self) -> str:
        """Return the id of the first wanted voice there is, else of an English one, else "" for the system's own."""
        voices = self._worker.voices()
        for part in self._wanted():
            for voice in voices:
                if part.lower() in f"{voice['id']} {voice['name']}".lower():
                    return str(voice["id"])
        english = [voice for voice in voices if "en" in "".join(voice["languages"])[:4].lower()]
        return str(english[0]["id"]) if english else ""


def read_line(path: Path) -> tuple[NDArray[np.float32], int]:
    """Return what an engine wrote, mixed down, and its rate in Hz; WAV or AIFF, even if the name says otherwise.

    macOS writes AIFF into any file it is given.
    """
    import soundfile

    try:
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise _LineLostError(f"the engine left a file that is not audio: {error}") from error
    if not len(samples):
        raise _LineLostError("the engine left an empty file")
    return samples.mean(axis=1), rate_hz


class _LineLostError(Exception):
    """The line did not come: the worker died or fell silent, or its file is no audio."""


class _Worker:
    """The process, one question and one answer at a time."""

    def __init__(self, driver: str) -> None:
        self._driver = driver
        self._process: subprocess.Popen[str] | None = None
        self._voices: list[dict[str, Any]] = []

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._started()
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
        except OSError as error:
            self.close()
            raise _LineLostError("the worker has gone") from error
        return self._answer(process)

    def voices(self) -> list[dict[str, Any]]:
        self._started()
        return self._voices

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def _started(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "simulator.speech.voice_worker", self._driver],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            creationflags=_FLAGS,
        )
        try:
            hello = self._answer(self._process)
        except _LineLostError as error:
            raise ModelError(f"the speech engine {self._driver} does not start; {INSTALL[self._driver]}") from error
        if "error" in hello:
            self.close()
            raise ModelError(
                f"the speech engine {self._driver} does not start ({hello['error']}); {INSTALL[self._driver]}"
            )
        self._voices = hello["voices"]
        return self._process

    def _answer(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        assert process.stdout is not None
        impatient = threading.Timer(PATIENCE_S, process.kill)
        impatient.start()
        try:
            line = process.stdout.readline()
        finally:
            impatient.cancel()
        if not line.endswith("\n"):
            self.close()
            raise _LineLostError("the worker ended in the middle of a line")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _engine_version(driver: str) -> str:
    """Return the engine's version without starting it, for the cache is asked before any engine."""
    if driver != "espeak" or sys.platform != "linux":
        return platform.platform()
    for name in _ESPEAK_LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        library.espeak_Info.restype = ctypes.c_char_p
        return str((library.espeak_Info(None) or b"unknown").decode())
    raise ModelError(f"there is no voice on this machine; {INSTALL['espeak']}")
