"""Syllables in an English word: as the CMU Pronouncing Dictionary has it, else by its groups of vowels.

Conventions
-----------
Where the dictionary knows several ways to say a word, the first counts. A possessive that it lacks counts as its noun.

References
----------
.. [1] The CMU Pronouncing Dictionary, Carnegie Mellon University: one digit of stress a syllable.
.. [2] benchmarks/measures/vowel_groups.py: how far the groups of vowels agree with it; result in docs/measures.md.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("syllables.txt.gz")
"""Words whose vowel groups mislead, and their syllables: from the CMU dictionary, under its BSD licence."""

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
    return count(part, _dictionary())


def count(part: str, known: Mapping[str, int]) -> int:
    """Return the syllables of a word by a dictionary, else by its groups of vowels.

    Parameters
    ----------
    part : str
        In lower case, without punctuation but for apostrophes inside.
    known : mapping of str to int
        Syllables of the words that vowel groups get wrong.
    """
    plain = re.sub(r"'(?:s|m|d|t|re|ve|ll)$", "", part)
    return known.get(part) or known.get(plain) or count_vowel_groups(plain)


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
def _dictionary() -> Mapping[str, int]:
    """Return the words whose vowel groups mislead, with their syllables (script/make_syllables.py makes the file)."""
    lines = gzip.decompress(FILE.read_bytes()).decode("utf-8").splitlines()
    return {word: int(number) for word, _, number in (line.rpartition(" ") for line in lines if line[:1] != "#")}
