"""WAV headers: writing that of our own tracks, reading that of any file.

References
----------
.. [1] Microsoft and IBM (1991), "Multimedia Programming Interface and Data Specifications 1.0": RIFF, WAVE.
"""

from __future__ import annotations

import io
import os
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from simulator.clock import RATE_HZ
from simulator.errors import InputError
from simulator.files import open_file

HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
WIDTH = 2
"""Bytes in one sample."""
LONGEST = (0xFFFFFFFF - HEADER.size) // WIDTH
"""Samples a WAV can hold: 37 hours."""
UNKNOWN_LENGTH = 0x7FFFF000
"""A header that promises this many bytes or more was written by a program that streams (espeak, ffmpeg, sox)."""
_OUR_FORM = (1, 1, RATE_HZ, 8 * WIDTH)


def header(samples: int) -> bytes:
    """Return the 44 bytes in front of `samples` samples of 16 kHz mono PCM16.

    Examples
    --------
    >>> len(header(0)), header(1)[40:].hex()
    (44, '02000000')
    """
    size = min(samples, LONGEST) * WIDTH
    return HEADER.pack(
        b"RIFF", size + HEADER.size - 8, b"WAVE", b"fmt ", 16, 1, 1, RATE_HZ, RATE_HZ * WIDTH, WIDTH, 16, b"data", size
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WavData:
    """Where the sound of a WAV is in its file, in bytes.

    `promised` is the length in the header, `present` what the file holds. `form` is the format code, channels, sample
    rate in Hz and bits in a sample; None where the header has none.
    """

    start: int
    promised: int
    present: int
    form: tuple[int, int, int, int] | None

    @property
    def has_no_length(self) -> bool:
        """Whether the header was written before the length was known."""
        return self.promised >= UNKNOWN_LENGTH or (self.promised == 0 and self.present > 0)

    @property
    def is_cut_off(self) -> bool:
        """Whether the file ends before the sound that its header promises."""
        return not self.has_no_length and self.promised > self.present

    @property
    def needs_no_conversion(self) -> bool:
        """Whether it is whole, 16 kHz mono PCM16, and at an even offset, where samples can be mapped."""
        whole = 0 < self.promised <= self.present and self.promised % WIDTH == 0 and self.start % WIDTH == 0
        return whole and self.form == _OUR_FORM


def find_wav_data(path: Path) -> WavData | None:
    """Return where the sound of a WAV is; None for a file that is no WAV.

    Raises
    ------
    InputError
        If the header ends before any sound.
    """
    form = None
    with open_file(path, sys.maxsize, links=True) as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(12)
        if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return None
        while len(chunk := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", chunk)
            start = file.tell()
            if name == b"data":
                return WavData(start=start, promised=length, present=size - start, form=form)
            if name == b"fmt " and length >= 16 and len(fields := file.read(16)) == 16:
                code, channels, rate_hz, _, _, bits = struct.unpack("<HHIIHH", fields)
                form = (code, channels, rate_hz, bits)
            file.seek(start + length + length % 2, io.SEEK_SET)
    raise InputError(f"{path} is cut off: a WAV header without any sound; record or copy it again")
