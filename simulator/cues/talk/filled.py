"""Filled pauses (um, uh, er): from the recognizer's words, and from audio where the recognizer drops them.

Metrics
-------
- From words: every word of `FILLERS`.
- From audio: a voiced stretch of 220 ms or more that stays on one pitch and one vowel and has a silence on at least one
  side; or one of 450 ms or more that stays there closely, with none. Where words are known, a stretch that a recognised
  word covers is a drawn-out vowel and does not count.

References
----------
.. [1] M. Goto, K. Itou and S. Hayamizu (1999), "A real-time filled pause detection system for spontaneous speech
   recognition", Eurospeech: small F0 transition and small spectral deformation.
.. [2] H. Clark and J. Fox Tree (2002), "Using uh and um in spontaneous speaking", Cognition 84.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.clock import Span, from_ms, gaps, intersect, meets, merge, total
from simulator.cues.signal.bands import band_powers, decibels
from simulator.cues.signal.framing import HOP, runs_of
from simulator.events import Word
from simulator.ports import Samples

FILLERS = frozenset("um umm uhm uh uhh er err erm ehm hm hmm mmm eh".split())
SHORTEST = from_ms(220)
"""Shorter steady vowels are ordinary syllables."""
LONGEST = from_ms(1500)
"""Longer steady voices are humming, or a tone."""
STEADY_SEMITONES = 1.0
"""How far F0 may depart from its mean in the stretch so far."""
STEADY_DB = 3.0
"""How far the balance of the bands may depart from its mean in the stretch, mean absolute."""
NEAR_SILENCE = from_ms(120)
LONG = from_ms(450)
"""Longer than any syllable of fluent speech: it counts without a silence next to it ..."""
STEADIER_DB = 2.0
"""... if it stays this close to one vowel."""
LEAST_PART = 0.6
"""The steady stretch is at least this part of the voiced run that holds it."""


def is_filler(word: str) -> bool:
    """Return whether a word is a filled pause.

    Examples
    --------
    >>> is_filler("Um,"), is_filler("umbrella")
    (True, False)
    """
    return word.lower().strip(".,!?\u2026-'\"") in FILLERS


def fillers_in_words(words: Sequence[Word]) -> tuple[Span, ...]:
    """Return the spans of the words that are filled pauses, in order."""
    return tuple(sorted(word.span for word in words if is_filler(word.word)))


def steady_voices(
    samples: Samples, f0_hz: NDArray[np.float32], speech: Sequence[Span], words: Sequence[Word] | None = None
) -> tuple[Span, ...]:
    """Return the voiced stretches that sound like a filled pause.

    Parameters
    ----------
    samples : np.ndarray, int16, shape (n,), 16 kHz
    f0_hz : np.ndarray, float32, shape (n // 160,), Hz
        NaN where unvoiced.
    speech : sequence of Span
        The speaker's stretches of speech.
    words : sequence of Word, optional
        Where known, a stretch mostly covered by words other than fillers is left out.
    """
    said = merge(word.span for word in words or () if not is_filler(word.word))
    silences = gaps(speech, Span(0, len(samples))) if len(samples) else ()
    found = []
    for first, last in _voiced_runs(f0_hz):
        for start, stop in _level_stretches(f0_hz[first:last]):
            span = Span((first + start) * HOP, (first + stop) * HOP)
            if not SHORTEST <= span.duration <= LONGEST or (stop - start) < LEAST_PART * (last - first):
                continue
            alone = _by_silence(span, silences)
            if (alone or span.duration >= LONG) and not _covered(span, said):
                if _strayed_db(samples, span) < (STEADY_DB if alone else STEADIER_DB):
                    found.append(span)
    return tuple(found)


def _voiced_runs(f0_hz: NDArray[np.float32]) -> list[tuple[int, int]]:
    starts, stops = runs_of(~np.isnan(f0_hz))
    long = (stops - starts) * HOP >= SHORTEST
    return list(zip(starts[long].tolist(), stops[long].tolist(), strict=True))


def _level_stretches(f0_hz: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Cut a voiced run where its pitch leaves the mean of the stretch so far."""
    semitones = (12 * np.log2(f0_hz.astype(np.float64))).tolist()
    cuts = []
    start, summed = 0, semitones[0]
    for at in range(1, len(semitones)):
        if abs(semitones[at] - summed / (at - start)) > STEADY_SEMITONES:
            cuts.append((start, at))
            start, summed = at, 0.0
        summed += semitones[at]
    return [*cuts, (start, len(semitones))]


def _by_silence(span: Span, silences: Sequence[Span]) -> bool:
    return meets(Span(max(0, span.start - NEAR_SILENCE), span.stop + NEAR_SILENCE), silences)


def _strayed_db(samples: Samples, span: Span) -> float:
    """Return how far the balance of the bands departs from its mean, mean absolute."""
    bands = decibels(band_powers(samples[span.start : span.stop]))
    balance = bands - bands.mean(axis=1, keepdims=True)
    smooth = (balance[:-2] + balance[1:-1] + balance[2:]) / 3
    return float(np.abs(smooth - smooth.mean(axis=0)).mean())


def _covered(span: Span, said: Sequence[Span]) -> bool:
    return meets(span, said) and total(intersect(said, [span])) > span.duration // 2
