"""Dead air: nobody speaks, and no hold was announced.

Metrics
-------
A silence on both tracks warns from 3 s, counts from 5 s and fails from 10 s. Announced holds are not silence. What
comes after the last word counts only where the customer spoke last: then it is the trainee's move.

The bounds are those of the live call (`simulator.dead_air`).
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.clock import Span, gaps, merge
from simulator.dead_air import WARN


def dead_air(
    duration: int, trainee: Sequence[Span], customer: Sequence[Span], holds: Sequence[Span] = ()
) -> tuple[Span, ...]:
    """Return every silence of both that lasts 3 s or more, outside announced holds.

    Parameters
    ----------
    duration : int, samples
        Length of the call.
    trainee, customer, holds : sequence of Span

    Examples
    --------
    >>> dead_air(320000, [Span(0, 16000)], [Span(96000, 160000)])
    (Span(start=16000, stop=96000), Span(start=160000, stop=320000))
    """
    if duration <= 0:
        return ()
    spoken = merge([*trainee, *customer, *holds])
    found = [gap for gap in gaps(spoken, Span(0, duration)) if gap.duration >= WARN]
    last_trainee = max((span.stop for span in trainee), default=0)
    last_customer = max((span.stop for span in customer), default=0)
    if found and found[-1].stop == duration and last_trainee > last_customer:
        found.pop()
    return tuple(found)


def at_least(silences: Sequence[Span], length: int) -> tuple[Span, ...]:
    """Return the silences of `length` samples or more."""
    return tuple(silence for silence in silences if silence.duration >= length)
