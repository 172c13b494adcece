"""Audio files in and out: any format in, 16 kHz mono inside, WAV or FLAC out.

Conventions
-----------
Inside, audio is int16, mono, 16 kHz. What a file has beyond that is converted by published methods (mean of the
channels, soxr's HQ resampler, rounding to the nearest step), and every conversion is named in a note.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ
from simulator.errors import InputError
from simulator.ports import Samples
from simulator.private import write_private

LOWEST_RATE_HZ = 4_000
"""Below this, speech is not intelligible and no measure here is valid."""
FORMATS = {".wav": "WAV", ".flac": "FLAC"}
UNKNOWN_LENGTH = 0x7FFFF000
"""A WAV header that promises this much or more was written by a program that streams (espeak, ffmpeg, sox)."""
CHUNK_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """One recording as the simulator uses it.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    notes : tuple of str
        What was converted or noticed, in words; empty for a file that was right already.
    source_rate_hz : int
        The file's own sample rate.
    """

    samples: Samples
    notes: tuple[str, ...]
    source_rate_hz: int


def read_audio(path: Path, *, channel: int | None = None) -> Audio:
    """Return a recording as 16 kHz mono int16.

    Parameters
    ----------
    path : Path
        WAV, FLAC, AIFF, OGG, MP3 or anything else libsndfile reads; any rate from 4 kHz, any number of channels.
    channel : int, optional
        Which channel to take, from 0; without it, all are mixed down.

    Raises
    ------
    InputError
        If the file is missing, empty, cut off, not audio, holds no sound or NaN, or has no such channel.
    """
    parts: list[Samples] = []
    notes, rate_hz = convert_audio(path, channel=channel, keep=parts.append)
    return Audio(samples=np.concatenate(parts), notes=notes, source_rate_hz=rate_hz)


def convert_audio(path: Path, *, channel: int | None, keep: Callable[[Samples], object]) -> tuple[tuple[str, ...], int]:
    """Hand a recording to `keep` piece by piece, as 16 kHz mono int16; return the notes on it and its own rate in Hz.

    Raises
    ------
    InputError
        As `read_audio`.
    """
    import soundfile

    path = Path(path)
    _check_file(path)
    notes = _check_length(path)
    try:
        with soundfile.SoundFile(system_name(path)) as file:
            _check_form(path, file, channel)
            clipped = _convert(path, file, channel, keep)
            notes += _notes(file, channel, clipped)
            return tuple(notes), file.samplerate
    except (soundfile.LibsndfileError, RuntimeError, TypeError) as error:  # TypeError: a file called .raw
        reason = getattr(error, "error_string", None) or str(error)
        raise InputError(
            f"{path} is not audio that can be read ({str(reason).rstrip('.')}); give a WAV or FLAC file"
        ) from error


def write_audio(path: Path, samples: Samples) -> None:
    """Write 16 kHz mono 16-bit audio, WAV or FLAC by the file's suffix, readable by its owner only.

    Parameters
    ----------
    path : Path
        Ends in .wav or .flac.
    samples : np.ndarray, int16, shape (n,), 16 kHz

    Raises
    ------
    InputError
        If the suffix is another one, or the file cannot be written.
    """
    import soundfile

    path = Path(path)
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise InputError(f"cannot write {path}: the name must end in .wav or .flac")
    packed = io.BytesIO()
    soundfile.write(packed, samples, RATE_HZ, format=kind, subtype="PCM_16")
    write_private(path, packed.getvalue())


def system_name(path: Path) -> str | bytes:
    """Return a path as libsndfile takes it, whatever bytes the name is made of: as text on Windows, else as bytes.

    Examples
    --------
    >>> system_name(Path("call.wav")) in ("call.wav", b"call.wav")
    True
    """
    return str(path) if os.name == "nt" else os.fsencode(path)


def to_int16(samples: NDArray[np.floating[Any]]) -> Samples:
    """Return float audio (full scale ±1) as int16: rounded, and clipped instead of wrapped.

    Examples
    --------
    >>> to_int16(np.array([0.5, 1.0, -1.5])).tolist()
    [16384, 32767, -32768]
    """
    clipped: Samples = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype(np.int16)
    return clipped


def _check_file(path: Path) -> None:
    try:
        if not path.exists():
            raise InputError(f"there is no file {path}")
        if not path.is_file():
            raise InputError(f"{path} is not a file; give a WAV or FLAC file")
        if path.stat().st_size == 0:
            raise InputError(f"{path} is empty (0 bytes); record or copy it again")
        with path.open("rb") as file:
            file.read(1)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error


def _check_length(path: Path) -> list[str]:
    """Compare what a WAV header promises with what is there: libsndfile reads a cut file without a word."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return []
        while len(chunk := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", chunk)
            if name != b"data":
                file.seek(length + length % 2, io.SEEK_CUR)
                continue
            here = size - file.tell()
            if length >= UNKNOWN_LENGTH or (length == 0 and here > 0):
                return ["the header gives no length: read to the end of the file"]
            if length > here:
                raise InputError(
                    f"{path} is cut off: its header promises {length} bytes of sound, {here} are there; copy it again"
                )
            return []
    raise InputError(f"{path} is cut off: a WAV header without any sound; record or copy it again")


def _check_form(path: Path, file: Any, channel: int | None) -> None:
    if file.frames == 0:
        raise InputError(f"{path} holds no sound (0 samples); record or copy it again")
    if file.samplerate < LOWEST_RATE_HZ:
        raise InputError(f"{path} has {file.samplerate} samples a second; at least {LOWEST_RATE_HZ} are needed")
    if channel is not None and not 0 <= channel < file.channels:
        raise InputError(f"{path} has no channel {channel}; allowed: 0 to {file.channels - 1}")


def _convert(path: Path, file: Any, channel: int | None, keep: Callable[[Samples], object]) -> int:
    """Hand over the pieces; return how many samples were clipped."""
    if file.samplerate == RATE_HZ and file.channels == 1 and file.subtype == "PCM_16":
        _as_it_is(path, file, keep)
        return 0
    resampler = None
    if file.samplerate != RATE_HZ:
        import soxr

        resampler = soxr.ResampleStream(file.samplerate, RATE_HZ, 1, dtype="float32", quality="HQ")
    clipped = 0
    for mono, last in _mono(path, file, channel):
        if max(float(mono.max()), -float(mono.min())) > 1.0:
            clipped += int(np.count_nonzero(np.abs(mono) > 1.0))
        keep(to_int16(mono if resampler is None else resampler.resample_chunk(mono, last=last)))
    return clipped


def _as_it_is(path: Path, file: Any, keep: Callable[[Samples], object]) -> None:
    """Hand over a file that is 16-bit, mono, 16 kHz already."""
    done = 0
    while done < file.frames:
        samples: Samples = np.ascontiguousarray(file.read(RATE_HZ * CHUNK_S, dtype="int16"))
        if len(samples) == 0:
            raise InputError(f"{path} is cut off: {done} of {file.frames} samples can be read; copy it again")
        done += len(samples)
        keep(samples)


def _mono(path: Path, file: Any, channel: int | None) -> Iterator[tuple[NDArray[np.float32], bool]]:
    done = 0
    while done < file.frames:
        frames = file.read(file.samplerate * CHUNK_S, dtype="float32", always_2d=True)
        if len(frames) == 0:
            raise InputError(f"{path} is cut off: {done} of {file.frames} samples can be read; copy it again")
        done += len(frames)
        with np.errstate(invalid="ignore", over="ignore"):
            several = channel is None and file.channels > 1
            mono = frames.mean(axis=1, dtype=np.float32) if several else frames[:, channel or 0]
            known = np.isfinite(mono.max()) and np.isfinite(mono.min())
        if not known:
            raise InputError(f"{path} holds samples that are not numbers (NaN or infinite); export it again")
        yield np.ascontiguousarray(mono), done >= file.frames


def _notes(file: Any, channel: int | None, clipped: int) -> list[str]:
    notes = []
    if file.channels > 1:
        notes.append(f"{file.channels} channels mixed to one" if channel is None else f"channel {channel} taken")
    if file.samplerate != RATE_HZ:
        notes.append(f"resampled from {file.samplerate} Hz to {RATE_HZ} Hz")
    if file.subtype != "PCM_16":
        notes.append(f"{file.subtype_info} converted to 16 bit")
    if clipped:
        notes.append(f"{clipped} samples beyond full scale clipped")
    return notes
