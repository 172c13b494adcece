"""Level: how loud the speaker is at the microphone, every 10 ms.

Conventions
-----------
Levels are in dBFS: decibels relative to the mean square of a full-scale square wave, so a full-scale sine reads
-3.01 (AES17 would read it as 0). A constant offset is not sound and does not count. Digital silence reads
`LOWEST_DBFS`, never minus infinity or NaN. Times are frame centres, as in `framing`.

Metrics
-------
- `level_track`: mean square under a Kaiser window of 32 ms effective length, as Praat's intensity for 100 Hz;
- `LevelStream`: the same while the call runs, equal to the last bit, 35 ms late.

References
----------
.. [1] Praat manual, "Sound: To Intensity..." (minimum pitch 100 Hz, subtract mean).
.. [2] AES17-2020, definition of full-scale level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.cues.signal.framing import (
    FULL_SCALE,
    GRAIN,
    GRAINS_PER_HOP,
    Energy,
    check_samples,
    energy_of,
    kaiser_weights,
    smooth_power,
)
from simulator.ports import Samples

LOWEST_DBFS = -120.0
"""Level of digital silence, in dBFS: below the -101 dBFS of rounding to 16 bits."""
LEVEL_MIN_PITCH_HZ = 100.0
"""Sets the window: 3.2 periods of this, 32 ms, flatten the ripple of a voice at or above it."""

STEP = 32 * 16_000
"""Samples that `level_track` processes at a time."""


def to_dbfs(power: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return mean squares in int16 units as dBFS.

    Examples
    --------
    >>> to_dbfs(np.array([0.0, 32768.0**2 / 2]))
    array([-120.    ,   -3.0103], dtype=float32)
    """
    lowest = FULL_SCALE**2 * 10 ** (LOWEST_DBFS / 10)
    return (10 * np.log10(np.maximum(power, lowest) / FULL_SCALE**2)).astype(np.float32)


class LevelStream:
    """Level while the audio comes in.

    Parameters
    ----------
    min_pitch_hz : float > 0, Hz
        Sets the window: 3.2 periods effective length.

    Examples
    --------
    >>> stream = LevelStream()
    >>> tone = np.zeros(1600, np.int16)
    >>> len(stream.accept(tone)), len(stream.finish())
    (5, 5)
    """

    def __init__(self, *, min_pitch_hz: float = LEVEL_MIN_PITCH_HZ) -> None:
        self._weights = kaiser_weights(min_pitch_hz)
        self._reach = len(self._weights) // 2 + GRAINS_PER_HOP
        self._rest = np.empty(0, np.int16)
        self._energy = Energy(np.empty(0), np.empty(0))
        self._before = 0

    def accept(self, samples: Samples) -> NDArray[np.float32]:
        """Add audio; return the levels (dBFS) of the frames that are now complete, often few or none."""
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) // GRAIN * GRAIN
        self._rest = samples[whole:]
        self._energy += energy_of(samples[:whole])
        return self._emit((len(self._energy) - self._before - self._reach) // GRAINS_PER_HOP)

    def finish(self) -> NDArray[np.float32]:
        """Return the levels (dBFS) of the last frames; the stream takes no more audio."""
        return self._emit((len(self._energy) - self._before) // GRAINS_PER_HOP)

    def _emit(self, frames: int) -> NDArray[np.float32]:
        if frames <= 0:
            return np.empty(0, np.float32)
        levels = to_dbfs(smooth_power(self._energy, self._weights, before=self._before, frames=frames))
        self._before += frames * GRAINS_PER_HOP
        drop = max(0, self._before - self._reach)
        self._energy = self._energy[drop:]
        self._before -= drop
        return levels


def level_track(samples: Samples, *, min_pitch_hz: float = LEVEL_MIN_PITCH_HZ) -> NDArray[np.float32]:
    """Return the level of every 10 ms frame.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    min_pitch_hz : float > 0, Hz
        Sets the window: 3.2 periods effective length.

    Returns
    -------
    level_dbfs : np.ndarray, float32, shape (n // 160,), dBFS
        From `LOWEST_DBFS` to 0. Time is linear in the samples.

    Raises
    ------
    InputError
        If `samples` is not one-dimensional int16.

    Examples
    --------
    >>> time = np.arange(16000) / 16000
    >>> tone = (16384 * np.sin(2 * np.pi * 1000 * time)).astype(np.int16)
    >>> level_track(tone)[50].round(1)
    np.float32(-9.0)
    """
    samples = check_samples(samples)
    stream = LevelStream(min_pitch_hz=min_pitch_hz)
    levels = [stream.accept(samples[at : at + STEP]) for at in range(0, len(samples), STEP)]
    return np.concatenate([*levels, stream.finish()])
