"""A better wording, made from the call's own facts: what this customer had told, and what the briefing allows.

A rubric's wording may hold slots, such as "So {fact}. Have I got that right?". Of several wordings the first counts
whose slots the call can fill. Facts and offers are said in the scenario's own sentences (docs/authoring.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from string import Formatter

from simulator.scoring.case.facts import Fact, Offer, ScenarioFacts
from simulator.scoring.case.seen import Case

SLOTS = ("complaint", "fact", "fact_2", "offer", "offer_2", "goodwill", "manager", "company", "caller")
"""What the customer told first; a fact that they told before the moment, and another; an offer that answers it, and
another; an offer beyond it; an offer to pass it on; who is called; who calls."""
LEADING = re.compile(r"^(?:so|and|but|well) ", re.IGNORECASE)
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}|\b[A-Z][a-z]+(?= [A-Z][a-z])")
"""A word that its author wrote with a capital inside a sentence, or before another such word."""

DATES = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February April June July August September".split()
)
DATES += "October November December".split()
"""Names of days and months that are no other word; "march" and "may" may be."""


def slots_of(wording: str) -> tuple[str, ...]:
    """Return the names of the slots in a wording.

    Examples
    --------
    >>> slots_of("So {fact}. Have I got that right?")
    ('fact',)
    """
    return tuple(name for _, name, _, _ in Formatter().parse(wording) if name is not None)


def better_wording(wordings: Sequence[str], case: Case, *, at: int) -> str:
    """Return the first wording whose slots the call can fill, for the moment `at` (samples); "" if there is none."""
    filled = dict(_fillings(case, at))
    chosen = next((each for each in wordings if set(slots_of(each)) <= set(filled)), "")
    return _sentences(chosen.format_map(filled))


def _fillings(case: Case, at: int) -> Iterable[tuple[str, str]]:
    facts = case.facts
    told = told_facts(case, at)
    offers = [each for each in facts.remedies if each.by == "agent" and not each.after]
    extra = [each for each in facts.offers("goodwill") if each.by == "agent" and not each.after]
    passed = [each for each in facts.offers("any") if each.by == "manager"]
    first = [complaint] if (complaint := first_complaint(case)) is not None else []
    numbered = (
        ("complaint", first),
        ("fact", told),
        ("offer", offers),
        ("goodwill", extra[:1]),
        ("manager", passed[:1]),
    )
    for name, each in numbered:
        said = [wording for one in each if (wording := _as_said(one, facts))]
        yield from zip((name, f"{name}_2"), said, strict=False)
    if facts.company:
        yield "company", facts.company
    if facts.caller.name:
        yield "caller", facts.caller.name


def _told_when(case: Case) -> list[tuple[int, Fact]]:
    """Return the facts that the customer told, true ones, each with when it was told first, in order."""
    when = dict[str, int]()
    for line in case.lines:
        kind = line.id.partition("/")[0].removesuffix(":abuse")
        for told in (*case.facts.vents, *case.facts.answers):
            if kind in (f"vent:{told.id}", f"answer:{told.id}"):
                for fact in told.tells:
                    when.setdefault(fact, line.span.start)
    known = [(start, case.facts.facts[id]) for id, start in when.items() if id in case.facts.facts]
    return [(start, fact) for start, fact in known if not fact.mistaken]


def first_complaint(case: Case) -> Fact | None:
    """Return what the customer complained of first, of what is so."""
    return next((fact for _, fact in _told_when(case)), None)


def told_facts(case: Case, at: int) -> tuple[Fact, ...]:
    """Return the facts that the customer had told by `at`, in samples: the latest first, then those told later."""
    told = _told_when(case)
    before = [fact for start, fact in told if start <= at]
    return (*reversed(before), *(fact for start, fact in told if start > at))


def _as_said(each: Fact | Offer, facts: ScenarioFacts) -> str:
    """Return a fact or an offer as an agent says it, in the middle of a sentence; "" if the scenario does not say."""
    wordings = [LEADING.sub("", said) for said in each.said]
    if not wordings:
        return ""
    to_customer = [said for said in wordings if said.startswith("you")] if isinstance(each, Fact) else []
    return _with_names((to_customer or wordings)[0], facts)


def _with_names(said: str, facts: ScenarioFacts) -> str:
    offers = (offer.text for offer in facts.offers("any"))
    text = "\n".join((facts.briefing.text, *(fact.text for fact in facts.facts.values()), *offers))
    plain = set(re.findall(r"\b[a-z]+\b", text))
    found = {name.lower(): name for name in NAME.findall(text) if name.lower() not in plain}
    names = {name.lower(): name for name in DATES} | found
    cased = re.sub(r"[a-z]+", lambda found: names.get(found[0], found[0]), said)
    return re.sub(r"\bi\b", "I", cased)


def _sentences(text: str) -> str:
    """Return a text with a capital after each full stop."""
    return re.sub(r"(^|[.?!] )([a-z])", lambda found: found[1] + found[2].upper(), text)
