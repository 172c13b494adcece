"""`hotseat devices`: list the headsets, microphones and loudspeakers; choose one, once and for all."""

from __future__ import annotations

import sys
from typing import Literal, TypeAlias

import click
from pydantic import Field
from rich.console import Console
from rich.table import Table

from simulator.cli.terminal import plain, styled
from simulator.contract import Document
from simulator.headset.portaudio import ADVICE, Device, Kind, find_device, list_devices
from simulator.headset.settings import HeadsetSettings, read_settings, settings_path, write_settings

Side: TypeAlias = Literal["microphone", "earphone"]


class DeviceItem(Document):
    """One device, and which side of the call it is used for."""

    number: int
    name: str
    system: str
    microphone: bool
    earphone: bool
    rate_hz: int
    in_use_as: list[Side]


class ChosenDevices(Document):
    """What was chosen; null leaves it to the system."""

    microphone: str | None
    earphone: str | None
    rate_hz: int | None


class DevicesOutput(Document):
    """`hotseat devices --json`."""

    schema_: Literal["hotseat.devices/1"] = Field(alias="schema")
    devices: list[DeviceItem]
    chosen: ChosenDevices


@click.command("devices")
@click.option("--use", metavar="NAME_OR_NUMBER", help="Use this for both sides from now on.")
@click.option("--microphone", metavar="NAME_OR_NUMBER", help="Use this microphone from now on.")
@click.option("--earphone", metavar="NAME_OR_NUMBER", help="Use this earphone from now on.")
@click.option("--rate", "rate_hz", type=click.IntRange(8_000, 192_000), help="Insist on this sample rate.")
@click.option("--forget", is_flag=True, help="Go back to the system's own choice.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    use: str | None, microphone: str | None, earphone: str | None, rate_hz: int | None, forget: bool, as_json: bool
) -> None:
    """List the microphones and earphones of this machine, and choose which to use.

    A choice is remembered by name, so that it survives plugging the headset into another socket.
    """
    kept = HeadsetSettings() if forget else read_settings()
    chosen = HeadsetSettings(
        microphone=_name("input", microphone or use) or kept.microphone,
        earphone=_name("output", earphone or use) or kept.earphone,
        rate_hz=rate_hz or kept.rate_hz,
        preflight=kept.preflight,
    )
    if forget or any((use, microphone, earphone, rate_hz)):
        write_settings(chosen)
        click.echo(f"Remembered in {settings_path()}. Try it: hotseat check", err=True)
    devices = list_devices()
    if as_json:
        click.echo(_document(devices, chosen).to_json())
        return
    if not devices:
        click.echo(f"No microphone and no earphone was found; {ADVICE}.")
        return
    Console(file=styled(sys.stdout)).print(_table(devices, chosen))


def _name(kind: Kind, choice: str | None) -> str | None:
    """Return the name of the device meant; numbers change when something is plugged in."""
    return None if choice is None else find_device(kind, choice).name


def _in_use(device: Device, chosen: HeadsetSettings) -> list[Side]:
    sides: tuple[tuple[Side, str | None, Kind], ...] = (
        ("microphone", chosen.microphone, "input"),
        ("earphone", chosen.earphone, "output"),
    )
    return [name for name, kept, kind in sides if kept == device.name or (kept is None and kind in device.default)]


def _table(devices: tuple[Device, ...], chosen: HeadsetSettings) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("No.", "Name", "Microphone", "Earphone", "Own rate", "In use as"):
        table.add_column(title, justify="right" if title in ("No.", "Own rate") else "left")
    for device in devices:
        table.add_row(
            str(device.number),
            plain(f"{device.name} ({device.system})"),
            "yes" if device.inputs else "",
            "yes" if device.outputs else "",
            f"{device.rate_hz} Hz",
            ", ".join(_in_use(device, chosen)),
        )
    return table


def _document(devices: tuple[Device, ...], chosen: HeadsetSettings) -> DevicesOutput:
    items = [
        DeviceItem(
            number=device.number,
            name=device.name,
            system=device.system,
            microphone=device.inputs > 0,
            earphone=device.outputs > 0,
            rate_hz=device.rate_hz,
            in_use_as=_in_use(device, chosen),
        )
        for device in devices
    ]
    choice = ChosenDevices(microphone=chosen.microphone, earphone=chosen.earphone, rate_hz=chosen.rate_hz)
    return DevicesOutput(schema="hotseat.devices/1", devices=items, chosen=choice)
