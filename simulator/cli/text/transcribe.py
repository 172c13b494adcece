"""`hotseat transcribe`: write down what is said in recordings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from simulator.cli import options
from simulator.clock import clock_text, to_ms
from simulator.contract import WordItem
from simulator.speech.recognition.transcribing import TranscribedFile, TranscriptOutput

if TYPE_CHECKING:
    from simulator.events import Word
    from simulator.recording.audio import Audio


@click.command()
@click.argument("recordings", metavar="WAV...", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.recognizer
@click.option("--model", metavar="PATH", help="A model's folder, or the name of an installed Vosk model.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    recordings: tuple[Path, ...], recognizer: Literal["auto", "vosk", "whisper"], model: str | None, as_json: bool
) -> None:
    """Write down what is said in recordings: the words, when, and how sure the recognizer is.

    Any audio format that libsndfile reads, any rate; several channels are mixed down.
    """
    from simulator.recording.audio import read_audio
    from simulator.speech.recognition.recognizers import open_recognizer
    from simulator.speech.recognition.silero import SileroDetector
    from simulator.speech.recognition.transcribing import transcribe

    audios = [read_audio(path) for path in recordings]
    opened = open_recognizer(recognizer, model=model, notify=options.note)
    files = []
    for number, (path, audio) in enumerate(zip(recordings, audios, strict=True), 1):
        for text in audio.notes:
            options.note(f"{path}: {text}")
        options.note(f"{path}: {clock_text(len(audio.samples))} of audio ({number} of {len(audios)})")
        words = transcribe(audio.samples, opened, SileroDetector())
        files.append(_file(path, audio, words))
        if not as_json:
            _print(path, words, several=len(audios) > 1)
    if as_json:
        output = TranscriptOutput(
            schema="hotseat.transcript/1", recognizer=opened.name, model=opened.model, files=files
        )
        click.echo(output.to_json())


def _print(path: Path, words: tuple[Word, ...], *, several: bool) -> None:
    if several:
        click.echo(f"{path}:")
    click.echo(" ".join(word.word for word in words) or "(no speech)")


def _file(path: Path, audio: Audio, words: tuple[Word, ...]) -> TranscribedFile:
    items = [
        WordItem(
            word=word.word,
            start_ms=to_ms(word.span.start),
            stop_ms=to_ms(word.span.stop),
            confidence=round(word.confidence, 4),
        )
        for word in words
    ]
    text = " ".join(word.word for word in words)
    return TranscribedFile(path=str(path), text=text, words=items, notes=list(audio.notes))
