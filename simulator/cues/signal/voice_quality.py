"""Voice quality under strain: the share of high frequencies, and the harmonics over the noise.

Conventions
-----------
Both are medians over voiced frames. They depend on microphone and line, so they compare a speaker with their own
baseline over the same headset, never two people.

Metrics
-------
- `alpha_ratio_db`: power in 1 to 3.7 kHz over power in 50 Hz to 1 kHz; a pressed or raised voice has more [1]_ [3]_;
- `harmonics_to_noise_db`: ``10 log10(r / (1 - r))``, r the normalised autocorrelation at the period; a hoarse or
  breathy voice has less [2]_.

They are unmeasurable in noise that would count as noise of the voice, and over a line that cuts off the low band; the
alpha ratio also where the speech is clipped. Deviation from [1]_: the high band ends at 3.7
kHz, not 5, so that a copy at 8 kHz reads alike.

References
----------
.. [1] F. Eyben et al. (2016), "The Geneva Minimalistic Acoustic Parameter Set (GeMAPS)", IEEE Trans. Affective
   Computing 7(2): alpha ratio, HNR.
.. [2] P. Boersma (1993), as in `periodicity`: equation 4.
.. [3] M. Nordenberg and J. Sundberg (2004), "Effect on LTAS of vocal loudness variation", Logopedics Phoniatrics
   Vocology 29: alpha rises with vocal effort.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ, Span
from simulator.cues.measurement import Measure, unmeasurable
from simulator.cues.signal.framing import HOP, frames_in
from simulator.ports import Samples

ALPHA_SPLIT_HZ = 1000
"""Where the low band ends and the high band begins [1]_."""
ALPHA_LOW_HZ, ALPHA_HIGH_HZ = 50, 3700
LEAST_VOICED = 50
"""Voiced frames (0.5 s) that a voice quality needs."""
SPACING = 4
"""Frames from one spectrum to the next: 40 ms."""
MOST_SPECTRA = 20_000
"""Spectra in one track, at most: of a two-hour call fewer frames are analysed."""
LEAST_BASS_DB = -18.0
"""With less power below 250 Hz, against 300 to 1000 Hz, the line has cut off the low band, as telephones do."""
LEAST_SNR_DB = 25.0
"""Speech must be this far above the noise before the voice's own noise can be measured."""
CLIPPED_TOO_MUCH = 0.005
"""With a greater share of the speech at full scale, clipping determines its level and spectrum."""
LINE_CUTS_BASS = "telephone band: the line carries little below 250 Hz"
SURE_VOICED = 500
"""Voiced frames (5 s) at which the confidence reaches 1, and below which stated errors grow."""
ALPHA_ERROR_DB, HNR_ERROR_DB = 1.5, 1.5
"""Error of the measures between copies of one recording (benchmarks/measures/robustness.py)."""
LEAST_PERIODICITY, MOST_PERIODICITY = 0.01, 0.9999
"""Strengths are kept within these: -20 to 40 dB."""

_WINDOW = 512
_BATCH = 256
_EDGES_HZ = (ALPHA_LOW_HZ, 250, 300, ALPHA_SPLIT_HZ, ALPHA_HIGH_HZ)


def band_powers_at(samples: Samples, frames: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the power of 50-250, 250-300, 300-1000 and 1000-3700 Hz in 32 ms around each frame's centre.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    frames : np.ndarray, int, shape (m,)
        Frame numbers, 0 to n // 160 - 1.

    Returns
    -------
    power : np.ndarray, float64, shape (m, 4)
        In no set unit; zero where the audio is shorter than a window.
    """
    powers = np.zeros((len(frames), len(_EDGES_HZ) - 1))
    if len(samples) < _WINDOW:
        return powers
    starts = np.clip(frames * HOP + HOP // 2 - _WINDOW // 2, 0, len(samples) - _WINDOW)
    hann = np.hanning(_WINDOW)
    edges = np.round(np.array(_EDGES_HZ) * _WINDOW / RATE_HZ).astype(np.intp)
    for first in range(0, len(frames), _BATCH):
        # A slice at a time: a long recording is mapped from disk.
        some = starts[first : first + _BATCH]
        part = samples[int(some.min()) : int(some.max()) + _WINDOW]
        windows = np.lib.stride_tricks.sliding_window_view(part, _WINDOW)[some - some.min()]
        spectrum = np.fft.rfft(windows * hann, axis=1)[:, : edges[-1]]
        power = spectrum.real**2 + spectrum.imag**2
        powers[first : first + _BATCH] = np.add.reduceat(power, edges[:-1], axis=1)
    return powers


def alpha_ratio_of(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the alpha ratio in dB of each row of `band_powers_at`; NaN where there is no sound.

    Examples
    --------
    >>> alpha_ratio_of(np.array([[50.0, 20.0, 30.0, 10.0]])).round(1)
    array([-10.])
    """
    low, high = powers[:, :3].sum(axis=1), powers[:, 3]
    heard = (low > 0) & (high > 0)
    return np.where(heard, 10 * np.log10(np.where(heard, high, 1) / np.where(heard, low, 1)), np.nan)


def voice_quality(
    samples: Samples,
    f0_hz: NDArray[np.float32],
    strength: NDArray[np.float32],
    *,
    speech: Sequence[Span] | None = None,
    snr_db: float | None,
    clipped: float,
) -> dict[str, Measure]:
    """Return the two measures by their names.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    f0_hz : np.ndarray, float32, shape (n // 160,), Hz
        NaN where unvoiced.
    strength : np.ndarray, float32, shape (n // 160,)
        Of `pitch.PitchTrack`.
    speech : sequence of Span, optional
        The stretches that count, in order; all of it by default.
    snr_db : float, dB, or None
        How far the speech stands above the noise of the track; None where unknown.
    clipped : float, 0 to 1
        Part of the speech at full scale.
    """
    spoken = ~np.isnan(f0_hz)
    if speech is not None:
        spoken &= frames_in(speech, len(f0_hz))
    at = np.flatnonzero(spoken)
    voiced = len(at)
    powers = band_powers_at(samples, at[:: max(SPACING, voiced // MOST_SPECTRA)])
    reason = _unreliable(voiced, powers, snr_db)
    if reason is not None:
        return {key: unmeasurable("dB", reason) for key in ("alpha_ratio_db", "harmonics_to_noise_db")}
    confidence = min(1.0, voiced / SURE_VOICED)
    hnr = float(np.median(_harmonics_db(strength[at])))
    alpha = float(np.nanmedian(alpha_ratio_of(powers)))
    widen = widened(voiced)
    found = {
        "alpha_ratio_db": Measure(value=alpha, unit="dB", error=ALPHA_ERROR_DB * widen, confidence=confidence),
        "harmonics_to_noise_db": Measure(value=hnr, unit="dB", error=HNR_ERROR_DB * widen, confidence=confidence),
    }
    if clipped > CLIPPED_TOO_MUCH:
        found["alpha_ratio_db"] = unmeasurable("dB", f"clipped: {clipped:.1%} of the speech is at full scale")
    return found


def _harmonics_db(strength: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the harmonics-to-noise ratio of frames of such strength, in dB."""
    kept = np.clip(strength.astype(np.float64), LEAST_PERIODICITY, MOST_PERIODICITY)
    return np.asarray((10 * np.log10(kept / (1 - kept))).astype(np.float32), np.float64)


def widened(voiced: int) -> float:
    """Return the factor on the stated error for this many voiced frames; 1 from `SURE_VOICED` on.

    Examples
    --------
    >>> widened(1000), widened(125)
    (1.0, 2.0)
    """
    return float(np.sqrt(max(1.0, SURE_VOICED / max(voiced, 1))))


def _unreliable(voiced: int, powers: NDArray[np.float64], snr_db: float | None) -> str | None:
    if voiced < LEAST_VOICED:
        return f"too short: {voiced / 100:.1f} s of voiced speech, {LEAST_VOICED / 100} s needed"
    if snr_db is None:
        return f"no silence in it that would tell the noise; {LEAST_SNR_DB:.0f} dB above it are needed"
    if snr_db < LEAST_SNR_DB:
        return f"too noisy: speech is {snr_db:.0f} dB above the noise, {LEAST_SNR_DB:.0f} dB needed"
    bass = 10 * np.log10(max(powers[:, 0].sum(), 1e-9) / max(powers[:, 2].sum(), 1e-9))
    if bass < LEAST_BASS_DB:
        return LINE_CUTS_BASS
    return None
