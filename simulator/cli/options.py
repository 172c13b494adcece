"""Options that several commands take, each with one meaning, and notes on standard error."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from simulator.cli.terminal import plain
from simulator.errors import InputError

_PASSWORD = re.compile(r"^[a-z0-9+]+:/*[^@/]*:[^@]*@|[?&](?:ssl)?password=", re.IGNORECASE)
"""An address of a database with a password in it."""


def _without_password(context: click.Context, option: click.Parameter, given: str | None) -> str | None:
    """Refuse a password on the command line, where everybody on the machine can read it."""
    typed = context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
    if given is not None and typed and _PASSWORD.search(given) is not None:
        raise InputError(
            "a password on the command line can be read by everybody on this machine. Leave it out of --database and "
            "put it into PGPASSWORD or ~/.pgpass, or the whole address into HOTSEAT_DATABASE or a file that "
            "HOTSEAT_DATABASE_FILE names. Then change the password: it was shown just now."
        )
    return given


def _usual_recognizer() -> str:
    from simulator.settings import read_settings

    return read_settings().recognizer or "auto"


recognizer = click.option(
    "--recognizer",
    type=click.Choice(["auto", "vosk", "whisper"]),
    default=_usual_recognizer,
    show_default="auto, or as hotseat config says",
    help="Who listens; auto: Vosk where it is installed, else Whisper.",
)
rubric = click.option("--rubric", metavar="NAME_OR_FILE", help="Another rubric (hotseat rubrics list).")
page = click.option(
    "-o", "--out", "output", type=click.Path(path_type=Path), help="Write it here instead of among the calls."
)
pdf = click.option("--pdf", is_flag=True, help="Write a PDF instead of a page for the browser.")
database = click.option(
    "--database",
    envvar="HOTSEAT_DATABASE",
    metavar="FILE_OR_URL",
    callback=_without_password,
    help="Another database than your own: a file, or postgresql://...; also HOTSEAT_DATABASE.",
)
new = click.option("--new", is_flag=True, help="The person is new: add them without asking.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
open_it = click.option("--open", "open_it", is_flag=True, help="Open the page in the browser.")
policy = click.option("--policy", type=click.Path(path_type=Path), metavar="FILE", help="A policy of your own (YAML).")


def open_page(path: Path) -> None:
    """Open a page in the user's browser, or say that none could be started."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        note(f"No browser could be started; open the file by hand: {path}")


def check_new(question: str) -> None:
    """Ask whether somebody who is not in the records is new; without a terminal to ask at, refuse.

    Parameters
    ----------
    question : str
        From `records.staff.people.unknown`; "" where nothing is to ask.

    Raises
    ------
    InputError
        If nobody can be asked.
    click.Abort
        If the answer is no.
    """
    if not question:
        return
    if not sys.stdin.isatty():
        raise InputError(f"{question} If they are new, add --new.")
    click.confirm(f"{question} Add them?", abort=True, err=True)


def from_settings(given: dict[str, Any]) -> None:
    """Take the rubric of a practice call and whose calls are taken here from the settings, where nothing was typed.

    Raises
    ------
    InputError
        If the rubric is not to be had, or one was asked for in certification.
    """
    from simulator.scoring.rubric import list_rubrics
    from simulator.settings import read_settings

    settings = read_settings()
    if given["mode"] == "certification":
        if given["rubric"]:
            raise InputError("a certification call is scored by its own rubric; leave out --rubric, or practise")
        given["rubric"] = ""
    else:
        given["rubric"] = given["rubric"] or settings.rubric or ""
    if given["rubric"] and given["rubric"] not in list_rubrics():
        known = ", ".join(list_rubrics())
        raise InputError(
            f"no rubric is called {given['rubric']!r}; there are: {known}. Add a file: hotseat rubrics add FILE"
        )
    if given["person"] is None and given["trainee"] is None and given["retried"] is None:
        given["person"] = settings.person


QUIET = "hotseat.quiet"
"""Where a command's context says whether notes are left out."""


def make_quiet() -> click.Option:
    """Return the option --quiet, which every command has."""

    def keep(context: click.Context, _option: click.Parameter, given: bool) -> None:
        context.meta[QUIET] = given

    return click.Option(
        ["-q", "--quiet"], is_flag=True, expose_value=False, callback=keep, help="Only results and errors, no notes."
    )


def is_quiet() -> bool:
    """Return whether the user wants no notes."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(QUIET))


def note(text: str) -> None:
    """Say something on standard error, unless the user wants no notes."""
    if not is_quiet():
        click.echo(plain(text), err=True)
