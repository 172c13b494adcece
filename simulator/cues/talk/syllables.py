"""Syllables in an English word, by spelling rules and a table of common words that break them.

Metrics
-------
Vowel groups, less silent endings, plus the hiatuses that spelling hides.

References
----------
.. [1] Checked against the CMU Pronouncing Dictionary by benchmarks/syllable_rules.py; result in docs/measures.md.
"""

from __future__ import annotations

import re
from functools import lru_cache

_GROUPS = re.compile(r"[aeiouy]+")
_SILENT_E = re.compile(
    r"(?<=[^aeiouy])e$|(?<=[^aeiouysxzcgh])es$|(?<=[aeiouygkpt]h)es$(?<!ches)|(?<=[^aeiouydt])ed$|"
    r"(?<=[aeiouy][^aeiouy])e(?=(?:ly|line|mail|work|mark|wise|lihood|li?er|page|ground|ment|ments|ful|fully|less|ness|some|one|body|thing|where)$)|"
    r"(?<=^som)e|(?<=^hom)e(?!r)|(?<=^tim)e(?!r)|(?<=^bas)e(?!me|s)|(?<=^her)e(?=[abi])|(?<=^ther)e|(?<=^wher)e(?!v)|"
    r"(?<=[aeiouy]st)e(?=ful)|(?<=[aeiouy]nc)e(?=ment)|(?<=[aeiouy]dg)e(?=ment)|(?<=[aeiouy]ng)e(?=ment)|(?<=^lif)e|(?<=^hous)e(?!s)|(?<=^nam)e|(?<=^mor)e|(?<=^for)e(?!ver|ign|st)|(?<=^voic)e(?=m)|(?<=^ev)e(?=ry)"
)
_SOUNDED_LE = re.compile(r"[^aeiouylrwv]le[sd]?$")
_HIATUS = re.compile(
    r"i(?:um|us|et(?!y)|ety|o(?!n|u))|(?<=[^cgst])i(?:al|an(?!t?s?$)|ous|er(?=s?$)(?<=[dblnrvfsp]ier))|(?<=[^cgstxlny])ion|"
    r"(?<=[^l])ian[ct]|iat|(?<=[^cstrfh])ien(?!d|c)|(?<=[rnd])ienc|[aeouy]ing|"
    r"eo(?!u|p|n)|(?<=id)ea|(?<=^ar)ea|(?<=cr)ea(?=t)|(?<=r)ea(?=ct)|lin?ea(?=r)|ia(?=bl|bil|$|s$)|uou|(?<=[^qg])ua(?=l|te)|"
    r"(?<=r)uin|(?<=[dt])uit|[aou]y(?=[aoe])|(?<=^pr)io|oe(?=[mt])"
)
_CONSONANT_ENDS = re.compile(r"(?:sm|thm)s?$")
_ALLY = re.compile(r"ically$")
_VOWELLESS_SOUNDS = frozenset("hm hmm hmmm mm mmm mhm mhmm shh sh psst brr".split())
_CONTRACTED = re.compile(r"(?<=[dsv])n't$|(?<=ve)n't$")
_TABLE = {
    word: count
    for count, words in {
        1: "real realm lease cease ceased please pleased dealt meant heard tier tiers pier",
        2: "ok hundred hundreds evening evenings being business maybe via colleague colleagues genuine premier cashier "
        "release released increase increased decrease decreased create creates poem poet quiet quietly going doing "
        "seeing naive chaos displayed replayed",
        3: "anyone everyone dialogue businesses reliant earliest area areas idea ideas ideal linear everything created "
        "convenient easier diagnosed element",
        4: "etc reliable variable variables february january everybody inconvenience",
        5: "liability",
    }.items()
    for word in words.split()
}


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
    if part in _TABLE:
        return _TABLE[part]
    extra = 1 if _CONTRACTED.search(part) else 0
    plain = re.sub(r"n't$|'(?:s|m|d|t|re|ve|ll)$", "", part).replace("'", "")
    if plain in _TABLE:
        return _TABLE[plain] + extra
    if not _GROUPS.search(plain):
        return 1 if plain in _VOWELLESS_SOUNDS else sum(3 if letter == "w" else 1 for letter in plain)
    shorter = _SILENT_E.sub("", _ALLY.sub("icly", plain))
    count = len(_GROUPS.findall(shorter)) + len(_HIATUS.findall(shorter))
    count += sum(1 for ending in (_SOUNDED_LE, _CONSONANT_ENDS) if ending.search(plain))
    return max(1, count + extra)
