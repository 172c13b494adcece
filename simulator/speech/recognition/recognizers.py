"""Which recognizer to use: Vosk where its model is installed, Whisper where only Python packages can be had."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeAlias

from simulator.errors import ModelError
from simulator.ports import Recognizer
from simulator.speech.models import checked_sha256, installed_vosk, is_vosk_model, is_whisper_model, whisper_folder

Choice: TypeAlias = Literal["auto", "vosk", "whisper"]

GET_VOSK = "hotseat models install vosk"
GET_WHISPER = "hotseat models install whisper"


def open_recognizer(
    choice: Choice = "auto", *, model: str | Path | None = None, notify: Callable[[str], None]
) -> Recognizer:
    """Return a loaded recognizer.

    Parameters
    ----------
    choice : "auto", "vosk" or "whisper"
        "auto" takes Vosk where its English model is installed, else Whisper, and says so.
    model : str or Path, optional
        A model's folder, or the name of an installed Vosk model; the best installed one if left out.
    notify : callable
        Takes one line for the user.

    Raises
    ------
    ModelError
        If there is no such model; the message has the command to type.
    """
    if model is not None:
        return _open_model(choice, model)
    folder = installed_vosk()
    if choice in ("auto", "vosk") and folder is not None:
        return _vosk(folder)
    if choice == "vosk":
        raise ModelError(
            f"Vosk's English model is not installed. Type: {GET_VOSK}\n"
            f"No internet here? Copy the model from elsewhere, then: {GET_VOSK} --from FILE_OR_FOLDER"
        )
    if find_spec("faster_whisper") is not None and whisper_folder() is not None:
        if choice == "auto":
            notify(f"Vosk's English model is not installed: Whisper (tiny.en) listens. To get Vosk: {GET_VOSK}")
        return _whisper(whisper_folder())
    if choice == "whisper":
        raise ModelError(f"Whisper is not installed. Type: {GET_WHISPER}")
    raise ModelError(
        f"no recognizer is installed. Type: {GET_VOSK}\nor, where only Python packages can be had: {GET_WHISPER}"
    )


def _open_model(choice: Choice, model: str | Path) -> Recognizer:
    folder = Path(model) if Path(model).is_dir() else installed_vosk(str(model))
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


def _whisper(folder: Path | None) -> Recognizer:
    from simulator.speech.recognition.whisper_recognizer import WhisperRecognizer

    if folder is None or find_spec("faster_whisper") is None:
        raise ModelError(f"Whisper is not installed. Type: {GET_WHISPER}")
    name = "tiny.en" if folder == whisper_folder() else folder.name
    return WhisperRecognizer(folder, model=name, model_sha256=checked_sha256(folder))
