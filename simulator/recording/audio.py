"""Audio files in and out: any format in, 16 kHz mono inside, WAV or FLAC out.

Conventions
-----------
Inside, audio is int16, mono, 16 kHz. What a file has beyond that is converted by published methods (mean of the
channels, soxr's HQ resampler, rounding to the nearest step), and every conversion is named in a note.

A long recording need not fit into memory: `map_audio` leaves it on disk. A WAV that needs no conversion is mapped as it
is; any other file is converted piece by piece into a temporary file without a name, which is gone with the samples.
"""

from __future__ import annotations

import io
import mmap
import os
import sys
import tempfile
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
from simulator.recording.riff import WIDTH, WavData, find_wav_data

LOWEST_RATE_HZ = 4_000
"""Below this, speech is not intelligible and no measure here is valid."""
HIGHEST_RATE_HZ = 768_000
"""The highest rate that any converter has; a header that says more is damaged."""
MOST_CHANNELS = 64
LONGEST_S = 86_400
"""A day."""
FORMATS = {".wav": "WAV", ".flac": "FLAC"}
CHUNK_S = 10
"""Seconds of audio converted at a time."""
MOST_AT_ONCE = 1 << 23
"""Samples of all channels together that are converted at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """One recording as the simulator uses it.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    notes : tuple of str
        What was converted or noticed, in words; empty for a file that needed no conversion.
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
    notes, rate_hz = _convert_file(Path(path), channel, parts.append)
    return Audio(samples=np.concatenate(parts), notes=notes, source_rate_hz=rate_hz)


class MappedSamples(np.memmap[Any, np.dtype[np.int16]]):
    """Samples on disk. A slice is a copy in memory; the system then releases the pages that were read."""

    _mmap: mmap.mmap | None

    def __getitem__(self, part: Any) -> Any:
        found = np.array(np.ndarray.__getitem__(self, part))
        if self._mmap is not None and sys.platform != "win32":  # Windows releases pages by itself
            self._mmap.madvise(mmap.MADV_DONTNEED)
        return found


def map_audio(path: Path, *, channel: int | None = None) -> Audio:
    """Return a recording as `read_audio` does, its samples left on disk.

    The file must not change while the samples are in use. Take slices of a minute, not the whole.

    Raises
    ------
    InputError
        As `read_audio`; also if there is no room for a converted copy.
    """
    path = Path(path)
    wav = _check_file(path)
    if not channel and wav is not None and wav.needs_no_conversion:
        if wav.promised > LONGEST_S * RATE_HZ * WIDTH:
            raise InputError(f"{path} is longer than a day; cut it up")
        samples = MappedSamples(path, np.dtype("<i2"), "r", offset=wav.start, shape=(wav.promised // WIDTH,))
        return Audio(samples=samples, notes=(), source_rate_hz=RATE_HZ)
    try:
        with tempfile.TemporaryFile(prefix="hotseat-") as file:
            notes, rate_hz = _convert_file(path, channel, lambda part: file.write(part.astype("<i2").tobytes()))
            file.flush()
            if not file.tell():
                return Audio(samples=np.empty(0, np.int16), notes=notes, source_rate_hz=rate_hz)
            samples = MappedSamples(file, np.dtype("<i2"), "r")
    except (OSError, ValueError) as error:
        place = tempfile.gettempdir()
        raise InputError(f"cannot convert {path} in {place}: {error}; make room there, or set TMPDIR") from error
    return Audio(samples=samples, notes=notes, source_rate_hz=rate_hz)


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
    """Return a path as libsndfile takes it: as text on Windows, else as bytes, so that any name works.

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


def _convert_file(path: Path, channel: int | None, keep: Callable[[Samples], object]) -> tuple[tuple[str, ...], int]:
    """Hand a recording to `keep` piece by piece, as 16 kHz mono int16; return its notes and its own rate in Hz."""
    import soundfile

    wav = _check_file(path)
    notes = ["the header gives no length: read to the end of the file"] if wav is not None and wav.has_no_length else []
    try:
        with soundfile.SoundFile(system_name(path)) as file:
            _check_form(path, file, channel)
            clipped = _convert(path, file, channel, keep)
            notes += _notes(file, channel, clipped)
            return tuple(notes), file.samplerate
    except (RuntimeError, TypeError) as error:  # TypeError: a file called .raw
        reason = error.error_string if isinstance(error, soundfile.LibsndfileError) else str(error)
        raise InputError(
            f"{path} is not audio that can be read ({str(reason).rstrip('.')}); give a WAV or FLAC file"
        ) from error


def _check_file(path: Path) -> WavData | None:
    """Refuse a path without a file, an empty file and a cut WAV; return where a WAV's sound is, None for other formats.

    libsndfile reads a cut WAV without an error, so the header is compared with the size.
    """
    try:
        if not path.exists():
            raise InputError(f"there is no file {path}")
        if not path.is_file():
            raise InputError(f"{path} is not a file; give a WAV or FLAC file")
        if path.stat().st_size == 0:
            raise InputError(f"{path} is empty (0 bytes); record or copy it again")
        wav = find_wav_data(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise InputError(f"cannot read {path}: {reason or error}") from error
    if wav is not None and wav.is_cut_off:
        raise InputError(
            f"{path} is cut off: its header promises {wav.promised} bytes of sound, {wav.present} are there; "
            "copy it again"
        )
    return wav


def _check_form(path: Path, file: Any, channel: int | None) -> None:
    if file.frames == 0:
        raise InputError(f"{path} holds no sound (0 samples); record or copy it again")
    if file.samplerate < LOWEST_RATE_HZ:
        raise InputError(f"{path} has {file.samplerate} samples a second; at least {LOWEST_RATE_HZ} are needed")
    if file.samplerate > HIGHEST_RATE_HZ or file.channels > MOST_CHANNELS:
        raise InputError(
            f"{path} has {file.samplerate} samples a second and {file.channels} channels; at most {HIGHEST_RATE_HZ} "
            f"and {MOST_CHANNELS} are allowed"
        )
    if file.frames / file.samplerate > LONGEST_S:
        raise InputError(f"{path} is longer than a day; cut it up")
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
    done, piece = 0, min(file.samplerate * CHUNK_S, MOST_AT_ONCE // file.channels)
    while done < file.frames:
        frames = file.read(piece, dtype="float32", always_2d=True)
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
