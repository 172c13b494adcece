"""Rehearse a scenario with sound: the whole call on real parts, measured on its own tracks, and nothing kept."""

from __future__ import annotations

import tempfile
from pathlib import Path

from simulator.cli.compose import Notify, Wanted, compose
from simulator.cli.rehearsal import Rehearsed, rehearsed
from simulator.headset.loop import run_call
from simulator.ports import Recognizer
from simulator.recording.folder import CallFolder
from simulator.scoring.folder import measure_folder
from simulator.scoring.rubric import Rubric


def rehearse_aloud(
    scenario: str, trainee: str, *, seed: int, recognizer: Recognizer, rubric: Rubric, notify: Notify
) -> Rehearsed:
    """Run one call with sound and score it.

    Parameters
    ----------
    scenario, trainee : str
        Names or paths, as `hotseat call` takes them.
    seed : int
        Fixes every choice of the customer's.
    recognizer : Recognizer
        Opened once for many calls.
    rubric : Rubric
    notify : callable
        Told in words what is odd about a recording.

    Raises
    ------
    InputError, ModelError
        If the trainee or a voice is not to be had, or the call cannot be written for the time it takes.
    KeyboardInterrupt
        If the user stopped it.
    """
    with tempfile.TemporaryDirectory(prefix="hotseat-rehearsal-", ignore_cleanup_errors=True) as folder:
        wanted = Wanted(scenario=scenario, trainee=trainee, seed=seed, out=Path(folder))
        composed = compose(wanted, notify, recognizer=recognizer)
        try:
            ending = run_call(composed.engine, composed.headset, composed.recorder)
        finally:
            composed.close()
        if ending.failure is not None:
            raise ending.failure
        if ending.stopped:
            raise KeyboardInterrupt
        call = CallFolder.open(composed.recorder.path)
        return rehearsed(composed.scenario, call.events(), measure_folder(call), rubric)
