"""A trainee who is no person: a script, heard through its recordings or a synthetic voice, or a sound file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simulator.customer.scenario import Scenario
from simulator.datafile import data_folder, read_yaml
from simulator.errors import InputError
from simulator.headset.replay import ScriptHeadset, WavHeadset
from simulator.headset.script import TraineeScript
from simulator.ports import Samples
from simulator.recording.audio import read_audio
from simulator.speech.voice import open_voice

TRAINEE_FILES = (".wav", ".flac", ".aiff", ".ogg", ".mp3", ".yaml", ".yml")
"""Endings that say a trainee is meant to be a file."""
Notify = Callable[[str], None]


def read_script(scenario: Scenario, trainee: str) -> TraineeScript | None:
    """Return the trainee's script: by the name of one of the scenario's, or a YAML file; None for a sound file.

    Raises
    ------
    InputError
        If there is no such trainee or file.
    """
    path = script_path(scenario, trainee)
    return read_yaml(path, TraineeScript) if path.suffix in (".yaml", ".yml") else None


def scripts_of(scenario: Scenario) -> dict[str, TraineeScript]:
    """Return the scenario's scripted trainees by name."""
    return {name: read_yaml(path, TraineeScript) for name, path in scenario.trainees.items()}


def script_path(scenario: Scenario, trainee: str) -> Path:
    """Return where the trainee is: one of the scenario's by name, or a file.

    Raises
    ------
    InputError
        If there is no such trainee or file.
    """
    path = scenario.trainees.get(trainee, Path(trainee))
    if not path.is_file():
        if path.suffix.lower() in TRAINEE_FILES:
            raise InputError(f"there is no file {path}")
        known = ", ".join(scenario.trainees) or "none"
        raise InputError(
            f"no trainee {trainee!r} for {scenario.id}; its scripted trainees are: {known}. "
            "Give one of these, a script (.yaml), or a recording (.wav, .flac)."
        )
    return path


def open_trainee(scenario: Scenario, trainee: str, notify: Notify) -> ScriptHeadset | WavHeadset:
    """Return the headset of a trainee who is a script or a sound file; see `speech_of` for what it raises."""
    path = script_path(scenario, trainee)
    script = read_script(scenario, trainee)
    if script is not None:
        return ScriptHeadset(*speech_of(script, path.parent, notify))
    name = path.name.encode("utf-8", "backslashreplace").decode()  # not every file name is text
    return WavHeadset(_recording(path, notify), name=name)


def speech_of(script: TraineeScript, folder: Path, notify: Notify) -> tuple[TraineeScript, dict[str, Samples]]:
    """Return the script with speech for every step, and that speech by its name under `say`.

    Parameters
    ----------
    script : TraineeScript
    folder : Path
        Where its recordings are.
    notify : callable
        Told in words what is odd about a recording.

    Raises
    ------
    InputError
        If a recording that the script names is missing or no audio.
    ModelError
        If a line has no recording and this machine has no voice.
    """
    files = {step.say for step in script.steps if step.say is not None}
    recordings = {name: _recording(folder / name, notify) for name in sorted(files)}
    texts = dict.fromkeys(step.text for step in script.steps if step.say is None)
    rendered = _rendered(list(texts))
    names = {text: f"rendered {number}" for number, text in enumerate(texts, 1)}
    steps = tuple(step if step.say else step.model_copy(update={"say": names[step.text]}) for step in script.steps)
    recordings |= {names[text]: samples for text, samples in rendered.items()}
    return script.model_copy(update={"steps": steps}), recordings


def _rendered(texts: list[str]) -> dict[str, Samples]:
    """Return each text spoken by a voice of the full band, as a headset's microphone has it; kept in the cache."""
    if not texts:
        return {}
    voice = open_voice(data_folder("voices") / "trainees" / "dana.toml", telephone=False)
    try:
        return {text: voice.speak(text, "content").samples for text in texts}
    finally:
        voice.close()


def _recording(path: Path, notify: Notify) -> Samples:
    """Return a recording on the call clock."""
    audio = read_audio(path)
    for note in audio.notes:
        notify(f"{path.name}: {note}")
    return audio.samples
