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
_LEAD = "and so okay right now well yes ok just".replace(" ", "|")
_ASKING = (
    "what when where which who whose how why is are was were do does did have has had can could would will may might "
    "shall should"
).replace(" ", "|")
_AUXILIARY = "can could may might would do did have will shall are is was were".replace(" ", "|")
_WHO = "you i we he she they it anyone somebody someone there".replace(" ", "|")
_WORD = "what which when where how who".replace(" ", "|")
_AFTER = "is are was were did do would can could happened about exactly else much many long day time".replace(" ", "|")
_NOT_TOLD = "".join(
    rf"(?<!\b{verb} )" for verb in "know remember see imagine understand hear forget of about just".split()
)
_QUESTION = re.compile(
    rf"^(({_LEAD}) )*({_ASKING})\b|\b(?!do it\b)({_AUXILIARY}) ({_WHO})\b|{_NOT_TOLD}\b({_WORD}) ({_AFTER})\b"
    r"|\b(tell|give|remind) me\b"
    r"|\bi('ll| will)? (just )?need (your|the|a|to (know|take|confirm))\b|\bmay i\b"
    r"|(?<!\bto )(?<!ll )(?<!\bwill )\bconfirm (your|the|that|if|whether|what|which|for)\b"
)


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


def is_question(text: str) -> bool:
    """Return whether `text` asks or invites something, judging by its words alone.

    Examples
    --------
    >>> is_question("could i take your order number"), is_question("that must be awful")
    (True, False)
    """
    return _QUESTION.search(" ".join(plain_words(text))) is not None
