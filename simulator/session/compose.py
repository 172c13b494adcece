"""Put a call together from its parts: the one place where adapters meet the engine."""

from __future__ import annotations

import contextlib
import dataclasses
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from simulator.call.engine import Engine
from simulator.call.parts import Parts, Settings
from simulator.clock import BLOCK, RATE_HZ, to_ms
from simulator.cues.live.final_pitch import FinalPitch
from simulator.cues.live.listening import Listener
from simulator.customer.asking import own_questions, sentences_of
from simulator.customer.caller import Caller
from simulator.customer.scenario import Scenario, load_scenario
from simulator.customer.temper import load_mood_rules
from simulator.errors import InputError, ModelError
from simulator.headset.preflight import Preflight, last_preflight, round_trip_of
from simulator.headset.textual import TextListening, TextMelody, TextSpeaker, TextVoice
from simulator.ports import Ear, Headset, Recognizer
from simulator.recording.call_seal import SealKeeper
from simulator.recording.folder import CallWriter, calls_folder
from simulator.recording.manifest import USUAL_LINE, Manifest, TelephoneLine, installed_versions
from simulator.session.catch_up import CaughtUp
from simulator.session.loop import Block, CallLoop, Ending, record_block, run_call
from simulator.session.prepare_voice import pack_of
from simulator.session.retry import RetriedCall
from simulator.session.surroundings import Surroundings, backchannels_of
from simulator.session.trainees import Notify, open_trainee, script_path
from simulator.speech.places import PlaceSound
from simulator.speech.profiles import load_profile
from simulator.speech.recognition.ear import LiveEar, LoggedEar, ReplayEar
from simulator.speech.recognition.recognizers import open_recognizer
from simulator.speech.recognition.silero import SileroDetector
from simulator.speech.voice import CachedVoice, open_voice
from simulator.understanding.completeness import completeness
from simulator.understanding.encoding import SHIPPED_SHA256
from simulator.understanding.reading import UNDERSTANDING_VERSION, Understanding

SWITCH_S = 0.0005
"""How long a thread of Python may keep the others from running. At Python's own 5 ms, a call's thread that gives way
dozens of times in one block waits for the recognizer's thread each time (docs/measures.md, calls at once)."""
REPLAY_SEED = 7
"""The seed of a replayed call unless another is given: the same call every time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A headset that is open already: a browser's. What its last check found, and what call.json says of it."""

    headset: Headset
    checked: Preflight | None = None
    browser: dict[str, Any] | None = None


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
    line: TelephoneLine = USUAL_LINE
    device: str | None = None
    seat: Seat | None = None
    allow_abuse: bool = True
    out: Path | None = None
    overridden_by: str | None = None
    rubric: str = ""
    person: str | None = None
    keeper: SealKeeper | None = None
    """Who seals the call while it runs."""
    retried: RetriedCall | None = None
    """The call that is retried: its scenario, seed and voice hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A call ready to run."""

    scenario: Scenario
    loop: CallLoop
    recorder: CallWriter
    recognizer: Recognizer
    voice: CachedVoice
    seed: int

    def run(
        self, *, on_block: Callable[[Block], None] | None = None, on_wait: Callable[[str], None] | None = None
    ) -> Ending:
        """Run the call to its end and close it; see `session.loop.run_call`."""
        try:
            return run_call(self.loop, on_block=on_block, on_wait=on_wait)
        finally:
            self.close()

    def close(self) -> None:
        """Free the headset and what listens and speaks, and close the recording; safe to call twice."""
        self.loop.headset.close()
        self.loop.engine.close()
        self.voice.close()
        self.recorder.finish()


def call_versions() -> dict[str, str]:
    """Return the versions of everything that shapes a call."""
    return installed_versions() | {
        "acts": UNDERSTANDING_VERSION,
        "reader": SHIPPED_SHA256["reader.onnx"][:16],
        "customer": str(load_mood_rules().version),
    }


def understanding_of(scenario: Scenario) -> Understanding:
    """Return what reads the trainee's words in a call of this scenario; calls of one process share it."""
    sentences = sentences_of(scenario)
    usual = frozenset(sentences["ask"]) - own_questions(scenario)
    return _understanding(tuple((kind, tuple(by_id.items())) for kind, by_id in sentences.items()), usual)


@lru_cache(maxsize=16)
def _understanding(
    sentences: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...], usual: frozenset[str]
) -> Understanding:
    return Understanding({kind: dict(by_id) for kind, by_id in sentences}, usual=usual)


def text_parts(scenario: Scenario, speaker: TextSpeaker, *, seed: int) -> Parts:
    """Return the parts of a call without sound: `speaker` is the trainee's voice detector and ear in one."""
    return Parts(
        customer=Caller(scenario, seed=seed),
        understanding=understanding_of(scenario),
        ear=speaker,
        detector=speaker,
        voice=TextVoice(),
        listening=TextListening(),
        melody=TextMelody(),
    )


def compose(
    wanted: Wanted,
    notify: Notify,
    *,
    recognizer: Recognizer | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Composed:
    """Open everything one call needs, and begin its recording.

    Parameters
    ----------
    wanted : Wanted
        What the user asked for.
    notify : callable
        Told in words what happens meanwhile.
    recognizer : Recognizer, optional
        One that is open already; otherwise the one wanted is opened.
    progress : callable, optional
        Told how many of the customer's lines are ready, of how many, while a new voice is prepared.

    Raises
    ------
    InputError, DeviceError, ModelError
        If the scenario, the trainee, the headset, the recognizer or the voice is not to be had; nothing is recorded.
    """
    retried, live = wanted.retried, wanted.trainee is None
    scenario = retried.scenario if retried is not None else load_scenario(wanted.scenario)
    if wanted.trainee is not None:
        script_path(scenario, wanted.trainee)
    seed = wanted.seed if wanted.seed is not None else random.SystemRandom().randrange(10_000) if live else REPLAY_SEED
    caller = Caller(scenario, seed=seed, allow_abuse=wanted.allow_abuse)
    if recognizer is None:
        recognizer = open_recognizer(wanted.recognizer, model=wanted.model, live=live, notify=notify)
    voice, line = voice_of(scenario, wanted.voice or "", wanted.line, again=wanted.retried is not None)
    headset = _open_headset(scenario, wanted, notify)
    with _freed_on_failure(headset, voice):
        leak_db, preflight = _checked(headset, wanted, notify) if live or retried else (None, None)
        settings = Settings(
            scenario=scenario.id,
            seed=seed,
            mode=wanted.mode,
            recognizer=recognizer.name,
            headset=headset.name,
            leak_db=leak_db,
            round_trip=retried.round_trip if retried is not None else round_trip_of(headset, preflight),
        )
        if live:  # a replay waits for the line it wants
            voice.get_ready(caller.possible_lines(), progress)
            warm_up()
        surroundings = _surroundings(voice, line, caller, seed) if live else None
        ear = LiveEar(recognizer) if live else ReplayEar(recognizer)
        parts = parts_of(caller, scenario, ear, voice)
        engine, caught_up = _engine(parts, settings, headset, retried)
        wanted = dataclasses.replace(wanted, line=line)
        manifest = _manifest(wanted, scenario, settings, recognizer, rate_hz=headset.rate_hz, preflight=preflight)
        recorder = CallWriter(calls_folder(wanted.out), manifest, keeper=wanted.keeper)
    for block in caught_up.blocks if caught_up is not None else ():
        record_block(recorder, block)
    return Composed(
        scenario=scenario,
        loop=CallLoop(
            engine,
            headset,
            recorder,
            playing=None if caught_up is None else caught_up.playing,
            surroundings=surroundings,
        ),
        recorder=recorder,
        recognizer=recognizer,
        voice=voice,
        seed=seed,
    )


def voice_of(
    scenario: Scenario, name: str, line: TelephoneLine, *, again: bool = False
) -> tuple[CachedVoice, TelephoneLine]:
    """Return the one voice of a call, and the line with the engine that speaks: a whole pack, or else pyttsx3.

    Parameters
    ----------
    scenario : Scenario
    name : str
        The voice profile; "" for the scenario's own.
    line : TelephoneLine
    again : bool
        Whether the call was spoken before, so that another engine will not do.

    Raises
    ------
    ModelError
        If a call that a pack spoke is wanted again and there is no whole pack now.
    """
    profile, pack = load_profile(name or scenario.voice), None
    if line.engine == "pack":
        if profile.kokoro is not None and profile.name == load_profile(scenario.voice).name:
            pack = pack_of(scenario)
        if pack is None and again:
            raise ModelError(
                f"the earlier call was spoken from a voice pack, and there is no whole one of {scenario.id} now;"
                f" type: hotseat voices prepare {scenario.id}"
            )
        line = line if pack is not None else line.model_copy(update={"engine": "pyttsx3"})
    voice = open_voice(profile, telephone=line.telephone, noise_dbfs=line.noise_dbfs, engine=line.engine, pack=pack)
    return voice, line


def _surroundings(voice: CachedVoice, line: TelephoneLine, caller: Caller, seed: int) -> Surroundings | None:
    if not line.surroundings:
        return None
    listening = backchannels_of(voice) if line.engine == "pack" else {}
    place = PlaceSound(voice.profile.place, seed=seed)
    return Surroundings(place, listening, band=caller.mood(0).band, seed=seed)


def _open_headset(scenario: Scenario, wanted: Wanted, notify: Notify) -> Headset:
    if wanted.trainee is not None:
        return open_trainee(scenario, wanted.trainee, notify)
    if wanted.seat is not None:
        return wanted.seat.headset
    from simulator.headset.device import open_device

    return open_device(wanted.device)


@contextlib.contextmanager
def _freed_on_failure(headset: Headset, voice: CachedVoice) -> Iterator[None]:
    try:
        yield
    except BaseException:
        headset.close()
        voice.close()
        raise


def _checked(headset: Headset, wanted: Wanted, notify: Notify) -> tuple[float | None, dict[str, object] | None]:
    """Return the headset's leak in dB and what its last check found.

    A retry keeps those of the recorded call: the engine must hear as it heard then, or the beginning comes out
    differently.
    """
    if wanted.retried is not None:
        return wanted.retried.leak_db, wanted.retried.manifest.preflight
    found = last_preflight(headset.name) if wanted.seat is None else wanted.seat.checked
    if wanted.mode == "certification" and wanted.overridden_by is None and (found is None or not found.passed):
        why = "has not been checked" if found is None else "failed its check"
        raise InputError(
            f"a certification call cannot start: the headset {headset.name!r} {why}. "
            "Run: hotseat check. An instructor may let the call start with --override-check NAME."
        )
    if found is None:
        return None, None
    if not found.passed:
        failed = next(each for each in found.findings if not each.passed)
        notify(f"The headset failed its last check, and the call starts all the same. {failed.reason or failed.advice}")
    return found.leak_db, found.model_dump(mode="json")


def _manifest(
    wanted: Wanted,
    scenario: Scenario,
    settings: Settings,
    recognizer: Recognizer,
    *,
    rate_hz: int,
    preflight: dict[str, object] | None,
) -> Manifest:
    return Manifest(
        scenario=scenario.id,
        scenario_sha256=scenario.sha256,
        scenario_data=scenario.model_dump(mode="json"),
        mode=settings.mode,
        seed=settings.seed,
        allow_abuse=wanted.allow_abuse,
        voice=wanted.voice or scenario.voice,
        line=wanted.line,
        recognizer=recognizer.name,
        model=recognizer.model,
        model_sha256=recognizer.model_sha256,
        versions=call_versions(),
        device=settings.headset,
        rate_hz=rate_hz,
        round_trip_ms=to_ms(settings.round_trip),
        preflight=preflight,
        browser=None if wanted.seat is None else wanted.seat.browser,
        overridden_by=wanted.overridden_by,
        rubric=wanted.rubric,
        person=wanted.person or "",
        trainee="headset" if wanted.trainee is None else "recorded",
        retry=None if wanted.retried is None else wanted.retried.retry,
    )


def parts_of(caller: Caller, scenario: Scenario, ear: Ear, voice: CachedVoice) -> Parts:
    """Return the parts of a call with sound."""
    return Parts(
        customer=caller,
        understanding=understanding_of(scenario),
        ear=ear,
        detector=SileroDetector(),
        voice=voice,
        listening=Listener(),
        melody=FinalPitch(),
    )


def _engine(
    parts: Parts, settings: Settings, headset: Headset, retried: RetriedCall | None
) -> tuple[Engine, CaughtUp | None]:
    """Return the engine; in a retry it has caught up to the turn."""
    if retried is None:
        return Engine(parts, settings), None
    ear = LoggedEar(retried.folder.events(), then=parts.ear)
    engine = Engine(dataclasses.replace(parts, ear=ear), settings)
    return engine, retried.catch_up(engine, ear, headset)


def warm_up() -> None:
    """Use once, before it has to be quick, what is loaded at its first use; let no thread keep the others waiting."""
    sys.setswitchinterval(SWITCH_S)
    completeness(("yes",))
    melody = FinalPitch()
    for at in range(0, RATE_HZ, BLOCK):
        melody.accept((8000 * np.sin(np.arange(at, at + BLOCK) * 0.05)).astype(np.int16))
    melody.fall()
