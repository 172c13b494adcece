"""A voice pack: every line of one scenario in a natural voice, rendered ahead, in one file.

The file is a zip archive. ``pack.json`` says who speaks and which text is under which name; each line is an Ogg Opus
file, 16 kHz, beside its pitch track. A line's name is a hash of all that made it, so a text that changed is not found
under the old name, and the pack is then not whole.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from simulator.clock import RATE_HZ
from simulator.contract import Document
from simulator.datafile import data_folder
from simulator.errors import ModelError
from simulator.private import home
from simulator.speech.psola import Curve

INDEX = "pack.json"
OPUS_LEVEL = 0.96
"""libsndfile's compression level; here about 18 kbit/s."""
ZIPPED_AT = (2026, 1, 1, 0, 0, 0)
"""The same for every entry, so that it says nothing and changes nothing."""
OGG_POLYNOMIAL = 0x04C11DB7
STEPS_PER_OCTAVE, LOWEST_HZ = 48, 50.0
"""A pitch track is stored as quarter semitones above 50 Hz, plus 1; 0 is no voice."""


def line_name(identity: str, style: str, text: str) -> str:
    """Return the name of a line: a hash of the model, the style and the text."""
    return hashlib.sha256(f"{identity}/{style}/{text}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PackedLine:
    """One line as it is kept.

    Parameters
    ----------
    samples : float32, shape (n,), full scale ±1, 16 kHz
    f0_hz : float, shape (frames,)
        Its pitch every 10 ms; 0 where there is no voice.
    """

    samples: NDArray[np.float32]
    f0_hz: Curve


def parts_of(text: str, known: Container[str]) -> tuple[str, ...]:
    """Return the known lines that `text` is made of, in order; () if it is not made of known lines.

    Examples
    --------
    >>> parts_of("No. Not yet. Where is it?", {"No.", "No. Not yet.", "Where is it?"})
    ('No. Not yet.', 'Where is it?')
    >>> parts_of("No. Perhaps.", {"No."})
    ()
    """
    if text in known:
        return (text,)
    for at in (at for at, sign in enumerate(text) if sign == " " and text[:at] in known):
        rest = parts_of(text[at + 1 :], known)
        if rest:
            return (text[:at], *rest)
    return ()


class PackIndex(Document):
    """``pack.json``: what made the lines, who speaks, and each line's text by its name."""

    schema_: Literal["hotseat.voice-pack/1"] = Field(alias="schema")
    identity: str
    style: str
    lines: dict[str, str]


class VoicePack:
    """A pack that is open for reading.

    Parameters
    ----------
    path : Path
    emphasis : mapping of str to tuple of int
        Which words of a line, counted from 0, are said with weight; not part of the file.

    Raises
    ------
    ModelError
        If the file is no pack.
    """

    def __init__(self, path: Path, emphasis: Mapping[str, tuple[int, ...]] | None = None) -> None:
        self.path, self.emphasis = path, dict(emphasis or {})
        try:
            self._zip = zipfile.ZipFile(path)
            index = PackIndex.model_validate_json(self._zip.read(INDEX))
        except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
            raise ModelError(f"{path} is no voice pack ({error}); type: hotseat voices prepare SCENARIO") from error
        self.identity, self.style, self.texts = index.identity, index.style, index.lines

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and line_name(self.identity, self.style, text) in self.texts

    def lacks(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return those of `texts` that are not in the pack."""
        return tuple(text for text in texts if text not in self)

    def line(self, text: str) -> PackedLine:
        """Return one line.

        Raises
        ------
        ModelError
            If it is not there, or cannot be read.
        """
        import soundfile

        name = line_name(self.identity, self.style, text)
        try:
            samples, _ = soundfile.read(io.BytesIO(self._zip.read(f"{name}.opus")), dtype="float32")
            track = np.frombuffer(self._zip.read(f"{name}.f0"), np.uint8)
        except (KeyError, OSError, RuntimeError, zipfile.BadZipFile) as error:
            raise ModelError(f"{self.path}: the line {text!r} cannot be read ({error})") from error
        return PackedLine(samples=samples, f0_hz=_unpacked(track))

    def raw(self, text: str) -> tuple[bytes, bytes]:
        """Return a line as it is stored: Opus, and its pitch track."""
        name = line_name(self.identity, self.style, text)
        return self._zip.read(f"{name}.opus"), self._zip.read(f"{name}.f0")

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._zip.close()


def encode(line: PackedLine) -> tuple[bytes, bytes]:
    """Return a line as it is stored: Opus, and its pitch track."""
    import soundfile

    content = io.BytesIO()
    with soundfile.SoundFile(content, "w", RATE_HZ, 1, "OPUS", format="OGG", compression_level=OPUS_LEVEL) as file:
        file.write(line.samples)
    track = np.where(line.f0_hz > 0, 1 + STEPS_PER_OCTAVE * np.log2(np.maximum(line.f0_hz, LOWEST_HZ) / LOWEST_HZ), 0)
    return _without_serial(content.getvalue()), np.round(np.clip(track, 0, 255)).astype(np.uint8).tobytes()


def _crc_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        rest = value << 24
        for _ in range(8):
            rest = (rest << 1 ^ OGG_POLYNOMIAL if rest & 0x80000000 else rest << 1) & 0xFFFFFFFF
        table.append(rest)
    return tuple(table)


_CRC = _crc_table()


def _without_serial(ogg: bytes) -> bytes:
    """Return an Ogg file whose stream has the serial number 0: libsndfile draws one, and the same line would differ.

    References
    ----------
    RFC 3533, section 6: a page's serial number is at byte 14, its checksum at 22, its segment table from 27 on.
    """
    content, at = bytearray(ogg), 0
    while at < len(content):
        count = content[at + 26]
        stop = at + 27 + count + sum(content[at + 27 : at + 27 + count])
        content[at + 14 : at + 18] = content[at + 22 : at + 26] = bytes(4)
        checksum = 0
        for value in content[at:stop]:
            checksum = (checksum << 8 & 0xFFFFFFFF) ^ _CRC[checksum >> 24 ^ value]
        content[at + 22 : at + 26] = checksum.to_bytes(4, "little")
        at = stop
    return bytes(content)


def _unpacked(track: NDArray[np.uint8]) -> Curve:
    hz: Curve = np.where(track > 0, LOWEST_HZ * 2.0 ** ((track.astype(np.float64) - 1) / STEPS_PER_OCTAVE), 0.0)
    return hz


def pack_bytes(identity: str, style: str, lines: dict[str, tuple[bytes, bytes]]) -> bytes:
    """Return the file of a pack. `lines` holds what `encode` gave, by text."""
    content = io.BytesIO()
    names = {line_name(identity, style, text): text for text in lines}
    index = PackIndex(schema="hotseat.voice-pack/1", identity=identity, style=style, lines=names)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry(INDEX), index.to_json())
        for name in sorted(names):
            opus, track = lines[names[name]]
            archive.writestr(_entry(f"{name}.opus"), opus)
            archive.writestr(_entry(f"{name}.f0"), track)
    return content.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, ZIPPED_AT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def own_pack(scenario: str) -> Path:
    """Return where the pack that a user prepared for a scenario is kept."""
    return home() / "packs" / f"{scenario}.zip"


def find_pack(
    scenario: str, style: str, texts: Iterable[str], emphasis: Mapping[str, tuple[int, ...]] | None = None
) -> VoicePack | None:
    """Return a pack of this style that holds all `texts`: the user's own, else the one that is shipped; or None."""
    wanted = tuple(texts)
    for path in (own_pack(scenario), data_folder("voices") / "packs" / f"{scenario}.zip"):
        if not path.is_file():
            continue
        try:
            pack = VoicePack(path, emphasis)
        except ModelError:
            continue
        if pack.style == style and not pack.lacks(wanted):
            return pack
        pack.close()
    return None
