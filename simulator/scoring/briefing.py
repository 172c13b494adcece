"""What the trainee said beside the briefing: promises it allows or forbids, and words that only its reader knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from simulator.events import Word
from simulator.phrases import bare_words, best_match, plain_words
from simulator.scoring.case import Case, Utterance
from simulator.scoring.facts import Offer, ScenarioFacts

PROMISES = frozenset({"solution", "options", "timeline", "assurance", "follow_up"})
"""Acts that commit the company to something."""
PROPOSALS = PROMISES | {"next_steps", "escalation"}
"""Acts with which an offer is put on the table."""
JOINS = frozenset("and or but then so because".split())
"""Words between which a clause stands; a promise and its terms stand in one clause."""
DENIALS = frozenset("not cannot can't won't never unable don't isn't no couldn't wouldn't nothing".split())
"""Words that make a clause no promise."""
LEAST_DIGITS = 4
"""Only a reader of the briefing would say a number with this many digits."""
DIGITS = {word: str(digit) for digit, word in enumerate("zero one two three four five six seven eight nine".split())}
DIGITS["oh"] = "0"


def promise_faults(case: Case, utterance: Utterance) -> Iterator[str]:
    """Yield what is wrong with the promises in an utterance, each as the rest of a sentence that begins with it."""
    promised = [
        " ".join(word.word for word in clause) for clause in _clauses(utterance) if _promises(utterance, clause)
    ]
    briefing = case.facts.briefing
    for offer in briefing.may_not:
        if any(mentions(text, offer) for text in promised):
            yield f"promises what the briefing does not allow: {offer.text}".rstrip(".")
    so_far = {act.act for act in case.acts if act.span.start <= utterance.span.stop}
    for offer in briefing.may_offer.values():
        if not any(mentions(text, offer) for text in promised):
            continue
        if offer.by == "manager" and "escalation" not in so_far:
            yield f"promises what only a manager may grant: {offer.text}".rstrip(".")
        elif offer.after == "consult" and "consult" not in so_far:
            yield f"promises, before asking a colleague: {offer.text}".rstrip(".")


def _clauses(utterance: Utterance) -> list[list[Word]]:
    clauses: list[list[Word]] = [[]]
    for word in utterance.words:
        if word.word.lower() in JOINS:
            clauses.append([])
        clauses[-1].append(word)
    return [clause for clause in clauses if clause]


def _promises(utterance: Utterance, clause: Sequence[Word]) -> bool:
    span = clause[0].span | clause[-1].span
    here = {act.act for act in utterance.acts if act.span & span is not None}
    denied = any(word.word.lower() in DENIALS for word in clause)
    return bool(here & PROMISES) and not here & {"refusal", "greeting"} and not denied


def mentions(text: str, offer: Offer) -> bool:
    """Return whether a text holds the words of an offer."""
    return best_match(offer.words, plain_words(text)) > 0


def offers_made(case: Case, offers: Sequence[Offer]) -> dict[str, Utterance]:
    """Return the offers that were put on the table, by their text, with the utterance that did so first."""
    made: dict[str, Utterance] = {}
    for utterance in case.utterances:
        if utterance.holds(PROPOSALS):
            for offer in offers:
                if mentions(utterance.text, offer):
                    made.setdefault(offer.text, utterance)
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
    """Return the words of a briefing that only its reader would say: names, days and long numbers, in lower case.

    Examples
    --------
    >>> sorted(telling_words("Karen Whitlock, order 72491. It was due on Tuesday. Likes it short."))
    ['72491', 'tuesday', 'whitlock']
    """
    names = re.findall(r"(?<![.!?:] )(?<!^)\b[A-Z][a-z]{2,}", text, flags=re.MULTILINE)
    numbers = re.findall(rf"\d{{{LEAST_DIGITS},}}", text.replace(" ", " "))
    return frozenset([*(name.lower() for name in names), *numbers])


def with_numbers(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, digits said one by one joined to numbers.

    Examples
    --------
    >>> with_numbers("Order seven two four nine one, right?")
    ('order', '72491', 'right')
    """
    joined = " ".join(DIGITS.get(word, word) for word in bare_words(text))
    return tuple(re.sub(r"(?<=\d) (?=\d)", "", joined).split())
