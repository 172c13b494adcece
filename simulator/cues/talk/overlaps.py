"""Overlaps of a whole call, named by the definitions of `simulator.overlap`.

Conventions
-----------
Every stretch of the trainee's speech that meets a stretch of the customer's makes one overlap. Words belong to
the stretch that they touch, with the slack that recognizers need.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.clock import Span, from_ms, merge
from simulator.cues.measurement import Overlap
from simulator.events import Word
from simulator.overlap import judge_overlap, sure_words


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLine:
    """One line of the customer's, as a call's log has it.

    `would_stop` is where it would have ended without an interruption; `planned` says that the customer cut in on
    purpose.
    """

    span: Span
    would_stop: int | None = None
    planned: bool = False


def overlaps(
    trainee: Sequence[Span], customer: Sequence[Span] | Sequence[CustomerLine], words: Sequence[Word] | None = None
) -> tuple[Overlap, ...]:
    """Name every overlap of a call, in order.

    Parameters
    ----------
    trainee : sequence of Span
        The trainee's stretches of speech.
    customer : sequence of Span or CustomerLine
        The customer's.
    words : sequence of Word, optional
        What the trainee said, on the call clock.

    Examples
    --------
    >>> [found.kind for found in overlaps([Span(16000, 48000)], [Span(0, 80000)])]
    ['interruption']
    """
    lines = [line if isinstance(line, CustomerLine) else CustomerLine(span=line) for line in customer]
    lines.sort(key=lambda line: line.span)
    said = sorted(words or (), key=lambda word: word.span)
    starts = [word.span.start for word in said]
    found = []
    first = 0
    for stretch in merge(trainee):
        while first < len(lines) and lines[first].span.stop <= stretch.start:
            first += 1
        at = first
        while at < len(lines) and lines[at].span.start < stretch.stop:
            if stretch & lines[at].span is not None:
                found.append(_judge(stretch, lines[at], _within(stretch, said, starts)))
            at += 1
    return tuple(sorted(found, key=lambda overlap: overlap.span))


def _within(stretch: Span, words: Sequence[Word], starts: Sequence[int]) -> list[str]:
    # No word lasts as long as four seconds, so the search may begin that far back.
    low = bisect_left(starts, stretch.start - from_ms(4500))
    high = bisect_left(starts, stretch.stop + from_ms(500))
    return sure_words(stretch, words[low:high])


def _judge(stretch: Span, line: CustomerLine, said: Sequence[str]) -> Overlap:
    both = stretch & line.span
    assert both is not None
    judged = judge_overlap(stretch, line.span, said, customer_would_stop=line.would_stop)
    by_customer = line.planned or stretch.start < line.span.start
    planned = line.planned and judged.kind != "backchannel"
    return Overlap(
        span=both,
        kind="yield" if planned else judged.kind,
        by="customer" if by_customer else "trainee",
        rule="customer-cut-in" if planned else judged.rule,
        customer_left=judged.customer_left,
        from_customer_edge=judged.from_customer_edge,
        yielded=line.span.stop <= stretch.stop if by_customer else stretch.stop <= line.span.stop,
        words=" ".join(said),
    )
