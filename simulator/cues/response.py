"""How long the trainee takes to answer: from the end of the customer's speech to the start of the trainee's.

Metrics
-------
A *response* is a silence that begins where the customer stops and ends where the trainee starts, with nobody speaking
in it. Where the trainee starts before the customer has stopped there is no silence: that is an overlap.
The *floor-transfer offset* counts those too, as negative times: from the customer's end to the onset of the stretch by
which the trainee took the floor.

References
----------
.. [1] T. Stivers et al. (2009), "Universals and cultural variation in turn-taking in conversation", PNAS 106(26).
.. [2] M. Heldner and J. Edlund (2010), "Pauses, gaps and overlaps in conversations", Journal of Phonetics 38(4).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from simulator.clock import Span, from_ms, merge

LONGEST_TRANSFER_OVERLAP = from_ms(2000)
"""A floor transfer overlaps by at most this; more is talking over, not taking over."""


def responses(trainee: Sequence[Span], customer: Sequence[Span], holds: Sequence[Span] = ()) -> tuple[Span, ...]:
    """Return the silences between the customer's end and the trainee's answer.

    Parameters
    ----------
    trainee, customer : sequence of Span
        Stretches of speech of each.
    holds : sequence of Span
        Announced holds; a silence that meets one is no response time.

    Examples
    --------
    >>> responses([Span(24000, 32000)], [Span(0, 16000), Span(40000, 48000)])
    (Span(start=16000, stop=24000),)
    """
    stretches = sorted([(span, True) for span in merge(trainee)] + [(span, False) for span in merge(customer)])
    found = []
    latest, by_trainee = 0, True
    for span, is_trainee in stretches:
        if is_trainee and not by_trainee and span.start > latest:
            found.append(Span(latest, span.start))
        if span.stop > latest:
            latest, by_trainee = span.stop, is_trainee
    return tuple(gap for gap in found if not any(gap & hold for hold in holds))


def transfer_offsets(trainee: Sequence[Span], customer: Sequence[Span]) -> tuple[int, ...]:
    """Return each floor transfer from customer to trainee in samples, overlaps negative.

    Examples
    --------
    >>> transfer_offsets([Span(15200, 32000), Span(50000, 60000)], [Span(0, 16000), Span(40000, 48000)])
    (-800, 2000)
    """
    stretches = sorted([(span, True) for span in merge(trainee)] + [(span, False) for span in merge(customer)])
    found = []
    for (before, was_trainee), (after, is_trainee) in pairwise(_outlasting(stretches)):
        offset = after.start - before.stop
        if is_trainee and not was_trainee and offset >= -LONGEST_TRANSFER_OVERLAP:
            found.append(offset)
    return tuple(found)


def _outlasting(stretches: list[tuple[Span, bool]]) -> list[tuple[Span, bool]]:
    """Leave out the stretches that lie wholly inside what was said before: they took no floor."""
    kept: list[tuple[Span, bool]] = []
    for span, who in stretches:
        if not kept or span.stop > kept[-1][0].stop:
            kept.append((span, who))
    return kept
