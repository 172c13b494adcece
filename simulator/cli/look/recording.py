"""A call folder or a recording, measured: what `hotseat export` and `hotseat plot` start from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from simulator.clock import to_seconds
from simulator.cues.measure import measure_call
from simulator.cues.measurement import Measurement
from simulator.errors import InputError
from simulator.events import Event
from simulator.ports import Samples
from simulator.recording.audio import map_audio, system_name

CHANNELS = {"lr": (0, 1), "rl": (1, 0)}
"""`--channels`: which channel of a stereo file is the trainee, which the customer."""
customer_option = click.option(
    "--customer", type=click.Path(path_type=Path), help="The customer's track, where SOURCE is a recording."
)
channels_option = click.option(
    "--channels", type=click.Choice([*CHANNELS]), help="SOURCE is stereo: lr = trainee left, rl = right."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One or two tracks with their measurement, and the log where there is one."""

    name: str
    trainee: Samples
    customer: Samples | None
    events: tuple[Event, ...]
    measurement: Measurement


def open_recording(source: Path, *, customer: Path | None, channels: str | None) -> Recorded:
    """Return a call folder, or the recording of a trainee with or without the customer's, measured.

    Raises
    ------
    InputError
        If it is neither, or both `customer` and `channels` are given.
    """
    if source.is_dir():
        if customer is not None or channels is not None:
            raise InputError(f"{source} is a call folder and has both tracks: leave out --customer and --channels")
        # Only here: the call folder's models take longer to load than a minute of audio to measure.
        from simulator.cues.folder import measure_sound
        from simulator.recording.folder import CallFolder

        folder = CallFolder.open(source)
        return Recorded(
            name=source.resolve().name,
            trainee=folder.trainee(),
            customer=folder.customer(),
            events=folder.events(),
            measurement=measure_sound(folder),
        )
    own, other, notes = read_tracks(source, customer, channels)
    for note in notes:
        click.echo(f"note: {note}", err=True)
    return Recorded(name=source.stem, trainee=own, customer=other, events=(), measurement=measure_call(own, other))


def read_named(path: Path, channel: int | None) -> tuple[Samples, list[str]]:
    """Return a recording and the notes on it, each with the file's name."""
    audio = map_audio(path, channel=channel)
    return audio.samples, [note if str(path) in note else f"{path.name}: {note}" for note in audio.notes]


def read_tracks(
    trainee: Path, customer: Path | None, channels: str | None
) -> tuple[Samples, Samples | None, list[str]]:
    """Return the trainee's track, the customer's if there is one, and notes on what was converted.

    Raises
    ------
    InputError
        If a file cannot be read, or both `customer` and `channels` are given.
    """
    if channels is not None:
        if customer is not None:
            raise InputError("give --customer or --channels, not both: with --channels TRAINEE holds both speakers")
        left, right = CHANNELS[channels]
        (own, notes), (other, _) = read_named(trainee, left), read_named(trainee, right)
        return own, other, notes
    own, notes = read_named(trainee, None)
    if customer is None:
        if _channel_count(trainee) > 1:
            notes.append(
                f"{trainee.name} is stereo and both channels were mixed; if it holds one speaker a channel, "
                "use --channels lr (trainee left) or rl"
            )
        return own, None, notes
    other, more = read_named(customer, None)
    notes += more
    if len(own) != len(other):
        short = trainee if len(own) < len(other) else customer
        by = to_seconds(abs(len(own) - len(other)))
        notes.append(f"{short.name} is {by:.3f} s shorter than the other track: taken as silent to the end")
    return own, other, notes


def _channel_count(path: Path) -> int:
    import soundfile

    try:
        return int(soundfile.info(system_name(path)).channels)
    except soundfile.LibsndfileError:  # a WAV that was mapped, with a header that libsndfile will not have
        return 1
