"""When each word of a rendered line is said."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from simulator.clock import Span

_WORD = re.compile(r"\S+")


def word_spans(text: str, onsets: Sequence[tuple[int, int]], *, voiced: Sequence[Span]) -> tuple[tuple[str, Span], ...]:
    """Return the words of ``text.split()`` with their spans, in order and without overlap.

    Parameters
    ----------
    text : str
    onsets : sequence of (int, int)
        Character offset and sample at which the engine began a word there. Where a word has none, its time is
        estimated: the letters' share of what lies between its neighbours, or of the voiced part if there are none.
    voiced : sequence of Span
        The line without its pauses, in order; never empty for a line with words.

    Returns
    -------
    words : tuple of (str, Span)
        A word ends where the next one or a pause begins.

    Examples
    --------
    >>> word_spans("no way", [], voiced=[Span(0, 500)])
    (('no', Span(start=0, stop=200)), ('way', Span(start=200, stop=500)))
    >>> word_spans("no, way", [(0, 10), (4, 300)], voiced=[Span(0, 250), Span(300, 500)])
    (('no,', Span(start=10, stop=250)), ('way', Span(start=300, stop=500)))
    """
    words = [(found.group(), found.start(), found.end()) for found in _WORD.finditer(text)]
    if not words or not voiced:
        return ()
    last = voiced[-1].stop
    letters = np.cumsum([0, *(max(1, sum(map(str.isalnum, word))) for word, _, _ in words)])
    known = _known(words, onsets)
    if known:
        if 0 not in known:
            known[0] = min(voiced[0].start, min(known.values()))
        places = sorted(known)
        starts = np.interp(letters[:-1], [*letters[places], letters[-1]], [*(known[place] for place in places), last])
    else:
        sizes = np.cumsum([0, *(span.duration for span in voiced)])
        into = letters[:-1] / letters[-1] * sizes[-1]
        which = np.searchsorted(sizes, into, side="right") - 1
        starts = np.array([voiced[w].start for w in which]) + into - sizes[which]
    edges = [*(round(float(at)) for at in np.maximum.accumulate(starts)), last]
    return tuple(
        (word, _until_pause(start, stop, voiced))
        for (word, _, _), start, stop in zip(words, edges[:-1], edges[1:], strict=True)
    )


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
