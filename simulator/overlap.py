"""Who talked over whom, and how long a silence may last: the one definition, live and in review.

Conventions
-----------
All times are samples of the call clock. An overlap is judged when its facts are complete; the live call may know
earlier that it can be no backchannel (`longest_backchannel`).

Metrics
-------
- backchannel: at most 1.0 s, every word an acknowledgement, or no word recognised;
- collision: the trainee starts within 0.25 s of the customer's own start or end, or the overlap is under 0.5 s and
  the trainee yields;
- interruption: the trainee starts while the customer is speaking, overlaps 0.5 s or more, it is no backchannel, and the
  customer had more than 0.5 s left to say;
- yield: after the customer cuts in on purpose, how long until the trainee stops;
- dead air: a silence of both, noticed from 3 s, counted from 5 s, failed from 10 s.

References
----------
.. [1] S. Duncan (1972), "Some signals and rules for taking speaking turns in conversations", JPSP 23(2).
.. [2] A. Gravano and J. Hirschberg (2012), "A corpus-based study of interruptions in spoken dialogue",
   Interspeech.
.. [3] Guidance L1, L3, L7 and C5 (docs/guidance.md). That dead air of more than a few seconds is counted is
   contact-centre practice; its bounds are this product's own (docs/measures.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.clock import Span, from_ms
from simulator.events import OverlapKind, Word

LONGEST_BACKCHANNEL = from_ms(1000)
"""A backchannel lasts at most this long."""
COLLISION_WINDOW = from_ms(250)
"""Starting this near to the customer's own start or end is an accident of timing."""
SHORTEST_INTERRUPTION = from_ms(500)
"""Less overlap than this, if the trainee yields, takes nothing from the customer."""
LEAST_LEFT = from_ms(500)
"""An interruption leaves the customer more than this unsaid; less is anticipating the end."""
GOOD_YIELD = from_ms(1000)
"""Falling silent within this, when the customer cuts in, is good."""
FAILED_YIELD = from_ms(2000)
"""Going on longer than this, when the customer cuts in, is a failure to yield."""
DEAD_AIR_WARN = from_ms(3000)
"""From here on a silence of both is noticed."""
DEAD_AIR_COUNT = from_ms(5000)
"""From here on it is dead air."""
DEAD_AIR_FAIL = from_ms(10000)
"""From here on the customer was left alone."""

SURE_WORD = 0.5
"""A word less sure than this (0 to 1) does not count as recognised: over a loud voice, "of course" becomes anything."""
WORD_SLACK = from_ms(150)
"""Recognizers place words this loosely."""

ACKNOWLEDGEMENTS = frozenset(
    "mm mhm mm-hm mmhm mhmm mmm hmm hm uh-huh uh huh ah oh um yes yeah yep yup sure right okay ok alright "
    "indeed absolutely exactly true really gosh wow understood good".split()
)
"""Words that are an acknowledgement by themselves."""
ACKNOWLEDGING_PHRASES = (
    ("i", "see"),
    ("i", "understand"),
    ("i", "hear", "you"),
    ("got", "it"),
    ("i", "know"),
    ("of", "course"),
    ("all", "right"),
    ("that", "makes", "sense"),
    ("makes", "sense"),
    ("go", "on"),
    ("oh", "no"),
    ("oh", "dear"),
    ("fair", "enough"),
)
"""Short phrases that are an acknowledgement as a whole."""


BEGINNINGS = frozenset("mm mhm hmm right okay ok alright understood gosh wow ah oh".split())
"""Words that are a sign of listening at the beginning of an answer."""
READ_OUT = frozenset("oh zero one two three four five six seven eight nine double triple".split())
"""Words of a number that is read out: after them "oh" is a digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an overlap is, which rule decided, and the numbers behind it (samples)."""

    kind: OverlapKind
    rule: str
    customer_left: int
    from_customer_edge: int


def is_acknowledgement(words: Sequence[str]) -> bool:
    """Return whether every word is part of an acknowledgement; True for no words.

    Examples
    --------
    >>> is_acknowledgement(["yeah", "i", "see"]), is_acknowledgement(["yeah", "but"]), is_acknowledgement([])
    (True, False, True)
    """
    plain = [word.lower().strip(".,!?…'\"") for word in words]
    at = 0
    while at < len(plain):
        phrase = next((p for p in ACKNOWLEDGING_PHRASES if tuple(plain[at : at + len(p)]) == p), None)
        if phrase is not None:
            at += len(phrase)
        elif plain[at] in ACKNOWLEDGEMENTS or not plain[at]:
            at += 1
        else:
            return False
    return True


def first_acknowledging(words: Sequence[str]) -> int:
    """Return with how many words an answer begins as a sign of listening; a yes may be an answer, and is none here.

    Examples
    --------
    >>> [first_acknowledging(said.split()) for said in ("right so nobody came", "i see", "yes on saturday")]
    [1, 2, 0]
    >>> first_acknowledging("oh double seven".split())
    0
    """
    plain = [word.lower().strip(".,!?…'\"") for word in words[:3]]
    if plain[:1] == ["oh"] and len(plain) > 2 and set(plain[1:]) <= READ_OUT:
        return 0
    phrase = max((len(p) for p in ACKNOWLEDGING_PHRASES if tuple(plain[: len(p)]) == p), default=0)
    return phrase or int(plain[:1] != [] and plain[0] in BEGINNINGS)


def sure_words(stretch: Span, words: Iterable[Word]) -> list[str]:
    """Return the words that belong to a stretch of speech: those that touch it, and that the recognizer is sure of.

    Where all of them together are an acknowledgement, none is left out: half an "i see" would be none.

    Examples
    --------
    >>> said = [Word(word="i", span=Span(0, 1600), confidence=0.9), Word(word="ox", span=Span(0, 1600), confidence=0.2)]
    >>> sure_words(Span(3200, 8000), said), sure_words(Span(8000, 9600), said)
    (['i'], [])
    """
    wide = Span(max(0, stretch.start - WORD_SLACK), stretch.stop + WORD_SLACK)
    here = [word for word in words if word.span & wide is not None]
    everything = [word.word for word in here]
    if is_acknowledgement(everything):
        return everything
    return [word.word for word in here if word.confidence >= SURE_WORD]


def judge_overlap(
    trainee: Span, customer: Span, words: Sequence[str] | None, *, customer_would_stop: int | None = None
) -> Judgement:
    """Name the overlap of one stretch of the trainee's speech with one stretch of the customer's.

    Parameters
    ----------
    trainee : Span
        The trainee's stretch of speech.
    customer : Span
        The customer's stretch of speech, as far as it was heard.
    words : sequence of str, or None
        What the trainee said in that stretch; None or empty where no word was recognised.
    customer_would_stop : int, samples, optional
        Where the customer's speech would have ended had nobody cut in; its own end by default.

    Returns
    -------
    Judgement
        With kind "yield" where the customer came in second: that is for the customer's planned cuts.

    Raises
    ------
    ValueError
        If the two do not overlap.

    Examples
    --------
    >>> judge_overlap(Span(16000, 48000), Span(0, 80000), ["we", "never", "said", "that"]).kind
    'interruption'
    >>> judge_overlap(Span(16000, 24000), Span(0, 80000), ["i", "see"]).kind
    'backchannel'
    """
    both = trainee & customer
    if both is None:
        raise ValueError(f"{trainee} and {customer} do not overlap")
    would_stop = max(customer.stop, customer_would_stop or customer.stop)
    left = max(0, would_stop - trainee.start)
    edge = min(abs(trainee.start - customer.start), abs(trainee.start - would_stop))
    kind, rule = _kind(trainee, customer, both, words or (), left=left, edge=edge)
    return Judgement(kind=kind, rule=rule, customer_left=left, from_customer_edge=edge)


def _kind(
    trainee: Span, customer: Span, both: Span, words: Sequence[str], *, left: int, edge: int
) -> tuple[OverlapKind, str]:
    if trainee.duration <= LONGEST_BACKCHANNEL and is_acknowledgement(words):
        return "backchannel", "short-acknowledgement" if words else "short-no-words"
    if edge <= COLLISION_WINDOW:
        return "collision", "near-customer-edge"
    if trainee.start < customer.start:
        return "yield", "customer-came-in-second"
    if both.duration < SHORTEST_INTERRUPTION:
        return "collision", "trainee-yielded" if trainee.stop <= customer.stop else "short-overlap"
    if left <= LEAST_LEFT:
        return "collision", "customer-almost-done"
    return "interruption", "spoke-over-customer"


def judge_yield(after: int) -> Literal["good", "slow", "failed"]:
    """Say how well the trainee yielded, `after` samples after the customer cut in.

    Examples
    --------
    >>> judge_yield(8000), judge_yield(24000), judge_yield(40000)
    ('good', 'slow', 'failed')
    """
    if after <= GOOD_YIELD:
        return "good"
    return "slow" if after <= FAILED_YIELD else "failed"
