"""A call as it was said: words that the recognizer misheard, put right by a person, in a copy of the log's events.

Conventions
-----------
The log itself never changes. Only the turn that is corrected is read again; what was measured in its sound, and what
the customer did at the time, stay as they were. Turns are the trainee's, counted from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

from simulator.clock import Span
from simulator.errors import InputError
from simulator.events import ActsRead, Event, Heard, LineEnded, Reading, Word

Read = Callable[[tuple[str, ...], tuple[str, ...]], Reading]
"""Reads a turn's words after the customer's lines."""
MOST_WORDS = 30
"""In a correction; more than that is another story than the one recorded."""

EDGES = ".,;:!?\"'()-\u201c\u201d\u2018\u2019\u2026\u2013"
"""What may stand round a word in a transcript."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """In a turn, `heard` is what the recognizer wrote and `said` what was said."""

    turn: int
    heard: str
    said: str


def plain(word: str) -> str:
    """Return a word as it is compared: without capitals and punctuation round it.

    Examples
    --------
    >>> plain("“Larch,")
    'larch'
    """
    return word.casefold().strip(EDGES)


def place_in(words: Sequence[str], heard: str) -> tuple[int, int] | None:
    """Return where `heard` stands among words, as the first word and the one after the last; None if nowhere.

    Examples
    --------
    >>> place_in(["good", "afternoon", "large", "home"], "Large Home")
    (2, 4)
    """
    wanted, said = [plain(word) for word in heard.split()], [plain(word) for word in words]
    starts = (at for at in range(len(said) - len(wanted) + 1) if wanted and said[at : at + len(wanted)] == wanted)
    first = next(starts, None)
    return None if first is None else (first, first + len(wanted))


def find_correction(events: Sequence[Event], heard: str, said: str, turn: int | None = None) -> Correction:
    """Return the correction that is meant.

    Raises
    ------
    InputError
        If no turn, or more than one, has these words, there is no such turn, or nothing would change.
    """
    if not said.split() or len(said.split()) > MOST_WORDS:
        raise InputError(f"--said has {len(said.split())} words; allowed: 1 to {MOST_WORDS}")
    turns = [event for event in events if isinstance(event, Heard)]
    if turn is not None and not 1 <= turn <= len(turns):
        raise InputError(f"there is no turn {turn}; allowed: 1 to {len(turns)}")
    found = [n for n, each in enumerate(turns, 1) if turn in (None, n) and place_in(_shown(each), heard) is not None]
    if not found:
        where = "in any turn of this call" if turn is None else f"in turn {turn}, “{turns[turn - 1].text}”"
        raise InputError(f"the words {heard!r} are not {where}; give them as the transcript has them")
    if len(found) > 1:
        raise InputError(f"the turns {', '.join(map(str, found))} have the words {heard!r}; say which one: --turn N")
    if [plain(word) for word in heard.split()] == [plain(word) for word in said.split()]:
        raise InputError(f"--heard and --said are the same words: {said!r}")
    return Correction(turn=found[0], heard=" ".join(heard.split()), said=" ".join(said.split()))


def corrected(events: Sequence[Event], corrections: Sequence[Correction], read: Read) -> tuple[Event, ...]:
    """Return the events with what was said in place of what was heard, and the turns concerned read again.

    Parameters
    ----------
    events : sequence of Event
        The log.
    corrections : sequence of Correction
        In the order in which they were made; each is of words as the earlier ones left them.
    read : callable
        Reads a turn.
    """
    done = tuple(events)
    for each in corrections:
        old = [event for event in done if isinstance(event, Heard)][each.turn - 1]
        done = with_words(done, old, _put_right(old.words, each), read)
    return done


def with_words(events: Sequence[Event], old: Heard, words: tuple[Word, ...], read: Read) -> tuple[Event, ...]:
    """Return the events with other words in the turn `old`, which is read again; where no words are, nothing is.

    Where the same acts are read, the chance of harm stays: a name put right moves no points by a nuance.
    """
    before = next((e for e in events if isinstance(e, ActsRead) and e.utterance == old.utterance), None)
    done = [e for e in events if not (isinstance(e, ActsRead) and e.utterance == old.utterance)]
    at = next(n for n, event in enumerate(done) if event is old)
    done[at] = replace(old, words=words, text=" ".join(word.word for word in words))
    if words:
        lines = tuple(event.said for event in done[:at] if isinstance(event, LineEnded))
        reading = read(tuple(word.word for word in words), lines)
        found = {field.name: getattr(reading, field.name) for field in fields(reading)}
        if before is not None and {act.act for act in before.acts} == {act.act for act in reading.acts}:
            found["harm"] = before.harm
        done.insert(at + 1, ActsRead(at=old.at, utterance=old.utterance, span=old.span, **found))
    return tuple(done)


def _put_right(words: tuple[Word, ...], correction: Correction) -> tuple[Word, ...]:
    place = place_in([word.written or word.word for word in words], correction.heard)
    if place is None:
        raise InputError(f"turn {correction.turn} does not have the words {correction.heard!r}")
    first, stop = place
    said, span = correction.said.split(), words[first].span | words[stop - 1].span
    each = max(1, span.duration // len(said))
    spans = [Span(span.start + n * each, span.start + (n + 1) * each) for n in range(len(said))]
    new = tuple(
        Word(word=plain(text) or text, span=at, confidence=1.0, written=text)
        for text, at in zip(said, spans, strict=True)
    )
    return (*words[:first], *new, *words[stop:])


def _shown(heard: Heard) -> list[str]:
    return [word.written or word.word for word in heard.words]
