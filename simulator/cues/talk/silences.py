"""Silences: pauses inside the trainee's turns, answers to the customer, and dead air.

Metrics
-------
- A *silent pause* is a silence of 250 ms to 3 s between two stretches of one person's speech, with nobody else
  speaking in it. A longer one may be dead air, or somebody else's turn on a track that is not there.
- A *response* is a silence that begins where the customer stops and ends where the trainee starts, with nobody speaking
  in it. Where the trainee starts before the customer has stopped there is no silence: that is an overlap.
- The *floor-transfer offset* counts those too, as negative times: from the customer's end to the onset of the stretch
  by which the trainee took the floor.
- *Dead air* is a silence on both tracks outside announced holds. After the last word it counts only where the customer
  spoke last: then it is the trainee's turn. Its bounds are those of the live call (`simulator.overlap`).

References
----------
.. [1] F. Goldman-Eisler (1968), Psycholinguistics: silences under 250 ms belong to articulation.
.. [2] N. de Jong and T. Wempe (2009), "Praat script to detect syllable nuclei and measure speech rate automatically",
   Behavior Research Methods 41(2): the same bound, measured from audio.
.. [3] T. Stivers et al. (2009), "Universals and cultural variation in turn-taking in conversation", PNAS 106(26).
.. [4] M. Heldner and J. Edlund (2010), "Pauses, gaps and overlaps in conversations", Journal of Phonetics 38(4).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from simulator.clock import Span, from_ms, gaps, meets, merge
from simulator.cues.signal.activity import SHORTEST_PAUSE
from simulator.overlap import DEAD_AIR_WARN

LONGEST_PAUSE = from_ms(3000)
"""From here on a silence is no pause, by this product's own definition."""
LONGEST_TRANSFER_OVERLAP = from_ms(2000)
"""A floor transfer overlaps by at most this; more is talking over, not taking over."""


def silent_pauses(speech: Sequence[Span], others: Sequence[Span] = ()) -> tuple[Span, ...]:
    """Return the silent pauses of one speaker.

    Parameters
    ----------
    speech : sequence of Span
        The speaker's stretches of speech.
    others : sequence of Span
        Everybody else's; a silence in which another speaks is no pause.

    Examples
    --------
    >>> silent_pauses([Span(0, 16000), Span(24000, 32000), Span(33600, 40000)])
    (Span(start=16000, stop=24000),)
    """
    spoken = merge(others)
    silences = (one.gap(two) for one, two in pairwise(merge(speech)))
    return tuple(
        silence
        for silence in silences
        if silence is not None and SHORTEST_PAUSE <= silence.duration < LONGEST_PAUSE and not meets(silence, spoken)
    )


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
    found = []
    latest, by_trainee = 0, True
    for span, is_trainee in _in_order(trainee, customer):
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
    # A stretch that lies wholly inside what was said before took no floor.
    outlasting: list[tuple[Span, bool]] = []
    for span, is_trainee in _in_order(trainee, customer):
        if not outlasting or span.stop > outlasting[-1][0].stop:
            outlasting.append((span, is_trainee))
    return tuple(
        after.start - before.stop
        for (before, was_trainee), (after, is_trainee) in pairwise(outlasting)
        if is_trainee and not was_trainee and after.start - before.stop >= -LONGEST_TRANSFER_OVERLAP
    )


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
    found = [gap for gap in gaps(spoken, Span(0, duration)) if gap.duration >= DEAD_AIR_WARN]
    last_trainee = max((span.stop for span in trainee), default=0)
    last_customer = max((span.stop for span in customer), default=0)
    if found and found[-1].stop == duration and last_trainee > last_customer:
        found.pop()
    return tuple(found)


def at_least(silences: Sequence[Span], length: int) -> tuple[Span, ...]:
    """Return the silences of `length` samples or more."""
    return tuple(silence for silence in silences if silence.duration >= length)


def _in_order(trainee: Sequence[Span], customer: Sequence[Span]) -> list[tuple[Span, bool]]:
    """Return the stretches of both in order, each with whether it is the trainee's."""
    return sorted([(span, True) for span in merge(trainee)] + [(span, False) for span in merge(customer)])
