"""The customer's voice: memory, then disk, then the engine, which is started when the first line is missing."""

from __future__ import annotations

import hashlib
import itertools
import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Literal, TypeAlias

from simulator.errors import ModelError
from simulator.events import Band
from simulator.ports import Speech
from simulator.speech.natural.pack_voice import PackRenderer
from simulator.speech.natural.voice_cache import VoiceCache, cache_folder, line_key
from simulator.speech.natural.voice_pack import VoicePack
from simulator.speech.piper_voice import PiperRenderer
from simulator.speech.profiles import VoiceProfile, load_profile
from simulator.speech.pyttsx3_voice import Pyttsx3Renderer
from simulator.speech.rendering import Renderer
from simulator.speech.shaping import LineEffect, shape

Engine: TypeAlias = Literal["pyttsx3", "piper", "pack"]

QUICK_S, PROGRESS_S = 2.0, 0.2
"""Lines on disk are read within the first; after that, progress is told this often."""
NOW, AHEAD, STOP = 0, 1, -1
"""Order of service: the line wanted now comes before those rendered ahead; the end before all."""


class CachedVoice:
    """One customer's voice: `ports.Voice`, with lines rendered ahead in a thread of its own.

    Parameters
    ----------
    profile : VoiceProfile
    renderer : Renderer
        Only that thread uses it.
    cache : VoiceCache
    telephone : bool
        Whether the line has the telephone's band.
    noise_dbfs : float or None
        Line noise, if any.
    """

    def __init__(
        self,
        profile: VoiceProfile,
        renderer: Renderer,
        *,
        cache: VoiceCache,
        telephone: bool = True,
        noise_dbfs: float | None = None,
    ) -> None:
        self.profile = profile
        self.notes = renderer.notes
        self._renderer, self._cache = renderer, cache
        self._telephone, self._noise_dbfs = telephone, noise_dbfs
        self._lines: dict[tuple[str, Band], Future[Speech]] = {}
        self._wanted: queue.PriorityQueue[tuple[int, int, tuple[str, Band]]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def speak(self, text: str, band: Band) -> Speech:
        """Return the line, at once if it was rendered before; else it is rendered before all others.

        Raises
        ------
        ModelError
            If this machine has no voice; the message says what to install.
        """
        return self._ask(text, band, NOW).result()

    def render_ahead(self, lines: Iterable[tuple[str, Band]]) -> None:
        """Render lines in the background, in this order. A fault shows when the line is spoken."""
        for text, band in lines:
            self._ask(text, band, AHEAD)

    def get_ready(self, lines: Iterable[tuple[str, Band]], progress: Callable[[int, int], None]) -> None:
        """Render lines before a call in real time, so that none of them comes late; tell how far it is.

        Parameters
        ----------
        lines : iterable of (str, Band)
        progress : callable
            Told how many lines are ready, of how many; nothing where all of them are on disk already.

        Raises
        ------
        ModelError
            If this machine has no voice.
        """
        waiting = {self._ask(text, band, AHEAD) for text, band in lines}
        total, told = len(waiting), False
        timeout_s = QUICK_S
        while waiting:
            done, waiting = wait(waiting, timeout=timeout_s)
            for line in done:
                line.result()
            if waiting or told:
                progress(total - len(waiting), total)
                told, timeout_s = True, PROGRESS_S

    def close(self) -> None:
        """Stop rendering and free the engine; safe to call twice. Lines not yet rendered are dropped."""
        with self._lock:
            self._closed = True
            thread, self._thread = self._thread, None
        if thread is not None:
            self._wanted.put((STOP, next(self._order), ("", "content")))
            thread.join()
        for line in self._lines.values():
            line.cancel()
        self._renderer.close()

    def _ask(self, text: str, band: Band, order: int) -> Future[Speech]:
        with self._lock:
            if self._closed:
                raise RuntimeError("this voice is closed")
            line = self._lines.get((text, band))
            if line is None or (line.done() and line.exception() is not None):
                line = self._lines[text, band] = Future()
            elif line.done() or order == AHEAD:
                return line
            self._wanted.put((order, next(self._order), (text, band)))
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="voice", daemon=True)
                self._thread.start()
        return line

    def _serve(self) -> None:
        while True:
            order, _, (text, band) = self._wanted.get()
            if order == STOP:
                return
            line = self._lines[text, band]
            if line.done():
                continue
            try:
                line.set_result(self._line(text, band))
            except Exception as error:  # raised where the line is asked for
                line.set_exception(error)

    def _line(self, text: str, band: Band) -> Speech:
        delivery = self.profile.delivery(band)
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") if self._noise_dbfs is not None else 0
        line = LineEffect(telephone=self._telephone, noise_dbfs=self._noise_dbfs, seed=seed)
        key = line_key(text, delivery, line, self._renderer.identity)
        kept = self._cache.get(key)
        if kept is not None:
            return kept
        speech = shape(self._renderer.render(text, delivery), text, delivery, line)
        self._cache.put(key, speech)
        return speech


def open_voice(
    profile: VoiceProfile | str | Path,
    *,
    cache: Path | None = None,
    telephone: bool = True,
    noise_dbfs: float | None = None,
    engine: Engine = "pyttsx3",
    pack: VoicePack | None = None,
) -> CachedVoice:
    """Return a customer's voice, spoken by this system's engine through pyttsx3, by Piper, or from a pack.

    Parameters
    ----------
    profile : VoiceProfile, str or Path
        A profile, the name of a shipped one, or a .toml file.
    cache : Path, optional
        Where rendered lines are kept; by default `voice_cache.cache_folder`.
    telephone : bool
        Whether the line has the telephone's band, 300 to 3400 Hz.
    noise_dbfs : float, optional
        A touch of line noise, about -60; none by default.
    engine : {"pyttsx3", "piper", "pack"}
        Piper is an optional extra (`hotseat[piper]`).
    pack : VoicePack, optional
        Closed with the voice; the engine "pack" needs it.

    Raises
    ------
    InputError
        If there is no such profile.
    ModelError
        If this machine has no speech engine; the message says what to install.
    """
    chosen = profile if isinstance(profile, VoiceProfile) else load_profile(profile)
    return CachedVoice(
        chosen,
        _renderer(chosen, engine, pack),
        cache=VoiceCache(cache or cache_folder()),
        telephone=telephone,
        noise_dbfs=noise_dbfs,
    )


def _renderer(profile: VoiceProfile, engine: Engine, pack: VoicePack | None) -> Renderer:
    if engine == "pack":
        if pack is None:
            raise ModelError("there is no voice pack; type: hotseat voices prepare SCENARIO")
        return PackRenderer(profile, pack)
    return PiperRenderer(profile) if engine == "piper" else Pyttsx3Renderer(profile)
