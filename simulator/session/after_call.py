"""After a call: score it, file it for its person, write its report. And before one: what it would count for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from simulator.clock import to_ms
from simulator.contract import RECORDED, Document, Milliseconds, Verdict
from simulator.errors import InputError, SimulatorError
from simulator.events import CallEnded, MoodMoved, Outcome
from simulator.recording.folder import CallFolder, find_calls
from simulator.report.history import SCORE
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import Rubric, load_rubric, rubric_of

if TYPE_CHECKING:
    from simulator.report.reviews import ReviewOutput
    from simulator.session.compose import Composed
    from simulator.session.trainees import Notify
    from simulator.session.typed import TypedCall


class Anger(Document):
    """How angry the customer was, 0 to 100."""

    start: float
    peak: float
    end: float


class CallOutput(Document):
    """`hotseat call --json`."""

    schema_: Literal["hotseat.call/1"] = Field(alias="schema")
    call_dir: str
    report: str | None
    scenario: str
    seed: int
    duration_ms: Milliseconds
    outcome: Outcome
    anger: Anger
    total: float | None
    recognizer: str
    model: str
    reason: str = ""
    trainee: Literal["", "headset", "recorded", "typed"] = ""
    mode: Literal["practice", "certification"] = "practice"
    verdict: Verdict | None = Field(default=None, description="the program's; only where the rubric has one")
    verdict_reason: str = ""
    counts: str = Field(default="", description="whether a certification call counts, and for what; else empty")


def review_call(composed: Composed | TypedCall, notify: Notify, *, filed: bool, database: str | None) -> CallOutput:
    """Score a call that is over, write its report, and return what to say of it.

    Parameters
    ----------
    composed : Composed or TypedCall
    notify : callable
        Told in words what happens meanwhile.
    filed : bool
        Whether the call is filed in the records.
    database : str or None
        Which records; None for the user's own.
    """
    from simulator.report.page import write_report  # only here: `hotseat score` makes no page

    folder = CallFolder.open(composed.recorder.path, mend=True)
    notify("Scoring the call ...")
    scored = score_folder(folder, rubric_for(folder))
    if filed:
        _file(folder.path, database, notify)
    reviews = reviews_of_call(folder.path, database, notify) if filed else None
    report = write_report(folder, scored, reviews=reviews)
    moods = [event for event in folder.events() if isinstance(event, MoodMoved)]
    start = moods[0].anger_before if moods else composed.scenario.start.anger
    course = [start, *(mood.anger for mood in moods)]
    return CallOutput(
        schema="hotseat.call/1",
        call_dir=str(folder.path.resolve()),  # the reader's working folder may be another
        report=str(report.resolve()),
        scenario=composed.scenario.id,
        seed=composed.seed,
        duration_ms=to_ms(folder.duration),
        outcome=folder.manifest.outcome or "incomplete",
        anger=Anger(start=round(course[0], 1), peak=round(max(course), 1), end=round(course[-1], 1)),
        total=scored.output.total,
        recognizer=folder.manifest.recognizer,
        model=folder.manifest.model,
        reason=next((event.reason for event in folder.events() if isinstance(event, CallEnded)), ""),
        trainee=folder.manifest.trainee,
        mode=folder.manifest.mode,
        verdict=scored.output.verdict,
        verdict_reason=scored.output.reason,
        counts=_counts(folder, reviews),
    )


def score_left(root: Path, notify: Notify) -> list[Path]:
    """Score the calls of a folder that have no score yet, and write their reports; return which.

    A call that was cut off is mended first; one that still runs is left alone. What cannot be scored is told.
    """
    from simulator.report.page import write_report

    done = []
    for path in find_calls(root):
        if (path / SCORE).is_file():
            continue
        try:
            folder = CallFolder.open(path, mend=True)
            write_report(folder, score_folder(folder, rubric_for(folder)), reviews=None)
            done.append(path)
        except SimulatorError as error:
            notify(f"{path.name} is not scored: {error}")
    return done


def _counts(folder: CallFolder, reviews: ReviewOutput | None) -> str:
    if folder.manifest.mode != "certification":
        return ""
    if reviews is not None:
        return reviews.counts
    if folder.manifest.trainee == "recorded":
        return f"It counts for nobody. {RECORDED}."
    if folder.manifest.person:
        return "Whether it counts is not known: it is not in the records yet."
    return "It counts in no attempt: nobody was named for it (--person NAME)."


def rubric_for(folder: CallFolder, chosen: str | None = None) -> Rubric:
    """Return the rubric that was chosen, else the one the call was taken for, else that of its mode.

    Raises
    ------
    InputError
        If it is not here.
    """
    return load_rubric(chosen or rubric_of(folder.manifest))


def reviews_of_call(path: Path, database: str | None, notify: Notify) -> ReviewOutput | None:
    """Return what people said of a filed call; None without records, or for a practice call nobody reviewed.

    If the records cannot be read, the report is made without them and `notify` says so.
    """
    from simulator.records.database.opening import exists, open_records
    from simulator.records.reviews.review_page import filed_call, review_output

    try:
        if not exists(database):
            return None
        with open_records(database) as records, records.reading() as session:
            call = filed_call(session, path)
            if call is None:
                return None
            found = review_output(session, call)
            return found if found.reviews or call.mode == "certification" else None
    except Exception as error:  # no fault of a database may cost the report or the call
        notify(f"The report is without what people said of the call: {error}")
        return None


def unknown_person(person: str, database: str | None, notify: Notify) -> str:
    """Return what to ask before a call is filed for somebody nobody knows; "" where nothing is to ask."""
    from simulator.records.database.opening import exists, open_records
    from simulator.records.staff.people import unknown

    try:
        if not exists(database):
            return ""
        with open_records(database) as records, records.reading() as session:
            return unknown(session, person)
    except Exception as error:  # no fault of a database may stop a call, which can be filed later
        notify(f"Whether {person} is known cannot be said: {error}")
        return ""


def check_attempt(
    person: str, scenario: str, *, overridden_by: str | None, database: str | None, notify: Notify
) -> None:
    """Say what a certification call will count for.

    Parameters
    ----------
    person, scenario : str
        Who takes which call.
    overridden_by : str or None
        The instructor who lets the call start although the headset's check failed.
    database : str or None
        Which records; None for the user's own.
    notify : callable
        Told in words.

    Raises
    ------
    InputError
        If the call is not to be taken now.
    """
    allowed, said = True, ""
    try:
        from simulator.records.attempts import look_ahead
        from simulator.records.database.opening import exists, open_records
        from simulator.records.staff.people import find_person

        if exists(database):
            with open_records(database) as records, records.reading() as session:
                known = find_person(session, person)
                if known is not None:
                    allowed, said = look_ahead(session, known, scenario, answers=overridden_by)
    except Exception as error:  # no fault of a database may stop a call, which can be filed later
        said = f"What this call counts for cannot be said: {error}"
    if not allowed:
        raise InputError(said)
    if said:
        notify(said)


def _file(path: Path, database: str | None, notify: Notify) -> None:
    """File the call. If that fails the call is not lost: its folder holds everything."""
    try:
        from simulator.records.database.opening import open_records
        from simulator.records.filing import file_call

        with open_records(database) as records, records.writing() as session:
            file_call(session, path)
    except Exception as error:  # no fault of a database may cost the report or the call
        notify(f"The call is safe in {path}, but not in the records yet: {error}. Later: hotseat records add {path}")
