"""The questions of a turn: which words ask, what they want, and which of the scenario's questions they are.

Conventions
-----------
The network marks the words that ask, and says how likely each word belongs to a question of the scenario. The form of
the words (`simulator.understanding.questions`) parts several questions of one breath. Which question of the scenario it
is gets a second look: one that wants another kind of answer counts for less, one with the same words for more.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.events import Asked
from simulator.understanding.clauses import Case, Clause, clauses, likely, quote, strength
from simulator.understanding.questions import (
    JOINS,
    asked_by_its_word,
    asked_for,
    content,
    cuts,
    has_form,
    is_preference,
    is_question,
    only_leads,
    saying,
    takes_up,
)
from simulator.understanding.reader import Bars, ReadTurn
from simulator.understanding.tags import QUESTION, QUESTION_KINDS
from simulator.vocabulary import WHEN_SUITS

CERTAIN = 0.85
"""A usual question that the story has no answer to of its own counts from here on."""
LEAST_OTHER = 0.65
"""A question of the story counts from here on where the network takes it for a courtesy, a choice or an invitation."""
LEAST_DOUBTFUL = 0.4
"""Between this and its bar a question of the story is in doubt: its id stands beside its kind."""
LEAST_LIKELY = 0.1
"""Less likely than this, a question is none of the scenario's, whatever words they share."""
USUAL_LESS = 0.1
"""A usual question gives way to one of the story that is less likely by up to this much."""
SHARED = 0.45
"""What it is worth if all the words that tell what is asked about are those of the scenario's question,"""
UNSHARED = 0.1
"""what it costs for each of them where none is shared,"""
MOST_UNSHARED = 0.3
"""at most,"""
ALIKE_BY = 0.1
"""A question that shares no word is in doubt where another is likelier by no more than this."""
UNFIT = 0.3
"""and what it costs if another kind of answer is wanted."""
SAME_ANSWER = {"?when": {"?when", "?howmany"}, "?howmany": {"?howmany", "?when"}}
"""Kinds of answers that one question may be given for another; every other kind only for itself."""
ABOUT_NOTHING = {
    "there": content("hear me line listening okay right hello".split()),
    "tell": content(
        "help assist happened problem matter wrong going today doing seems better trouble story everything start "
        "beginning bring calling ringing call bit details issue left missing".split()
    ),
    "anything": content(
        "else help helping miss missed missing left leave forgot forgotten mind worry worrying worried bother "
        "bothering question questions cover covered need wrong more say said clear add niggling bugging wanted "
        "further unclear unsure overlooked discuss outstanding list today".split()
    ),
}
"""Kinds of questions that are about one of these or nothing; about anything else, a question wants that."""
ABOUT_WHAT_WAS_SAID = ("confirm", "suits", "there", "repeat", "understood", "permission", "choice")
"""Kinds of questions that are about nothing of the story unless they name it: "is that right"."""
ANY_ANSWER = (None, "?what", "?how")
"""A question of these kinds may be after anything."""


class Questions:
    """Finds the questions of turns.

    Parameters
    ----------
    case : Case
        The scenario's sentences.
    usual : frozenset of str
        The questions among them that any caller may be asked and that this story has no answer of its own to.
    """

    def __init__(self, case: Case, bars: Bars, usual: frozenset[str]) -> None:
        self._case, self._bars, self._usual = case, bars, usual
        self._weights = _weights(case.contents)
        self._rarest = max(self._weights.values(), default=1.0)

    def of(self, found: ReadTurn, words: Sequence[str]) -> Iterator[Asked]:
        """Yield the questions of a turn in their order."""
        by_id = dict(likely(self._case, self._bars, found, words, "ask"))
        bar, named = self._bars.tags[QUESTION], set[str]()
        for whole in clauses(found.of(QUESTION), bar):
            parts = self._parts(found, words, whole, by_id)
            for clause in parts:
                kind = self._kind(found, clause, words)
                stretch = words[clause.first : clause.last + 1]
                if len(parts) > 1 and only_leads(stretch):
                    continue
                name, sure = self._known(by_id, clause, kind, words, whole.first)
                if kind == "suits" and not sure:
                    name = (name or WHEN_SUITS) if asked_by_its_word(stretch) in ("?when", "?what") else ""
                if sure and name in named and not content(stretch) & self._case.contents[name]:
                    continue  # "do you know", "is it this one": more words for the question before
                if sure:
                    kind = "known"
                    named.add(name)
                certain = min(sure or 1.0, strength(clause, bar))
                if is_question(kind, stretch, certain):
                    yield Asked(
                        id=name,
                        kind=kind,
                        words=quote(words, clause),
                        first=clause.first,
                        last=clause.last,
                        strength=certain,
                    )

    def _parts(
        self, found: ReadTurn, words: Sequence[str], whole: Clause, by_id: Mapping[str, NDArray[np.float32]]
    ) -> list[Clause]:
        """Return the questions of a clause: one from each word at which one begins, and what is joined by "and"."""
        starts = [at for at in cuts(words) if whole.first <= at < whole.last] or [whole.first]
        ends = [*(start - 1 for start in starts[1:]), whole.last]
        parts = [
            Clause(start, end - (end > start and words[end] in JOINS), whole.probability)
            for start, end in zip(starts, ends, strict=True)
        ]
        if starts[0] - whole.first > 1 and words[starts[0] - 1] in JOINS:
            lead = Clause(whole.first, starts[0] - 2, whole.probability)
            names = [self._known(by_id, each, "?what", words, each.first) for each in (lead, parts[0])]
            if names[0][1] and names[0][0] != names[1][0]:
                parts.insert(0, lead)
        return [each for part in parts for each in self._joined(found, words, part, by_id)]

    def _joined(
        self, found: ReadTurn, words: Sequence[str], part: Clause, by_id: Mapping[str, NDArray[np.float32]]
    ) -> list[Clause]:
        """Return a part in two where "and" joins two questions of the story; else as it is."""
        for at in range(part.first + 1, part.last):
            if words[at] in JOINS:
                both = [Clause(part.first, at - 1, part.probability), Clause(at + 1, part.last, part.probability)]
                known = [self._known(by_id, each, "?what", words, each.first) for each in both]
                if known[0][0] != known[1][0] and all(sure for _, sure in known):
                    return [both[0], *self._joined(found, words, both[1], by_id)]
        return [part]

    def _known(
        self,
        by_id: Mapping[str, NDArray[np.float32]],
        clause: Clause,
        kind: str,
        words: Sequence[str],
        whole: int,
    ) -> tuple[str, float]:
        """Return the likeliest question of the story in a clause, and how sure it is: 0 is too doubtful to answer."""
        about = content(words[clause.first : clause.last + 1])
        first = clause.first
        if kind in ABOUT_WHAT_WAS_SAID and (not about or saying(words[clause.first : clause.last + 1])):
            return "", 0.0
        if takes_up(words[clause.first : clause.last + 1]):
            first, about = whole, content(words[whole : clause.last + 1])
        stretch = words[clause.first : clause.last + 1]
        here = {name: float(row[first : clause.last + 1].max()) for name, row in by_id.items()}
        asked = asked_by_its_word(stretch)
        worth = {
            name: probability + self._second_look(name, asked, about)
            for name, probability in here.items()
            if probability >= LEAST_LIKELY
        }
        name = max(worth, key=lambda name: worth[name], default="")
        if not name or max(worth[name], here[name]) < LEAST_DOUBTFUL:
            return "", 0.0
        bar = self._bars.sentences["ask"]
        least = CERTAIN if name in self._usual else bar
        if not kind.startswith("?"):
            least = max(least, CERTAIN if kind == "choice" and is_preference(stretch) else LEAST_OTHER)
        rivals = sum(value > worth[name] - ALIKE_BY for value in worth.values()) > 1
        if worth[name] < least or (rivals and about and not about & self._case.contents[name]):
            return name, 0.0
        return name, strength(Clause(clause.first, clause.last, min(1.0, worth[name])), bar)

    def _second_look(self, name: str, asked: str | None, about: frozenset[str]) -> float:
        """Return what the words of a question speak for or against one of the scenario's."""
        shared = about & self._case.contents[name]
        rare = self._rarest
        weight = {stem: self._weights.get(stem, rare) for stem in about}
        share = sum(weight[stem] for stem in shared) / max(1e-6, sum(weight.values()))
        look = SHARED * share**2 - USUAL_LESS * (name in self._usual) - UNFIT * (not self._fits(name, asked))
        return look - (0.0 if shared else min(MOST_UNSHARED, UNSHARED * (1 + len(about)))) * bool(about)

    def _fits(self, name: str, asked: str | None) -> bool:
        """Return whether one of a question's wordings wants the kind of answer that is asked for."""
        return asked in ANY_ANSWER or bool(SAME_ANSWER.get(asked, {asked}) & self._case.question_words[name])

    def _kind(self, found: ReadTurn, clause: Clause, words: Sequence[str]) -> str:
        """Return the likeliest kind of a question; among those that want a fact, the question word decides."""
        stretch = slice(clause.first, clause.last + 1)
        if (said := saying(words[stretch])) is not None:
            return said
        kind = max(QUESTION_KINDS, key=lambda kind: float(found.of(kind)[stretch].mean()))
        if kind == "choice" and has_form(words[stretch]) and not is_preference(words[stretch]):
            return "?either"
        about = content(words[stretch])
        if kind == "choice" and about and " or " in f" {' '.join(words[stretch])} " and not about & self._case.offered:
            return "?either"  # "window or aisle" is a choice of theirs, and none among the offers
        if kind in ABOUT_NOTHING and about and has_form(words[stretch]) and not about & ABOUT_NOTHING[kind]:
            kind = "?yesno"
        return asked_for(words[stretch], kind) if kind.startswith("?") else kind


def _weights(contents: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """Return what each stem of the scenario's questions is worth: the more, the fewer questions have it."""
    count = Counter(stem for stems in contents.values() for stem in stems)
    return {stem: math.log(1 + len(contents) / number) for stem, number in count.items()}
