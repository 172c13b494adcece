"""The `hotseat` command: finds each subcommand when it is asked for, and turns errors into exit codes."""

from __future__ import annotations

import difflib
import importlib
import os
import shutil
import sys
import traceback
from pathlib import Path
from typing import Any

import click

from simulator import __version__
from simulator.cli import options
from simulator.cli.terminal import taken_over
from simulator.cli.wrapping import word_wrapped
from simulator.errors import InputError, SimulatorError

TRACEBACK = "HOTSEAT_TRACEBACK"
"""Set in the environment, an unforeseen error shows where it came from."""
SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    # on the page of --help: {command: (module, its line)}; each is `command` in that module, but for those in SECOND
    "For whoever takes calls": {
        "open": ("live.open", "Take calls in the browser, on this machine."),
        "call": ("live.call", "Take a call: with a headset, or with a recorded trainee."),
        "talk": ("live.talk", "Take a call by typing: no headset, no voice."),
        "check": ("live.check", "Try the headset before a call: level, noise, leak, delay."),
        "calls": ("look.calls", "List your calls, the last one first."),
        "report": ("look.report", "Make the report of a call again and say where it is."),
        "progress": ("people.progress", "Make a page of one person's calls over time."),
        "scenarios": ("authoring.scenarios", "List and show who may call; write, check, rehearse and pack your own."),
    },
    "For the trainer": {
        "lab": ("live.lab", "Run the room of a site: accounts, many seats, the instructor's pages."),
        "people": ("people.people", "Who takes calls and who reviews them: add, import, rename, delete."),
        "teams": ("people.teams", "Teams of people: add, list."),
        "assign": ("people.assignments", "Let people or teams pass a scenario or a form by a day."),
        "assignments": ("people.assignments", "What is assigned, and who has done it."),
        "team": ("people.team", "Make a page of a team's calls: spread, weak points, trend."),
        "review": ("people.review", "What people say of a call: override, comment, decide, rate, appeal."),
        "rubrics": ("authoring.rubrics", "List, show and check the rubrics that calls are scored by."),
    },
    "For the officer": {
        "certification": (
            "people.certification",
            "Start an attempt at certification; see who is certified until when.",
        ),
        "certify": ("people.certify", "Make a signed certificate of a certification call that passed."),
        "verify": ("people.verify", "Check a certificate, offline."),
        "keys": ("people.keys", "Show, change and hand out the keys that sign certificates."),
        "forms": ("people.forms", "Sets of scenarios for certification: list, show, check that they are equally hard."),
        "rescore": ("people.rescore", "Score an archive of calls again, and say what that changes."),
        "records": ("people.records", "File calls in the database, check it, keep it in order."),
    },
    "For whoever measures": {
        "score": ("look.score", "Score a call folder against the rubric."),
        "measure": ("text.measure", "Measure a recording: interruptions, pace, pauses, pitch, level, steadiness."),
        "transcribe": ("text.transcribe", "Write down what is said in recordings."),
        "acts": ("text.acts", "Name the dialogue acts in lines of text."),
        "plot": ("look.plot", "Draw a call: waveform, pitch, level, turns and overlaps."),
        "export": ("look.export", "Write calls for Praat, ELAN, Audacity and others, or for an LMS."),
        "schema": ("schema", "Print the JSON Schema of an output or a data file."),
    },
    "For the machine": {
        "devices": ("live.devices", "List the headsets, microphones and loudspeakers; choose one."),
        "voices": ("live.voices", "List the customers' voices, and hear one."),
        "models": ("live.models", "Install and find the recognizers' models."),
        "config": ("config", "Keep what you would type again and again: recognizer, folder, rubric, your name."),
        "completion": ("completion", "Let your shell complete commands and scenarios."),
        "recover": ("look.recover", "Mend the folder of a call that was cut off."),
    },
}
MODULES = {name: f"simulator.cli.{module}" for commands in SECTIONS.values() for name, (module, _) in commands.items()}
"""Where each command is."""
SECOND = {"assign": "assign_command"}
"""The second command of a module, by its name there."""


def _with_quiet(command: click.Command) -> None:
    """Give a command, or every command of a group, the option --quiet."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _with_quiet(each)
    if isinstance(command, click.Group) and not command.invoke_without_command:
        return
    if all("--quiet" not in each.opts for each in command.params):
        command.params.append(options.make_quiet())


class _Lazy(click.Group):
    """Imports a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        found: click.Command = getattr(importlib.import_module(MODULES[cmd_name]), SECOND.get(cmd_name, "command"))
        _with_quiet(found)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in MODULES and not name.startswith("-"):
            near = difflib.get_close_matches(name, MODULES, n=3)
            like = f"Did you mean {' or '.join(near)}?" if near else "hotseat --help lists them."
            raise click.UsageError(f"There is no command {name!r}. {like}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:<13}", line) for name, (_, line) in commands.items()])


@click.command(
    cls=_Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="hotseat")
@click.pass_context
def root(context: click.Context) -> None:
    """Hotseat: an offline flight simulator for angry phone calls.

    A customer calls in, angry about something concrete. You listen, keep your composure and put it right.
    The call is recorded on this machine only, measured, and scored with evidence for every point.

    \b
    Start here:
      hotseat scenarios list            who may call you
      hotseat check                     is the headset all right?
      hotseat call missing-sofa         take the call
      hotseat                           what is due for you
    """  # noqa: D301
    if context.invoked_subcommand is None:
        from simulator.cli.people.assignments import due_text

        click.echo(due_text() or context.get_help())


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
    # And Whisper's threads, for the same reason: on a full machine one decoding took 12 s instead of 1 s.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("KMP_BLOCKTIME", "0")
    with word_wrapped(), taken_over():
        code = _run()
    sys.exit(code if isinstance(code, int) else 0)


def _run() -> Any:
    """Return the exit code of the command that was typed."""
    try:
        # click lays help out for 50 columns at least, and a narrower terminal would break its lines twice
        code = root.main(standalone_mode=False, terminal_width=min(80, shutil.get_terminal_size().columns) - 2)
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
    return code


if __name__ == "__main__":
    main()
