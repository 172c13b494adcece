"""Options that several commands take, each with one meaning, and notes on standard error."""

from __future__ import annotations

import shutil
import sys
import textwrap
from pathlib import Path

import click

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
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        lines = (
            textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) for line in text.split("\n")
        )
        text = "\n".join("\n".join(wrapped) for wrapped in lines)
    click.echo(text, err=True)
