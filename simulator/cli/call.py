"""`hotseat call`: take a call, live or replayed; keep it, score it, write its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from simulator.cli import options
from simulator.clock import to_ms
from simulator.contract import Anger, CallOutput
from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.cli.compose import Composed
    from simulator.recording.folder import CallFolder
    from simulator.recording.manifest import Line

OUTCOMES = {
    "won_back": "you won the customer back",
    "escalated": "the customer was passed on",
    "unresolved": "nothing was settled",
    "hung_up": "the customer hung up",
    "incomplete": "the call was cut off",
}


@click.command()
@click.argument("scenario", required=False)
@click.option("--trainee", metavar="NAME_OR_FILE", help="A scripted trainee or a recording instead of your headset.")
@click.option("--from", "earlier", type=click.Path(path_type=Path), metavar="CALL_DIR", help="Begin a call again ...")
@click.option(
    "--at", "turn", type=click.IntRange(1), metavar="TURN", help="... before this turn of yours (see its report)."
)
@click.option("--seed", type=click.IntRange(0), help="Fix every choice the customer makes.")
@click.option(
    "--mode",
    type=click.Choice(["practice", "certification"]),
    default="practice",
    show_default=True,
    help="Certification has a pass rule, no hints, and wants a headset that passed its check.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Keep the call here instead of in your own data folder.")
@options.recognizer
@click.option("--model", type=click.Path(path_type=Path), help="A Vosk model's folder.")
@click.option("--voice", metavar="NAME", help="Another voice for the customer (hotseat voices list).")
@click.option("--telephone/--no-telephone", default=True, show_default=True, help="The telephone's band, 300-3400 Hz.")
@click.option("--noise", "noise_dbfs", type=click.FloatRange(-90, -30), help="Line noise in dBFS; -60 is a touch.")
@click.option("--piper", is_flag=True, help="Speak with Piper (hotseat[piper]), where the voice has it.")
@click.option("--device", metavar="NAME_OR_NUMBER", help="Another headset (hotseat devices).")
@click.option("--no-abuse", is_flag=True, help="Leave out abusive language.")
@click.option("--hints", is_flag=True, help="Show hints during a practice call.")
@click.option("--person", metavar="NAME", help="Who takes the call: it is filed for them (hotseat records).")
@options.database
@click.option("--override-check", metavar="INSTRUCTOR", help="Start although the headset's check failed; recorded.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(**given: Any) -> int:
    """Take the call of SCENARIO: with your headset, or replayed with --trainee.

    The call is kept in a folder, scored, and explained in a report. Ctrl-C ends it; what was said is kept and scored.
    With --from and --at, a practice call begins again in the middle, in a folder of its own.
    """
    as_json = bool(given.pop("as_json"))
    hints = bool(given.pop("hints"))
    if hints and given["mode"] == "certification":
        raise InputError("a certification call has no hints; leave out --hints, or use --mode practice")
    from simulator.cli.compose import Wanted, compose

    note = _note
    database = given.pop("database")
    if given["person"] is not None:
        from simulator.records.names import check_person

        check_person(given["person"])
        if given["mode"] == "certification" and given["scenario"] is not None:
            _look_ahead(given["person"], given["scenario"], given["override_check"], database)
    given["line"] = _line(given)
    _begin_again(given)
    given["overridden_by"] = given.pop("override_check")
    given["allow_abuse"] = not given.pop("no_abuse")
    composed = compose(Wanted(**given), note)
    try:
        stopped, failure = _run(composed, hints=hints, quiet=as_json)
        output = _review(composed, note, filed=given["person"] is not None, database=database)
    except BaseException:  # Ctrl-C again, or a full disk: nothing recorded is lost, and the user is told so
        path = composed.recorder.path
        note(f'The call is kept in {path}\nTo score it: hotseat report "{path}"')
        raise
    if as_json:
        click.echo(output.to_json())
    else:
        _show(output)
    if failure is not None:
        raise failure
    return 130 if stopped else 0


def _line(given: dict[str, Any]) -> Line:
    from simulator.recording.manifest import Line

    engine: Literal["pyttsx3", "piper"] = "piper" if given.pop("piper") else "pyttsx3"
    return Line(telephone=given.pop("telephone"), noise_dbfs=given.pop("noise_dbfs"), engine=engine)


def _begin_again(given: dict[str, Any]) -> None:
    """Let the earlier call decide what it decided then, where one is begun again."""
    path, turn = given.pop("earlier"), given.pop("turn")
    if path is None:
        if turn is not None:
            raise InputError("--at says where in an earlier call; say which one with --from CALL_DIR")
        if given["scenario"] is None:
            raise InputError("which scenario? Give one of: hotseat scenarios list; or --from CALL_DIR --at TURN")
        return
    from simulator.recording.manifest import USUAL_LINE

    decided = {"SCENARIO": "scenario", "--seed": "seed", "--voice": "voice", "--no-abuse": "no_abuse"}
    clash = [name for name, key in decided.items() if given[key]]
    clash += ["--no-telephone, --noise or --piper"] if given["line"] != USUAL_LINE else []
    if given["mode"] == "certification":
        raise InputError("a certification call has no retry; leave out --mode certification")
    if clash:
        raise InputError(f"--from takes the call as it was; leave out {', '.join(clash)}")
    from simulator.cli.retrying import earlier_call

    earlier = earlier_call(path, turn)
    made = earlier.manifest
    given.update(
        scenario=made.scenario, seed=made.seed, voice=made.voice, line=made.line, no_abuse=not made.allow_abuse
    )
    if given["person"] is None and given["trainee"] is None:  # whoever took it takes it again
        given["person"] = made.person or None
    given["earlier"] = earlier
    _note(earlier.told())


def _look_ahead(person: str, scenario: str, answers: str | None, database: str | None) -> None:
    """Say what a certification call will count for, or refuse one that is not to be taken now."""
    allowed, told = True, ""
    try:
        from simulator.records.attempts import look_ahead
        from simulator.records.database.opening import exists, open_records
        from simulator.records.people import find_person

        if exists(database):
            with open_records(database) as records, records.reading() as session:
                known = find_person(session, person)
                if known is not None:
                    allowed, told = look_ahead(session, known, scenario, answers=answers)
    except Exception as error:  # whatever a database can do wrong: the call can be filed later
        told = f"What this call counts for cannot be said: {error}"
    if not allowed:
        raise InputError(told)
    if told:
        _note(told)


def _file(path: Path, database: str | None) -> None:
    """File the call; a database in trouble costs no call, for the folder holds everything."""
    try:
        from simulator.records.database.opening import open_records
        from simulator.records.filing import file_call

        with open_records(database) as records, records.writing() as session:
            file_call(session, path)
    except Exception as error:  # whatever a database can do wrong
        _note(f"The call is safe in {path}, but not in the records yet: {error}. Later: hotseat records add {path}")


def _note(text: str) -> None:
    click.echo(text, err=True)


def _run(composed: Composed, *, hints: bool, quiet: bool) -> tuple[bool, Exception | None]:
    from simulator.cli.live_view import live_view
    from simulator.headset.loop import run_call

    try:
        with live_view(composed.scenario.title, hints=hints, live=composed.headset.live, quiet=quiet) as view:
            ending = run_call(
                composed.engine,
                composed.headset,
                composed.recorder,
                on_block=view,
                on_wait=view.waiting,
                playing=composed.playing,
            )
    finally:
        composed.close()
    return ending.stopped, ending.failure


def _review(composed: Composed, note: Any, *, filed: bool, database: str | None) -> CallOutput:
    from simulator.cli.reviewed import reviews_of_call
    from simulator.recording.folder import CallFolder
    from simulator.report.page import write_report
    from simulator.scoring.folder import score_folder
    from simulator.scoring.rubric import load_rubric

    folder = CallFolder.open(composed.recorder.path)
    note("Scoring the call ...")
    rubric = load_rubric("certification" if folder.manifest.mode == "certification" else "practice")
    scored = score_folder(folder, rubric)
    if filed:
        _file(folder.path, database)
    reviews = reviews_of_call(folder.path, database) if filed else None
    report = write_report(folder, scored, reviews=reviews)
    return CallOutput(
        schema="hotseat.call/1",
        call_dir=str(folder.path.resolve()),  # whoever reads this may stand in another folder
        report=str(report.resolve()),
        scenario=composed.scenario.id,
        seed=composed.seed,
        duration_ms=to_ms(folder.duration),
        outcome=folder.manifest.outcome or "incomplete",
        anger=_anger(folder, composed.scenario.start.anger),
        total=scored.output.total,
        recognizer=composed.recognizer.name,
        model=composed.recognizer.model,
        reason=_reason(folder),
    )


def _anger(folder: CallFolder, start: float) -> Anger:
    from simulator.events import MoodMoved

    course = [start, *(event.anger for event in folder.events() if isinstance(event, MoodMoved))]
    return Anger(start=round(start, 1), peak=round(max(course), 1), end=round(course[-1], 1))


def _reason(folder: CallFolder) -> str:
    from simulator.events import CallEnded

    return next((event.reason for event in folder.events() if isinstance(event, CallEnded)), "")


def _show(output: CallOutput) -> None:
    total = "no score" if output.total is None else f"{output.total:.1f} of 100"
    anger = (
        f"{output.anger.start:.0f} at the start, {output.anger.peak:.0f} at worst, {output.anger.end:.0f} at the end"
    )
    click.echo()
    click.echo(f"Outcome   {OUTCOMES[output.outcome]}" + (f": {output.reason}" if output.reason else ""))
    click.echo(f"Anger     {anger}")
    click.echo(f"Score     {total}")
    click.echo(f"Call      {output.call_dir}")
    click.echo(f"Report    {output.report}")
