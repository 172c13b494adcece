"""Every page of help is whole: no line is cut, and every option says what it does."""

import click
import pytest
from click.testing import CliRunner

from simulator.cli.main import MODULES, root

pytestmark = pytest.mark.unit


def pages(command, name):
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            yield from pages(command.get_command(context, each), f"{name} {each}")


PAGES = dict(pages(root, "hotseat"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_help_is_whole(name):
    page = CliRunner().invoke(root, [*name.split()[1:], "--help"], terminal_width=80)
    assert page.exit_code == 0
    listed = page.stdout.partition("\nOptions:\n" if name == "hotseat" else "\nCommands:\n")[2]
    assert [line for line in listed.splitlines() if line.endswith("...")] == []
    options = [each for each in PAGES[name].params if isinstance(each, click.Option)]
    assert [each.opts for each in options if not each.help] == []


def test_every_command_is_on_the_first_page_once():
    page = CliRunner().invoke(root, ["--help"], terminal_width=80).stdout
    first = [line.split()[0] for line in page.splitlines() if line.startswith("  ") and line.split()]
    assert [name for name in MODULES if first.count(name) != 1] == []
