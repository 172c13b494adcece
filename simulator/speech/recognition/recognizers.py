"""Which recognizer to use: Vosk where its model is installed, Whisper where only Python packages can be had."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeAlias

from simulator.errors import ModelError
from simulator.ports import Recognizer
from simulator.speech.models import (
    checked_sha256,
    english_vosk,
    folder_sha256,
    installed_model,
    is_vosk_model,
    is_whisper_model,
    list_vosk,
    list_whisper,
    model_name,
    whisper_folder,
)
from simulator.speech.recognition.answer_times import in_time

Choice: TypeAlias = Literal["auto", "vosk", "whisper"]

GET_VOSK = "hotseat models install vosk"
GET_WHISPER = "hotseat models install whisper"


def open_recognizer(
    choice: Choice = "auto", *, model: str | Path | None = None, live: bool = False, notify: Callable[[str], None]
) -> Recognizer:
    """Return a loaded recognizer.

    Parameters
    ----------
    choice : "auto", "vosk" or "whisper"
        "auto" takes Vosk where its English model is installed, else Whisper, and says so.
    model : str or Path, optional
        A model's folder, or the name of an installed one.
    live : bool
        Whether it listens in one live call on this machine. Then the largest model that was measured to answer in time
        here is taken (`answer_times`), otherwise the smallest.
    notify : callable
        Takes one line for the user.

    Raises
    ------
    ModelError
        If there is no such model; the message has the command to type.
    """
    if model is not None:
        return _open_model(choice, model)
    vosk = english_vosk()
    if choice in ("auto", "vosk") and vosk:
        return _vosk(in_time(vosk) if live else vosk[0])
    if choice == "vosk":
        raise ModelError(
            f"Vosk's English model is not installed. Type: {GET_VOSK}\n"
            f"No internet here? Copy the model from elsewhere, then: {GET_VOSK} --from FILE_OR_FOLDER"
        )
    tiny = whisper_folder()
    if find_spec("faster_whisper") is not None and tiny is not None:
        folder = in_time(list_whisper()) if live else tiny
        if choice == "auto":
            notify(
                f"Vosk's English model is not installed: Whisper ({model_name(folder)}) listens."
                f" To get Vosk: {GET_VOSK}"
            )
        return _whisper(folder)
    if choice == "whisper":
        raise ModelError(f"Whisper is not installed. Type: {GET_WHISPER}")
    raise ModelError(
        f"no recognizer is installed. Type: {GET_VOSK}\nor, where only Python packages can be had: {GET_WHISPER}"
    )


def model_of(name: str, sha256: str) -> Path | None:
    """Return the installed model that listened in a call, by its recognizer's name and its hash; None if not here."""
    folders = list_vosk() if name == "vosk" else list_whisper()
    return next((folder for folder in folders if folder_sha256(folder) == sha256), None)


def _open_model(choice: Choice, model: str | Path) -> Recognizer:
    folder = Path(model) if Path(model).is_dir() else installed_model(str(model))
    if folder is not None and choice != "whisper" and is_vosk_model(folder):
        return _vosk(folder)
    if folder is not None and choice != "vosk" and is_whisper_model(folder):
        return _whisper(folder)
    kind = {"vosk": "a Vosk model", "whisper": "a Whisper model (CTranslate2)", "auto": "a Vosk or Whisper model"}[
        choice
    ]
    raise ModelError(f"{model} is not {kind}: give its folder, or a name that `hotseat models list` shows")


def _vosk(folder: Path) -> Recognizer:
    from simulator.speech.recognition.vosk_recognizer import VoskRecognizer

    return VoskRecognizer(folder, model_sha256=checked_sha256(folder))


def _whisper(folder: Path) -> Recognizer:
    from simulator.speech.recognition.whisper_recognizer import WhisperRecognizer

    if find_spec("faster_whisper") is None:
        raise ModelError(f"Whisper is not installed. Type: {GET_WHISPER}")
    return WhisperRecognizer(folder, model=model_name(folder), model_sha256=checked_sha256(folder))
