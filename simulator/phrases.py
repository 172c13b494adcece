"""Finding what was meant in what a recognizer printed: patterns of words that an author can write (docs/authoring.md).

A pattern is a few words that must all be there, in any order, close together: ``order|booking number|reference``.
``a|b`` means either word; a star at the end, ``deliver*``, means any ending. Digits count as the words for them. The
customer in a call and the score of that call read an offer by the same patterns, so they stand on the ground floor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

CLOSE_WORDS = 9
"""All words of a pattern must stand within this many words."""
_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_DIGITS = {str(number): word for number, word in enumerate(_NUMBERS)}


@lru_cache(maxsize=4096)  # the rules of a rubric ask for the same lines hundreds of times
def bare_words(text: str) -> tuple[str, ...]:
    """Return the words of `text` in lower case, without punctuation.

    Examples
    --------
    >>> bare_words("That's fine, isn't it? Order 2.")
    ("that's", 'fine', "isn't", 'it', 'order', '2')
    """
    found = re.findall(r"[a-z0-9']+", text.lower().replace("\u2019", "'").replace("-", " "))
    return tuple(word for word in (each.strip("'") for each in found) if word)


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words of `text` as patterns are compared with them: `bare_words`, digits up to 12 as words.

    Examples
    --------
    >>> plain_words("What's the order no. 2?")
    ("what's", 'the', 'order', 'no', 'two')
    """
    return tuple(_DIGITS.get(word, word) for word in bare_words(text))


def matches(pattern: str, words: tuple[str, ...]) -> float:
    """Return how well `words` match: the number of the pattern's words, and up to a half more if close together.

    0 if one of them is missing, or they stand too far apart.

    Examples
    --------
    >>> matches("order|booking number", plain_words("what's the booking number"))
    2.5
    >>> matches("order|booking number", plain_words("what's the number of your booking"))
    2.25
    >>> matches("order number", plain_words("it was delivered"))
    0.0
    """
    groups = [part.split("|") for part in pattern.lower().split()]
    places = [[at for at, word in enumerate(words) if any(_same(option, word) for option in group)] for group in groups]
    if not all(places):
        return 0.0
    best = 0.0
    for first in sorted(at for found in places for at in found):
        nearest = [min((at for at in found if at >= first), default=first + CLOSE_WORDS) for found in places]
        width = max(nearest) - first + 1
        if width <= CLOSE_WORDS:
            best = max(best, len(groups) + 0.5 * len(groups) / max(width, len(groups)))
    return best


def best_match(patterns: Iterable[str], words: tuple[str, ...]) -> float:
    """Return the largest of `matches` over `patterns`."""
    return max((matches(pattern, words) for pattern in patterns), default=0.0)


def _same(option: str, word: str) -> bool:
    if option.endswith("*"):
        return word.startswith(option[:-1])
    return word == option or word == option + "s" or word == option + "'s"
