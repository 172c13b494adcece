"""Check that a call's recording and log belong together: the recording goes through the engine again.

Method
------
The engine is given the trainee's track, the faults of the headset, and the recognizer's answers from the log at the
moments when they came. It must then do what the log says. A second recognizer decodes the same stretches of audio, and
must hear the words that the log has. The customer's track must sound where the engine makes the customer speak.

On the machine of the call all three agree in full. A processor with other instructions rounds differently, so a share
is allowed to differ: `EVENTS`, `WORDS` and `CUSTOMER`, which were chosen from real runs (docs/certificates.md).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.call.engine import Engine
from simulator.call.parts import Settings
from simulator.clock import BLOCK, clock_text, from_ms
from simulator.customer.caller import Caller
from simulator.customer.scenario import Scenario
from simulator.errors import InputError
from simulator.events import ActsRead, Event, Heard, LineEnded, LineStarted, Recognised, Word
from simulator.ports import Recognizer, Samples
from simulator.recording.folder import CallFolder
from simulator.recording.manifest import Manifest
from simulator.session.catch_up import RecordedTrainee
from simulator.session.compose import call_versions, parts_of, voice_of
from simulator.session.loop import CallLoop
from simulator.session.retry import leak_of, scenario_of
from simulator.session.trainees import Notify
from simulator.speech.recognition.ear import LoggedEar, ReplayEar
from simulator.speech.recognition.recognizers import model_of, open_recognizer

EVENTS, WORDS, CUSTOMER = 0.95, 0.9, 0.95
"""The least share of events, of words, and of the customer's sounding blocks that must come out again."""
NEAR = from_ms(250)
"""An event that comes out again by so much earlier or later, in samples, is the same event."""
SOUNDS = 30.0
"""A block sounds if its root mean square is over this, in steps of 16 bit: about -61 dBFS."""
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far a call came out again: shares from 0 to 1, and the first event that did not."""

    events: float
    words: float
    customer: float
    first: str = ""

    @property
    def enough(self) -> bool:
        """Whether the recording is this log's, within the tolerance."""
        return self.events >= EVENTS and self.words >= WORDS and self.customer >= CUSTOMER


class SecondEar:
    """A `ports.Ear` that gives the answers in a log, and has a recognizer decode the same audio beside it."""

    def __init__(self, events: Sequence[Event], recognizer: Recognizer) -> None:
        self._again = ReplayEar(recognizer)
        self._logged = LoggedEar(events, then=self._again)
        self.words: list[str] = []
        """What was decoded now, from the audio of every answer in the log."""

    def open(self, start: int) -> None:
        """Begin an utterance."""
        self._logged.open(start)
        self._again.open(start)

    def accept(self, samples: Samples) -> None:
        """Take in more of the open utterance."""
        self._logged.accept(samples)
        self._again.accept(samples)

    def ask(self, at: int) -> None:
        """Ask for the words so far."""
        self._logged.ask(at)
        self._again.ask(at)

    def answer(self, at: int) -> tuple[Word, ...] | None:
        """Return the words at the moment when they came, and decode them again."""
        words = self._logged.answer(at)
        if words is not None:
            self.words += [word.word for word in self._again.answer(sys.maxsize) or ()]
        return words

    def withdraw(self) -> None:
        """Forget the question."""
        self._logged.withdraw()
        self._again.withdraw()

    def partial(self) -> str:
        """Return the text so far, as it was in the call."""
        return self._logged.partial()

    def close(self) -> None:
        """Free everything."""
        self._logged.close()


def check_recording(folder: CallFolder, notify: Notify, *, recognizer: Recognizer | None = None) -> Agreement:
    """Return how far a call's recording gives its log again.

    Parameters
    ----------
    folder : CallFolder
    notify : callable
        Told in words what happens meanwhile.
    recognizer : Recognizer, optional
        One that is open already; otherwise the one that the call names is opened.

    Raises
    ------
    InputError
        If the recording is not this log's, or the scenario or the model of the call is not here to check it with.
    ModelError
        If the call's recognizer or voice is not installed.
    """
    manifest = folder.manifest
    scenario = _scenario(folder)
    notify(f"Checking that the recording of {folder.path.name} gives its log ...")
    recognizer = recognizer or _recognizer(manifest, notify)
    found = replay(folder, scenario, recognizer)
    if not found.enough:
        raise InputError(
            f"the recording in {folder.path} is not the one its log tells of: {100 * found.events:.0f} % of the events "
            f"come out again ({100 * EVENTS:.0f} % needed), {100 * found.words:.0f} % of the words "
            f"({100 * WORDS:.0f} %), {100 * found.customer:.0f} % of the customer's sound ({100 * CUSTOMER:.0f} %)"
            f"{found.first}{why_different(manifest)}"
        )
    return found


def replay(folder: CallFolder, scenario: Scenario, recognizer: Recognizer) -> Agreement:
    """Take a recorded call again, and return how far it came out as its log and its customer's track say."""
    manifest, log = folder.manifest, folder.events()
    ear = SecondEar(log, recognizer)
    voice, _ = voice_of(scenario, manifest.voice, manifest.line, again=True)
    settings = Settings(
        scenario=scenario.id,
        seed=manifest.seed,
        mode=manifest.mode,
        recognizer=manifest.recognizer,
        headset=manifest.device,
        leak_db=leak_of(manifest),
        round_trip=from_ms(manifest.round_trip_ms),
    )
    caller = Caller(scenario, seed=manifest.seed, allow_abuse=manifest.allow_abuse)
    events: list[Event] = []
    customer: list[Samples] = []
    engine = Engine(parts_of(caller, scenario, ear, voice), settings)
    try:
        loop = CallLoop(engine, RecordedTrainee(folder.trainee(), log))
        for _ in range(0, folder.duration - BLOCK + 1, BLOCK):
            block = loop.step()
            events += block.events
            customer.append(block.customer)
    finally:
        engine.close()
        voice.close()
    made = np.concatenate(customer) if customer else np.zeros(0, np.int16)
    same, first = _events(log, events)
    then = [word.word for event in log if isinstance(event, Recognised) for word in event.words]
    return Agreement(events=same, words=_share(then, ear.words), customer=_sound(folder.customer(), made), first=first)


def why_different(manifest: Manifest) -> str:
    """Return in words what of the program or the machine is another than in the call; "" where nothing is."""
    now = call_versions()
    other = [
        f"{name} {then} then, {now.get(name, 'none')} now"
        for name, then in sorted(manifest.versions.items())
        if now.get(name) != then
    ]
    return f". What differs from the machine of the call: {'; '.join(other)}" if other else ""


def _scenario(folder: CallFolder) -> Scenario:
    """Return the call's scenario, after a check that it is the one that stands here and the copy was not changed."""
    manifest = folder.manifest
    scenario = scenario_of(manifest)
    if scenario.sha256 != manifest.scenario_sha256 or scenario.model_dump(mode="json") != manifest.scenario_data:
        raise InputError(
            f"the scenario {manifest.scenario} of the call in {folder.path} is not the one here, so the call cannot be "
            "checked; certify it with the version of the program it was taken with"
        )
    return scenario


def _recognizer(manifest: Manifest, notify: Notify) -> Recognizer:
    folder = model_of(manifest.recognizer, manifest.model_sha256)
    if folder is None:
        raise InputError(
            f"another model listened in the call ({manifest.recognizer} {manifest.model}, {manifest.model_sha256[:12]})"
            " than those that are here; certify the call where its model is, or install it (hotseat models)"
        )
    return open_recognizer(model=folder, notify=notify)


def _events(log: Sequence[Event], again: Sequence[Event]) -> tuple[float, str]:
    """Return the share of events that came out again, and in words the first that did not."""
    if not log:
        return 0.0, ""
    matched = _matches(log, again, _key)
    near = [(one, other) for one, other in matched if abs(log[one].at - again[other].at) <= NEAR]
    kept = {one for one, _ in near}
    lost = next((event for number, event in enumerate(log) if number not in kept), None)
    first = "" if lost is None else f"; the first that does not: {type(lost).__name__} at {clock_text(lost.at)}"
    return 2 * len(near) / (len(log) + len(again)), first


def _key(event: Event) -> object:
    """Return what makes an event the same but for its times and numbers, which another processor rounds."""
    if isinstance(event, LineStarted | Heard):
        return type(event), event.text
    if isinstance(event, LineEnded):
        return type(event), event.said
    if isinstance(event, ActsRead):
        return type(event), *(act.act for act in event.acts)
    return type(event)


def _share(then: Sequence[str], now: Sequence[str]) -> float:
    """Return the share of words that are in both, in the same order; 0 where nobody spoke."""
    return 2 * len(_matches(then, now, str)) / (len(then) + len(now)) if then else 0.0


def _matches(one: Sequence[Item], other: Sequence[Item], key: Callable[[Item], object]) -> list[tuple[int, int]]:
    found = SequenceMatcher(None, [key(each) for each in one], [key(each) for each in other], autojunk=False)
    return [(part.a + n, part.b + n) for part in found.get_matching_blocks() for n in range(part.size)]


def _sound(recorded: Samples, made: Samples) -> float:
    """Return the share of blocks that sound in both of those that sound in either; 0 where none does."""
    one, other = _sounding(recorded), _sounding(made)
    one, other = (np.pad(flags, (0, max(len(one), len(other)) - len(flags))) for flags in (one, other))
    either = int(np.count_nonzero(one | other))
    return float(np.count_nonzero(one & other)) / either if either else 0.0


def _sounding(samples: Samples) -> NDArray[np.bool_]:
    blocks = samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK).astype(np.float64)
    return np.asarray(np.sqrt(np.square(blocks).mean(axis=1)) > SOUNDS)
