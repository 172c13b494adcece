"""A scripted trainee who can be heard: recordings where the script has them, a synthetic voice where it has none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simulator.datafile import data_folder
from simulator.headset.replay import ScriptHeadset
from simulator.headset.script import TraineeScript
from simulator.ports import Samples
from simulator.recording.audio import read_audio
from simulator.speech.voice import open_voice

Notify = Callable[[str], None]


def script_headset(script: TraineeScript, folder: Path, notify: Notify) -> ScriptHeadset:
    """Return the headset of a trainee who follows `script`; see `speech_of`."""
    return ScriptHeadset(*speech_of(script, folder, notify))


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
    recordings = {name: recording(folder / name, notify) for name in sorted(files)}
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


def recording(path: Path, notify: Notify) -> Samples:
    """Return a recording on the call clock."""
    audio = read_audio(path)
    for note in audio.notes:
        notify(f"{path.name}: {note}")
    return audio.samples
