"""The transcript as rows: who said what, with the acts marked, and what happened in between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from simulator.clock import Span, clock_text, from_ms, to_ms
from simulator.cues.measurement import Measurement
from simulator.cues.talk.filled import is_filler
from simulator.events import ActsRead, Heard, MoodMoved, Word
from simulator.recording.folder import CallFolder
from simulator.recording.transcript import TurnItem, transcript_of
from simulator.report.reviews import CorrectionItem
from simulator.scoring.case.corrected import place_in
from simulator.vocabulary import HARMFUL

UNWRITTEN = "(um)"
"""A filled pause that was heard and that the recognizer did not write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A few words of a turn and the acts they show; `kind` is "", "helpful", "harmful" or "filler".

    `heard` is what the recognizer wrote where somebody corrected it; else "".
    """

    text: str
    kind: str
    acts: str
    heard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the transcript: a turn, or a note between turns."""

    kind: str
    start_ms: float
    stop_ms: float
    at: str
    pieces: tuple[Piece, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    note: str = ""
    band: str = ""
    utterance: int | None = None


def sentence(text: str) -> str:
    """Return text as a sentence, with a capital and a full stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}" if text else ""


ADDRESSED = (
    (r"\bthe agent's\b", "your"),
    (r"\bthe agent was\b", "you were"),
    (r"\bthe agent wants\b", "you want"),
    (r"\bthe agent\b", "you"),
    (r"\bthemselves\b", "yourself"),
    (r"\b(they|them)\b", "you"),
    (r"\btheir voice\b", "your voice"),
)
"""How what the log says of "the agent" is said to the one who took the call."""


def addressed(text: str) -> str:
    """Return a sentence of the log about the agent as the report says it to them; others as they are.

    Examples
    --------
    >>> addressed("The agent was back from the hold when they had said.")
    'You were back from the hold when you had said.'
    >>> addressed("The customer was heard out; they calmed down.")
    'The customer was heard out; they calmed down.'
    """
    if "the agent" not in text.lower():
        return text
    for pattern, said in ADDRESSED:
        text = re.sub(pattern, said, text, flags=re.IGNORECASE)
    return sentence(text) if text.endswith((".", "!", "?")) else text


def rows_of(
    folder: CallFolder, measurement: Measurement, corrections: Sequence[CorrectionItem] = ()
) -> tuple[Row, ...]:
    """Return the transcript: turns, and between them what moved the customer and what was silent or talked over.

    `corrections` of what was misheard stand in their turns, with what was heard beside them.
    """
    events = folder.events()
    heard = {event.utterance: event for event in events if isinstance(event, Heard)}
    read = {event.utterance: event for event in events if isinstance(event, ActsRead)}
    order_of = {utterance: number for number, utterance in enumerate(heard, 1)}
    rows: list[Row | None] = []
    for turn in transcript_of(folder).turns:
        mine = [each for each in corrections if each.turn == order_of.get(turn.utterance or -1)]
        row = _turn(turn, heard, read, measurement.filled_pauses)
        rows.append(_corrected(row, mine) if mine else row)
    rows += [_mood(event) for event in events if isinstance(event, MoodMoved) and event.changes]
    rows += [_silence(span) for span in measurement.dead_air]
    rows += [
        Row(
            kind="overlap",
            start_ms=to_ms(o.span.start),
            stop_ms=to_ms(o.span.stop),
            at=clock_text(o.span.start),
            note="You talked over the customer here.",
        )
        for o in measurement.overlaps
        if o.kind == "interruption" and o.by == "trainee"
    ]
    order = {"customer": 0, "trainee": 0, "overlap": 1, "silence": 1, "mood": 2}
    return tuple(sorted((row for row in rows if row is not None), key=lambda row: (row.start_ms, order[row.kind])))


def _turn(turn: TurnItem, heard: dict[int, Heard], read: dict[int, ActsRead], fillers: Sequence[Span]) -> Row:
    utterance = turn.utterance if turn.utterance is not None else -1
    acts = read[utterance].acts if utterance in read else ()
    if turn.speaker == "trainee" and utterance in heard and heard[utterance].words:
        words = heard[utterance].words
        unwritten = [
            span for span in fillers if not meets_filler(span, words) and span & heard[utterance].span is not None
        ]
        before = [sum(word.span.start < span.start for word in words) for span in unwritten]
        shown, marked = [w.written or w.word for w in words], [(a.act, a.first, a.last) for a in acts]
        pieces = tuple(pieces_of(shown, marked, um_before=before))
    else:
        cut = " —" if turn.completed is False else ""
        pieces = (Piece(text=f"{turn.text}{cut}", kind="", acts=""),)
    names = sorted({act.act for act in acts})
    return Row(
        kind=turn.speaker,
        start_ms=turn.start_ms,
        stop_ms=turn.stop_ms,
        at=clock_text(from_ms(turn.start_ms)),
        pieces=pieces,
        tags=tuple((name.replace("_", " "), "harmful" if name in HARMFUL else "helpful") for name in names),
        band=turn.band,
        utterance=turn.utterance,
    )


def _corrected(row: Row, corrections: Sequence[CorrectionItem]) -> Row:
    """Return a turn with what was said in place of what was heard."""
    words = [(word, piece) for piece in row.pieces for word in piece.text.split()]
    for each in corrections:
        place = place_in([word for word, _ in words], each.heard)
        if place is not None:
            first, stop = place
            piece = replace(words[first][1], text=each.said, heard=each.heard)
            words[first:stop] = [(word, piece) for word in each.said.split()]
    pieces = [
        replace(piece, text=" ".join(word for word, _ in found))
        for piece, group in groupby(words, key=itemgetter(1))
        if (found := list(group))
    ]
    return replace(row, pieces=tuple(pieces))


def meets_filler(span: Span, words: Iterable[Word]) -> bool:
    """Return whether the recognizer wrote a filled pause down."""
    return any(is_filler(word.word) and word.span & span is not None for word in words)


def pieces_of(
    words: Sequence[str], acts: Sequence[tuple[str, int, int]], um_before: Sequence[int] = ()
) -> Iterable[Piece]:
    """Yield the words in pieces, each with the acts that it belongs to; `acts` are (name, first, last) word.

    Fillers are pieces of their own; before the words numbered in `um_before` one was heard that is no word.

    Examples
    --------
    >>> [(p.text, p.acts) for p in pieces_of("i am so sorry karen".split(), [("apology", 0, 3)])]
    [('i am so sorry', 'apology'), ('karen', '')]
    """
    said = list[tuple[str, tuple[str, ...], bool]]()
    for at in range(len(words) + 1):
        said += [(UNWRITTEN, (), True)] * um_before.count(at)
        if at < len(words):
            found = tuple(sorted({act for act, first, last in acts if first <= at <= last}))
            said.append((words[at], found, is_filler(words[at])))
    for (found, filler), each in groupby(said, key=itemgetter(1, 2)):
        harm = "harmful" if set(found) & set(HARMFUL) else "helpful" if found else ""
        text, names = " ".join(word for word, _, _ in each), ", ".join(act.replace("_", " ") for act in found)
        yield Piece(text=text, kind="filler" if filler else harm, acts="filler" if filler else names)


def _mood(event: MoodMoved) -> Row | None:
    moved = [change for change in event.changes if change.what == "anger" and abs(change.by) >= 1]
    if not moved:
        return None
    by = sum(change.by for change in moved)
    reasons = " ".join(dict.fromkeys(addressed(sentence(change.reason)) for change in moved))
    return Row(
        kind="mood",
        start_ms=to_ms(event.at),
        stop_ms=to_ms(event.at),
        at=clock_text(event.at),
        note=f"Anger {by:+.0f}, now {event.anger:.0f}. {reasons}",
        band="up" if by > 0 else "down",
    )


def _silence(span: Span) -> Row:
    return Row(
        kind="silence",
        start_ms=to_ms(span.start),
        stop_ms=to_ms(span.stop),
        at=clock_text(span.start),
        note=f"Silence of {to_ms(span.duration) / 1000:.1f} s on the line.",
    )
