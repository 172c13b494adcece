"""Read a call's recording again with a larger model: what it hears otherwise, and what the score would be by its words.

Conventions
-----------
Neither the log nor a stored score changes. What was heard again is kept beside them, with the model's hash; points
change only when a person corrects a turn (`session.correcting`). As there, what was measured in the sound stays, and so
does what the customer did at the time. Turns that somebody corrected keep those words.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from simulator.clock import from_ms
from simulator.errors import InputError
from simulator.events import Event, Heard, Word
from simulator.ports import Recognizer, Samples
from simulator.recording.folder import CallFolder
from simulator.records.certificates.document import RereadCall
from simulator.records.database.opening import Session
from simulator.records.database.tables import Call, Review
from simulator.records.reviews.reviewing import add_rereading, corrector
from simulator.records.reviews.standing import corrections_of, standing_of
from simulator.scoring.case.corrected import Read, corrected, with_words
from simulator.scoring.folder import Scored, judge_events
from simulator.scoring.rubric import Rubric
from simulator.session.correcting import judged_otherwise, reader_of

MARGIN = from_ms(240)
"""Taken in before and after a turn: soft consonants at its edges. As much as the live ear takes in before one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardAgain:
    """A turn of the trainee's, counted from 1, that was heard otherwise: the words in the log and those heard now."""

    turn: int
    heard: str
    now: str


def read_again(
    folder: CallFolder, recognizer: Recognizer, events: Sequence[Event], read: Read, *, keep: Collection[int] = ()
) -> tuple[tuple[Event, ...], tuple[HeardAgain, ...]]:
    """Return the events of a call with the words that a recognizer hears in its recording, and the turns that differ.

    Parameters
    ----------
    folder : CallFolder
    recognizer : Recognizer
    events : sequence of Event
        The log, or the log as it was corrected.
    read : callable
        Reads a turn's words.
    keep : collection of int
        Turns, from 1, that keep their words.

    Raises
    ------
    InputError
        If the call has no sound of its trainee.
    """
    track, done = folder.trainee(), tuple(events)
    if not track.any():
        raise InputError(f"{folder.path} has no sound of its trainee, so it cannot be heard again")
    otherwise = []
    for turn, old in enumerate([event for event in events if isinstance(event, Heard)], 1):
        if turn in keep:
            continue
        words = _words(track, old, recognizer)
        text = " ".join(word.word for word in words)
        if text != old.text:
            otherwise.append(HeardAgain(turn=turn, heard=old.text, now=text))
            done = with_words(done, old, words, read)
    return done, tuple(otherwise)


def _words(track: Samples, heard: Heard, recognizer: Recognizer) -> tuple[Word, ...]:
    start = max(0, heard.span.start - MARGIN)
    stream = recognizer.open(start)
    try:
        stream.accept(track[start : heard.span.stop + MARGIN])
        return stream.finish()
    finally:
        stream.close()


def reread_call(session: Session, call: Call, recognizer: Recognizer, *, by: str | None) -> Review:
    """Hear a filed call again, and keep in the records what differs and what the score would be; it changes no points.

    Raises
    ------
    InputError
        If `by` may not, the call has no sound, or the folder gives another score now than was filed.
    """
    person = corrector(session, call, by)
    standing = standing_of(session, call)
    folder = CallFolder.open(Path(call.path))
    read, made = reader_of(folder), corrections_of(standing.corrections)
    before = corrected(folder.events(), made, read)
    events, turns = read_again(folder, recognizer, before, read, keep={each.turn for each in made})
    scored, changed = judged_otherwise(folder, standing.score, events)
    marks = {
        **reread_of(recognizer, scored).model_dump(mode="json"),
        "turns": [asdict(each) for each in turns],
        "criteria": changed,
    }
    return add_rereading(session, call, person, marks=marks)


def judge_again(folder: CallFolder, recognizer: Recognizer, judged: Scored, rubric: Rubric) -> RereadCall:
    """Return how a call that was just judged comes out by the words that a recognizer hears in its recording."""
    events, _ = read_again(folder, recognizer, folder.events(), reader_of(folder))
    return reread_of(recognizer, judge_events(folder, rubric, judged.measurement, events))


def reread_of(recognizer: Recognizer, scored: Scored) -> RereadCall:
    """Return which model heard a call again, and how the call comes out by its words."""
    return RereadCall(
        recognizer=recognizer.name,
        model=recognizer.model,
        model_sha256=recognizer.model_sha256,
        total=scored.output.total,
        verdict=scored.output.verdict,
    )
