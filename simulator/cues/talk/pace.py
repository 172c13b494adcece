"""How fast somebody speaks: words a minute, and syllables a second from words and from audio.

Metrics
-------
- *words a minute*: words over speaking time, silent pauses left out; filled pauses (um, uh) are no words;
- *articulation rate*: syllables over speaking time without silent pauses, the syllables looked up for each word, or
  counted as nuclei in the audio.

References
----------
.. [1] N. de Jong and T. Wempe (2009), Behavior Research Methods 41(2): articulation rate, nuclei.
.. [2] The pace band, 120 to 160 words a minute, outer 100 to 175: docs/measures.md.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from simulator.clock import Span, from_seconds, merge, to_seconds, total
from simulator.cues.catalogue import measured, missing
from simulator.cues.measurement import Measure
from simulator.cues.talk.filled import is_filler
from simulator.cues.talk.syllables import syllables_in
from simulator.events import Word

LEAST_SPEECH = from_seconds(2)
"""Shorter speech has no rate."""
MISCOUNTED = 2
"""Syllables that a count from audio may be wrong by, however few there are."""


def words_per_minute(words: Sequence[Word] | None, speech: Sequence[Span]) -> Measure:
    """Return the pace in words a minute over speaking time.

    Examples
    --------
    >>> said = [Word(word="yes", span=Span(i * 8000, i * 8000 + 4000), confidence=1.0) for i in range(8)]
    >>> words_per_minute(said, [Span(0, 64000)]).value
    120.0
    """
    return _rate("words_per_minute", words, speech)


def rate_from_words(words: Sequence[Word] | None, speech: Sequence[Span]) -> Measure:
    """Return the articulation rate in syllables a second, from the syllables of the words."""
    return _rate("articulation_rate_from_words", words, speech)


def _rate(key: str, words: Sequence[Word] | None, speech: Sequence[Span]) -> Measure:
    speaking = total(speech)
    if words is None:
        return missing(key, "no transcript: give the words with --transcript")
    if speaking < LEAST_SPEECH:
        return missing(key, too_short(speaking, LEAST_SPEECH))
    said = [word for word in words if not is_filler(word.word)]
    syllables = [count for word in said if (count := syllables_in(word.word))]
    if not syllables:
        return missing(key, "no word was recognised")
    rate = len(syllables) * 60 if key == "words_per_minute" else sum(syllables)
    sure = sum(word.confidence for word in said) / len(said)
    return measured(key, rate / to_seconds(speaking), spans=tuple(speech), confidence=min(1.0, max(0.0, sure)))


def rate_from_nuclei(nuclei: Sequence[int], speech: Sequence[Span]) -> Measure:
    """Return the articulation rate in syllables a second, from syllable nuclei found in the audio.

    Parameters
    ----------
    nuclei : sequence of int, samples, in order
    speech : sequence of Span
    """
    key = "articulation_rate_from_audio"
    speaking = total(speech)
    if speaking < LEAST_SPEECH:
        return missing(key, too_short(speaking, LEAST_SPEECH))
    count = sum(bisect_left(nuclei, span.stop) - bisect_left(nuclei, span.start) for span in merge(speech))
    if count == 0:
        return missing(key, "no syllable nucleus was found: whispered, or not speech")
    seconds = to_seconds(speaking)
    return measured(key, count / seconds, spans=tuple(speech), confidence=0.7, least_error=MISCOUNTED / seconds)


def too_short(got: int, needed: int) -> str:
    """Return the reason for a measure that had too little speech."""
    return f"too short: {to_seconds(got):.1f} s of speech, {to_seconds(needed):.1f} s needed"
