"""Options that several commands take, each with one meaning, and notes on standard error."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from pathlib import Path

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


recognizer = click.option(
    "--recognizer",
    type=click.Choice(["auto", "vosk", "whisper"]),
    default="auto",
    show_default=True,
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
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
open_it = click.option("--open", "open_it", is_flag=True, help="Open the page in the browser.")
policy = click.option("--policy", type=click.Path(path_type=Path), metavar="FILE", help="A policy of your own (YAML).")


def open_page(path: Path) -> None:
    """Open a page in the user's browser, or say that none could be started."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        note(f"No browser could be started; open the file by hand: {path}")


def note(text: str) -> None:
    """Say something on standard error; in a terminal, lines break between words."""
    text = plain(text)
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        lines = (
            textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) for line in text.split("\n")
        )
        text = "\n".join("\n".join(wrapped) for wrapped in lines)
    click.echo(text, err=True)
