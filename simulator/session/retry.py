"""Retry a recorded call from one of its turns: `hotseat call --from CALL_DIR --at TURN`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.call.engine import Engine
from simulator.clock import clock_text, from_ms, to_ms
from simulator.customer.scenario import Scenario, load_scenario
from simulator.errors import InputError
from simulator.files import is_name
from simulator.headset.replay import ScriptHeadset
from simulator.ports import Headset
from simulator.recording.folder import CallFolder
from simulator.recording.manifest import Manifest, Retry
from simulator.recording.retry import RetryPoint, retry_points
from simulator.session.catch_up import CaughtUp, catch_up
from simulator.speech.recognition.ear import LoggedEar


@dataclass(frozen=True, slots=True, kw_only=True)
class RetriedCall:
    """A recorded call, and the turn from which it is retried."""

    folder: CallFolder
    point: RetryPoint
    scenario: Scenario

    @property
    def manifest(self) -> Manifest:
        """What the recorded call was made of."""
        return self.folder.manifest

    @property
    def decided(self) -> dict[str, Any]:
        """What was decided before that call, as `compose.Wanted` names it; a retry takes it over."""
        return {name: getattr(self.manifest, name) for name in ("scenario", "seed", "voice", "line", "allow_abuse")}

    @property
    def leak_db(self) -> float | None:
        """How much of the customer came back into the microphone then, in dB; None if not known."""
        return leak_of(self.manifest)

    @property
    def round_trip(self) -> int:
        """The headset's delay that was taken out then, in samples."""
        return from_ms(self.manifest.round_trip_ms)

    @property
    def retry(self) -> Retry:
        """What the new call's manifest says of it."""
        at_ms = to_ms(self.point.at)
        return Retry(call=self.manifest.id or self.folder.path.name, turn=self.point.turn, at_ms=at_ms)

    def catch_up(self, engine: Engine, ear: LoggedEar, headset: Headset) -> CaughtUp:
        """Bring a fresh engine to the turn.

        Parameters
        ----------
        engine : Engine
            Fresh, with `ear`.
        ear : LoggedEar
            With this call's log; from the turn on, its other ear listens.
        headset : Headset
            The trainee of the retry.

        Raises
        ------
        InputError
            If the call comes out differently this time.
        """
        script = headset if isinstance(headset, ScriptHeadset) else None
        found = catch_up(engine, self.folder.trainee(), self.folder.events(), until=self.point.at, script=script)
        ear.hand_over(self.point.at)
        headset.events(self.point.at)  # discard device events from the catch-up
        return found

    def summary(self) -> str:
        """Say where the retry begins."""
        return f"The retry begins at {clock_text(self.point.at)}, before turn {self.point.turn} (“{self.point.text}”)."


def leak_of(manifest: Manifest) -> float | None:
    """Return how much of the customer came back into the microphone of a call, in dB; None if not known."""
    found = (manifest.preflight or {}).get("leak_db")
    return float(found) if found is not None else None


def retried_call(path: Path, turn: int | None) -> RetriedCall:
    """Return the call in a folder, to be retried from the trainee's turn number `turn`, counted from 1.

    Raises
    ------
    InputError
        If the call is a certification, is too old or has no such turn.
    """
    folder = CallFolder.open(path)
    if folder.manifest.mode == "certification":
        raise InputError(
            f"{path} is a certification call, which has no retry; practise with: "
            f"hotseat call {folder.manifest.scenario}"
        )
    found = retry_points(folder.events())
    if not found:
        raise InputError(
            f"{path} cannot be retried: nobody spoke in it, or it was recorded by an earlier version, which did "
            f"not log when the recognizer answered; take the whole call again: hotseat call {folder.manifest.scenario}"
        )
    chosen = next((each for each in found if each.turn == turn), None)
    if chosen is None:
        wrong = "say from which turn to retry" if turn is None else f"there is no turn {turn}"
        raise InputError("\n".join([f"{wrong}; give one of these with --at:", *(_line(each) for each in found)]))
    return RetriedCall(folder=folder, point=chosen, scenario=scenario_of(folder.manifest))


def _line(each: RetryPoint) -> str:
    words = each.text.split()
    return f"  {each.turn:>3}  {clock_text(each.at):>7}  {' '.join(words[:12])}{' ...' if len(words) > 12 else ''}"


def scenario_of(manifest: Manifest) -> Scenario:
    """Return the scenario as it was then: its file where that has not changed, else the copy in call.json."""
    try:
        now = load_scenario(manifest.scenario if is_name(manifest.scenario) else "")  # a name, never a path
        if now.sha256 == manifest.scenario_sha256:
            return now
    except InputError:
        pass
    try:
        return Scenario.model_validate(manifest.scenario_data)
    except ValueError as error:
        raise InputError(
            f"the copy of the scenario {manifest.scenario!r} in call.json does not fit this version of the program; "
            "take the whole call again"
        ) from error
