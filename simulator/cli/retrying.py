"""Begin an earlier call again in the middle: `hotseat call --from CALL_DIR --at TURN`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.call.engine import Engine
from simulator.clock import clock_text, from_ms, to_ms
from simulator.customer.scenario import Scenario, load_scenario
from simulator.errors import InputError
from simulator.headset.again import Relived, relive
from simulator.headset.replay import ScriptHeadset
from simulator.ports import Ear, Headset
from simulator.recording.folder import CallFolder
from simulator.recording.manifest import Manifest, Retry
from simulator.recording.retake import Retake, retakes
from simulator.speech.remembered_ear import RememberedEar


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A recorded call and the turn at which it begins again."""

    folder: CallFolder
    retake: Retake
    scenario: Scenario

    @property
    def manifest(self) -> Manifest:
        """What the earlier call was made of."""
        return self.folder.manifest

    @property
    def leak_db(self) -> float | None:
        """How much of the customer came back into the microphone then, in dB; None if not known."""
        found = (self.manifest.preflight or {}).get("leak_db")
        return float(found) if found is not None else None

    @property
    def round_trip(self) -> int:
        """The headset's delay that was taken out then, in samples."""
        return from_ms(self.manifest.round_trip_ms)

    @property
    def retry(self) -> Retry:
        """What the new call's manifest says of it."""
        at_ms = to_ms(self.retake.at)
        return Retry(call=self.manifest.id or self.folder.path.name, turn=self.retake.turn, at_ms=at_ms)

    def ear(self, then: Ear) -> RememberedEar:
        """Return an ear that remembers this call, and listens with `then` afterwards."""
        return RememberedEar(self.folder.events(), then)

    def relive(self, engine: Engine, ear: RememberedEar, headset: Headset) -> Relived:
        """Bring a fresh engine to the turn.

        Raises
        ------
        InputError
            If the call comes out differently this time.
        """
        script = headset if isinstance(headset, ScriptHeadset) else None
        found = relive(engine, self.folder.trainee(), self.folder.events(), until=self.retake.at, script=script)
        ear.hand_over(self.retake.at)
        headset.events(self.retake.at)  # what befell the headset meanwhile befell nobody
        return found

    def told(self) -> str:
        """Say where the call begins again."""
        return (
            f"The call begins again at {clock_text(self.retake.at)}, before turn {self.retake.turn} "
            f"(“{self.retake.text}”)."
        )


def earlier_call(path: Path, turn: int | None) -> Earlier:
    """Return the call in a folder, to be begun again at the trainee's turn number `turn`, counted from 1.

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
    found = retakes(folder.events())
    if not found:
        raise InputError(
            f"{path} cannot be begun again: nobody spoke in it, or it was recorded by an earlier version, which did "
            f"not log when the recognizer answered; take the whole call again: hotseat call {folder.manifest.scenario}"
        )
    chosen = next((each for each in found if each.turn == turn), None)
    if chosen is None:
        raise InputError("\n".join([_what_is_wrong(turn), *(_line(each) for each in found)]))
    return Earlier(folder=folder, retake=chosen, scenario=_scenario(folder.manifest))


def _what_is_wrong(turn: int | None) -> str:
    given = "say before which turn to begin again" if turn is None else f"there is no turn {turn}"
    return f"{given}; give one of these with --at:"


def _line(each: Retake) -> str:
    words = each.text.split()
    return f"  {each.turn:>3}  {clock_text(each.at):>7}  {' '.join(words[:12])}{' ...' if len(words) > 12 else ''}"


def _scenario(manifest: Manifest) -> Scenario:
    """Return the scenario as it was then: its file where that has not changed, else the copy in call.json."""
    try:
        now = load_scenario(manifest.scenario)
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
