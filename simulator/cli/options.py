"""Options that several commands take, each with one meaning, and notes on standard error."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.terminal import plain

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
policy = click.option("--policy", type=click.Path(path_type=Path), metavar="FILE", help="A policy of your own (YAML).")


def note(text: str) -> None:
    """Say something on standard error."""
    click.echo(plain(text), err=True)
