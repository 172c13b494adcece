"""`hotseat acts`: the dialogue acts in lines of text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click
from pydantic import Field

from simulator.contract import ActItem, Document
from simulator.datafile import read_text
from simulator.errors import InputError
from simulator.files import MOST_SOUND
from simulator.understanding.reading import Understanding


class ActLine(Document):
    """One line of text and its acts."""

    text: str
    acts: list[ActItem]


class ActsOutput(Document):
    """`hotseat acts --json`."""

    schema_: Literal["hotseat.acts/1"] = Field(alias="schema")
    lines: list[ActLine]


@click.command("acts")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(file: Path | None, as_json: bool) -> None:
    """Name the dialogue acts in each line of FILE, or of standard input.

    A line is what the trainee says, and after a tab, if you like, what the customer said before. docs/acts.md defines
    the acts.
    """
    reader = Understanding({})
    lines = [_read(reader, line) for line in _lines(file)]
    output = ActsOutput(schema="hotseat.acts/1", lines=lines)
    click.echo(output.to_json() if as_json else "\n".join(_shown(line) for line in lines))


def _lines(file: Path | None) -> list[str]:
    text = _standard_input() if file is None or str(file) == "-" else read_text(file, MOST_SOUND)
    if "\0" in text:
        name = "standard input" if file is None else str(file)
        raise InputError(f"cannot read {name}: it is not text; give one utterance a line, saved as UTF-8")
    return [line for line in text.split("\n") if line.strip()]


def _standard_input() -> str:
    if sys.stdin is None:
        raise InputError("standard input is closed; give a FILE, or pipe the lines in")
    if sys.stdin.isatty():
        click.echo("Type what the trainee says, a line each; Ctrl-D ends (on Windows Ctrl-Z and Enter).", err=True)
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("cannot read standard input: it is not UTF-8 text; save it as UTF-8") from error


def _read(reader: Understanding, line: str) -> ActLine:
    text, _, said = line.rstrip("\r").partition("\t")
    context = tuple(part.strip() for part in said.split("\t") if part.strip())
    acts = reader.read(tuple(text.split()), context=context).acts
    return ActLine(
        text=text,
        acts=[
            ActItem(act=a.act, rule=a.rule, words=a.words, strength=a.strength, first=a.first, last=a.last)
            for a in acts
        ],
    )


def _shown(line: ActLine) -> str:
    found = [f"    {act.act:<20}{act.words}  ({act.rule}, {act.strength:.2f})" for act in line.acts]
    return "\n".join([line.text, *(found or ["    no act"])])
