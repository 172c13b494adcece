"""Automatic gain control: what the headset itself did to the level.

Conventions
-----------
Levels as in `level`. Automatic gain lowers the level within milliseconds of speech and raises it again over a second or
so: the noise of the room then *rises* in every longer pause. The sound of a room itself only falls.

Metrics
-------
- `gain_rise_db`: how far the noise rises from the beginning to the end of the longer pauses, median, dB;
- `suspect_gain`: the reason to give where levels are not the speaker's own.

References
----------
.. [1] ITU-T G.169 (06/1999), "Automatic level control devices": gain recovers in seconds after speech.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.clock import Span, from_ms
from simulator.cues.signal.framing import HOP
from simulator.cues.signal.level import LOWEST_DBFS

SHORTEST_PAUSE = from_ms(900)
"""Only pauses this long show a gain that recovers."""
MARGIN = from_ms(80)
"""Left out after speech ends and before it begins, for the ends of words and for breath."""
PART = from_ms(200)
"""Length at either end of the pause in which the noise is measured."""
LOW_PERCENTILE = 20
"""The noise is the low part of the levels: breath and clicks lie above it."""
FEWEST_PAUSES = 4
SUSPECT_RISE_DB = 5.0
"""A room does not make a median rise of this much."""


def gain_rise_db(level_dbfs: NDArray[np.float32], speech: Sequence[Span]) -> float | None:
    """Return how far the noise rises within the longer pauses; None where there are fewer than four of them.

    Parameters
    ----------
    level_dbfs : np.ndarray, float32, shape (frames,), dBFS
    speech : sequence of Span
        The speaker's stretches, in order.
    """
    rises = []
    for before, after in itertools.pairwise(speech):
        if after.start - before.stop < SHORTEST_PAUSE:
            continue
        first, last = (before.stop + MARGIN) // HOP, (after.start - MARGIN) // HOP
        early, late = level_dbfs[first : first + PART // HOP], level_dbfs[last - PART // HOP : last]
        low = [float(np.percentile(part.astype(np.float64), LOW_PERCENTILE)) for part in (early, late)]
        if min(low) > LOWEST_DBFS:
            rises.append(low[1] - low[0])
    return float(np.median(rises)) if len(rises) >= FEWEST_PAUSES else None


def suspect_gain(level_dbfs: NDArray[np.float32], speech: Sequence[Span]) -> str | None:
    """Return why the levels cannot be trusted: automatic gain is suspected; None where it is not.

    Parameters
    ----------
    level_dbfs : np.ndarray, float32, shape (frames,), dBFS
    speech : sequence of Span
        The speaker's stretches, in order.
    """
    rise = gain_rise_db(level_dbfs, speech)
    if rise is None or rise < SUSPECT_RISE_DB:
        return None
    return f"automatic gain suspected: the noise rises by {rise:.0f} dB within pauses"
