"""A recorded call begun again over a real audio stream: the beginning comes back, then it goes live."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from simulator.clock import from_ms, from_seconds
from simulator.customer.scenario import load_scenario
from simulator.events import CallStarted, DeviceLost, Heard
from simulator.recording.audio import read_audio
from simulator.recording.folder import CallFolder

from .test_live_stopped import PATIENCE_S, await_event

pytestmark = [pytest.mark.device, pytest.mark.xdist_group("sound card")]
TURN = 3


def hotseat(env, *arguments):
    command = [sys.executable, "-m", "simulator.cli.main", "call", *map(str, arguments), "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)


def test_a_call_begun_again_goes_live_where_the_trainee_left_it(virtual_headset, tmp_path):
    env = {**virtual_headset.env, "HOME": os.environ.get("HOME", "")}
    replay = hotseat(env, "missing-sofa", "--trainee", "bad", "--out", tmp_path / "earlier")
    out, error = replay.communicate(timeout=PATIENCE_S)
    if replay.returncode == 4:
        pytest.skip(f"no recognizer or voice on this machine: {error.decode().strip()}")
    earlier = CallFolder.open(json.loads(out)["call_dir"])

    process = hotseat(env, "--from", earlier.path, "--at", TURN, "--out", tmp_path / "again")
    await_event(process, tmp_path / "again", "call_started")
    with virtual_headset.record() as heard:
        said = load_scenario("missing-sofa").trainees["good"].parent / "good-04.flac"
        virtual_headset.play(read_audio(said).samples).wait(PATIENCE_S)
        await_count(process, tmp_path / "again", '"heard"', TURN)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, error.decode()

    again = CallFolder.open(json.loads(out)["call_dir"])
    retry = again.manifest.retry
    left = from_ms(retry.at_ms)
    assert (retry.call, retry.turn) == (earlier.path.name, TURN)
    assert again.duration > left + from_seconds(1)
    for before, after in ((earlier.trainee(), again.trainee()), (earlier.customer(), again.customer())):
        assert np.array_equal(before[:left], after[:left])
    kept = [event for event in earlier.events() if event.at <= left and not isinstance(event, CallStarted)]
    now = [event for event in again.events() if event.at <= left and not isinstance(event, CallStarted)]
    assert now == kept
    assert not any(isinstance(event, DeviceLost) for event in again.events())
    live = [event for event in again.events() if isinstance(event, Heard)][TURN - 1]
    assert live.span.start >= left - from_ms(200)
    assert live.words
    assert heard[0].any()


def await_count(process, out, what, count):
    """Wait until the log holds `what` so often."""
    for _ in range(20 * PATIENCE_S):
        log = next(out.glob("*/events.jsonl"), None)
        if process.poll() is not None or (log is not None and log.read_text("utf-8").count(what) >= count):
            return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
