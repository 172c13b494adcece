"""Overlaps as they happen: when it is certain that the trainee interrupts, and what it was in the end.

Theory of operation
-------------------
A stretch of the trainee's speech that meets a line of the customer's makes one meeting. While it lasts it may become
*certain*: longer than any backchannel, not at an edge, with enough left to say. It is *settled*, by the one
definition in `simulator.overlap`, when one of the two has fallen silent and, for a short stretch, the words are known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from simulator.clock import Span
from simulator.events import Overlapped, Word
from simulator.overlap import COLLISION_WINDOW, LEAST_LEFT, LONGEST_BACKCHANNEL, judge_overlap, sure_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One stretch of the trainee against one line of the customer; an end is None while it lasts."""

    by: Literal["trainee", "customer"]
    planned: bool
    onset: int
    trainee_stop: int | None
    line_start: int
    line_stop: int
    would_stop: int
    line_over: bool = False
    certain: bool = False


class OverlapWatch:
    """Watches for overlaps; at most one meeting lasts at a time."""

    def __init__(self) -> None:
        self._meeting: Meeting | None = None
        self._alongside: bool | None = None

    @property
    def meeting(self) -> Meeting | None:
        """The meeting not yet settled."""
        return self._meeting

    def meet(self, onset: int, line: Span, *, by: Literal["trainee", "customer"], planned: bool = False) -> None:
        """Both speak now: the trainee since `onset`, the customer in a line that would fill `line`."""
        self._meeting = Meeting(
            by=by,
            planned=planned,
            onset=onset,
            trainee_stop=None,
            line_start=line.start,
            line_stop=line.stop,
            would_stop=line.stop,
        )

    def apart(self) -> None:
        """Note that the trainee spoke while the customer was silent."""
        self._alongside = False

    def alongside(self) -> bool:
        """Return whether the turn was only a word beside the customer's, and start afresh for the next turn."""
        found, self._alongside = bool(self._alongside), None
        return found

    def customer_stopped(self, stop: int) -> None:
        """Note that the customer's line is over, as far as it was heard."""
        if self._meeting is not None and not self._meeting.line_over:
            self._meeting = replace(self._meeting, line_stop=stop, line_over=True)

    def trainee_stopped(self, stop: int) -> None:
        """Note that the trainee's stretch is over."""
        if self._meeting is not None and self._meeting.trainee_stop is None:
            self._meeting = replace(self._meeting, trainee_stop=stop)

    def becomes_certain(self, at: int) -> bool:
        """Return True, once, when the overlap that lasts can only be an interruption."""
        now = self._meeting
        if now is None or now.by == "customer" or now.certain or now.line_over or now.trainee_stop is not None:
            return False
        near_edge = min(abs(now.onset - now.line_start), abs(now.onset - now.would_stop)) <= COLLISION_WINDOW
        if near_edge or at - now.onset <= LONGEST_BACKCHANNEL or now.would_stop - now.onset <= LEAST_LEFT:
            return False
        self._meeting = replace(now, certain=True)
        return True

    def near_own_start(self, at: int, patience: int) -> bool:
        """Return whether both began at once and the trainee has kept on for `patience` samples."""
        now = self._meeting
        if now is None or now.planned or now.line_over or now.trainee_stop is not None:
            return False
        began_together = now.by == "customer" or abs(now.onset - now.line_start) <= COLLISION_WINDOW
        return began_together and at - max(now.onset, now.line_start) >= patience

    def settle(self, at: int, words: tuple[Word, ...] | None) -> Overlapped | None:
        """Return the overlap as an event once all that decides it is known.

        Parameters
        ----------
        at : int
            Now.
        words : tuple of Word, or None
            The words of the trainee's utterance; None while the recognizer is not done.
        """
        now = self._meeting
        if now is None:
            return None
        long = (now.trainee_stop or at) - now.onset > LONGEST_BACKCHANNEL
        over = now.line_over or now.trainee_stop is not None
        if not over or (now.trainee_stop is None and not long) or (not long and words is None):
            return None
        self._meeting = None
        trainee = Span(now.onset, max(now.onset + 1, now.trainee_stop or at))
        customer = Span(now.line_start, max(now.line_start + 1, now.line_stop))
        both = trainee & customer
        if both is None:
            return None
        said = sure_words(trainee, words or ())
        found = judge_overlap(trainee, customer, said, customer_would_stop=now.would_stop)
        second_stopped = trainee.stop <= customer.stop if now.by == "trainee" else customer.stop <= trainee.stop
        kind = "yield" if now.planned and found.kind != "backchannel" else found.kind
        slight = kind == "backchannel" or (kind == "collision" and second_stopped)
        self._alongside = slight and self._alongside is not False
        return Overlapped(
            at=at,
            span=both,
            kind=kind,
            by=now.by,
            customer_left=found.customer_left,
            from_customer_edge=found.from_customer_edge,
            yielded=second_stopped,
            words=" ".join(said),
            rule="customer-cut-in" if now.planned else found.rule,
        )
