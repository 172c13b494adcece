"""Pitch: the fundamental frequency of the voice every 10 ms, and which frames are voiced.

Conventions
-----------
F0 in Hz, NaN where unvoiced; times are frame centres, as in `framing`. A window that would reach past an end of the
recording is moved inside. Silence is judged against the peak of the recording's loud speech (`loud_peak`).

Metrics
-------
- `pitch_track`: Boersma's autocorrelation method with its path finder, close to Praat's standard settings;
- `PitchStream`: the same while the call runs, equal to the last bit for the same `loud_peak`.

Deviations from Praat's "To Pitch (ac)...": the peak of a frame is half its peak-to-peak amplitude in 10 ms, so that an
offset does not count; clicks do not raise the peak that silence is judged against; a frame much softer than its
neighbour is silent; evenness weighs candidates too (`periodicity`); the track begins and ends in silence; there are
eight candidates a frame, not fifteen.

References
----------
.. [1] P. Boersma (1993), "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of
   a sampled sound", Proceedings of the Institute of Phonetic Sciences 17, Amsterdam, 97-110.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.cues.signal.framing import FULL_SCALE, HOP, check_samples, frame_times_ms
from simulator.cues.signal.periodicity import WINDOW, Candidates, find_candidates, no_candidates
from simulator.cues.signal.pitch_path import VOICING_COST, best_path, surely_unvoiced
from simulator.ports import Samples

VOICING_THRESHOLD = 0.43
"""Strength that a candidate must reach to be voiced. Praat's is 0.45; on voices of known pitch, clean, in noise and
over a telephone, this finds more voiced frames than it adds false ones (benchmarks/measures/pitch.py)."""
SILENCE_THRESHOLD = 0.036
"""Peak, relative to `loud_peak`, around which a frame counts as silent. Praat's is 0.03 of the very highest peak; the
highest peak that lasts is about a fifth lower."""
NEIGHBOUR_THRESHOLD = 0.15
"""Peak, relative to the louder neighbour's, around which a frame counts as silent: its window of 40 ms contains the
neighbour's voice. Praat has no such rule and extends voices by up to a window where noise fills the silences."""
CLICK_FRAMES = 3
"""A peak that lasts fewer frames than this (30 ms) is a click, not a voice."""
LOUDEST_FRAMES = 100
"""Peaks of the loudest second ..."""
LOUDEST_SHARE = 0.005
"""... or of this share of a shorter recording ..."""
LOUDEST_RATIO = 2.0
"""... count up to this ratio (6 dB) above the rest: one shout does not turn the rest of a call into silence."""
LEAST_LOUD_PEAK = FULL_SCALE * 10 ** (-60 / 20)
"""Recordings whose peaks stay below -60 dBFS are judged as if they reached it: converter noise is no voice."""
GATHER = 6_000
"""Frames that `pitch_track` collects (a minute) before it follows the path through them."""
STEP = 32 * 16_000
"""Samples that `pitch_track` processes at a time."""

_LEAD = WINDOW // 2 - HOP // 2  # samples of a frame's window before the frame, and after it


@dataclass(frozen=True, slots=True)
class PitchTrack:
    """Pitch of every frame.

    Parameters
    ----------
    f0_hz : np.ndarray, float32, shape (frames,), Hz
        75 to 600, NaN where unvoiced.
    strength : np.ndarray, float32, shape (frames,)
        Normalised autocorrelation at the period, 0 to 1; 0 where unvoiced.
    """

    f0_hz: NDArray[np.float32]
    strength: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.f0_hz)

    @property
    def time_ms(self) -> NDArray[np.float64]:
        """Frame centres in milliseconds."""
        return frame_times_ms(len(self.f0_hz))


def join(tracks: Sequence[PitchTrack]) -> PitchTrack:
    """Return consecutive tracks as one."""
    empty = np.empty(0, np.float32)
    return PitchTrack(
        np.concatenate([empty, *(track.f0_hz for track in tracks)]),
        np.concatenate([empty, *(track.strength for track in tracks)]),
    )


def frame_peaks(samples: Samples) -> NDArray[np.float32]:
    """Return half the peak-to-peak amplitude of each frame's own 10 ms, int16 units.

    Examples
    --------
    >>> frame_peaks(np.full(480, 1000, np.int16))
    array([0., 0., 0.], dtype=float32)
    """
    frames = samples[: len(samples) // HOP * HOP].reshape(-1, HOP)
    high, low = frames.max(axis=1, initial=-32768), frames.min(axis=1, initial=32767)
    return np.asarray((high.astype(np.float32) - low) / 2, dtype=np.float32)


def loud_peak(peaks: NDArray[np.float32]) -> float:
    """Return the peak of the recording's loud speech, by which silence is judged, int16 units.

    It is the highest peak that lasts 30 ms; but no more than 6 dB above what all but the loudest second (or 0.5 % of a
    shorter recording) stay below.

    Examples
    --------
    >>> loud_peak(np.array([900] * 50 + [30000] + [900] * 50, np.float32))
    900.0
    """
    if len(peaks) == 0:
        return LEAST_LOUD_PEAK
    above = min(int(len(peaks) * LOUDEST_SHARE), LOUDEST_FRAMES) + 1
    rest = np.partition(peaks, -above)[-above]
    return max(float(min(_lasting(peaks), LOUDEST_RATIO * rest)), LEAST_LOUD_PEAK)


def _lasting(peaks: NDArray[np.float32]) -> float:
    """Return the highest peak that lasts `CLICK_FRAMES`."""
    if len(peaks) < CLICK_FRAMES:
        return float(peaks.max())
    return float(np.lib.stride_tricks.sliding_window_view(peaks, CLICK_FRAMES).min(axis=1).max())


def unvoiced_strength(peaks: NDArray[np.float32], loud: float) -> NDArray[np.float32]:
    """Return the strength of being unvoiced: the voicing threshold, and up to 2 more where the frame is soft [1]_.

    Parameters
    ----------
    peaks : np.ndarray, float32, shape (frames + 2,), int16 units
        Of the frames, and of those before the first and after the last; 0 where there is none.
    loud : float, int16 units
        `loud_peak`.

    Examples
    --------
    >>> unvoiced_strength(np.array([0, 1000, 0, 0], np.float32), 10000.0)
    array([0.43, 2.43], dtype=float32)
    """
    beside = np.maximum(peaks[:-2], peaks[2:]) * np.float32(NEIGHBOUR_THRESHOLD)
    silence = np.maximum(beside, np.float32(SILENCE_THRESHOLD * loud))
    soft = 2 - peaks[1:-1] * np.float32(1 + VOICING_THRESHOLD) / silence
    return np.asarray(np.float32(VOICING_THRESHOLD) + np.maximum(soft, np.float32(0)))


class PitchStream:
    """Pitch while the audio comes in.

    Parameters
    ----------
    loud : float, int16 units
        Peak of the loud speech, by which silence is judged (`loud_peak`). A new value holds for the frames after it.
    gather : int >= 1, frames
        Least number of frames that the path is followed through at a time: more is cheaper and later.

    Examples
    --------
    >>> stream = PitchStream(loud=8000.0)
    >>> len(stream.accept(np.zeros(1600, np.int16))), len(stream.finish())
    (8, 2)
    """

    def __init__(self, *, loud: float, gather: int = 1) -> None:
        self.loud = loud
        self._gather = gather
        self._audio = np.empty(0, np.int16)
        self._start = 0  # samples before self._audio
        self._frame = 0  # frames looked at
        self._candidates: list[Candidates] = []
        self._unvoiced: list[NDArray[np.float32]] = []

    def accept(self, samples: Samples) -> PitchTrack:
        """Add audio; return the frames that are now certain, often few or none."""
        self._audio = np.concatenate([self._audio, samples])
        self._look(ending=False)
        return self._follow(ending=False)

    def finish(self, samples: Samples | None = None) -> PitchTrack:
        """Add the last audio, if there is any; return the last frames. The stream takes no more."""
        if samples is not None:
            self._audio = np.concatenate([self._audio, samples])
        self._look(ending=True)
        return self._follow(ending=True)

    def _look(self, *, ending: bool) -> None:
        """Find the candidates of every frame whose window is complete."""
        total = self._start + len(self._audio)
        until = total // HOP if ending else (total - _LEAD - HOP) // HOP + 1 if total >= WINDOW else 0
        if until <= self._frame:
            return
        frames = np.arange(self._frame, until)
        unvoiced = unvoiced_strength(self._peaks(until), self.loud)
        candidates = no_candidates(len(frames))
        # No strength exceeds 1, so a frame beyond this is unvoiced whatever it holds.
        worth = np.flatnonzero(unvoiced < 1 + 2 * VOICING_COST)
        if len(worth):
            audio = np.pad(self._audio, (0, max(0, WINDOW - len(self._audio))))
            starts = np.clip(frames[worth] * HOP - _LEAD - self._start, 0, len(audio) - WINDOW)
            found = find_candidates(audio, starts)
            candidates.log2_hz[worth], candidates.strength[worth] = found.log2_hz, found.strength
            candidates.score[worth] = found.score
        self._candidates.append(candidates)
        self._unvoiced.append(unvoiced)
        self._frame = until
        drop = max(0, (until - 3) * HOP - self._start)
        self._audio = self._audio[drop:]
        self._start += drop

    def _peaks(self, until: int) -> NDArray[np.float32]:
        """Return the peaks of the new frames, and of one frame to either side."""
        first = max(0, self._frame - 1)
        peaks = frame_peaks(self._audio[first * HOP - self._start : (until + 1) * HOP - self._start])
        before = int(first == self._frame)
        return np.pad(peaks, (before, until - self._frame + 2 - before - len(peaks)))

    def _follow(self, *, ending: bool) -> PitchTrack:
        """Follow the path up to the last frame that is unvoiced whatever follows."""
        pending = sum(len(part) for part in self._unvoiced)
        if pending == 0 or (pending < self._gather and not ending):
            return join([])
        log2_hz = np.concatenate([part.log2_hz for part in self._candidates])
        strength = np.concatenate([part.strength for part in self._candidates])
        score = np.concatenate([part.score for part in self._candidates])
        unvoiced = np.concatenate(self._unvoiced)
        cut = pending
        if not ending:
            sure = np.flatnonzero(surely_unvoiced(score, unvoiced))
            cut = int(sure[-1]) + 1 if len(sure) else 0
        self._candidates = [Candidates(log2_hz[cut:], strength[cut:], score[cut:])]
        self._unvoiced = [unvoiced[cut:]]
        slot = best_path(log2_hz[:cut], score[:cut], unvoiced[:cut])
        at = np.arange(cut), np.maximum(slot, 0)
        f0_hz = np.where(slot >= 0, np.exp2(log2_hz[at]), np.float32(np.nan))
        return PitchTrack(f0_hz, np.where(slot >= 0, strength[at], np.float32(0)))


def pitch_track(samples: Samples) -> PitchTrack:
    """Return the pitch of every 10 ms frame.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz

    Returns
    -------
    PitchTrack
        ``n // 160`` frames. Time is linear in the samples.

    Raises
    ------
    InputError
        If `samples` is not one-dimensional int16.

    Examples
    --------
    >>> time = np.arange(16000) / 16000
    >>> buzz = sum(np.sin(2 * np.pi * 200 * k * time) / k for k in range(1, 10))
    >>> pitch_track((8000 * buzz).astype(np.int16)).f0_hz[50].round(1)
    np.float32(200.0)
    """
    samples = check_samples(samples)
    # Piece by piece: a long recording is mapped from disk.
    starts = range(0, max(len(samples), 1), STEP)
    loud = loud_peak(np.concatenate([frame_peaks(samples[at : at + STEP]) for at in starts]))
    stream = PitchStream(loud=loud, gather=GATHER)
    *whole, last = starts
    tracks = [stream.accept(samples[at : at + STEP]) for at in whole]
    return join([*tracks, stream.finish(samples[last:])])
