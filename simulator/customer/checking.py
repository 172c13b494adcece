"""What an author got wrong although the file keeps to the schema: found by looking, with the line it stands on.

Nothing here is a matter of taste: each finding is something a trainee could never meet, or never satisfy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from simulator.customer.lines import Lines
from simulator.customer.scenario import Scenario
from simulator.customer.temper import load_kind, load_mood_rules, load_personality
from simulator.customer.voicing import emphasised_words
from simulator.datafile import line_of

LONGEST_LINE = 32
"""More words than this are no line but a speech."""
WANTED_TRAINEES = ("exemplary", "mechanical", "rude", "silent")
"""Qualities of the scripted trainees that every scenario is rehearsed with."""
Place: TypeAlias = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right: where, and what."""

    path: Path
    line: int | None
    text: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{where}: {self.text}"


def check_scenario(scenario: Scenario) -> tuple[Finding, ...]:
    """Return everything to put right in `scenario`, in the order of the file."""
    path = scenario.path or Path(scenario.id)
    found = []
    for rule in (_facts, _needs, _offers, _choices, _unreachable, _lines, _emphasis):
        for place, text in rule(scenario):
            found.append(Finding(path, line_of(path, place) if scenario.path else None, text))
    return tuple(sorted(found, key=lambda finding: finding.line or 0))


def _facts(story: Scenario) -> Iterator[tuple[Place, str]]:
    told = {fact for part in story.vents for fact in part.tells} | {f for part in story.answers for f in part.tells}
    for name in story.facts:
        if name not in told:
            yield ("facts", name), f"fact {name} is never told; add it to `tells` of a vent or an answer"


def _needs(story: Scenario) -> Iterator[tuple[Place, str]]:
    offers = story.briefing.may_offer
    spec = story.needs.get("given_a_solution")
    if spec is None:
        yield ("needs",), "there is no given_a_solution; nothing the agent offers can settle the matter"
        return
    wanted = spec.met_by or tuple(offers)
    place = ("needs", "given_a_solution")
    if all(offers[offer].by == "manager" for offer in wanted) and "escalated" not in story.endings:
        yield place, "only a manager can meet it, but endings has no escalated; the need cannot be met"
    rules = load_mood_rules()
    for need in story.needs:
        serving = set(rules.needs[need].points) - {"vents", "backchannel", "escalation_explained", "thread_read"}
        doubted = serving and serving <= set(story.no_longer_believes)
        if doubted and "taken_responsibility_for" not in story.needs:
            yield ("needs", need), f"{need} cannot be met: the customer believes none of {', '.join(sorted(serving))}"
    for act in story.no_longer_believes:
        if act not in rules.effects:
            yield ("no_longer_believes",), f"no such act: {act}"
    if "agreed" not in story.needs:
        yield ("needs",), "there is no agreed; the customer would never be asked whether it suits (guidance R6)"


def _offers(story: Scenario) -> Iterator[tuple[Place, str]]:
    spec = story.needs.get("given_a_solution")
    asked_for = set(spec.met_by if spec else ())
    for name, offer in story.briefing.may_offer.items():
        place = ("briefing", "may_offer", name)
        if asked_for and name not in asked_for and offer.by == "agent" and not offer.goodwill:
            yield place, f"nothing asks for offer {name}; add it to met_by of a need, or mark it goodwill: true"


def _choices(story: Scenario) -> Iterator[tuple[Place, str]]:
    for name in story.wants:
        if name not in story.choices:
            yield ("wants",), f"{name} is wanted, but choices has no line for it"
    for name in story.briefing.may_offer:
        if name not in story.says_back:
            yield ("says_back",), f"{name} may be offered, but says_back has no line for it"


def _unreachable(story: Scenario) -> Iterator[tuple[Place, str]]:
    bank = set(load_personality(story.personality).lines) | set(load_kind(story.kind).lines)
    for kind in story.lines:
        if kind == "opening" and story.direction == "inbound":
            yield ("lines", kind), "an inbound caller waits for the greeting; opening is for direction: outbound"
        elif kind != "opening" and kind not in bank:
            yield (
                ("lines", kind),
                f"no moment is called {kind}, so these lines are never said; see a bank for the names",
            )
    for number, vent in enumerate(story.vents):
        if vent.abuse is not None and story.kind != "abusive":
            yield ("vents", number, "abuse"), "abuse is only said by a caller of kind: abusive"
    if story.kind == "abusive" and not any(vent.abuse for vent in story.vents):
        yield ("kind",), "an abusive caller needs abuse in at least one vent"
    if story.briefing.thread and story.direction == "inbound":
        yield ("briefing", "thread"), "a thread that moves to the phone is an outbound call; set direction: outbound"
    if story.direction == "outbound" and "opening" not in story.lines:
        yield ("direction",), "an outbound call needs lines: opening, the customer answering the phone"
    managers = any(offer.by == "manager" for offer in story.briefing.may_offer.values())
    if "escalated" in story.endings and not managers:
        yield ("endings", "escalated"), "no offer is by: manager, so the call cannot end escalated"


def _lines(story: Scenario) -> Iterator[tuple[Place, str]]:
    for place, lines in _all_lines(story):
        for text, _ in lines:
            if re.search(r"\d", text):
                yield place, f"write numbers as words, the voice reads what stands there: {text!r}"
            if len(text.split()) > LONGEST_LINE:
                yield (
                    place,
                    f"{len(text.split())} words are too many for one line (at most {LONGEST_LINE}): {text[:40]!r}",
                )


def _emphasis(story: Scenario) -> Iterator[tuple[Place, str]]:
    texts = [text for _, lines in _all_lines(story) for text, _ in lines]
    for number, mark in enumerate(story.emphasis):
        if not emphasised_words(texts, [mark]):
            yield ("emphasis", number), f"no line has these words: {mark!r}; write them as they stand in a line"


def _all_lines(story: Scenario) -> Iterator[tuple[Place, Lines]]:
    for n, vent in enumerate(story.vents):
        yield ("vents", n, "say"), vent.say
        if vent.abuse is not None:
            yield ("vents", n, "abuse"), vent.abuse
    for n, answer in enumerate(story.answers):
        yield ("answers", n, "say"), answer.say
    for name, detail in story.caller.details.items():
        yield ("caller", "details", name), detail
    for need, spec in story.needs.items():
        if spec.press is not None:
            yield ("needs", need, "press"), spec.press
    for outcome, ending in story.endings.items():
        yield ("endings", outcome, "say"), ending.say
    for name in story.choices:
        yield ("choices", name), story.choices[name]
    for name in story.says_back:
        yield ("says_back", name), story.says_back[name]
    for kind, lines in story.lines.items():
        yield ("lines", kind), lines
