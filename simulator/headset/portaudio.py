"""The sound system as PortAudio shows it: what devices there are, which one is meant, and how one is opened."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Literal

from simulator.clock import RATE_HZ
from simulator.errors import DeviceError

Kind = Literal["input", "output"]
NAMES: dict[Kind, str] = {"input": "microphone", "output": "earphone"}
OTHER_RATES_HZ = (48_000, 44_100)
"""Rates that nearly every sound card supports, for those without 16 kHz."""
CLOSE_S = 2.0
"""Closing a stream takes about 0.1 s; after this long it hangs on a device that is gone."""
_LEFT_BEHIND = threading.Event()
"""Set when a stream of this process would not close: PortAudio cannot be restarted after that."""
ADVICE = "plug in a headset and try again; `hotseat devices` lists what is there, `--trainee FILE` needs no headset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One entry of PortAudio's list."""

    number: int
    name: str
    system: str
    inputs: int
    outputs: int
    rate_hz: int
    default: tuple[Kind, ...] = ()

    def channels(self, kind: Kind) -> int:
        """Return how many channels it has in one direction."""
        return self.inputs if kind == "input" else self.outputs


def sounddevice() -> ModuleType:
    """Return the module, imported now.

    Raises
    ------
    DeviceError
        If PortAudio itself is not on this machine.
    """
    with quiet():
        try:
            import sounddevice as found
        except (OSError, ImportError) as error:
            raise DeviceError(
                f"the sound library PortAudio is missing ({error}); "
                "install it (Debian, Ubuntu: sudo apt-get install libportaudio2)"
            ) from error
    _silence_alsa()
    module: ModuleType = found
    return module


@cache
def _silence_alsa() -> None:
    """Stop ALSA's threads from writing to the screen during a call."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        nothing = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p)  # a C function that ignores its arguments
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(nothing)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep ALSA's messages off the terminal: they bypass Python and mean nothing to the user."""
    if sys.platform != "linux":
        yield
        return
    kept = os.dup(2)
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        os.close(nothing)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def close_streams(streams: list[Any]) -> None:
    """Close streams; one that hangs on a device that is gone is left behind after `CLOSE_S`.

    Closing waits for the sound system's own thread, which may never return if the server is dead.
    """

    def close() -> None:
        for stream in streams:
            stream.close(ignore_errors=True)

    closer = threading.Thread(target=close, name="closing a headset", daemon=True)
    closer.start()
    with quiet():
        closer.join(CLOSE_S)
    if closer.is_alive():
        _LEFT_BEHIND.set()
        atexit.unregister(sounddevice()._exit_handler)  # it would hang the same way


def rescan() -> None:
    """Look at the hardware again: PortAudio lists devices once, when it starts. Ends every open stream.

    Not possible any more once a stream was left behind; devices that were there at the start can still be opened.
    """
    if _LEFT_BEHIND.is_set():
        return
    sd = sounddevice()
    with quiet():
        sd._terminate()
        sd._initialize()


def list_devices() -> tuple[Device, ...]:
    """Return every device, in PortAudio's order; empty on a machine without any."""
    sd = sounddevice()
    systems = [str(system["name"]) for system in sd.query_hostapis()]
    chosen = sd.default.device
    found = []
    for number, entry in enumerate(sd.query_devices()):
        kinds: tuple[Kind, Kind] = ("input", "output")
        found.append(
            Device(
                number=number,
                name=str(entry["name"]),
                system=systems[int(entry["hostapi"])],
                inputs=int(entry["max_input_channels"]),
                outputs=int(entry["max_output_channels"]),
                rate_hz=int(entry["default_samplerate"]),
                default=tuple(kind for kind, at in zip(kinds, chosen, strict=True) if at == number),
            )
        )
    return tuple(found)


def find_device(kind: Kind, choice: str | None) -> Device:
    """Return the device that `choice` means: a number, a whole name, or a part of one; the system's own without it.

    Raises
    ------
    DeviceError
        If there is none, or several fit.
    """
    devices = [device for device in list_devices() if device.channels(kind) > 0]
    what = NAMES[kind]
    if not devices:
        raise DeviceError(f"no {what} was found on this machine; {ADVICE}")
    if choice is None:
        return next((device for device in devices if kind in device.default), devices[0])
    if choice.strip().isdigit():
        fitting = [device for device in devices if device.number == int(choice)]
    else:
        wanted = choice.casefold()
        exact = [device for device in devices if device.name.casefold() == wanted]
        fitting = exact[:1] or [device for device in devices if wanted in device.name.casefold()]
    if not fitting:
        there = "; ".join(f"{device.number} {device.name}" for device in devices)
        raise DeviceError(f"no {what} fits {choice!r}; there are: {there}")
    if len({device.name for device in fitting}) > 1:
        several = "; ".join(f"{device.number} {device.name}" for device in fitting)
        raise DeviceError(f"{choice!r} fits several: {several}; give the number")
    return fitting[0]


def rates_hz(device: Device, asked: int | None) -> tuple[int, ...]:
    """Return the sample rates to try on a device, best first; only `asked` if one was asked for."""
    if asked is not None:
        return (asked,)
    return tuple(dict.fromkeys((RATE_HZ, device.rate_hz, *OTHER_RATES_HZ)))


def open_stream(kind: Kind, device: Device, *, rate_hz: int, latency_s: float, callback: Callable[..., None]) -> Any:
    """Open and start one stream in blocks of 20 ms.

    Raises
    ------
    DeviceError
        If the device does not take this rate, is in use, or is gone.
    """
    sd = sounddevice()
    make = sd.InputStream if kind == "input" else sd.OutputStream
    error: Exception | None = None
    for channels in dict.fromkeys((1, min(2, device.channels(kind)))):
        try:
            with quiet():
                stream = make(
                    device=device.number,
                    samplerate=rate_hz,
                    channels=channels,
                    dtype="int16",
                    blocksize=rate_hz // 50,
                    latency=latency_s,
                    callback=callback,
                )
                stream.start()
            return stream
        except (sd.PortAudioError, ValueError) as problem:
            error = problem
    raise DeviceError(f"the {NAMES[kind]} {device.name!r} cannot be opened at {rate_hz} Hz: {error}; {ADVICE}")
