"""`hotseat config`: what you would type again and again, kept in one small file."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from simulator.errors import InputError
from simulator.settings import Settings, read_settings, settings_path, write_settings

KEYS = {name: field.description or "" for name, field in Settings.model_fields.items()}
DEVICE = "device"


@click.command()
@click.argument("key", required=False)
@click.argument("value", required=False)
@click.option("--forget", is_flag=True, help="Go back to what holds without it.")
def command(key: str | None, value: str | None, forget: bool) -> None:
    """Show what is kept; with KEY and VALUE, keep it from now on.

    \b
    person      whose calls are taken on this machine: they are filed, and hotseat says what is due
    recognizer  who listens: auto, vosk or whisper
    device      the headset (hotseat devices)
    rubric      by which practice calls are scored
    folder      where calls are kept
    site        where your own scenarios and rubrics are; a share for many machines
    lms         the home page of the accounts in your LMS, for xAPI

    What is typed with a command comes first, then the environment (HOTSEAT_DATA, HOTSEAT_DATABASE, HOTSEAT_SITE).
    """  # noqa: D301
    if key is None:
        _show()
        return
    if key not in (*KEYS, DEVICE):
        raise InputError(f"nothing called {key!r} is kept; there are: {', '.join((*KEYS, DEVICE))}")
    if value is None and not forget:
        _show(key)
        return
    if forget and value is not None:
        raise InputError("give a value or --forget, not both")
    if key == DEVICE:
        _use_device(value)
    else:
        settings = {**read_settings().model_dump(), key: None if value is None else _checked(key, value)}
        write_settings(Settings.model_validate(settings))
    _show(key)


def _show(key: str | None = None) -> None:
    from simulator.headset.settings import read_settings as read_headset

    kept = read_settings().model_dump()
    found = {name: str(kept[name] or "") for name in KEYS} | {DEVICE: read_headset().microphone or ""}
    for name in (key,) if key else found:
        click.echo(f"{name:<12}{found[name] or '-'}")
    if key is None:
        click.echo(f"Kept in {settings_path()}", err=True)


def _use_device(name: str | None) -> None:
    """Choose the headset where `hotseat devices` does, so that there is one choice."""
    from simulator.cli.live.devices import command as devices

    words = ["--forget"] if name is None else ["--use", name]
    devices.main(words, prog_name="hotseat devices", standalone_mode=False)


def _checked(key: str, value: str) -> str:
    """Return a value as it is kept.

    Raises
    ------
    InputError
        If it cannot be used.
    """
    if key == "recognizer" and value not in ("auto", "vosk", "whisper"):
        raise InputError(f"the recognizer cannot be {value!r}; allowed: auto, vosk, whisper")
    if key == "person":
        from simulator.records.staff.people import check_person

        check_person(value)
    if key == "rubric":
        from simulator.scoring.rubric import list_rubrics

        if value not in list_rubrics():
            raise InputError(f"no rubric is called {value!r}; there are: {', '.join(list_rubrics())}")
    if key == "lms" and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc):
        raise InputError(f"the home page cannot be {value!r}; give one such as https://lms.example.org")
    return str(Path(value).expanduser().absolute()) if key in ("folder", "site") else value
