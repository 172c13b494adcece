"""The two tracks as the report carries them: FLAC that every browser plays, small enough to send.

Theory of operation
-------------------
Samples are rounded to steps that follow the loudness of their frame before FLAC packs them, so that the rounding lies
far under what is heard (see `STEPS`); FLAC then stores far fewer bits. Steps grow until the track fits its budget.
What is measured and scored is always the recording itself, never this copy.

References
----------
.. [1] RFC 9639 (2024), Free Lossless Audio Codec, section 9.2.2, wasted bits per sample.
"""

from __future__ import annotations

import base64
import io

import numpy as np

from simulator.clock import RATE_HZ
from simulator.ports import Samples

FRAME = 4096
"""Samples in one FLAC frame as libsndfile writes them; bits are saved a frame at a time."""
STEPS = (0.1, 0.2, 0.4, 0.8)
"""Step of rounding as a share of the frame's level: rounding noise 31, 25, 19 and 13 dB under it."""
QUIETEST = 0.25
"""Frames softer than this share of the track's loud level are rounded as if they were this loud."""
BUDGET = 2_700_000
"""Bytes of FLAC a track: two of them, in base64, with the page, stay under 8 MB."""


def data_uri(samples: Samples) -> str:
    """Return a track as a FLAC data URI.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    """
    return f"data:audio/flac;base64,{base64.b64encode(flac(samples)).decode('ascii')}"


def flac(samples: Samples) -> bytes:
    """Return a track as a FLAC file within its budget; `samples` as in `data_uri`."""
    packed = b""
    for share in STEPS:
        packed = _flac(rounded(samples, share))
        if len(packed) <= BUDGET:
            break
    return packed


def rounded(samples: Samples, share: float) -> Samples:
    """Return the samples rounded to powers of two that follow each frame's level.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,)
    share : float
        Largest step, as a share of the frame's root mean square.

    Examples
    --------
    >>> loud = np.full(4096, 1000, np.int16) + np.arange(4096, dtype=np.int16) % 3
    >>> sorted(set(rounded(loud, 0.1).tolist()))
    [1024]
    """
    count = len(samples)
    if not count:
        return samples
    frames = np.pad(samples, (0, -count % FRAME)).reshape(-1, FRAME).astype(np.float32)
    level = np.sqrt(np.mean(np.square(frames), axis=1))
    least = QUIETEST * float(np.percentile(level, 95))
    step = np.exp2(np.floor(np.log2(np.maximum(np.maximum(level, least) * share, 1.0))))[:, None]
    limit = np.floor(32767 / step) * step
    steps = np.clip(np.round(frames / step) * step, -limit, limit)
    flat: Samples = steps.reshape(-1)[:count].astype(np.int16)
    return flat


def _flac(samples: Samples) -> bytes:
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, samples, RATE_HZ, format="FLAC", subtype="PCM_16")
    return file.getvalue()
