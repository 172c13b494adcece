"""What the trainee said beside the briefing: promises it allows or forbids, and words that only its reader knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from simulator.events import Asked, Offered
from simulator.scoring.case.facts import Offer, ScenarioFacts
from simulator.scoring.case.seen import Case, Utterance
from simulator.vocabulary import HARMS

LISTENS = frozenset(("empathy", "reflection"))
PROMISES = frozenset(("solution", "options", "timeline", "next_steps", "assurance", "follow_up", *HARMS))
"""A turn that listens and holds none of these says back what was promised before."""
NO_PROMISE = frozenset(("refusal", "consult"))
"""Whoever says no, or asks a colleague first, promises nothing."""
SURE = 0.8
"""A question, or an offer of somebody else's, that is read less surely than this is not held against anybody."""
ONESELF = "myself"
"""Who rings the customer themself promises nothing that only a manager may grant."""
LEAST_DIGITS = 3
"""Only a reader of the briefing would say a number with this many digits."""
DIGITS = {word: str(digit) for digit, word in enumerate("zero one two three four five six seven eight nine".split())}
DIGITS["oh"] = "0"
LATER_DATES = (
    "fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth"
).split()
DATES = {word: f"{day}th" for day, word in enumerate(LATER_DATES, 4)} | {"thirtieth": "30th"}
"""Days of a month that are said for nothing else: who says "first", "second" or "third" mostly counts."""


def promise_faults(case: Case, utterance: Utterance, made: Offered) -> Iterator[str]:
    """Yield what is wrong with a promise made in an utterance, each as the rest of a sentence that begins with it."""
    briefing = case.facts.briefing
    forbidden = {offer.id: offer for offer in briefing.may_not}
    if made.standing == "forbidden" and _is_no_promise(utterance, made):
        return
    before = [u for u in case.utterances if u.number <= utterance.number]
    offer = forbidden.get(made.id) if made.standing == "forbidden" else briefing.may_offer.get(made.id)
    if offer is None:
        return
    if made.standing == "forbidden":
        yield f"was read as what the briefing does not allow: “{offer.text.rstrip('.')}”"
    elif offer.by == "manager" and not any(u.holds(("escalation",)) or u.reading.passed_to for u in before):
        if made.strength < SURE or _rings_themself(utterance, made):
            return
        yield f"was read as “{offer.text.rstrip('.')}”, which only a manager may grant"
    elif offer.after == "consult" and not any(u.holds(("consult",)) for u in before):
        yield f"was read as “{offer.text.rstrip('.')}”, which needs a colleague's word first"


def _rings_themself(utterance: Utterance, made: Offered) -> bool:
    """Return whether the clause is the agent's own promise to ring."""
    span, words = utterance.clause(made)
    calls = (act.span for act in utterance.acts if act.act == "follow_up")
    return ONESELF in words.split() and any(call & span is not None for call in calls)


def _is_no_promise(utterance: Utterance, made: Offered) -> bool:
    """Return whether what sounds forbidden is an allowed offer, a question, or in a turn that says no or asks first."""
    read = utterance.reading
    allowed = [offer for offer in read.offers if offer.standing == "allowed"]
    harmless: list[Asked | Offered] = [*read.asked, *allowed]
    if any(each.first <= made.last and made.first <= each.last for each in harmless):
        return True
    return utterance.holds(NO_PROMISE) or (utterance.holds(LISTENS) and not utterance.holds(PROMISES))


def offers_made(case: Case, offers: Sequence[Offer]) -> dict[str, tuple[Utterance, Offered]]:
    """Return the offers that were put on the table, by their text, with the utterance and clause that did so first."""
    wanted = {offer.id: offer for offer in offers}
    made: dict[str, tuple[Utterance, Offered]] = {}
    for utterance in case.utterances:
        for each in utterance.reading.offers:
            if each.standing == "allowed" and each.id in wanted:
                made.setdefault(wanted[each.id].text, (utterance, each))
    return made


def words_used(case: Case, known: frozenset[str], utterances: Sequence[Utterance]) -> dict[str, Utterance]:
    """Return the words of `known` that the trainee used before the customer did, with the utterance that did so."""
    used: dict[str, Utterance] = {}
    for utterance in utterances:
        heard = set(with_numbers(case.customer_words_before(utterance.span.start)))
        for word in with_numbers(utterance.text):
            if word in known and word not in heard:
                used.setdefault(word, utterance)
    return used


def known_beforehand(facts: ScenarioFacts, source: Literal["profile", "thread"]) -> frozenset[str]:
    """Return the telling words of the briefing and the caller's name, or those of the email thread alone."""
    if source == "thread":
        return telling_words("\n".join(facts.briefing.thread))
    return telling_words(facts.briefing.text).union(facts.caller.name.lower().split())


def telling_words(text: str) -> frozenset[str]:
    """Return the words of a briefing that only its reader would say: names, dates and long numbers, in lower case.

    Examples
    --------
    >>> sorted(telling_words("Karen Whitlock, order 72491. It was due on Tuesday the 9th. Likes it short."))
    ['72491', '9th', 'tuesday', 'whitlock']
    """
    names = re.findall(r"(?<![.!?:] )(?<!^)\b[A-Z][a-z]{2,}", text, flags=re.MULTILINE)
    numbers = re.findall(rf"\d{{{LEAST_DIGITS},}}|\b\d{{1,2}}th\b", text.replace(" ", " "))
    return frozenset([*(name.lower() for name in names), *numbers])


def with_numbers(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, digits said one by one joined to numbers, and dates as figures.

    Examples
    --------
    >>> with_numbers("Order seven two four nine one, on the twenty sixth, right?")
    ('order', '72491', 'on', 'the', '26th', 'right')
    """
    joined = " ".join(DIGITS.get(word, DATES.get(word, word)) for word in re.findall(r"[a-z0-9']+", text.lower()))
    dates = re.sub(r"\btwenty ([4-9]th)\b", r"2\1", joined)
    return tuple(re.sub(r"(?<=\d) (?=\d+\b)", "", dates).split())
