"""`hotseat completion`: let the shell complete commands, options and scenarios."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

from simulator.errors import InputError

SHELLS = {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "~/.config/fish/completions/hotseat.fish"}
VARIABLE = "_HOTSEAT_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(list(SHELLS)), required=False)
def command(shell: str | None) -> None:
    """Print what lets SHELL (else the one in use) complete hotseat, its options, scenarios and rubrics.

    \b
    bash, zsh   put this line into ~/.bashrc or ~/.zshrc:  eval "$(hotseat completion bash)"
    fish        hotseat completion fish > ~/.config/fish/completions/hotseat.fish
    """  # noqa: D301
    name = shell or Path(os.environ.get("SHELL", "")).name
    found = get_completion_class(name)
    if found is None or name not in SHELLS:
        raise InputError(f"there is no completion for {name or 'this shell'}; there is for: {', '.join(SHELLS)}")
    from simulator.cli.main import root

    click.echo(found(root, {}, "hotseat", VARIABLE).source())


def scenarios(ctx: click.Context, option: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the scenarios that begin as typed."""
    from simulator.customer.scenario import list_scenarios

    return [CompletionItem(name) for name in list_scenarios() if name.startswith(typed)]


def rubrics(ctx: click.Context, option: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the rubrics that begin as typed."""
    from simulator.scoring.rubric import list_rubrics

    return [CompletionItem(name) for name in list_rubrics() if name.startswith(typed)]
