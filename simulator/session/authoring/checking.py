"""What is to be put right in a scenario's folder: file, schema, story, voice and scripted trainees together."""

from __future__ import annotations

from pathlib import Path

from simulator.customer.checking import WANTED_TRAINEES, check_scenario
from simulator.customer.scenario import Scenario, load_scenario
from simulator.datafile import line_of, read_yaml
from simulator.errors import InputError
from simulator.headset.script import TraineeScript
from simulator.speech.profiles import list_profiles


def scenario_faults(name: str | Path) -> list[str]:
    """Return everything to put right in a scenario, by file and line; it is given by name or path."""
    try:
        story = load_scenario(name)
    except InputError as error:
        return str(error).splitlines()
    return [*(str(finding) for finding in check_scenario(story)), *_voice_faults(story), *_trainee_faults(story)]


def alike_notes(story: Scenario) -> list[str]:
    """Return which sentences of a scenario the reader can hardly tell apart; it takes a second or two."""
    # Only here: the reader takes a moment to load.
    from simulator.understanding.reader import shipped_reader
    from simulator.understanding.reading import too_alike

    places: dict[tuple[str, str], tuple[str | int, ...]] = {
        **{("fact", name): ("facts", name) for name in story.facts},
        **{("offer", name): ("briefing", "may_offer", name) for name in story.briefing.may_offer},
        **{("forbid", each.id): ("briefing", "may_not", n) for n, each in enumerate(story.briefing.may_not)},
        **{("ask", each.id): ("answers", n) for n, each in enumerate(story.answers)},
    }
    notes = []
    for pair in too_alike(shipped_reader(), story.sentences()):
        line = line_of(story.path, places[pair.kind, pair.other]) if story.path else None
        notes.append(
            f"note: {story.path}:{line}: {pair.other} is too like {pair.one} to tell them apart "
            f"({pair.likeness:.2f} of 1); say one of them in other words"
        )
    return notes


def _voice_faults(story: Scenario) -> list[str]:
    voices = [profile.name for profile in list_profiles()]
    if story.voice in voices or story.path is None:
        return []
    line = line_of(story.path, ("voice",))
    return [f"{story.path}:{line}: there is no voice {story.voice!r}; there are: {', '.join(voices)}"]


def _trainee_faults(story: Scenario) -> list[str]:
    found, qualities = [], set()
    for name, path in story.trainees.items():
        try:
            script = read_yaml(path, TraineeScript)
        except InputError as error:
            found += str(error).splitlines()
            continue
        qualities.add(script.quality)
        if script.id != name:
            found.append(f"{path}:1: id is {script.id!r} but the file is called {name}.yaml")
        found += [
            f"{path}:{line_of(path, ('steps', number))}: there is no file {path.parent / step.say}"
            for number, step in enumerate(script.steps)
            if step.say is not None and not (path.parent / step.say).is_file()
        ]
    missing = [quality for quality in WANTED_TRAINEES if quality not in qualities]
    if missing and story.path is not None:
        found.append(f"{story.path}: no scripted trainee of quality: {', '.join(missing)}")
    return found
