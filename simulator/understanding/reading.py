"""One reading of a turn: acts, facts said back, offers against the briefing, questions, and who takes over.

Conventions
-----------
A network marks the words that belong to each act and to each of the scenario's sentences (`simulator.understanding.
reader`). A run of marked words is a clause; it counts where its best word reaches the bar of its act or kind of
sentence. Words count from 0; a clause includes its first and its last word. Each act is shown at most once a turn, by
its surest clause; facts and offers at most once each; questions once a clause.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.events import Act, Asked, Mention, Offered, Reading
from simulator.ports import Completeness
from simulator.understanding.asked import Questions
from simulator.understanding.clauses import NEEDS_NONE, Clause, case_of, clauses, likely, quote, strength
from simulator.understanding.completeness import completeness
from simulator.understanding.guards import (
    Turn,
    is_farewell,
    is_hedged,
    is_selling,
    promises_nothing,
    spared,
)
from simulator.understanding.quantities import DAYS, figures, promised_hold
from simulator.understanding.reader import Bars, Reader, ReadTurn, shipped_bars, shipped_reader
from simulator.understanding.tags import (
    OTHER_OFFER,
    PASSED_TO,
    PASSED_WHEN,
)
from simulator.understanding.wording import tokens
from simulator.vocabulary import ACTS, HARMS, REMEDIES

UNDERSTANDING_VERSION = "9"
"""Changes whenever the same words may be read otherwise; the manifest of a call carries it."""
ALIKE = 0.9
"""Cosine of two sentences that the reader can hardly tell apart."""
WARM = frozenset("empathy apology ownership reflection rapport assurance willingness personalisation gratitude".split())
"""Acts that are less sure in a turn that may do harm: mockery has the words of kindness."""
SOUR, SOURED = 0.3, 0.7
"""From this chance of harm on, they are at most so strong."""
NAMED = 0.6
"""Harmful acts but a refusal are named only in a turn whose chance of harm is at least this."""
LEAST_HARM = 0.001
"""Probability of a harmful act that is none by a guard; none counts as less likely than this."""
PROMISES = (*REMEDIES, "timeline", "follow_up", "assurance")
"""Acts that are less sure if they are hedged: "i might be able to"; at most as strong as `SOURED`, too."""
BEFORE_OFFER = 4
"""A hedge may stand so many words before the offer: "i might be able to do saturday"."""
STEPS = ("solution", "timeline", "next_steps")
"""Acts that the customer's own story, said back, is not: "we cancelled your flight by text at five"."""
AHEAD = frozenset("will shall can could going let now".split())
"""Words of somebody who speaks of what is to come, and does not tell what was."""
MOSTLY = 0.7
"""A clause lies inside another that has this share of its words."""
FEELS = ("empathy", "reflection", "rapport")
"""Acts that a question of fact is not."""
LINES_READ = 3
"""Of the customer's lines, the last so many are read beside the turn."""


def _alike(by_id: Mapping[str, NDArray[np.float32]]) -> Iterator[tuple[str, str, float]]:
    """Yield pairs of ids with sentences nearer to each other than `ALIKE`, and how near."""
    for one, other in itertools.combinations(by_id, 2):
        likeness = float((by_id[one] @ by_id[other].T).max())
        if likeness > ALIKE:
            yield one, other, likeness


class TooAlike(NamedTuple):
    """Two sentences of different ids that the reader can hardly tell apart; `likeness` is their cosine."""

    kind: str
    one: str
    other: str
    likeness: float


def too_alike(reader: Reader, sentences: Mapping[str, Mapping[str, Sequence[str]]]) -> list[TooAlike]:
    """Return pairs of ids of one kind with sentences nearer to each other than `ALIKE`, the nearest first."""
    found = []
    for kind, by_id in case_of(reader, sentences).sentences.items():
        found += [TooAlike(kind, one, other, round(likeness, 2)) for one, other, likeness in _alike(by_id)]
    return sorted(found, key=lambda each: -each.likeness)


class Understanding:
    """Reads turns of one call (`ports.Understanding`).

    Parameters
    ----------
    sentences : mapping of str to mapping of str to sequence of str
        The scenario's facts, offers, what must not be promised, and questions, as plain sentences by kind and id.
    usual : frozenset of str, optional
        The questions among them that any caller may be asked and that this story has no answer of its own to.

    Examples
    --------
    >>> reading = Understanding({}).read("i am so sorry that nobody rang you".split())
    >>> [act.act for act in reading.acts]
    ['apology']
    """

    def __init__(
        self,
        sentences: Mapping[str, Mapping[str, Sequence[str]]],
        *,
        usual: frozenset[str] = frozenset(),
        reader: Reader | None = None,
        bars: Bars | None = None,
    ) -> None:
        self._reader = reader or shipped_reader()
        self._bars = bars or shipped_bars()
        self._case = case_of(self._reader, sentences)
        self._questions = Questions(self._case, self._bars, usual)

    def read(self, words: tuple[str, ...], *, context: tuple[str, ...] = ()) -> Reading:
        """Return what the trainee did with `words`, after the customer's lines `context` (the last one last)."""
        if not words:
            return Reading()
        found = self._reader.turn(words, context[-LINES_READ:])
        acts = tuple(self._acts(found, words))
        turn = Turn(words, context)
        asked = tuple(self._questions.of(found, words))
        facts, offers = tuple(self._facts(found, words)), tuple(self._offers(found, words))
        acts = tuple(act for act in acts if not spared(act, turn) and not _only_asks(act, asked))
        told: tuple[Act | Mention, ...] = (*facts, *(act for act in acts if act.act == "reflection"))
        acts = tuple(act for act in acts if not _retells(act, told) or _inside(act, offers))
        harm = self._harm(found, turn)
        if harm is not None and harm < NAMED:
            acts = tuple(act for act in acts if act.act not in HARMS)
        if harm is not None and harm >= SOUR:
            acts = tuple(replace(act, strength=min(act.strength, SOURED)) if act.act in WARM else act for act in acts)
        acts = tuple(replace(act, strength=min(act.strength, SOURED)) if _hedged(act) else act for act in acts)
        return Reading(
            acts=tuple(sorted(acts, key=lambda act: (act.first, act.last, act.act))),
            facts=facts,
            offers=offers,
            asked=asked,
            passed_to=self._quoted(found, words, PASSED_TO),
            call_back=self._quoted(found, words, PASSED_WHEN),
            farewell=is_farewell(words),
            selling=is_selling(words),
            harm=harm,
        )

    def completeness(self, words: tuple[str, ...]) -> Completeness:
        """Say whether the words so far are a whole sentence."""
        return completeness(words)

    def promised_hold(self, words: tuple[str, ...]) -> int | None:
        """Return how long a hold was announced to last, in samples."""
        return promised_hold(words)

    def _acts(self, found: ReadTurn, words: Sequence[str]) -> Iterator[Act]:
        for act in ACTS:
            bar = self._bars.tags[act]
            best = max(clauses(found.of(act), bar), key=lambda each: each.probability, default=None)
            if best is not None:
                yield Act(
                    act=act,
                    rule=f"{act}/read",
                    words=quote(words, best),
                    first=best.first,
                    last=best.last,
                    strength=strength(best, bar),
                )

    def _harm(self, found: ReadTurn, turn: Turn) -> float | None:
        """Return how likely any remark of the turn does harm; None where nothing in it is a word."""
        if not len(found.at):
            return None
        log_odds = self._bars.harm["bias"] + self._bars.harm["scale"] * harm_odds(found, turn)
        return round(float(1 / (1 + np.exp(-log_odds))), 2)

    def _matches(self, found: ReadTurn, words: Sequence[str], kind: str, bar: float) -> dict[str, list[Clause]]:
        """Return the clauses that say each of the case's sentences of a kind, as likely as `bar`."""
        clauses_by_id = {}
        for name, by_word in likely(self._case, self._bars, found, words, kind):
            own = self._case.numbers[kind][name]
            fitting = [each for each in clauses(by_word, bar) if self._numbers_fit(words, each, kind, own)]
            if fitting:
                clauses_by_id[name] = fitting
        return clauses_by_id

    def _numbers_fit(self, words: Sequence[str], clause: Clause, kind: str, own: frozenset[str]) -> bool:
        """Return whether the numbers and days of a clause are not another sentence's; where both name one, the day."""
        said = figures(words[clause.first : clause.last + 1])
        if said & DAYS and own & DAYS:
            said &= DAYS
        if kind not in ("offer", "forbid") or not said or not own or said & own:
            return True
        return not any(said & numbers for numbers in self._case.numbers[kind].values())

    def _facts(self, found: ReadTurn, words: Sequence[str]) -> Iterator[Mention]:
        bar = self._bars.sentences["fact"]
        for name, found_clauses in self._matches(found, words, "fact", bar).items():
            best = max(found_clauses, key=lambda each: each.probability)
            yield Mention(
                id=name, words=quote(words, best), first=best.first, last=best.last, strength=strength(best, bar)
            )

    def _offers(self, found: ReadTurn, words: Sequence[str]) -> Iterator[Offered]:
        taken: list[Clause] = []
        for kind, standing in (("forbid", "forbidden"), ("offer", "allowed")):
            for name, found_clauses in self._matches(found, words, kind, self._bars.sentences[kind]).items():
                if kind == "forbid":
                    found_clauses = [each for each in found_clauses if not self._declined(words, each, name)]
                if not found_clauses:
                    continue
                best = max(found_clauses, key=lambda each: each.probability)
                taken.append(best)
                yield _offered(name, standing, words, best, self._bars.sentences[kind])
        bar = self._bars.tags[OTHER_OFFER]
        for clause in clauses(found.of(OTHER_OFFER), bar):
            if not any(clause.meets(other) for other in taken):
                yield _offered("", "unknown", words, clause, bar)

    def _declined(self, words: Sequence[str], clause: Clause, name: str) -> bool:
        """Return whether what must not be promised or asked for is refused, or said not to be needed.

        Where the scenario's own words say "you don't need to", these are the promise itself.
        """
        more = () if name in self._case.spares else NEEDS_NONE
        return promises_nothing(words, clause.first, clause.last, more)

    def _quoted(self, found: ReadTurn, words: Sequence[str], tag: str) -> str:
        best = max(clauses(found.of(tag), self._bars.tags[tag]), key=lambda each: each.probability, default=None)
        return quote(words, best) if best is not None else ""


def harm_odds(found: ReadTurn, turn: Turn) -> float:
    """Return the log-odds that any harmful act was done, were they independent of each other.

    Each act counts by its likeliest clause; one that a guard spares is as unlikely as `LEAST_HARM`.
    """
    none = 1.0
    for name in HARMS:
        row = found.of(name)
        chance = LEAST_HARM
        if row.max() > LEAST_HARM:
            best = clauses(row, float(row.max()))[0]
            place = {"words": quote(turn.words, best), "first": best.first, "last": best.last}
            act = Act(act=name, rule="", strength=best.probability, **place)  # type: ignore[arg-type]
            chance = LEAST_HARM if spared(act, turn) else min(1 - LEAST_HARM, best.probability)
        none *= 1 - chance
    return math.log((1 - none) / none)


def _retells(act: Act, told: Sequence[Act | Mention]) -> bool:
    """Return whether what was read as a remedy or a step only says the customer's story back."""
    return act.act in STEPS and _inside(act, told) and AHEAD.isdisjoint(tokens(act.words.split()).texts)


def _inside(act: Act, others: Sequence[Act | Mention | Offered]) -> bool:
    """Return whether most words of an act belong to one of `others`."""
    shared = (min(act.last, each.last) - max(act.first, each.first) + 1 for each in others)
    return max(shared, default=0) >= MOSTLY * (act.last - act.first + 1)


def _hedged(act: Act) -> bool:
    """Return whether a promise leaves open whether it will be kept."""
    return act.act in PROMISES and is_hedged(act.words.split())


def _only_asks(act: Act, asked: Sequence[Asked]) -> bool:
    """Return whether a kindness is nothing but a question of fact: "has any money been taken that shouldn't have"."""
    facts = (each for each in asked if each.kind == "known" or each.kind.startswith("?"))
    return act.act in FEELS and any(each.first - 1 <= act.first and act.last <= each.last for each in facts)


def _offered(name: str, standing: str, words: Sequence[str], clause: Clause, bar: float) -> Offered:
    around = words[max(0, clause.first - BEFORE_OFFER) : clause.last + 1]
    return Offered(
        id=name,
        standing=standing,  # type: ignore[arg-type]
        words=quote(words, clause),
        first=clause.first,
        last=clause.last,
        strength=strength(clause, bar),
        hedged=is_hedged(around),
    )
