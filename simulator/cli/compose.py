"""Put a call together from its parts: the one place where adapters meet the engine."""

from __future__ import annotations

import contextlib
import dataclasses
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from simulator.call.engine import Engine
from simulator.call.parts import Parts, Settings
from simulator.cli.retrying import Earlier
from simulator.cli.spoken_trainee import recording, script_headset
from simulator.clock import BLOCK, RATE_HZ, to_ms
from simulator.cues.live.final_pitch import FinalPitch
from simulator.cues.live.listening import Listener
from simulator.customer.caller import Caller
from simulator.customer.questions import is_question
from simulator.customer.scenario import Scenario, load_scenario
from simulator.customer.temper import load_mood_rules
from simulator.datafile import read_yaml
from simulator.errors import InputError
from simulator.events import Act
from simulator.headset.again import Relived
from simulator.headset.preflight import last_preflight, round_trip_of
from simulator.headset.replay import WavHeadset
from simulator.headset.script import TraineeScript
from simulator.phrases import best_match, plain_words
from simulator.ports import Completeness, Ear, Headset, Recognizer, Samples, Voice
from simulator.recording.folder import CallWriter, calls_folder
from simulator.recording.manifest import USUAL_LINE, Line, Manifest, installed_versions
from simulator.speech.ear import LiveEar, ReplayEar
from simulator.speech.profiles import load_profile
from simulator.speech.recognizers import open_recognizer
from simulator.speech.silero import SileroDetector
from simulator.speech.voice import CachedVoice, open_voice
from simulator.understanding import ACTS_VERSION, Rules
from simulator.understanding.completeness import completeness
from simulator.understanding.hold_time import promised_hold
from simulator.understanding.vectors import nearness

SOUNDS_AND_SCRIPTS = (".wav", ".flac", ".aiff", ".ogg", ".mp3", ".yaml", ".yml")
"""Endings that say a trainee is meant to be a file."""
REPLAY_SEED = 7
"""The seed of a replayed call unless another is given: the same call every time."""
Notify = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the user asked for; None leaves the choice to the scenario or the settings."""

    scenario: str
    trainee: str | None = None
    seed: int | None = None
    mode: Literal["practice", "certification"] = "practice"
    recognizer: Literal["auto", "vosk", "whisper"] = "auto"
    model: Path | None = None
    voice: str | None = None
    line: Line = USUAL_LINE
    device: str | None = None
    allow_abuse: bool = True
    out: Path | None = None
    overridden_by: str | None = None
    person: str | None = None
    earlier: Earlier | None = None
    """The call that is begun again in the middle: its scenario, seed and voice hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A call ready to run."""

    scenario: Scenario
    caller: Caller
    engine: Engine
    headset: Headset
    recorder: CallWriter
    recognizer: Recognizer
    voice: CachedVoice
    seed: int
    playing: Samples | None = None
    """The block that the customer is saying already, in a call that is begun again."""

    def close(self) -> None:
        """Free the headset and what listens and speaks, and close the recording; safe to call twice."""
        self.headset.close()
        self.engine.close()
        self.voice.close()
        self.recorder.finish()


class ScenarioUnderstanding:
    """The rules of acts, with the facts of this scenario at hand (`ports.Understanding`)."""

    def __init__(self, rules: Rules, scenario: Scenario) -> None:
        self._rules = rules
        self._facts = scenario.fact_texts()
        self._denials = {name: fact.denied for name, fact in scenario.facts.items() if fact.denied}

    def read(self, words: tuple[str, ...], *, context: tuple[str, ...] = ()) -> tuple[Act, ...]:
        """Return the acts in one utterance: those of the rules, and a contradiction of what this customer believes."""
        acts = self._rules.read(words, context=context, facts=self._facts)
        if any(act.act == "contradiction" for act in acts):
            return acts
        said = " ".join(words)
        for fact, patterns in self._denials.items():
            if not is_question(said) and best_match(patterns, plain_words(said)):
                last, rule = len(words) - 1, f"scenario/{fact}"
                denial = Act(act="contradiction", rule=rule, words=said, first=0, last=last, strength=0.8, fact=fact)
                return (*acts, denial)
        return acts

    def completeness(self, words: tuple[str, ...]) -> Completeness:
        """Say whether the words so far are a whole sentence."""
        return completeness(words)

    def promised_hold(self, words: tuple[str, ...]) -> int | None:
        """Return how long a hold was announced to last, in samples."""
        return promised_hold(words)


def read_script(scenario: Scenario, trainee: str) -> TraineeScript | None:
    """Return the trainee's script: by the name of one of the scenario's, or a YAML file; None for a sound file.

    Raises
    ------
    InputError
        If there is no such trainee or file.
    """
    path = script_path(scenario, trainee)
    return read_yaml(path, TraineeScript) if path.suffix in (".yaml", ".yml") else None


def script_path(scenario: Scenario, trainee: str) -> Path:
    """Return where the trainee is: one of the scenario's by name, or a file.

    Raises
    ------
    InputError
        If there is no such trainee or file.
    """
    path = scenario.trainees.get(trainee, Path(trainee))
    if not path.is_file():
        if path.suffix.lower() in SOUNDS_AND_SCRIPTS:
            raise InputError(f"there is no file {path}")
        known = ", ".join(scenario.trainees) or "none"
        raise InputError(
            f"no trainee {trainee!r} for {scenario.id}; its scripted trainees are: {known}. "
            "Give one of these, a script (.yaml), or a recording (.wav, .flac)."
        )
    return path


def _open_voice(name: str, line: Line) -> CachedVoice:
    return open_voice(load_profile(name), telephone=line.telephone, noise_dbfs=line.noise_dbfs, engine=line.engine)


def _open_headset(scenario: Scenario, wanted: Wanted, notify: Notify) -> Headset:
    if wanted.trainee is None:
        from simulator.headset.device import open_device

        return open_device(wanted.device)
    path = script_path(scenario, wanted.trainee)
    script = read_script(scenario, wanted.trainee)
    if script is not None:
        return script_headset(script, path.parent, notify)
    name = path.name.encode("utf-8", "backslashreplace").decode()  # not every file name is text
    return WavHeadset(recording(path, notify), name=name)


def compose(wanted: Wanted, notify: Notify, *, recognizer: Recognizer | None = None) -> Composed:
    """Open everything one call needs, and begin its recording.

    Parameters
    ----------
    wanted : Wanted
        What the user asked for.
    notify : callable
        Told in words what happens meanwhile.
    recognizer : Recognizer, optional
        One that is open already; otherwise the one wanted is opened.

    Raises
    ------
    InputError, DeviceError, ModelError
        If the scenario, the trainee, the headset, the recognizer or the voice is not to be had; nothing is recorded.
    """
    earlier = wanted.earlier
    scenario = earlier.scenario if earlier is not None else load_scenario(wanted.scenario)
    if wanted.trainee is not None:
        script_path(scenario, wanted.trainee)
    live = wanted.trainee is None
    seed = wanted.seed if wanted.seed is not None else random.SystemRandom().randrange(10_000) if live else REPLAY_SEED
    caller = Caller(scenario, seed=seed, allow_abuse=wanted.allow_abuse)
    if recognizer is None:
        recognizer = open_recognizer(wanted.recognizer, model=wanted.model, notify=notify)
    voice = _open_voice(wanted.voice or scenario.voice, wanted.line)
    headset = _open_headset(scenario, wanted, notify)
    leak_db, preflight = _pre_flight(headset, wanted) if live or earlier else (None, None)
    round_trip = earlier.round_trip if earlier is not None else round_trip_of(headset, preflight)
    if live:  # a replay waits for the line it wants
        _get_ready(voice, caller, headset, notify)
    settings = Settings(
        scenario=scenario.id,
        seed=seed,
        mode=wanted.mode,
        recognizer=recognizer.name,
        headset=headset.name,
        leak_db=leak_db,
        round_trip=round_trip,
    )
    manifest = Manifest(
        scenario=scenario.id,
        scenario_sha256=scenario.sha256,
        scenario_data=scenario.model_dump(mode="json"),
        mode=wanted.mode,
        seed=seed,
        allow_abuse=wanted.allow_abuse,
        voice=wanted.voice or scenario.voice,
        line=wanted.line,
        recognizer=recognizer.name,
        model=recognizer.model,
        model_sha256=recognizer.model_sha256,
        versions=installed_versions() | {"acts": ACTS_VERSION, "customer": str(load_mood_rules().version)},
        device=headset.name,
        rate_hz=getattr(headset, "rate_hz", 16_000),
        round_trip_ms=to_ms(round_trip),
        preflight=preflight,
        overridden_by=wanted.overridden_by,
        person=wanted.person or "",
        retry=None if earlier is None else earlier.retry,
    )
    parts = _parts(caller, scenario, recognizer, voice, live=live)
    with _freed_on_failure(headset, voice):
        engine, relived = _engine(parts, settings, headset, earlier)
    return Composed(
        scenario=scenario,
        caller=caller,
        engine=engine,
        headset=headset,
        recorder=_begin(CallWriter(calls_folder(wanted.out), manifest), relived),
        recognizer=recognizer,
        voice=voice,
        seed=seed,
        playing=None if relived is None else relived.playing,
    )


def _engine(
    parts: Parts, settings: Settings, headset: Headset, earlier: Earlier | None
) -> tuple[Engine, Relived | None]:
    """Return the engine, at the turn already where an earlier call is begun again."""
    if earlier is None:
        return Engine(parts, settings), None
    ear = earlier.ear(parts.ear)
    engine = Engine(dataclasses.replace(parts, ear=ear), settings)
    return engine, earlier.relive(engine, ear, headset)


def _begin(recorder: CallWriter, relived: Relived | None) -> CallWriter:
    """Write what the call has behind it already."""
    for block in relived.blocks if relived is not None else ():
        recorder.audio(block.trainee, block.customer)
        for event in block.events:
            recorder.event(event)
    return recorder


def _get_ready(voice: CachedVoice, caller: Caller, headset: Headset, notify: Notify) -> None:
    with _freed_on_failure(headset, voice):
        voice.get_ready(caller.possible_lines(), notify)


@contextlib.contextmanager
def _freed_on_failure(headset: Headset, voice: CachedVoice) -> Iterator[None]:
    try:
        yield
    except BaseException:
        headset.close()
        voice.close()
        raise


def _parts(caller: Caller, scenario: Scenario, recognizer: Recognizer, voice: Voice, *, live: bool) -> Parts:
    ear: Ear = LiveEar(recognizer) if live else ReplayEar(recognizer)
    understanding = ScenarioUnderstanding(Rules.load(), scenario)
    if live:
        warm_up()
    return Parts(
        customer=caller,
        understanding=understanding,
        ear=ear,
        detector=SileroDetector(),
        voice=voice,
        listening=Listener(),
        melody=FinalPitch(),
    )


def warm_up() -> None:
    """Use once, before it has to be quick, what is loaded at its first use."""
    nearness(("sofa",), ("chair",))
    completeness(("yes",))
    melody = FinalPitch()
    for at in range(0, RATE_HZ, BLOCK):
        melody.accept((8000 * np.sin(np.arange(at, at + BLOCK) * 0.05)).astype(np.int16))
    melody.fall()


def _pre_flight(headset: Headset, wanted: Wanted) -> tuple[float | None, dict[str, object] | None]:
    if wanted.earlier is not None:  # the engine hears as it heard then, or the beginning would not come out as it was
        return wanted.earlier.leak_db, wanted.earlier.manifest.preflight
    found = last_preflight(headset.name)
    if wanted.mode == "certification" and wanted.overridden_by is None and (found is None or not found.passed):
        headset.close()
        why = "has not been checked" if found is None else "failed its check"
        raise InputError(
            f"a certification call cannot start: the headset {headset.name!r} {why}. "
            "Run: hotseat check. An instructor may let the call start with --override-check NAME."
        )
    if found is None:
        return None, None
    return found.leak_db, found.model_dump(mode="json")
