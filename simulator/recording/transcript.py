"""Who said what, when: both speakers' turns in one list, taken from the event log alone."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field

from simulator.clock import Span, span_ms, to_ms
from simulator.contract import ActItem, Document, Milliseconds, WordItem
from simulator.events import Act, ActsRead, Event, Heard, LineEnded, LineStarted
from simulator.recording.folder import CallFolder

NAME = "transcript.json"


class TurnItem(Document):
    """What one of the two said without handing over.

    `id`, `purpose`, `band` and `completed` are the customer's line; `utterance`, `words` and `acts` the trainee's.
    """

    speaker: Literal["trainee", "customer"]
    start_ms: Milliseconds
    stop_ms: Milliseconds
    text: str
    words: list[WordItem] = Field(default=[])
    acts: list[ActItem] = Field(default=[])
    utterance: int | None = None
    id: str = ""
    purpose: str = ""
    band: str = ""
    completed: bool | None = None


class Transcript(Document):
    """The file transcript.json."""

    schema_: Literal["hotseat.call-transcript/1"] = Field(alias="schema")
    call: str
    scenario: str
    recognizer: str
    model: str
    duration_ms: Milliseconds
    turns: list[TurnItem]


def transcript_of(folder: CallFolder) -> Transcript:
    """Return both speakers' turns in the order in which they began.

    A line of the customer that a crash left open ends where it was going to end, or with the recording.

    Raises
    ------
    InputError
        If the log cannot be read.
    """
    manifest = folder.manifest
    return Transcript(
        schema="hotseat.call-transcript/1",
        call=manifest.id,
        scenario=manifest.scenario,
        recognizer=manifest.recognizer,
        model=manifest.model,
        duration_ms=to_ms(folder.duration),
        turns=turns(folder.events(), folder.duration),
    )


def transcript_text(folder: CallFolder) -> str:
    """Return transcript.json as it is written: the same call gives the same text."""
    content = transcript_of(folder).model_dump(mode="json", by_alias=True)
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def turns(events: tuple[Event, ...], duration: int) -> list[TurnItem]:
    """Return the turns that a log tells of, in the order in which they began."""
    open_lines: dict[int, LineStarted] = {}
    acts = {event.utterance: event.acts for event in events if isinstance(event, ActsRead)}
    found: list[tuple[Span, TurnItem]] = []
    for event in events:
        if isinstance(event, LineStarted):
            open_lines[event.line] = event
        elif isinstance(event, LineEnded) and (line := open_lines.pop(event.line, None)) is not None:
            found.append((event.span, _customer(line, event.span, event.said, completed=event.completed)))
        elif isinstance(event, Heard):
            found.append((event.span, _trainee(event, acts.get(event.utterance, ()))))
    for line in open_lines.values():
        if line.at < min(line.stop, duration):
            span = Span(line.at, min(line.stop, duration))
            found.append((span, _customer(line, span, line.text, completed=False)))
    return [turn for _, turn in sorted(found, key=lambda pair: pair[0])]


def _customer(line: LineStarted, span: Span, said: str, *, completed: bool) -> TurnItem:
    start_ms, stop_ms = span_ms(span)
    return TurnItem(
        speaker="customer",
        start_ms=start_ms,
        stop_ms=stop_ms,
        text=said,
        id=line.id,
        purpose=line.purpose,
        band=line.band,
        completed=completed,
    )


def _trainee(heard: Heard, acts: tuple[Act, ...]) -> TurnItem:
    start_ms, stop_ms = span_ms(heard.span)
    words = [
        WordItem(
            word=word.word, start_ms=to_ms(word.span.start), stop_ms=to_ms(word.span.stop), confidence=word.confidence
        )
        for word in heard.words
    ]
    return TurnItem(
        speaker="trainee",
        start_ms=start_ms,
        stop_ms=stop_ms,
        text=heard.text,
        words=words,
        acts=[ActItem(act=act.act, rule=act.rule, words=act.words, strength=act.strength) for act in acts],
        utterance=heard.utterance,
    )
