"""Turns that hold too much at once: a monologue with every right word in it is no conversation.

Nobody takes in more than a few things from one long turn. What comes after the first `MOST_AT_ONCE` different things in
a turn longer than `LONG_TURN` does not count; what does harm counts wherever it stands.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.clock import from_seconds
from simulator.scoring.case import Case, Deed
from simulator.vocabulary import HARMFUL

MOST_AT_ONCE = 4
"""Different helpful acts in one long turn that count: the most that an exemplary turn of any shipped script holds."""
LONG_TURN = from_seconds(20)
"""A turn up to this long, in samples of speech, may hold what it likes; the bound of the criterion on short turns."""
ALWAYS = frozenset({*HARMFUL, "refusal", "greeting", "acknowledgement", "gratitude"})
"""Acts that always count: those that do harm, and small ones that ask nothing of a listener."""


def without_crowded(case: Case) -> Case:
    """Return the case with what was crowded out set apart from what counts."""
    gone = frozenset(_crowded(case))
    if not gone:
        return case
    utterances = tuple(replace(u, deeds=tuple(d for d in u.deeds if d not in gone)) for u in case.utterances)
    return replace(case, utterances=utterances, crowded=tuple(sorted(gone, key=lambda d: (d.span, d.act, d.rule))))


def _crowded(case: Case) -> list[Deed]:
    found: list[Deed] = []
    for exchange in case.exchanges:
        if sum(reply.span.duration for reply in exchange.replies) <= LONG_TURN:
            continue
        deeds = sorted((d for u in exchange.replies for d in u.deeds if d.act not in ALWAYS), key=lambda d: d.span)
        kinds = list(dict.fromkeys(deed.act for deed in deeds))
        found += [deed for deed in deeds if deed.act in kinds[MOST_AT_ONCE:]]
    return found
