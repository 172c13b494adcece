"""A call as the score looks at it: who said what when, what they did with it, and what was measured.

Everything here is derived from the event log, the measurement and the scenario's facts; nothing is judged yet.
Times are samples of the call clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean

from simulator.clock import Span
from simulator.cues.measurement import Measurement
from simulator.events import (
    Act,
    ActsRead,
    Band,
    CallEnded,
    Event,
    Heard,
    LineEnded,
    LineStarted,
    MoodMoved,
    Need,
    Outcome,
    Word,
)
from simulator.overlap import LONGEST_BACKCHANNEL
from simulator.scoring.facts import ScenarioFacts

HEATED: tuple[Band, ...] = ("angry", "furious")
"""The bands in which a line counts as an attack that wants composure."""
VENTING = ("vent", "abuse")
"""Purposes of the customer's lines that tell the story and the displeasure."""
MANAGER = ("manager",)
"""Purposes of the lines with which the customer asks for somebody higher up."""
ABUSE = ("abuse",)
"""Purposes of the lines that are abusive."""
SHORT_PHRASE = 5
"""A deed shown in fewer words than this is quoted with what follows, up to `LONG_PHRASE` words."""
LONG_PHRASE = 10
LEAST_ANSWERS = 3
"""With fewer real utterances than this, that nothing bad was said proves nothing."""
LEAST_WORDS = 3
"""Words that make an utterance a real one, and not a sound of listening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One dialogue act of the trainee, where its words stand on the clock, and how sure we may be of it.

    `words` are those that showed it, `phrase` the words to quote and `span` where they stand. `confidence` is the mean
    confidence of the words that matched, 0 to 1, as the recognizer gave it.
    """

    act: str
    rule: str
    words: str
    phrase: str
    span: Span
    utterance: int
    strength: float
    confidence: float
    fact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What the trainee said in one go, and the deeds in it."""

    number: int
    span: Span
    text: str
    words: tuple[Word, ...]
    deeds: tuple[Deed, ...]

    @property
    def confidence(self) -> float:
        """Mean confidence of its words, 0 to 1; 1 where there are none."""
        return fmean(word.confidence for word in self.words) if self.words else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the customer, as far as it was heard."""

    line: int
    id: str
    purpose: str
    band: Band
    span: Span
    said: str
    completed: bool

    @property
    def heated(self) -> bool:
        """Whether it was spoken in anger."""
        return self.band in HEATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What the customer said until the trainee took over, and what the trainee said to that.

    Either side may be empty: the trainee's greeting answers no line, and a line may get no answer.
    """

    lines: tuple[Line, ...]
    replies: tuple[Utterance, ...]

    @property
    def heated(self) -> bool:
        """Whether any of the lines was spoken in anger."""
        return any(line.heated for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One call, ready to be judged.

    `timing_shift` (samples) moves every measured time; it is how the score asks "what if the cue is off by its own
    error?" and is 0 in the case as it stands. `voice_shift` (-1, 0 or 1) does the same for changes of the voice.
    `unheard` is speech in which no word was recognised, `crowded` what does not count (`scoring.crowding`).
    """

    duration: int
    utterances: tuple[Utterance, ...]
    lines: tuple[Line, ...]
    moods: tuple[MoodMoved, ...]
    outcome: Outcome
    measurement: Measurement
    facts: ScenarioFacts
    timing_shift: int = 0
    voice_shift: int = 0
    unheard: tuple[Span, ...] = ()
    crowded: tuple[Deed, ...] = ()

    @cached_property
    def deeds(self) -> tuple[Deed, ...]:
        """Every act of the trainee, in the order of its first word."""
        found = [deed for utterance in self.utterances for deed in utterance.deeds]
        return tuple(sorted(found, key=lambda deed: (deed.span, deed.act, deed.rule)))

    def deeds_of(self, acts: Collection[str]) -> tuple[Deed, ...]:
        """Return the deeds that are one of `acts`, in order."""
        return tuple(deed for deed in self.deeds if deed.act in acts)

    @property
    def different_utterances(self) -> int:
        """How often the trainee said more than a sound of listening; the same words again count once."""
        return len({u.text.lower() for u in self.utterances if len(u.text.split()) >= LEAST_WORDS})

    @property
    def spoke_up(self) -> bool:
        """Whether the trainee said enough for the absence of something to mean anything."""
        return sum(len(u.text.split()) >= LEAST_WORDS for u in self.utterances) >= LEAST_ANSWERS

    def lines_of(self, purposes: Collection[str]) -> tuple[Line, ...]:
        """Return the customer's lines with one of `purposes`, in order."""
        return tuple(line for line in self.lines if line.purpose in purposes)

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The call as exchanges. A backchannel, and what lies wholly within a customer's line, answers nothing."""
        feedback = [o.span for o in self.measurement.overlaps if o.kind == "backchannel"]
        inside = {u.number for u in self.utterances if any(_within(u.span, line.span) for line in self.lines)}
        inside |= {
            u.number for u in self.utterances if u.span.duration <= LONGEST_BACKCHANNEL and _meets(u.span, feedback)
        }
        spoken: list[Line | Utterance] = sorted(
            [*self.lines, *(u for u in self.utterances if u.number not in inside)],
            key=lambda each: (each.span.start, isinstance(each, Utterance)),
        )
        found: list[tuple[list[Line], list[Utterance]]] = [([], [])]
        for each in spoken:
            if isinstance(each, Utterance):
                found[-1][1].append(each)
            elif found[-1][1]:
                found.append(([each], []))
            else:
                found[-1][0].append(each)
        return tuple(Exchange(lines=tuple(a), replies=tuple(b)) for a, b in found if a or b)

    def words_in(self, span: Span) -> str:
        """Return what the trainee said within a span, as far as words are known."""
        return " ".join(w.word for u in self.utterances for w in u.words if w.span & span is not None)

    def words_before(self, at: int, *, of_customer: bool) -> str:
        """Return what one side had said before sample `at`, in lower case."""
        if of_customer:
            return " ".join(line.said for line in self.lines if line.span.start < at).lower()
        return " ".join(u.text for u in self.utterances if u.span.start < at).lower()

    @property
    def met(self) -> frozenset[Need]:
        """The needs that were met by the end."""
        return frozenset(self.moods[-1].met) if self.moods else frozenset()

    @property
    def anger(self) -> tuple[float, float] | None:
        """Anger at the first and at the last moment the customer's mood is known."""
        return (self.moods[0].anger, self.moods[-1].anger) if self.moods else None

    def without(self, unsure: Iterable[Deed]) -> Case:
        """Return the same call as if the deeds in `unsure` had not been found."""
        gone = frozenset(unsure)
        utterances = tuple(replace(u, deeds=tuple(d for d in u.deeds if d not in gone)) for u in self.utterances)
        return replace(self, utterances=utterances)


def _meets(span: Span, others: Iterable[Span]) -> bool:
    return any(span & other is not None for other in others)


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.stop <= outer.stop


def _deeds(heard: Heard, read: ActsRead | None) -> tuple[Deed, ...]:
    if read is None:
        return ()
    starts = sorted({act.first for act in read.acts})
    found = []
    for act in read.acts:
        until = _phrase_end(act, starts, len(heard.words))
        found.append(
            Deed(
                act=act.act,
                rule=act.rule,
                words=act.words,
                phrase=" ".join(word.word for word in heard.words[act.first : until]) or act.words,
                span=_span_of(heard, act.first, until),
                utterance=heard.utterance,
                strength=act.strength,
                confidence=_confidence(heard.words[act.first : act.last + 1]),
                fact=act.fact,
            )
        )
    return tuple(found)


def _phrase_end(act: Act, starts: Sequence[int], count: int) -> int:
    """Return the index after the last word to quote: what matched, and if that is short, on to the next act."""
    if act.last + 1 - act.first >= SHORT_PHRASE:
        return act.last + 1
    following = next((start for start in starts if start > act.last), count)
    return max(act.last + 1, min(following, act.first + LONG_PHRASE, count))


def _span_of(heard: Heard, first: int, until: int) -> Span:
    words = heard.words[first:until]
    return words[0].span | words[-1].span if words else heard.span


def _confidence(words: Sequence[Word]) -> float:
    return fmean(word.confidence for word in words) if words else 1.0


def case_of(events: Sequence[Event], measurement: Measurement, facts: ScenarioFacts) -> Case:
    """Return the call that `events` tell, with what was measured and what the scenario says.

    A call whose log has no end is "incomplete". Where an utterance was read twice, the last reading counts.
    """
    heard = {event.utterance: event for event in events if isinstance(event, Heard)}
    read = {event.utterance: event for event in events if isinstance(event, ActsRead)}
    ended = {event.line: event for event in events if isinstance(event, LineEnded)}
    end = next((event for event in reversed(events) if isinstance(event, CallEnded)), None)
    utterances = tuple(
        Utterance(number=n, span=h.span, text=h.text, words=h.words, deeds=_deeds(h, read.get(n)))
        for n, h in sorted(heard.items())
        if h.text.strip()
    )
    lines = tuple(
        Line(
            line=event.line,
            id=event.id,
            purpose=event.purpose,
            band=event.band,
            span=ended[event.line].span,
            said=ended[event.line].said,
            completed=ended[event.line].completed,
        )
        for event in events
        if isinstance(event, LineStarted) and event.line in ended
    )
    return Case(
        duration=measurement.duration,
        utterances=utterances,
        lines=lines,
        moods=tuple(event for event in events if isinstance(event, MoodMoved)),
        outcome=end.outcome if end is not None else "incomplete",
        measurement=measurement,
        facts=facts,
        unheard=tuple(h.span for _, h in sorted(heard.items()) if not h.text.strip()),
    )
