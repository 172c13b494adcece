"""Options that several commands take, each with one meaning."""

from __future__ import annotations

import click

recognizer = click.option(
    "--recognizer",
    type=click.Choice(["auto", "vosk", "whisper"]),
    default="auto",
    show_default=True,
    help="Who listens; auto: Vosk where it is installed, else Whisper.",
)
rubric = click.option("--rubric", metavar="NAME_OR_FILE", help="Another rubric (hotseat rubrics list).")
