"""A call of the corpus as the log of a call without audio: turns laid out in time, read, and felt by the customer.

Conventions
-----------
A word takes `A_WORD` samples, and `PAUSE` lies between two turns. The customer's words are the corpus's; why a line
was said, and how angry, is what the real `Caller` would have said and felt in its place, so grievances are told in the
order of the customer's lines. A case of the writer's own has no scenario: its first lines tell the grievance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from simulator.clock import Span, from_ms
from simulator.cues.measurement import Measurement
from simulator.customer.caller import Caller
from simulator.customer.scenario import Scenario, list_scenarios, load_scenario
from simulator.events import (
    Act,
    ActsRead,
    Asked,
    Band,
    CallEnded,
    Event,
    Heard,
    LineEnded,
    LineStarted,
    Mention,
    Offered,
    Outcome,
    Reading,
    SpeechEnded,
    Word,
)
from simulator.ports import HangUp, Move, Say, Wait
from simulator.scoring.case.facts import ScenarioFacts, facts_of
from simulator.scoring.folder import measure_events
from simulator.understanding.corpus import Label, LabelledTurn
from simulator.understanding.guards import is_farewell, is_selling
from simulator.understanding.tags import QUESTION_KINDS

A_WORD, PAUSE = from_ms(400), from_ms(600)
OWN_VENTS = 4
"""So many first lines of a case without a scenario tell the grievance."""
GOODBYES = 3
"""How often the agent of a call that just stops takes leave, until the customer says how it ended."""
SURE = 0.9
"""Strength of what a label names."""


@dataclass(frozen=True, kw_only=True)
class CorpusCall:
    """One call of the corpus, ready to be scored."""

    name: str
    case: str
    quality: str
    events: tuple[Event, ...]
    duration: int
    facts: ScenarioFacts

    def measured(self) -> Measurement:
        """Return what can be measured of it."""
        return measure_events(self.events, self.duration)


def calls_of(turns: Iterable[LabelledTurn], read: Callable[[LabelledTurn], Reading]) -> Iterator[CorpusCall]:
    """Yield each call of `turns`; `read` says what a turn holds."""
    known = set(list_scenarios())
    for name, group in groupby(turns, key=lambda turn: turn.call):
        mine = list(group)
        scenario = load_scenario(mine[0].case) if mine[0].case in known else None
        yield _Layout(scenario).call(name, mine, read)


def labelled(turn: LabelledTurn) -> Reading:
    """Return what the labels of a turn say, each act once, as a reader shows it: by its longest clause."""
    longest: dict[str, Label] = {}
    for label in turn.acts:
        if label.name not in longest or label.last - label.first > longest[label.name].last - longest[label.name].first:
            longest[label.name] = label
    by_kind: dict[str, list[tuple[str, Label]]] = {}
    for label in turn.references:
        kind, _, name = label.name.partition(":")
        by_kind.setdefault(kind, []).append((name, label))
    passed = {name: _quote(turn, label) for name, label in by_kind.get("pass", [])}
    return Reading(
        acts=tuple(Act(act=n, rule=f"{n}/read", **_place(turn, each)) for n, each in sorted(longest.items())),
        facts=tuple(Mention(id=name, **_place(turn, each)) for name, each in by_kind.get("fact", [])),
        offers=tuple(_offers(turn, by_kind)),
        asked=tuple(
            Asked(id="" if n in QUESTION_KINDS else n, kind=n if n in QUESTION_KINDS else "known", **_place(turn, each))
            for n, each in by_kind.get("ask", [])
        ),
        passed_to=passed.get("to", ""),
        call_back=passed.get("when", ""),
        farewell=is_farewell(turn.words),
        selling=is_selling(turn.words),
    )


def _offers(turn: LabelledTurn, by_kind: dict[str, list[tuple[str, Label]]]) -> Iterator[Offered]:
    for name, each in by_kind.get("offer", []):
        other = name == "other"
        yield Offered(id="" if other else name, standing="unknown" if other else "allowed", **_place(turn, each))
    for name, each in by_kind.get("forbid", []):
        yield Offered(id=_forbidden(turn.case)[int(name) - 1], standing="forbidden", **_place(turn, each))


@cache
def _forbidden(case: str) -> tuple[str, ...]:
    """Return the ids of what a case's briefing forbids; labels count them from 1."""
    return tuple(each.id for each in load_scenario(case).briefing.may_not)


def _quote(turn: LabelledTurn, label: Label) -> str:
    return " ".join(turn.words[label.first : label.last + 1])


def _place(turn: LabelledTurn, label: Label) -> dict[str, object]:
    return {"words": _quote(turn, label), "first": label.first, "last": label.last, "strength": SURE}


@dataclass
class _Layout:
    """Lays out one call."""

    scenario: Scenario | None
    at: int = 0
    lines: int = 0
    outcome: Outcome | None = None
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.caller = Caller(self.scenario, seed=1) if self.scenario is not None else None

    def call(self, name: str, turns: Sequence[LabelledTurn], read: Callable[[LabelledTurn], Reading]) -> CorpusCall:
        """Return the call: each turn after the customer's lines before it."""
        if self.caller is not None:
            self.events.append(self.caller.mood(0))
            self.move: Move = self.caller.move(0, "opening", heard=None, acts=())
        for turn in turns:
            for said in turn.said:
                self._line(said)
            self._turn(turn, read(turn))
        self._end()
        facts = facts_of(self.scenario.model_dump()) if self.scenario is not None else ScenarioFacts()
        return CorpusCall(
            name=name,
            case=turns[0].case,
            quality=turns[0].quality,
            events=tuple(self.events),
            duration=self.at + PAUSE,
            facts=facts,
        )

    def _line(self, said: str) -> None:
        purpose, band, id_ = self._why()
        start = self.at + PAUSE
        self.at = start + A_WORD * len(said.split())
        self._add(LineStarted(at=start, line=self.lines, id=id_, purpose=purpose, text=said, band=band, stop=self.at))
        self._add(LineEnded(at=self.at, line=self.lines, span=Span(start, self.at), completed=True, said=said))
        self.lines += 1
        if self.caller is not None:
            self.move = self.caller.move(self.at, "continue", heard=None, acts=())

    def _why(self) -> tuple[str, Band, str]:
        """Return purpose, band and id of the customer's line: the Caller's own, or those of a grievance."""
        if self.caller is None:
            return ("vent" if self.lines < OWN_VENTS else "press"), "irritated", "own"
        if isinstance(self.move, Say):
            return self.move.purpose, self.move.band, self.move.id
        return "press", self.caller.mood(self.at).band, "corpus"

    def _turn(self, turn: LabelledTurn, reading: Reading) -> None:
        start = self.at + PAUSE
        spans = [Span(start + n * A_WORD, start + (n + 1) * A_WORD) for n in range(len(turn.words))]
        self.at = spans[-1].stop
        words = tuple(Word(word=w, span=span, confidence=1.0) for w, span in zip(turn.words, spans, strict=True))
        span, text = Span(start, self.at), " ".join(turn.words)
        self._add(SpeechEnded(at=self.at, span=span))
        heard = Heard(at=self.at, utterance=turn.number, span=span, text=text, words=words)
        self._add(heard)
        self._read(turn.number, span, reading, heard)

    def _read(self, number: int, span: Span, reading: Reading, heard: Heard | None) -> None:
        self._add(
            ActsRead(
                at=self.at,
                utterance=number,
                span=span,
                acts=reading.acts,
                facts=reading.facts,
                offers=reading.offers,
                asked=reading.asked,
                passed_to=reading.passed_to,
                call_back=reading.call_back,
                farewell=reading.farewell,
                selling=reading.selling,
                harm=reading.harm,
            )
        )
        if self.caller is None:
            return
        self.move = self.caller.move(self.at, "turn", heard=heard, acts=reading.acts)
        if isinstance(self.move, (Say, HangUp)) and self.move.outcome is not None:
            self.outcome = self.move.outcome
        if isinstance(self.move, HangUp):
            self.move = Wait()

    def _add(self, event: Event) -> None:
        self.events.append(event)
        if self.caller is not None:
            self.events += self.caller.notice(event)

    def _end(self) -> None:
        kept = len(self.events)
        for _ in range(GOODBYES):
            if self.outcome is None and self.caller is not None:
                self._read(10_000, Span(self.at, self.at + 1), Reading(farewell=True), None)
        del self.events[kept:]
        self.events.append(CallEnded(at=self.at + PAUSE, outcome=self.outcome or "unresolved", reason="corpus"))
