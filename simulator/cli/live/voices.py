"""`hotseat voices`: list the customers' voices, and hear one."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click
from pydantic import Field

from simulator.clock import to_ms
from simulator.contract import Document, Milliseconds
from simulator.recording.audio import write_audio
from simulator.speech.profiles import list_profiles, load_profile
from simulator.speech.voice import open_voice
from simulator.vocabulary import BANDS


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


@click.group("voices")
def command() -> None:
    """List the customers' voices, and hear one."""


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
