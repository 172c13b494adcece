"""The user of the tests: the one module outside tests/cli that imports the command line."""

from __future__ import annotations

import sys

import click
from click.testing import CliRunner

from simulator.cli.main import main, root
from simulator.cli.schema import model_of
from simulator.cli.terminal import PlainStream, plain

__all__ = ["HOTSEAT", "PlainStream", "command", "main", "model_of", "plain", "root", "run"]
HOTSEAT = [sys.executable, "-m", "simulator.cli.main"]
"""The words that start the program in a process of its own."""


def run(*words: object, code: int = 0) -> str:
    """Run a command in this process; return what it printed, after a check of its exit code."""
    done = CliRunner().invoke(root, [str(word) for word in words], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    assert (done.return_value or 0) == code, done.output
    return done.stdout


def command(name: str) -> click.Command:
    """Return one command of `hotseat`, for a runner."""
    found = root.get_command(click.Context(root), name)
    assert found is not None, name
    return found
