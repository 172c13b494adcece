"""Ctrl-C in the middle of a live call: what was said so far is kept and scored."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from simulator.clock import to_seconds
from simulator.customer.scenario import load_scenario
from simulator.recording.audio import read_audio
from simulator.recording.folder import CallFolder

pytestmark = pytest.mark.device
PATIENCE_S = 120


def test_ctrl_c_keeps_a_live_call_and_scores_it_as_far_as_it_went(virtual_headset, tmp_path):
    said = load_scenario("missing-sofa").trainees["good"].parent / "good-01.flac"
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator.cli.main", "call", "missing-sofa", "--out", str(tmp_path), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**virtual_headset.env, "HOME": os.environ.get("HOME", "")},
    )
    await_event(process, tmp_path, "call_started")
    virtual_headset.play(read_audio(said).samples)
    await_event(process, tmp_path, "line_started")
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=PATIENCE_S)
    if process.returncode == 4:
        pytest.skip(f"no recognizer or voice on this machine: {error.decode().strip()}")
    assert process.returncode == 130, error.decode()
    output = json.loads(out)
    folder = CallFolder.open(output["call_dir"])
    assert output["outcome"] == folder.manifest.outcome == "incomplete"
    assert output["reason"] == "you stopped the call"
    assert to_seconds(folder.duration) > 2
    assert (folder.path / "score.json").is_file()
    assert (folder.path / "report.html").is_file()


def await_event(process, out, name):
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        log = next(out.glob("*/events.jsonl"), None)
        if log is not None and f'"{name}"' in log.read_text(encoding="utf-8"):
            return
        time.sleep(0.05)
