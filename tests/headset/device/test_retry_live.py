"""A retry over a real audio stream: the beginning of the recorded call comes back, then it goes live."""

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

pytestmark = pytest.mark.device
TURN = 3


def hotseat(env, *arguments):
    command = [sys.executable, "-m", "simulator.cli.main", "call", *map(str, arguments), "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)


def test_a_retry_goes_live_at_its_turn(virtual_headset, tmp_path):
    env = {**virtual_headset.env, "HOME": os.environ.get("HOME", "")}
    replay = hotseat(env, "missing-sofa", "--trainee", "bad", "--out", tmp_path / "retried")
    out, error = replay.communicate(timeout=PATIENCE_S)
    if replay.returncode == 4:
        pytest.skip(f"no recognizer or voice on this machine: {error.decode().strip()}")
    retried = CallFolder.open(json.loads(out)["call_dir"])

    process = hotseat(env, "--from", retried.path, "--at", TURN, "--out", tmp_path / "retry")
    await_event(process, tmp_path / "retry", "call_started")
    with virtual_headset.record() as heard:
        said = load_scenario("missing-sofa").trainees["good"].parent / "good-04.flac"
        virtual_headset.play(read_audio(said).samples).wait(PATIENCE_S)
        await_count(process, tmp_path / "retry", '"heard"', TURN)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, error.decode()

    new = CallFolder.open(json.loads(out)["call_dir"])
    retry = new.manifest.retry
    left = from_ms(retry.at_ms)
    assert (retry.call, retry.turn) == (retried.path.name, TURN)
    assert new.duration > left + from_seconds(1)
    for before, after in ((retried.trainee(), new.trainee()), (retried.customer(), new.customer())):
        assert np.array_equal(before[:left], after[:left])
    kept = [event for event in retried.events() if event.at <= left and not isinstance(event, CallStarted)]
    now = [event for event in new.events() if event.at <= left and not isinstance(event, CallStarted)]
    assert now == kept
    assert not any(isinstance(event, DeviceLost) for event in new.events())
    live = [event for event in new.events() if isinstance(event, Heard)][TURN - 1]
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
