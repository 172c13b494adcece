"""The likeliest path through the pitch candidates: which frames are voiced, and at which pitch.

Conventions
-----------
Candidates come as in `periodicity`. Each frame also has the candidate *unvoiced*, with its own strength. The track
is taken to begin and to end in silence.

Metrics
-------
The path maximises the sum of strengths less the cost of jumps, by dynamic programming (Viterbi), exactly. Frames that
are unvoiced on every best path cut the track into stretches, and all stretches are solved side by side.

References
----------
.. [1] P. Boersma (1993), as in `periodicity`: path finder, costs of octave jumps and of voicing changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.cues.signal.framing import runs_of

OCTAVE_JUMP_COST = 0.35
"""Strength lost for each octave between neighbouring frames 10 ms apart [1]_."""
VOICING_COST = 0.14
"""Strength lost where voicing starts or stops [1]_."""

_JUMP, _CHANGE = np.float32(OCTAVE_JUMP_COST), np.float32(VOICING_COST)


def surely_unvoiced(score: NDArray[np.float32], unvoiced: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which frames are unvoiced on every best path.

    In a run of frames where *unvoiced* beats every candidate, a path that is voiced anywhere in the run does better by
    going unvoiced there, unless it is voiced throughout; and then it does better once the run's total advantage
    exceeds two voicing changes.

    Parameters
    ----------
    score : np.ndarray, float32, shape (frames, slots)
        Strength of each candidate, ``-inf`` where there is none.
    unvoiced : np.ndarray, float32, shape (frames,)
        Strength of being unvoiced.
    """
    ahead = unvoiced - np.maximum(score.max(axis=1), np.float32(0))
    losing = ahead > 0
    starts, stops = runs_of(losing)
    running = np.concatenate([np.zeros(1), np.cumsum(np.where(losing, ahead, 0), dtype=np.float64)])
    sure = running[stops] - running[starts] > 2 * VOICING_COST + 1e-6
    marks = np.zeros(len(ahead) + 1, np.int32)
    np.add.at(marks, starts[sure], 1)
    np.add.at(marks, stops[sure], -1)
    return np.cumsum(marks[:-1]) > 0


def best_path(
    log2_hz: NDArray[np.float32], score: NDArray[np.float32], unvoiced: NDArray[np.float32]
) -> NDArray[np.intp]:
    """Return the slot of each frame on the best path, -1 where unvoiced.

    Parameters
    ----------
    log2_hz : np.ndarray, float32, shape (frames, slots)
        Pitch of each candidate.
    score : np.ndarray, float32, shape (frames, slots)
        Strength of each candidate less its octave cost, ``-inf`` where there is none.
    unvoiced : np.ndarray, float32, shape (frames,)
        Strength of being unvoiced.

    Returns
    -------
    slot : np.ndarray, int, shape (frames,)
    """
    slot = np.full(len(score), -1, np.intp)
    starts, stops = runs_of(~surely_unvoiced(score, unvoiced))
    lengths = stops - starts
    if len(starts) == 0:
        return slot
    # Longest first, so that at every step the stretches still open are the first ones.
    order = np.argsort(-lengths, kind="stable")
    steps = np.arange(int(lengths.max()))
    going = np.searchsorted(np.sort(lengths), steps, side="right")
    going = len(lengths) - going
    first = np.concatenate([[0], np.cumsum(going)])
    step = np.repeat(steps, going)
    frames = starts[order][np.arange(len(step)) - first[step]] + step
    slot[frames] = _solve(_gains(log2_hz, score, unvoiced, frames, step), going, first)
    return slot


def _gains(
    log2_hz: NDArray[np.float32],
    score: NDArray[np.float32],
    unvoiced: NDArray[np.float32],
    frames: NDArray[np.intp],
    step: NDArray[np.intp],
) -> NDArray[np.float32]:
    """Return what each frame adds to a path, by its own state and the state before; state 0 is unvoiced."""
    used = 1 + int(np.max(np.flatnonzero(np.isfinite(score[frames]).any(axis=0)), initial=0))
    pitch, before = log2_hz[frames, :used], log2_hz[np.maximum(frames - 1, 0), :used]
    gains = np.empty((len(frames), used + 1, used + 1), np.float32)
    gains[:, 1:, 1:] = score[frames, :used, None] - _JUMP * np.abs(pitch[:, :, None] - before[:, None, :])
    gains[:, 1:, 0] = score[frames, :used] - _CHANGE
    gains[:, 0, 1:] = unvoiced[frames, None] - _CHANGE
    gains[:, 0, 0] = unvoiced[frames]
    # Before its first frame a stretch is silent.
    gains[:, :, 1:][step == 0] = -np.inf
    return gains


def _solve(gains: NDArray[np.float32], going: NDArray[np.intp], first: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the slot of each frame, -1 where unvoiced; frames come step by step, `going` of them at each."""
    best = np.zeros((int(going[0]), gains.shape[1]), np.float32)
    final = np.empty((int(going[0]), gains.shape[1]), np.float32)
    came_from = []
    for many, at in zip(going.tolist(), first.tolist(), strict=False):
        final[many : len(best)] = best[many:]
        reach = gains[at : at + many] + best[:many, None, :]
        came_from.append(reach.argmax(axis=2))
        best = reach.max(axis=2)
    final[: len(best)] = best
    final[:, 1:] -= _CHANGE
    state = final.argmax(axis=1)
    states = np.empty(len(gains), np.intp)
    rows = np.arange(len(state))
    for many, at, back in zip(going[::-1].tolist(), first[-2::-1].tolist(), came_from[::-1], strict=True):
        states[at : at + many] = state[:many]
        state[:many] = back[rows[:many], state[:many]]
    return states - 1
