"""Render a scenario's voice pack: line by line, kept as it goes, so that it can be stopped and taken up again."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ
from simulator.cues.signal.pitch import pitch_track
from simulator.customer.character import Character
from simulator.customer.scenario import Scenario
from simulator.customer.voicing import emphasised_words, every_text
from simulator.errors import InputError, ModelError
from simulator.private import make_folder, write_private
from simulator.speech.natural import kokoro
from simulator.speech.natural.voice_pack import PackedLine, VoicePack, encode, find_pack, line_name, pack_bytes
from simulator.speech.profiles import load_profile

AUDIBLE = 10 ** (-45 / 20)
"""Relative to the loudest sample: what is softer, at the ends of a line, is cut off ..."""
MARGIN_S = 0.03
"""... but for this much."""
Progress = Callable[[int, int], None]
"""Told (lines so far, lines in all) after each line."""


def texts_of(scenario: Scenario) -> tuple[str, ...]:
    """Return every line that a pack of this scenario must hold."""
    return every_text(Character(scenario, seed=0, allow_abuse=True))


def pack_of(scenario: Scenario) -> VoicePack | None:
    """Return the whole pack of a scenario in its own voice, or None; it says what the scenario marks with weight."""
    texts = texts_of(scenario)
    return find_pack(scenario.id, style_of(scenario.voice), texts, emphasised_words(texts, scenario.emphasis))


def style_of(voice: str) -> str:
    """Return the Kokoro style of a voice profile.

    Raises
    ------
    InputError
        If it has none.
    """
    profile = load_profile(voice)
    if profile.kokoro is None:
        raise InputError(f"the voice {voice!r} has no natural voice; add [kokoro] with a style to its .toml file")
    return profile.kokoro.style


def prepare(scenario: Scenario, pack: Path, *, work: Path, progress: Progress) -> Path:
    """Render what `pack` lacks of a scenario's lines and write it anew; return it.

    Parameters
    ----------
    scenario : Scenario
    pack : Path
        The file to write; lines of an earlier one that are still wanted are taken over.
    work : Path
        Where each line is kept as soon as it is rendered.
    progress : callable
    """
    style, texts = style_of(scenario.voice), texts_of(scenario)
    lines = dict(_taken_over(pack, style, texts))
    todo = [text for text in texts if text not in lines]
    kept = {text: work / f"{style}-{line_name(kokoro.IDENTITY, style, text)}.flac" for text in todo}
    speaker: kokoro.Kokoro | None = None
    make_folder(work)
    for number, (text, path) in enumerate(kept.items(), 1):
        if not path.is_file():
            speaker = speaker or kokoro.Kokoro(style)
            write_private(path, _flac(speaker.say(text)))
        progress(len(texts) - len(todo) + number, len(texts))
    lines |= {text: encode(_line(path)) for text, path in kept.items()}
    make_folder(pack.parent)
    write_private(pack, pack_bytes(kokoro.IDENTITY, style, lines))
    return pack


def _taken_over(path: Path, style: str, texts: tuple[str, ...]) -> Iterator[tuple[str, tuple[bytes, bytes]]]:
    if not path.is_file():
        return
    try:
        old = VoicePack(path)
    except ModelError:
        return
    try:
        if old.style == style and old.identity == kokoro.IDENTITY:
            for text in texts:
                if text in old:
                    yield text, old.raw(text)
    finally:
        old.close()


def _flac(samples: NDArray[np.float32]) -> bytes:
    import soundfile

    content = io.BytesIO()
    soundfile.write(content, np.clip(samples, -1, 1), kokoro.RATE_HZ, format="FLAC", subtype="PCM_16")
    return content.getvalue()


def _line(path: Path) -> PackedLine:
    """Return a rendering at 16 kHz, without the silence around it, with its pitch."""
    import soundfile
    import soxr

    samples, rate_hz = soundfile.read(path, dtype="float32")
    heard = np.flatnonzero(np.abs(samples) > AUDIBLE * np.abs(samples).max(initial=0.0))
    if len(heard):
        margin = round(MARGIN_S * rate_hz)
        samples = samples[max(0, heard[0] - margin) : heard[-1] + margin]
    ours = soxr.resample(samples, rate_hz, RATE_HZ).astype(np.float32)
    f0_hz = pitch_track(np.round(np.clip(ours, -1, 1) * 32767).astype(np.int16)).f0_hz
    return PackedLine(samples=ours, f0_hz=np.nan_to_num(f0_hz.astype(np.float64)))
