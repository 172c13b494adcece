"""The `hotseat` command: finds each subcommand when it is asked for, and turns errors into exit codes."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from pathlib import Path

import click

from simulator import __version__
from simulator.errors import InputError, SimulatorError

TRACEBACK = "HOTSEAT_TRACEBACK"
"""Set in the environment, an unforeseen error shows where it came from."""
SECTIONS: dict[str, tuple[str, dict[str, str]]] = {
    # on the page of --help: (folder, {command: its line}); each command is `command` in the module of its name
    "Take a call": (
        "live",
        {
            "open": "Take calls in the browser, on this machine.",
            "lab": "Run the room of a site: accounts, many seats, the instructor's pages.",
            "call": "Take a call: with a headset, or with a recorded trainee.",
            "talk": "Take a call by typing: no headset, no voice.",
            "check": "Try the headset before a call: level, noise, leak, delay.",
            "devices": "List the headsets, microphones and loudspeakers; choose one.",
            "voices": "List the customers' voices, and hear one.",
            "models": "Install and find the recognizers' models.",
        },
    ),
    "Look at a call": (
        "look",
        {
            "report": "Make the report of a call again and say where it is.",
            "score": "Score a call folder against the rubric.",
            "plot": "Draw a call: waveform, pitch, level, turns and overlaps.",
            "export": "Write a call for Praat, ELAN, Audacity and others.",
            "recover": "Mend the folder of a call that was cut off.",
        },
    ),
    "Scenarios and rubrics": (
        "authoring",
        {
            "scenarios": "List, show, check and rehearse the scenarios.",
            "rubrics": "List, show and check the rubrics that calls are scored by.",
        },
    ),
    "Recordings and text": (
        "text",
        {
            "measure": "Measure a recording: interruptions, pace, pauses, pitch, level, steadiness.",
            "transcribe": "Write down what is said in recordings.",
            "acts": "Name the dialogue acts in lines of text.",
        },
    ),
    "Certification": (
        "people",
        {
            "certify": "Make a signed certificate of a certification call that passed.",
            "verify": "Check a certificate, offline.",
            "keys": "Show, change and hand out the keys that sign certificates.",
            "rescore": "Score an archive of calls again, and say what that changes.",
            "forms": "Sets of scenarios for certification: list, show, check that they are equally hard.",
            "certification": "Start an attempt at certification; see who is certified until when.",
        },
    ),
    "People and teams": (
        "people",
        {
            "people": "Who takes calls and who reviews them: add, list, export, delete.",
            "teams": "Teams of people: add, list.",
            "progress": "Make a page of one person's calls over time.",
            "team": "Make a page of a team's calls: spread, weak points, trend.",
            "records": "File calls in the database, check it, keep it in order.",
            "review": "What people say of a call: override, comment, decide, rate, appeal.",
        },
    ),
    "For other programs": ("", {"schema": "Print the JSON Schema of an output or a data file."}),
}
MODULES = {
    name: ".".join(filter(None, ("simulator.cli", folder, name)))
    for folder, lines in SECTIONS.values()
    for name in lines
}
"""Where each command is."""


class _Lazy(click.Group):
    """Imports a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        found: click.Command = importlib.import_module(MODULES[cmd_name]).command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, (_, lines) in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:<10}", line) for name, line in lines.items()])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="hotseat")
def root() -> None:
    """Hotseat: an offline flight simulator for angry phone calls.

    A customer calls in, angry about something concrete. You listen, keep your composure and put it right.
    The call is recorded on this machine only, measured, and scored with evidence for every point.

    \b
    Start here:
      hotseat scenarios list            who may call you
      hotseat check                     is the headset all right?
      hotseat call missing-sofa         take the call
    """  # noqa: D301


def _unforeseen(error: Exception) -> str:
    """Return what to say of an error that no part of the program expected."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}: {error}"
    if isinstance(error, OSError):
        what = f"the system refused: {error}"
    return (
        f"{what}\nWhat was recorded is kept. Should this come again, set the environment variable {TRACEBACK} to 1, "
        "type the same command, and send us what it prints."
    )


def main() -> None:
    """Run `hotseat`; every error becomes one clear message and the exit code of its kind."""
    # Before numpy is loaded: its threads spin while they wait, which costs a live call more than they bring.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("VECLIB_MAXIMUM_THREADS", "1")  # on macOS
    try:
        code = root.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        code = 130
    except click.ClickException as error:
        error.show()
        code = 2
    except SimulatorError as error:
        click.echo(f"hotseat: {error}", err=True)
        code = error.exit_code
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        code = 130
    except BrokenPipeError:
        code = 0
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        click.echo(f"hotseat: {_unforeseen(error)}", err=True)
        code = InputError.exit_code if isinstance(error, OSError) else 1
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
