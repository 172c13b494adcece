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
from simulator.datafile import data_folder
from simulator.errors import ModelError
from simulator.recording.audio import read_audio
from simulator.speech.download import Progress
from simulator.speech.install import download_vosk, install_base, install_from, install_whisper, published
from simulator.speech.models import (
    BASE,
    ENGLISH,
    SMALL,
    english_vosk,
    installed_model,
    installed_vosk,
    list_vosk,
    list_whisper,
    model_name,
    models_folder,
    whisper_folder,
)
from simulator.speech.recognition.answer_times import IN_TIME_MS, in_time, keep, measure_answer, measured_ms
from simulator.speech.recognition.recognizers import open_recognizer

REPORT_EVERY_S = 2.0
TURN = Path("missing-sofa") / "trainees" / "good-08.flac"
"""A recorded trainee's turn of 7 s, among the scenarios: longer than most turns, which are answered sooner."""


@click.group()
def command() -> None:
    """Install and find the recognizers' models.

    Vosk is the first choice; its English model comes from Vosk's own download page. Whisper comes from the
    Python package index and serves where that page cannot be reached. Larger models hear better and answer later.
    """


@command.command(name="list")
def list_models() -> None:
    """List the models that are here and those that can be had."""
    installed = {path.name: path for path in list_vosk()}
    for model in ENGLISH:
        state = f"installed in {installed[model.name]}" if model.name in installed else "not installed"
        click.echo(f"{model.name}\n    {model.about}\n    {state}{_soon(installed.pop(model.name, None))}")
    for name, path in installed.items():
        click.echo(f"{name}\n    installed in {path}")
    folder = whisper_folder() if find_spec("faster_whisper") is not None else None
    state = f"installed in {folder}" if folder is not None else "not installed"
    click.echo(f"whisper\n    tiny.en, English; Python packages, about 250 MB\n    {state}{_soon(folder)}")
    if installed_model(BASE) is None:
        click.echo(f"{BASE}\n    Whisper of the next size; Python packages, about 130 MB\n    not installed")
    for path in list_whisper():
        if path != whisper_folder():
            click.echo(f"{path.name}\n    installed in {path}{_soon(path)}")


def _soon(folder: Path | None) -> str:
    took = None if folder is None else measured_ms(folder)
    return "" if took is None else f"\n    answers here after {took / 1000:.2f} s"


@command.command(short_help="Measure how soon each model answers here.")
def measure() -> None:
    """Measure how soon each model answers on this machine, with nothing else running, and keep it.

    In a live call the largest one listens that answers in time; `hotseat check` measures new ones too.
    """
    measure_models(again=True)


def measure_models(*, again: bool) -> None:
    """Measure the models that a live call may take, all of them or those not yet measured, and say what is taken."""
    turn = read_audio(data_folder("scenarios") / TURN).samples
    for folders in (english_vosk(), list_whisper() if find_spec("faster_whisper") is not None else ()):
        for folder in folders:
            if again or measured_ms(folder) is None:
                options.note(f"measuring {model_name(folder)} ...")
                recognizer = open_recognizer(model=folder, notify=options.note)
                keep(folder, recognizer.model_sha256, measure_answer(recognizer, turn))
            took = (measured_ms(folder) or 0.0) / 1000
            within = "in time" if took <= IN_TIME_MS / 1000 else f"too late: allowed {IN_TIME_MS / 1000:.2f} s"
            taken = ", taken for live calls" if folder == in_time(folders) else ""
            click.echo(f"{model_name(folder):<28} answers after {took:.2f} s ({within}){taken}", err=not again)


@command.command(short_help="Install vosk, whisper, or another model of either.")
@click.argument("name")
@click.option("--from", "source", type=click.Path(path_type=Path), help="A model's zip file or unpacked folder.")
@click.option("--name", "called", help="What to call the model of --from, where its file name does not say.")
def install(name: str, source: Path | None, called: str | None) -> None:
    """Install NAME: `vosk` (small, English), another Vosk model by its name, `whisper` (tiny.en), or `whisper-base`.

    With --from, NAME is `vosk` or `whisper`, or what the model shall be called; Whisper's in CTranslate2's form.

    A download that was interrupted goes on when you type the same command again. HOTSEAT_MODELS_URL names a
    mirror of Vosk's download page; HOTSEAT_DATA another folder to keep models in.
    """
    if source is not None:
        folder = install_from(source, name=called or (None if name in ("vosk", "whisper") else name))
    elif name in ("whisper", BASE):
        found = install_whisper(notify=options.note) if name == "whisper" else install_base(notify=options.note)
        click.echo(f"{name} is installed in {found}")
        return
    else:
        model = published(SMALL.name if name == "vosk" else name)
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
    """Print the folder of model NAME, or the folder that holds the installed models."""
    if name is None:
        click.echo(models_folder())
        return
    usual = {"vosk": installed_vosk, "whisper": whisper_folder}
    folder = usual[name]() if name in usual else installed_model(name)
    if folder is None:
        if name not in (*usual, BASE):
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
