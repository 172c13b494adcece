"""Numbers, days and times in what was said: one table for holds, call-backs and the comparison with a scenario.

Numbers are compared as words, since recognizers print "8", "eight" or "8.00" for the same sound.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.clock import from_seconds
from simulator.understanding.wording import tokens

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday today tonight tomorrow weekend".split())
"""Words that name a day."""
PARTS_OF_DAY = frozenset("morning noon midday afternoon evening night midnight lunchtime".split())
LONGEST_NUMBER = 3
"""Digits; a longer figure is read out digit by digit, as people read order numbers."""


def spoken(token: str) -> tuple[str, ...]:
    """Return a figure as the words people say for it; anything else unchanged.

    Examples
    --------
    >>> spoken("45"), spoken("140"), spoken("72491"), spoken("sofa")
    (('forty', 'five'), ('one', 'hundred', 'forty'), ('seven', 'two', 'four', 'nine', 'one'), ('sofa',))
    >>> spoken("10:30")
    ('ten', 'thirty')
    """
    parts = re.split(r"[:.,]", token)
    if len(parts) > 1 and all(part.isdigit() for part in parts if part):
        return tuple(word for part in parts if part.strip("0") for word in spoken(part))
    if not (token.isascii() and token.isdigit()):
        return (token,)
    if len(token) > LONGEST_NUMBER:
        return tuple(ONES[int(digit)] for digit in token)
    return _under_thousand(int(token))


def _under_thousand(number: int) -> tuple[str, ...]:
    if number < len(ONES):
        return (ONES[number],)
    if number < 100:
        tens, ones = divmod(number, 10)
        return (TENS[tens], *((ONES[ones],) if ones else ()))
    hundreds, rest = divmod(number, 100)
    return (ONES[hundreds], "hundred", *(_under_thousand(rest) if rest else ()))


NUMBER_WORDS = frozenset((*ONES, *TENS[2:], "hundred", "thousand", "half", "noon", "midnight"))
"""Words that carry a number or a time of day."""


def figures(words: Sequence[str]) -> frozenset[str]:
    """Return the numbers and days that words name, each as a word.

    Examples
    --------
    >>> sorted(figures("saturday between 8 and ten".split()))
    ['eight', 'saturday', 'ten']
    """
    found = (part for word in words for part in spoken(word.strip(".,?!").lower()))
    return frozenset(word for word in found if word in NUMBER_WORDS or word in DAYS or word in PARTS_OF_DAY)


UNITS_S = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600}
"""Seconds in a unit; a plural names the same unit."""
VAGUE_S = {"moment": 60, "tick": 30, "jiffy": 60, "mo": 60}
"""Seconds that people take such a word to mean when they wait."""
FIGURES = {
    **{word: number for number, word in enumerate(ONES)},
    **{word: number * 10 for number, word in enumerate(TENS) if number > 1},
    "a": 1,
    "an": 1,
    "another": 1,
    "couple": 2,
    "few": 3,
    "half": 0.5,
}
"""What a word counts for before a unit."""
QUICK = frozenset(("just", "quick", "one", "a"))
"""Before "second" these make it a vague one: half a minute, not a second."""


def promised_hold(words: Sequence[str]) -> int | None:
    """Return the longest waiting time named in `words`, in samples, or None where none is named.

    "One or two minutes" promises two. A moment is taken as one minute.

    Examples
    --------
    >>> promised_hold("can i put you on hold for two minutes".split()) == from_seconds(120)
    True
    >>> promised_hold("bear with me a couple of mins".split()) == from_seconds(120)
    True
    >>> promised_hold("can you hold the line".split()) is None
    True
    """
    texts = [part for text in tokens(words).texts for part in spoken(text)]
    found: list[float] = []
    for at, text in enumerate(texts):
        unit = text.removesuffix("s") if text != "s" else text
        before = texts[max(0, at - 4) : at]
        if unit in VAGUE_S and before and before[-1] not in ("the", "this", "per"):
            found.append(VAGUE_S[unit])
        elif unit in ("second", "sec") and before and before[-1] in QUICK:
            found.append(VAGUE_S["tick"])
        elif unit in UNITS_S and (number := _number_before(before)) is not None:
            half = 0.5 if texts[at + 1 : at + 4] == ["and", "a", "half"] else 0.0
            found.append((number + half) * UNITS_S[unit])
    return from_seconds(max(found)) if found else None


def _number_before(before: Sequence[str]) -> float | None:
    """Return the number right before a unit: "two", "forty five", "a couple of", "half an", "the next five"."""
    rest = [word for word in before if word != "of"]
    if not rest or rest[-1] not in FIGURES:
        return None
    if rest[-1] in ("a", "an") and len(rest) > 1 and rest[-2] == "half":
        return 0.5
    tens = FIGURES[rest[-2]] if len(rest) > 1 and rest[-2] in TENS and FIGURES[rest[-1]] < 10 else 0
    return tens + FIGURES[rest[-1]]
