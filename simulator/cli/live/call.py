"""`hotseat call`: take a call, live or replayed; keep it, score it, write its report."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from simulator.cli import options
from simulator.cli.completion import rubrics, scenarios
from simulator.contract import RECORDED, VERDICTS
from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.cli.live.ringing import Keys
    from simulator.recording.call_seal import SealKeeper
    from simulator.recording.manifest import TelephoneLine
    from simulator.session.after_call import CallOutput
    from simulator.session.compose import Composed
    from simulator.session.loop import Block

OUTCOMES = {
    "won_back": "you won the customer back",
    "escalated": "the customer was passed on",
    "unresolved": "nothing was settled",
    "hung_up": "the customer hung up",
    "incomplete": "the call was cut off",
}


@click.command()
@click.argument("scenario", required=False, shell_complete=scenarios)
@click.option("--trainee", metavar="NAME_OR_FILE", help="A scripted trainee or a recording instead of your headset.")
@click.option("--from", "retried", type=click.Path(path_type=Path), metavar="CALL_DIR", help="Retry a call ...")
@click.option(
    "--at", "turn", type=click.IntRange(1), metavar="TURN", help="... from this turn of yours (see its report)."
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
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    help="The folder of a Vosk model, or of a Whisper model of any size in CTranslate2's form.",
)
@click.option("--voice", metavar="NAME", help="Another voice for the customer (hotseat voices list).")
@click.option("--telephone/--no-telephone", default=True, show_default=True, help="The telephone's band, 300-3400 Hz.")
@click.option("--noise", "noise_dbfs", type=click.FloatRange(-90, -30), help="Line noise in dBFS; -60 is a touch.")
@click.option("--piper", is_flag=True, help="Speak with Piper (hotseat[piper]), where the voice has it.")
@click.option(
    "--system-voice", is_flag=True, help="Speak with this system's voice, not from the scenario's voice pack."
)
@click.option("--quiet-line", is_flag=True, help="Leave out the place that the customer calls from, and their 'mm'.")
@click.option("--device", metavar="NAME_OR_NUMBER", help="Another headset (hotseat devices).")
@click.option("--no-abuse", is_flag=True, help="Leave out abusive language.")
@click.option("--hints", is_flag=True, help="Show hints during a practice call.")
@click.option(
    "--rubric", metavar="NAME", shell_complete=rubrics, help="Score a practice call by another one (hotseat rubrics)."
)
@click.option("--person", metavar="NAME", help="Who takes the call: it is filed for them (hotseat records).")
@options.new
@options.database
@click.option("--override-check", metavar="INSTRUCTOR", help="Start although the headset's check failed; recorded.")
@options.open_it
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(**given: Any) -> int:
    """Take the call of SCENARIO: with your headset, or replayed with --trainee.

    The call is kept in a folder, scored, and explained in a report. Ctrl-C ends it; what was said is kept and scored.
    With --from and --at, a practice call is retried from the middle, in a folder of its own.
    """
    as_json = bool(given.pop("as_json"))
    hints, open_it = bool(given.pop("hints")), bool(given.pop("open_it"))
    if hints and given["mode"] == "certification":
        raise InputError("a certification call has no hints; leave out --hints, or use --mode practice")
    from simulator.cli.live.waiting import VoiceBar
    from simulator.session.after_call import check_attempt, review_call
    from simulator.session.compose import Wanted, compose

    database, overridden_by, new = given.pop("database"), given.pop("override_check"), given.pop("new")
    options.from_settings(given)
    if given["person"] is not None and given["trainee"] is not None:
        raise InputError(
            f"a recorded trainee takes this call, so it cannot be {given['person']}'s; leave out --person, "
            "or leave out --trainee to take it yourself"
        )
    if given["person"] is not None:
        from simulator.records.staff.people import check_person
        from simulator.session.after_call import unknown_person

        check_person(given["person"])
        options.check_new("" if new else unknown_person(given["person"], database, options.note))
        if given["mode"] == "certification" and given["scenario"] is not None:
            check_attempt(
                given["person"], given["scenario"], overridden_by=overridden_by, database=database, notify=options.note
            )
    given["line"] = _line(given)
    _take_over_from_retried(given)
    allow_abuse = not given.pop("no_abuse")
    keeper = _keeper(given, database)
    with VoiceBar() as bar:
        wanted = Wanted(**given, overridden_by=overridden_by, allow_abuse=allow_abuse, keeper=keeper)
        composed = compose(wanted, options.note, progress=bar)
    keys = None if as_json or given.get("retried") is not None else _ring(composed)
    try:
        stopped, failure = _run(composed, keys, hints=hints, quiet=as_json or options.is_quiet())
        output = review_call(composed, options.note, filed=given["person"] is not None, database=database)
    except BaseException:  # Ctrl-C again, or a full disk: nothing recorded is lost, and the user is told so
        path = composed.recorder.path
        options.note(f'The call is kept in {path}\nTo score it: hotseat report "{path}"')
        raise
    if as_json:
        click.echo(output.to_json())
    else:
        show_result(output)
    if composed.recorder.unsealed:
        options.note(f"The end of the call was not sealed, so nobody can be certified: {composed.recorder.unsealed}")
    if composed.recorder.moved:
        options.note(composed.recorder.moved)
    if open_it and output.report is not None:
        options.open_page(Path(output.report))
    if failure is not None:
        raise failure
    return 130 if stopped else 0


def _keeper(given: dict[str, Any], database: str | None) -> SealKeeper | None:
    """Return who seals the call: the records, for a certification call by a person at a headset."""
    if given["mode"] != "certification" or given["trainee"] is not None:
        return None
    from simulator.records.sealing.call_seals import RecordsKeeper

    if given["person"] is None:
        options.note("Nobody is named for this call, so it counts in no attempt; name who takes it with --person NAME.")
    return RecordsKeeper(database)


def _line(given: dict[str, Any]) -> TelephoneLine:
    from simulator.recording.manifest import TelephoneLine

    piper, system = given.pop("piper"), given.pop("system_voice")
    if piper and system:
        raise InputError("--piper and --system-voice are two voices; leave out one")
    engine: Literal["pyttsx3", "piper", "pack"] = "piper" if piper else "pyttsx3" if system else "pack"
    return TelephoneLine(
        telephone=given.pop("telephone"),
        noise_dbfs=given.pop("noise_dbfs"),
        engine=engine,
        surroundings=not given.pop("quiet_line"),
    )


def _take_over_from_retried(given: dict[str, Any]) -> None:
    """Take over what the retried call decided, where there is one: scenario, seed, voice, line, abuse."""
    path, turn = given.pop("retried"), given.pop("turn")
    if path is None:
        if turn is not None:
            raise InputError("--at says where to retry a call; say which one with --from CALL_DIR")
        if given["scenario"] is None:
            raise InputError("which scenario? Give one of: hotseat scenarios list; or --from CALL_DIR --at TURN")
        return
    from simulator.recording.manifest import USUAL_LINE
    from simulator.session.retry import retried_call

    decided = {"SCENARIO": "scenario", "--seed": "seed", "--voice": "voice", "--no-abuse": "no_abuse"}
    clash = [name for name, key in decided.items() if given[key]]
    clash += ["--no-telephone, --noise, --piper, --system-voice or --quiet-line"] if given["line"] != USUAL_LINE else []
    if given["mode"] == "certification":
        raise InputError("a certification call has no retry; leave out --mode certification")
    if clash:
        raise InputError(f"--from takes the call as it was; leave out {', '.join(clash)}")
    retried = retried_call(path, turn)
    made, taken_over = retried.manifest, retried.decided
    given["no_abuse"] = not taken_over.pop("allow_abuse")
    given.update(taken_over)
    if given["person"] is None and given["trainee"] is None:  # the person who took the call retries it
        given["person"] = made.person or None
    given["rubric"] = given["rubric"] or made.rubric
    given["retried"] = retried
    options.note(retried.summary())


def _ring(composed: Composed) -> Keys | None:
    """Let the telephone ring until it is answered; None without a person at a terminal."""
    if not (composed.loop.headset.live and sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    from simulator.cli.live.ringing import Keys, ring

    keys = Keys(sys.stdin)
    try:
        ring(composed.loop.headset, keys, lambda: options.note(_briefing(composed)), options.note)
    except BaseException:  # nobody answered: there is nothing to keep
        composed.close()
        shutil.rmtree(composed.recorder.path, ignore_errors=True)
        raise
    return keys


def _briefing(composed: Composed) -> str:
    from simulator.cli.authoring.scenarios import briefing_text

    width = min(100, shutil.get_terminal_size().columns)
    lines = (click.wrap_text(line, width, subsequent_indent="    ") for line in briefing_text(composed.scenario))
    return "\n".join(["", *lines, ""])


def _run(composed: Composed, keys: Keys | None, *, hints: bool, quiet: bool) -> tuple[bool, Exception | None]:
    from simulator.cli.live.live_view import live_view
    from simulator.cli.live.ringing import BRIEFING

    with live_view(composed.scenario.title, hints=hints, live=composed.loop.headset.live, quiet=quiet) as view:

        def watch(block: Block) -> None:
            typed = keys.take() if keys is not None else None
            if typed in BRIEFING:
                view.tell(_briefing(composed))
            view(block)

        ending = composed.run(on_block=watch, on_wait=view.waiting)
    return ending.stopped, ending.failure


def show_result(output: CallOutput) -> None:
    """Print how a call ended."""
    total = "no score" if output.total is None else f"{output.total:g} of 100"
    anger = (
        f"{output.anger.start:.0f} at the start, {output.anger.peak:.0f} at worst, {output.anger.end:.0f} at the end"
    )
    click.echo()
    click.echo(f"Outcome   {OUTCOMES[output.outcome]}" + (f": {output.reason}" if output.reason else ""))
    click.echo(f"Anger     {anger}")
    click.echo(f"Score     {total}")
    if output.verdict is not None:
        click.echo(f"Verdict   {VERDICTS[output.verdict].upper()}. {output.verdict_reason}")
    if output.counts:
        click.echo(f"Counts    {output.counts}")
    elif output.trainee == "recorded":
        click.echo(f"Trainee   {RECORDED}")
    click.echo(f"Call      {output.call_dir}")
    click.echo(f"Report    {output.report}")
