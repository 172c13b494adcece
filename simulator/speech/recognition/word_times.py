"""When each word of a rendered line is said."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.clock import Span, from_ms

_WORD = re.compile(r"\S+")
EACH_WORD = 2.0
"""What a word takes beside its letters, in letters: of 0, 1 and 2 the nearest to Whisper's times (docs/voices.md)."""
UNMARKED_PAUSE = 0.5
"""How unlikely a pause is after a word without a comma or stop, on the scale of a logarithm of lengths."""
TELLING = from_ms(500)
"""A shorter stretch says less about how many words are in it."""


def word_spans(text: str, onsets: Sequence[tuple[int, int]], *, voiced: Sequence[Span]) -> tuple[tuple[str, Span], ...]:
    """Return the words of ``text.split()`` with their spans, in order and without overlap.

    Parameters
    ----------
    text : str
    onsets : sequence of (int, int)
        Character offset and sample at which the engine began a word there. Where a word has none, its time is
        estimated: its share by length of what lies between its neighbours. If there are none at all, the pauses are
        laid where the text has a mark, as the lengths allow, and the words share what lies between two pauses.
    voiced : sequence of Span
        The line without its pauses, in order; never empty for a line with words.

    Returns
    -------
    words : tuple of (str, Span)
        A word ends where the next one or a pause begins.

    Examples
    --------
    >>> word_spans("no way", [], voiced=[Span(0, 900)])
    (('no', Span(start=0, stop=400)), ('way', Span(start=400, stop=900)))
    >>> word_spans("no, way", [(0, 10), (4, 300)], voiced=[Span(0, 250), Span(300, 500)])
    (('no,', Span(start=10, stop=250)), ('way', Span(start=300, stop=500)))
    """
    words = [(found.group(), found.start(), found.end()) for found in _WORD.finditer(text)]
    if not words or not voiced:
        return ()
    last = voiced[-1].stop
    lengths = np.cumsum([0.0, *(sum(map(str.isalnum, word)) + EACH_WORD for word, _, _ in words)])
    known = _known(words, onsets)
    if known:
        if 0 not in known:
            known[0] = min(voiced[0].start, min(known.values()))
        places = sorted(known)
        starts = np.interp(lengths[:-1], [*lengths[places], lengths[-1]], [*(known[place] for place in places), last])
    else:
        starts = _between_pauses([word for word, _, _ in words], lengths, voiced)
    edges = [*(round(float(at)) for at in np.maximum.accumulate(starts)), last]
    return tuple(
        (word, _until_pause(start, stop, voiced))
        for (word, _, _), start, stop in zip(words, edges[:-1], edges[1:], strict=True)
    )


def _between_pauses(words: Sequence[str], lengths: NDArray[np.float64], voiced: Sequence[Span]) -> NDArray[np.float64]:
    """Return where each word starts, by the likeliest way to share the words out among the voiced stretches."""
    if len(voiced) > len(words):
        voiced = [Span(voiced[0].start, voiced[-1].stop)]
    rate = sum(span.duration for span in voiced) / lengths[-1]
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, (0,))}
    for left, span in reversed(list(enumerate(reversed(voiced)))):
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for stop in range(1, len(words) - left + 1) if left else (len(words),):
            unmarked = UNMARKED_PAUSE if stop < len(words) and words[stop - 1][-1].isalnum() else 0.0
            weight = min(1.0, span.duration / TELLING)
            ways = (
                (
                    cost + unmarked + weight * abs(np.log(span.duration / (rate * (lengths[stop] - lengths[start])))),
                    cuts,
                )
                for start, (cost, cuts) in best.items()
                if start < stop
            )
            cheapest = min(ways, default=None)
            if cheapest is not None:
                found[stop] = (cheapest[0], (*cheapest[1], stop))
        best = found
    starts = []
    for span, first, stop in zip(voiced, best[len(words)][1], best[len(words)][1][1:], strict=False):
        into = (lengths[first:stop] - lengths[first]) / (lengths[stop] - lengths[first])
        starts.append(span.start + into * span.duration)
    return np.concatenate(starts)


def _known(words: Sequence[tuple[str, int, int]], onsets: Sequence[tuple[int, int]]) -> dict[int, int]:
    known: dict[int, int] = {}
    for offset, at in onsets:
        for index, (_, start, stop) in enumerate(words):
            if start <= offset < stop:
                known.setdefault(index, at)
    return known


def _until_pause(start: int, stop: int, voiced: Sequence[Span]) -> Span:
    ends = [span.stop for span in voiced if start < span.stop < stop]
    return Span(start, max(start + 1, ends[-1] if ends else stop))
