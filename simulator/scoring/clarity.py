"""How much of what the trainee said was understood, and what may be hidden in the rest.

A recognizer that mishears an accent must not cost its speaker points. Speech that was hardly understood may have held
what a criterion looks for: then the criterion is uncertain, and the range says by how much. Where most of the speech
was not understood, criteria that hang on words are unmeasurable.

Metrics
-------
- An utterance is *unclear* when the mean confidence of its words is under `UNSURE_WORDS`, or no word was recognised in
  it, and it is long enough to have held more than a sign of listening.
- Unclear speech may hold one thing that counts in every `WORDS_A_DEED` words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.clock import Span, from_ms
from simulator.scoring.case import Case, Utterance

UNSURE_WORDS = 0.5
"""Mean word confidence (0 to 1) under which a recognizer is as likely wrong as right."""
WORDS_A_DEED = 5
"""Fewer words than this hold nothing but a sign of listening."""
A_WORD = from_ms(350)
"""How long a word takes, in samples, where none was recognised."""
MOSTLY = 0.5
"""With this share of the words unclear, what was said cannot be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarity:
    """Words in all, those in unclear speech, and how many things that count these may hold."""

    words: int
    unclear: int
    may_hold: int
    spans: tuple[Span, ...]

    @property
    def is_hardly_understood(self) -> bool:
        """Whether so little was understood that what was said cannot be judged."""
        return self.unclear > 0 and self.unclear >= MOSTLY * self.words


def clarity_of(case: Case) -> Clarity:
    """Return how much of the trainee's speech was understood."""
    unclear = [(len(u.words), u.span) for u in case.utterances if _is_unsure(u)]
    unclear += [(span.duration // A_WORD, span) for span in case.unheard]
    unclear = [(words, span) for words, span in unclear if words >= WORDS_A_DEED]
    return Clarity(
        words=_count(len(u.words) for u in case.utterances) + _count(span.duration // A_WORD for span in case.unheard),
        unclear=_count(words for words, _ in unclear),
        may_hold=_count(words // WORDS_A_DEED for words, _ in unclear),
        spans=tuple(sorted(span for _, span in unclear)),
    )


def _count(numbers: Iterable[int]) -> int:
    return sum(numbers)


def _is_unsure(utterance: Utterance) -> bool:
    return bool(utterance.words) and utterance.confidence < UNSURE_WORDS
