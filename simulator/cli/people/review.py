"""`hotseat review`: what people say of a call, shown with the program's score."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from simulator.cli import options
from simulator.cli.people.records import in_step
from simulator.clock import from_clock_text, to_ms
from simulator.contract import verdict_word
from simulator.errors import InputError
from simulator.recording.folder import CallFolder
from simulator.records.certificates.keys import KeyRing
from simulator.records.database.opening import Session, open_records
from simulator.records.database.tables import Call
from simulator.records.filing import file_call
from simulator.records.lists.browsing import queue
from simulator.records.reviews.agreement import agreement_output
from simulator.records.reviews.review_page import review_output
from simulator.records.reviews.reviewing import answer, appeal, comment, decide, override, rate, sheet
from simulator.records.reviews.standing import Standing, standing_of
from simulator.records.sealing.heads import sign_head
from simulator.report.people import agreement_text
from simulator.report.reviews import ReviewItem, ReviewOutput

call_dir = click.argument("call_dir", type=click.Path(path_type=Path))
by = click.option("--by", required=True, metavar="NAME", help="Who says so; an instructor of the records.")
reason = click.option("--reason", required=True, metavar="TEXT", help="Why, in a sentence; it is kept.")


class _EitherOrder(click.Group):
    """Accepts CALL_DIR before the subcommand, too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if len(args) > 1 and args[0] not in self.commands and args[1] in self.commands:
            args[:2] = [args[1], args[0]]
        return super().parse_args(ctx, args)


@click.group(cls=_EitherOrder)
def command() -> None:
    """Review calls: override, correct, reread, comment, decide, rate, appeal, answer. Nothing is erased.

    Docs: docs/reviews.md.
    """


@contextmanager
def _filed(path: Path, database: str | None) -> Iterator[tuple[Session, Call]]:
    folder = CallFolder.open(path)
    with open_records(database) as records, records.writing() as session:
        yield session, file_call(session, folder.path)


def _do(path: Path, database: str | None, what: Callable[[Session, Call], Any]) -> None:
    """Do one thing to a call and print its total and verdict after it."""
    with _filed(path, database) as (session, call):
        what(session, call)
        standing, name = standing_of(session, call), call.name
    click.echo("Kept.")
    _stands(name, standing, path)


def _stands(name: str, standing: Standing, path: Path) -> None:
    total = "no total" if standing.total is None else f"{standing.total:.1f} of 100"
    click.echo(f"{name} stands at {total}, {verdict_word(standing.verdict)}.")
    click.echo(f"Its report shows it after: hotseat report {path}")


@command.command("show", short_help="The program's verdict and the people's, side by side.")
@call_dir
@options.database
@options.as_json
def show_command(call_dir: Path, database: str | None, as_json: bool) -> None:
    """Show what the program said of the call in CALL_DIR, what stands now, and everything people said."""
    with _filed(call_dir, database) as (session, call):
        found = review_output(session, call)
    if as_json:
        click.echo(found.to_json())
    else:
        _show(found)


@command.command("override", short_help="Give a criterion other points.")
@call_dir
@click.argument("criterion")
@click.option("--points", type=float, required=True, metavar="P", help="The points it shall have.")
@reason
@by
@options.database
def override_command(call_dir: Path, criterion: str, points: float, reason: str, by: str, database: str | None) -> None:
    """Give CRITERION other points than the program did. The program's points stay visible."""
    _do(call_dir, database, lambda s, c: override(s, c, by, criterion=criterion, points=points, reason=reason))


@command.command("correct", short_help="Put right a word or name that was misheard.")
@call_dir
@click.option("--heard", required=True, metavar="TEXT", help="The words as the transcript has them.")
@click.option("--said", required=True, metavar="TEXT", help="The words that were said.")
@click.option("--turn", type=click.IntRange(1), metavar="N", help="In which turn of the trainee's, where several fit.")
@click.option("--by", metavar="NAME", help="Who says so; without it whoever took the call (practice only).")
@options.database
def correct_command(
    call_dir: Path, heard: str, said: str, turn: int | None, by: str | None, database: str | None
) -> None:
    """Put right what the recognizer misheard in the call in CALL_DIR.

    The turn is read again, and the score changes where it hangs on these words. The log stays as it is. A certification
    call is corrected by an instructor only, and the head of the records' log is signed afterwards.
    """
    from simulator.session.correcting import Misheard, correct_call

    folder = CallFolder.open(call_dir)
    with open_records(database) as records:
        with records.writing() as session:
            call = file_call(session, folder.path)
            before = standing_of(session, call)
            made = correct_call(session, call, Misheard(heard=heard, said=said, turn=turn, by=by))
            now, name, mode = standing_of(session, call), call.name, call.mode
            text = made.text
        if mode == "certification":
            sign_head(records, KeyRing())
    click.echo(f"Kept. {text}")
    changes = [(old, new) for old, new in zip(before.rows, now.rows, strict=True) if old.points != new.points]
    for old, new in changes:
        click.echo(f"  {new.title}: {old.points:g} of {old.of:g} -> {new.points:g} of {new.of:g}")
    if not changes:
        click.echo("No point hangs on it.")
    _stands(name, now, folder.path)


@command.command("reread", short_help="Hear the recording again with a larger model; no points change.")
@call_dir
@click.option(
    "--review-model", required=True, metavar="MODEL", help="Its name in `hotseat models list`, or its folder."
)
@click.option("--by", metavar="NAME", help="Who asks; without it whoever took the call (practice only).")
@options.database
def reread_command(call_dir: Path, review_model: str, by: str | None, database: str | None) -> None:
    """Hear the recording in CALL_DIR again with a larger model, and keep what it hears otherwise in the records.

    No points change by it: where the larger model is right, put the turn right with `hotseat review correct`.
    """
    from simulator.session.rereading import reread_call
    from simulator.speech.recognition.recognizers import open_recognizer

    recognizer = open_recognizer(model=review_model, notify=options.note)
    with _filed(call_dir, database) as (session, call):
        made = reread_call(session, call, recognizer, by=by)
        marks, text, standing, name = made.marks or {}, made.text, standing_of(session, call), call.name
    click.echo(f"Kept. {text}")
    for each in marks["turns"]:
        click.echo(
            f"  turn {each['turn']}\n    heard in the call: {each['heard']}\n    heard now:         {each['now']}"
        )
    for row in standing.rows:
        now = marks["criteria"].get(row.id)
        if now is not None and now["points"] != row.points:
            click.echo(
                f"  {row.title}: {row.points:g} of {row.of:g}, by these words {now['points']:g} of {now['of']:g}"
            )
    _stands(name, standing, call_dir)


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    try:
        return to_ms(from_clock_text(value)) if ":" in value else float(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no moment; give minutes and seconds, as 1:15.5, or ms") from error


@command.command("comment", short_help="Say something about a moment.")
@call_dir
@click.option(
    "--at", "at_ms", callback=_moment, metavar="M:SS", help="The moment, as the report shows it (1:15.5), or in ms."
)
@click.option("--text", required=True, metavar="TEXT", help="What you want to say.")
@by
@options.database
def comment_command(call_dir: Path, at_ms: float | None, text: str, by: str, database: str | None) -> None:
    """Comment on the call in CALL_DIR, or on a moment of it."""
    _do(call_dir, database, lambda s, c: comment(s, c, by, text=text, at_ms=at_ms))


def _decision(name: str, *, passed: bool) -> click.Command:
    """Return the command that decides a borderline call one way."""

    @click.command(
        name,
        help=f"Decide that the borderline call in CALL_DIR is {'passed' if passed else 'failed'}.",
        short_help=f"Let a borderline call {'pass' if passed else 'fail'}.",
    )
    @call_dir
    @reason
    @by
    @options.database
    def decide_command(call_dir: Path, reason: str, by: str, database: str | None) -> None:
        _do(call_dir, database, lambda s, c: decide(s, c, by, passed=passed, reason=reason))

    return decide_command


command.add_command(_decision("confirm", passed=True))
command.add_command(_decision("reject", passed=False))


@command.command("rate", short_help="Rate a call without seeing its points.")
@call_dir
@click.option("--points", "marks", multiple=True, metavar="NAME=P", help="Points of a dimension; once for each.")
@by
@options.database
def rate_command(call_dir: Path, marks: tuple[str, ...], by: str, database: str | None) -> None:
    """Give a blind second rating of the call in CALL_DIR; listen to it, and open no report.

    Without --points, say what there is to rate. Points are for every dimension that applied, or for every criterion.
    """
    with _filed(call_dir, database) as (session, call):
        if marks:
            rate(session, call, by, marks=dict(map(_mark, marks)))
        possible = sheet(session, call)
    if marks:
        click.echo(f"Kept. Thank you, {by}.")
        return
    click.echo(f"Listen to {call.path}/trainee.wav and customer.wav; read transcript.json; open no report. Then give")
    for name, of in possible.items():
        click.echo(f"  --points {name}=P   0 to {of:g}")


@command.command("appeal", short_help="Say why the score of your call is wrong.")
@call_dir
@click.option("--note", required=True, metavar="TEXT", help="What is wrong, and why.")
@options.database
def appeal_command(call_dir: Path, note: str, database: str | None) -> None:
    """Appeal against the score of the call in CALL_DIR, for whoever took it. Instructors see the call from then on."""
    _do(call_dir, database, lambda s, c: appeal(s, c, note=note))


@command.command("answer", short_help="Answer an appeal.")
@call_dir
@click.option("--text", required=True, metavar="TEXT", help="The answer; points change by an override only.")
@by
@options.database
def answer_command(call_dir: Path, text: str, by: str, database: str | None) -> None:
    """Answer the oldest open appeal of the call in CALL_DIR."""
    _do(call_dir, database, lambda s, c: answer(s, c, by, text=text))


@command.command("list", short_help="What waits for a person: borderline calls and appeals.")
@options.database
def list_command(database: str | None) -> None:
    """List the borderline calls nobody has decided and the appeals nobody has answered, oldest first."""
    with in_step(database) as records, records.reading() as session:
        waiting = queue(session)
    for each in waiting:
        line = each.line
        total = "no score" if line.total is None else f"{line.total:.1f} of 100"
        click.echo(
            f"{line.started.astimezone():%Y-%m-%d %H:%M}  {line.person or 'nobody named'}, {line.title}, {total}"
        )
        click.echo(f"    {each.why}")
        click.echo(f"    {each.path}")
    if waiting:
        click.echo("\nSee one: hotseat review show CALL_DIR. Then, as an instructor (--by NAME): confirm or reject a "
                   "borderline call, answer an appeal, override points.")  # fmt: skip
    else:
        click.echo("Nothing waits for a person.")


@command.command("agreement", short_help="How well reviewers agree, and with the program.")
@options.database
@options.as_json
def agreement_command(database: str | None, as_json: bool) -> None:
    """Show how well blind ratings agree with each other and with the program, over all double-rated calls."""
    with open_records(database) as records, records.reading() as session:
        found = agreement_output(session)
    if as_json:
        click.echo(found.to_json())
        return
    click.echo(f"Between people     {agreement_text(found.between_people)}")
    click.echo(f"With the program   {agreement_text(found.with_the_program)}")


def _mark(text: str) -> tuple[str, float]:
    name, _, points = text.partition("=")
    try:
        return name.strip(), float(points)
    except ValueError:
        raise InputError(f"--points {text!r} is not understood; write it as in --points listening=12") from None


def _show(found: ReviewOutput) -> None:
    click.echo(f"{found.call}, {found.person or 'nobody filed'}")
    if found.counts:
        click.echo(found.counts)
    click.echo()
    for name, each in (("The program", found.program), ("Now", found.now)):
        total = "no total" if each.total is None else f"{each.total:.1f} of 100"
        click.echo(f"{name:<12} {total}, {verdict_word(each.verdict)}. {each.reason}")
    click.echo("\n  program   now    of   criterion")
    for row in found.criteria:
        mark = "  <- changed" if row.now != row.program else ""
        if row.of:
            click.echo(f"  {row.program:>7g} {row.now:>5g} {row.of:>5g}   {row.id:<30} {row.title}{mark}")
    left_out = sum(not row.of for row in found.criteria)
    click.echo(f"  {left_out} more did not apply to this call or could not be measured.")
    for said in found.reviews:
        click.echo(f"\n{_said(said)}")
    if found.open_appeals:
        click.echo(f"\n{found.open_appeals} appeal waits for an answer.")
    click.echo(f"\nReviewers among themselves: {agreement_text(found.agreement.between_people)}")
    click.echo(f"Reviewers and the program:  {agreement_text(found.agreement.with_the_program)}")


def _said(each: ReviewItem) -> str:
    points = ""
    if each.points is not None and each.of:
        whole = each.kind == "rating"
        points = f" {100 * each.points / each.of:.1f} of 100." if whole else f" {each.points:g} of {each.of:g}."
    about = f" of {each.criterion}" if each.criterion else ""
    at = "" if each.at_ms is None else f" at {each.at_ms / 1000:.1f} s"
    void = "" if each.stands else " (holds no longer)"
    return f"{each.at}  {each.by or 'somebody deleted'}, {each.kind}{about}{at}{void}:{points} {each.text}".rstrip()
