"""Silent pauses inside the speaker's own turns.

Metrics
-------
A *silent pause* is a silence of 250 ms or more between two stretches of one person's speech, with nobody else speaking
in it. From 3 s on it is no pause any more: with both tracks it may be dead air; with one track it may be somebody
else's turn.

References
----------
.. [1] F. Goldman-Eisler (1968), Psycholinguistics: silences under 250 ms belong to articulation.
.. [2] N. de Jong and T. Wempe (2009), "Praat script to detect syllable nuclei and measure speech rate automatically",
   Behavior Research Methods 41(2): the same bound, measured from audio.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from simulator.clock import Span, from_ms, intersect, merge

SHORTEST_PAUSE = from_ms(250)
"""Goldman-Eisler 1968."""
LONGEST_PAUSE = from_ms(3000)
"""From here on a silence is dead air, by this product's own definition."""


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
    stretches = merge(speech)
    silences = [
        gap
        for one, two in itertools.pairwise(stretches)
        if (gap := one.gap(two)) is not None and SHORTEST_PAUSE <= gap.duration < LONGEST_PAUSE
    ]
    interrupted = intersect(silences, others)
    at, kept = 0, []
    for silence in silences:
        while at < len(interrupted) and interrupted[at].stop <= silence.start:
            at += 1
        if at == len(interrupted) or interrupted[at].start >= silence.stop:
            kept.append(silence)
    return tuple(kept)
