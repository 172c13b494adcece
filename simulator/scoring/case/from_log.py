"""The case of a call, read from its event log; and which acts in it do not count because a turn held too many.

A monologue with every right word in it is no conversation: nobody takes in more than a few things from one long turn.
What comes after the first `MOST_AT_ONCE` different things of a turn longer than `LONG_TURN` does not count; acts that
the same words do are one thing. What does harm counts wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean

from simulator.clock import from_seconds
from simulator.cues.measurement import Measurement
from simulator.events import (
    Act,
    ActsRead,
    CallEnded,
    Event,
    Heard,
    HoldEnded,
    LineEnded,
    LineStarted,
    MoodMoved,
    Reading,
)
from simulator.scoring.case.facts import ScenarioFacts
from simulator.scoring.case.seen import ActInstance, Case, CustomerLine, Utterance
from simulator.vocabulary import HARMFUL

SHORT_PHRASE = 5
"""An act shown in fewer words than this is quoted with what follows, up to `LONG_PHRASE` words."""
LONG_PHRASE = 10
MOST_AT_ONCE = 4
"""Different helpful acts in one long turn that count: the most that an exemplary turn of any shipped script holds."""
LONG_TURN = from_seconds(20)
"""A turn up to this long, in samples of speech, may hold any number; the bound of the criterion on short turns."""
ALWAYS_COUNT = frozenset({*HARMFUL, "refusal", "greeting", "acknowledgement", "gratitude"})
"""Acts that count in any turn: those that do harm, and small ones that ask nothing of a listener."""


def case_of(events: Sequence[Event], measurement: Measurement, facts: ScenarioFacts) -> Case:
    """Return the call that `events` tell, with what was measured and what the scenario says.

    A call whose log has no end is "incomplete". Where an utterance was read twice, the last reading counts.
    """
    heard = {event.utterance: event for event in events if isinstance(event, Heard)}
    read = {event.utterance: event for event in events if isinstance(event, ActsRead)}
    ended = {event.line: event for event in events if isinstance(event, LineEnded)}
    end = next((event for event in reversed(events) if isinstance(event, CallEnded)), None)
    utterances = tuple(
        Utterance(
            number=n,
            span=h.span,
            text=h.text,
            words=h.words,
            acts=_acts(h, read.get(n)),
            reading=read[n].reading if n in read else Reading(),
        )
        for n, h in sorted(heard.items())
        if h.text.strip()
    )
    lines = tuple(
        CustomerLine(
            id=event.id,
            purpose=event.purpose,
            band=event.band,
            span=ended[event.line].span,
            said=ended[event.line].said,
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
        holds=tuple(event for event in events if isinstance(event, HoldEnded)),
        unheard=tuple(h.span for _, h in sorted(heard.items()) if not h.text.strip()),
    )


def _acts(heard: Heard, read: ActsRead | None) -> tuple[ActInstance, ...]:
    found = read.acts if read is not None else ()
    starts = sorted({act.first for act in found})
    return tuple(_instance(heard, act, _phrase_end(act, starts, len(heard.words))) for act in found)


def _instance(heard: Heard, act: Act, until: int) -> ActInstance:
    phrase, shown = heard.words[act.first : until], heard.words[act.first : act.last + 1]
    return ActInstance(
        act=act.act,
        rule=act.rule,
        words=act.words,
        phrase=" ".join(word.word for word in phrase) or act.words,
        span=phrase[0].span | phrase[-1].span if phrase else heard.span,
        utterance=heard.utterance,
        strength=act.strength,
        confidence=fmean(word.confidence for word in shown) if shown else 1.0,
        fact=act.fact,
    )


def _phrase_end(act: Act, starts: Sequence[int], count: int) -> int:
    """Return the index after the last word to quote: what matched, and if that is short, on to the next act."""
    if act.last + 1 - act.first >= SHORT_PHRASE:
        return act.last + 1
    following = next((start for start in starts if start > act.last), count)
    return max(act.last + 1, min(following, act.first + LONG_PHRASE, count))


def set_crowded_apart(case: Case) -> Case:
    """Return the case with the acts that do not count in `crowded_out` instead of in their utterances."""
    gone = frozenset(_crowded(case))
    if not gone:
        return case
    return replace(case.without(gone), crowded_out=tuple(sorted(gone, key=lambda act: (act.span, act.act, act.rule))))


def _crowded(case: Case) -> Iterator[ActInstance]:
    for exchange in case.exchanges:
        if sum(reply.span.duration for reply in exchange.replies) <= LONG_TURN:
            continue
        acts = sorted(
            (a for u in exchange.replies for a in u.acts if a.act not in ALWAYS_COUNT), key=lambda act: act.span
        )
        counted: list[ActInstance] = []
        things = 0
        for act in acts:
            if not any(act.act == each.act or _is_same_clause(act, each) for each in counted):
                things += 1
                if things > MOST_AT_ONCE:
                    yield act
                    continue
            counted.append(act)


def _is_same_clause(act: ActInstance, other: ActInstance) -> bool:
    """Return whether most words of an act are words of another: "i will post it today" offers, and says when."""
    shared = act.span & other.span
    return shared is not None and 2 * shared.duration >= act.span.duration
