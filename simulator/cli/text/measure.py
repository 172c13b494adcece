"""`hotseat measure`: everything that can be measured in a recording."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from simulator.cli.look.recording import CHANNELS, read_named, read_tracks
from simulator.clock import clock_text
from simulator.cues.catalogue import SPECS
from simulator.cues.export.document import to_json
from simulator.cues.measure import measure_call
from simulator.cues.measurement import Measure, Measurement
from simulator.errors import InputError
from simulator.events import Word
from simulator.private import write_private


@click.command("measure")
@click.argument("trainee", type=click.Path(path_type=Path))
@click.option("--customer", type=click.Path(path_type=Path), help="The customer's track, on the same clock.")
@click.option(
    "--channels",
    type=click.Choice([*CHANNELS]),
    help="TRAINEE is stereo with one speaker a channel: lr = trainee left, customer right; rl = the other way.",
)
@click.option("--transcript", type=click.Path(path_type=Path), help="What the trainee said: words with times, JSON.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    help="The same person, calm, same microphone; without it, the first 15 s of their speech.",
)
@click.option("--tracks", type=click.Path(path_type=Path), help="Write pitch and level every 10 ms to this .npz file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    trainee: Path,
    customer: Path | None,
    channels: str | None,
    transcript: Path | None,
    baseline: Path | None,
    tracks: Path | None,
    as_json: bool,
) -> None:
    """Measure the recording TRAINEE: pace, pauses, pitch, level, steadiness.

    With the customer's track also who spoke when: talk share, response times, dead air, interruptions. Any audio
    file will do; docs/measures.md defines every measure. What cannot be measured says why.
    """
    own, other, notes = read_tracks(trainee, customer, channels)
    words = None if transcript is None else _words(transcript, trainee)
    calm = None
    if baseline is not None:
        calm, more = read_named(baseline, None)
        notes += more
    if tracks is not None and tracks.suffix.lower() != ".npz":
        raise InputError(f"cannot write {tracks}: the name must end in .npz")
    _check_words_fit(words or (), max(len(own), len(other) if other is not None else 0), transcript)
    found = replace(measure_call(own, other, words=words, baseline=calm), notes=tuple(notes))
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    if tracks is not None:
        _write_tracks(tracks, found)
    click.echo(to_json(found) if as_json else _table(found))


def _words(transcript: Path, trainee: Path) -> tuple[Word, ...]:
    # Only here: what reads data files takes longer to load than two minutes of a call to measure.
    from simulator.cues.transcript import read_words

    return read_words(transcript, audio=trainee)


def _check_words_fit(words: Sequence[Word], end: int, transcript: Path | None) -> None:
    beyond = next((word for word in words if word.span.start >= end), None)
    if beyond is not None:
        raise InputError(
            f"{transcript} has the word {beyond.word!r} at {clock_text(beyond.span.start)}, and the recording ends at "
            f"{clock_text(end)}; give the transcript of this recording"
        )


def _write_tracks(path: Path, found: Measurement) -> None:
    if found.tracks is None:
        return
    packed = io.BytesIO()
    np.savez_compressed(
        packed,
        f0_hz=found.tracks.f0_hz,
        f0_time_ms=found.tracks.f0_time_ms,
        level_dbfs=found.tracks.level_dbfs,
        level_time_ms=found.tracks.level_time_ms,
    )
    write_private(path, packed.getvalue())


def _table(found: Measurement) -> str:
    rows = [f"{clock_text(found.duration)} measured (measures version {found.version})", ""]
    width = max(len(key) for key in found.measures)
    for key, measure in found.measures.items():
        rows.append(f"{key:<{width}}  {_value(measure):<24}  {measure.reason or SPECS[key].title}")
    for overlap in found.overlaps:
        if overlap.kind == "interruption":
            words = f': "{overlap.words}"' if overlap.words else ""
            rows.append(f"interruption at {clock_text(overlap.span.start)}{words}")
    return "\n".join(rows)


def _value(measure: Measure) -> str:
    if measure.value is None:
        return "unmeasurable"
    whole = measure.unit in ("count", "ms")
    plain = f"{measure.value:.0f}" if whole else f"{measure.value:.2f}"
    unit = "" if measure.unit in ("count", "ratio", "index") else f" {measure.unit}"
    error = "" if not measure.error else f" ±{measure.error:.0f}" if whole else f" ±{measure.error:.2g}"
    return plain + unit + error
