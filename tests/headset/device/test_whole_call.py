"""A whole call through the program, in real time, over a real PortAudio stream: it ends as it does in replay."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.clock import to_ms
from simulator.customer.scenario import load_scenario
from simulator.datafile import read_yaml
from simulator.events import Late, Overlapped
from simulator.headset.script import TraineeScript
from simulator.recording.audio import read_audio
from simulator.recording.folder import CallFolder
from simulator.recording.retry import retry_points
from simulator.session.compose import Wanted, compose
from simulator.session.retry import retried_call

from .person import Person

pytestmark = pytest.mark.device
SCENARIO, TRAINEE, SEED = "missing-sofa", os.environ.get("HOTSEAT_WHOLE_CALL", "bad"), "4"
ATTEMPTS, MOST_LATE_MS = 3, 100


def hotseat(*arguments, env=None):
    done = subprocess.run(
        [sys.executable, "-m", "simulator.cli.main", *arguments, "--json"],
        capture_output=True,
        text=True,
        timeout=400,
        env=env,
        check=False,
    )
    if done.returncode == 4:
        pytest.skip(f"no recognizer or voice on this machine: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def cut_ins(output):
    """How often the trainee interrupted, by the call's own log."""
    events = CallFolder.open(output["call_dir"]).events()
    return [event.kind for event in events if isinstance(event, Overlapped)].count("interruption")


def late_ms(output):
    """By how much this machine, not the trainee, was late in the call."""
    return sum(to_ms(e.samples) for e in CallFolder.open(output["call_dir"]).events() if isinstance(e, Late))


def judged(output):
    """What must be the same, live and in replay."""
    return {"outcome": output["outcome"], "interruptions": cut_ins(output), "total": output["total"]}


def catches_up(output, out):
    """Whether late or not: the engine, given the recorded samples again, does what it did in the call to the event."""
    path = Path(output["call_dir"])
    last = retry_points(CallFolder.open(path).events())[-1]
    wanted = Wanted(scenario=SCENARIO, trainee=TRAINEE, seed=int(SEED), retried=retried_call(path, last.turn), out=out)
    compose(wanted, print).close()


def test_a_whole_call_over_the_headset_ends_as_it_does_in_replay(virtual_headset, tmp_path):
    path = load_scenario(SCENARIO).trainees[TRAINEE]
    script = read_yaml(path, TraineeScript)
    recordings = {step.say: read_audio(path.parent / step.say).samples for step in script.steps if step.say}
    given = ("call", SCENARIO, "--seed", SEED, "--out")
    replayed = judged(hotseat(*given, str(tmp_path / "replay"), "--trainee", TRAINEE))
    assert TRAINEE != "bad" or replayed["interruptions"] >= 3, "a call without interruptions would compare nothing"
    env = {**virtual_headset.env, "HOME": os.environ.get("HOME", "")}
    for attempt in range(ATTEMPTS):
        out = tmp_path / f"live-{attempt}"
        with Person(virtual_headset, script, recordings, out):
            call = hotseat(*given, str(out), env=env)
        live = judged(call)
        log = [type(event).__name__ for event in CallFolder.open(call["call_dir"]).events()]
        assert not {"DeviceLost", "DeviceBack"} & set(log)
        print(f"live {live}, replayed {replayed}, late {late_ms(call):.0f} ms")
        catches_up(call, tmp_path)
        if live == {**replayed, "total": pytest.approx(replayed["total"], abs=3.0)}:
            return
        if late_ms(call) <= MOST_LATE_MS:  # a call that ran late is no fair comparison; this one did not
            break
    pytest.fail(f"live {live}, replayed {replayed}, {late_ms(call):.0f} ms late")
