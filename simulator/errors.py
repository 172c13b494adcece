"""What can go wrong, by whose side it is on. Each class carries the exit code of the command line.

A message says what was given, what is allowed, and what to do.
"""

from typing import ClassVar


class SimulatorError(Exception):
    """Anything Hotseat refuses or cannot do; the message is meant for the user."""

    exit_code: ClassVar[int] = 2


class InputError(SimulatorError):
    """A file or an argument is wrong (exit code 2)."""


class DeviceError(SimulatorError):
    """A headset, microphone or sound system is missing or failed (exit code 3)."""

    exit_code: ClassVar[int] = 3


class ModelError(SimulatorError):
    """A recognizer's model or a voice is not on this machine (exit code 4)."""

    exit_code: ClassVar[int] = 4
