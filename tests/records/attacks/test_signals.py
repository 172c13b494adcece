"""Whatever ends a call from outside, the call is kept: SIGTERM, SIGHUP, a folder that vanishes."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.recording.folder import CallFolder, CallWriter, find_calls
from tests.command_line import HOTSEAT
from tests.recording.conftest import block, manifest, started

from .folders import POSIX

__all__ = ["manifest"]
pytestmark = pytest.mark.unit
PATIENCE_S = 120


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def begin(*args):
    """Start the program, heeding what the tests' own parent may ignore: under nohup, SIGHUP."""
    heeded = {} if getattr(signal, "SIGHUP", None) is None else {"preexec_fn": heed}
    return subprocess.Popen(
        [*HOTSEAT, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **heeded
    )


def heed():
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def wait_for(process, root, name):
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        log = next(root.glob("*/events.jsonl"), None)
        if log is not None and f'"{name}"' in log.read_text(encoding="utf-8"):
            return log.parent
        time.sleep(0.05)
    raise AssertionError(process.communicate()[1])


@POSIX
@pytest.mark.parametrize("number", [signal.SIGTERM, getattr(signal, "SIGHUP", None)])
def test_a_typed_call_is_kept_and_scored(data, tmp_path, number):
    process = begin("talk", "missing-sofa", "--seed", "3", "--out", str(tmp_path / "calls"), "--json")
    process.stdin.write("good morning you are through to Dana how can I help\n")
    process.stdin.flush()
    wait_for(process, tmp_path / "calls", "line_ended")
    process.send_signal(number)
    out, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, error
    call = CallFolder.open(Path(json.loads(out)["call_dir"]))
    assert call.manifest.outcome == "incomplete"
    assert {"score.json", "report.html"} <= {path.name for path in call.path.iterdir()}


@POSIX
def test_a_replayed_call_is_kept_and_scored(data, tmp_path):
    process = begin("call", "missing-sofa", "--trainee", "good", "--out", str(tmp_path / "calls"), "--json")
    wait_for(process, tmp_path / "calls", "line_started")
    process.send_signal(signal.SIGTERM)
    out, error = process.communicate(timeout=PATIENCE_S)
    if process.returncode == 4:
        pytest.skip(f"no recognizer or voice on this machine: {error.strip()}")
    assert process.returncode == 130, error
    assert json.loads(out)["reason"] == "you stopped the call"


@POSIX
def test_a_signal_that_is_ignored_stays_so(data, tmp_path):
    script = (
        "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); from simulator.cli import main; main.main()"
    )
    process = subprocess.Popen(
        [HOTSEAT[0], "-c", script, "talk", "missing-sofa", "--out", str(tmp_path / "calls")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdin.write("good morning\n")
    process.stdin.flush()
    wait_for(process, tmp_path / "calls", "line_ended")
    process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    assert process.poll() is None
    process.stdin.close()
    assert process.wait(PATIENCE_S) == 0


@POSIX
def test_a_typed_call_whose_folder_vanishes_goes_on_in_the_data_folder(data, tmp_path):
    process = begin("talk", "missing-sofa", "--seed", "3", "--out", str(tmp_path / "calls"))
    process.stdin.write("good morning you are through to Dana how can I help\n")
    process.stdin.flush()
    gone = wait_for(process, tmp_path / "calls", "line_ended")
    shutil.rmtree(tmp_path / "calls")
    out, error = process.communicate("i am so sorry that your sofa did not come\n", timeout=PATIENCE_S)
    assert process.returncode == 0, error
    (kept,) = find_calls(data / "calls")
    assert kept.name == gone.name
    assert f"Call      {kept.resolve()}" in out
    assert error.strip().splitlines()[-1].startswith(f"The folder {gone} vanished during the call")
    assert error.strip().endswith(str(kept))
    call = CallFolder.open(kept)
    assert "vanished" in call.manifest.repairs[0]
    assert (kept / "score.json").is_file()
    assert not (tmp_path / "calls").exists()


def vanish(how, path):
    if how == "deleted":
        shutil.rmtree(path)
    elif how == "moved":
        path.rename(path.with_name("elsewhere"))
    elif how == "replaced":
        path.rename(path.with_name("elsewhere"))
        shutil.copytree(path.with_name("elsewhere"), path)
    elif how == "log deleted":
        (path / "events.jsonl").unlink()


@POSIX
@pytest.mark.parametrize("how", ["deleted", "moved", "replaced", "log deleted"])
@pytest.mark.parametrize("late", [False, True])
def test_nothing_is_lost_with_the_folder(data, tmp_path, manifest, how, late):
    writer = CallWriter(tmp_path / "usb", manifest)
    first = writer.path
    writer.event(started(writer.manifest))
    for number in range(1, 101):
        writer.audio(block(number), -block(number))
    time.sleep(0.3)
    if not late:
        vanish(how, writer.path)
    for number in range(101, 201):
        writer.audio(block(number), -block(number))
    if late:
        time.sleep(0.3)
        vanish(how, first)
    closed = writer.finish(outcome="won_back", reason="x")
    assert writer.path.parent == data / "calls"
    assert "vanished" in writer.moved
    call = CallFolder.open(writer.path)
    assert call.manifest.id == writer.path.name == closed.id
    np.testing.assert_array_equal(call.trainee(), np.concatenate([block(n) for n in range(1, 201)]))
    np.testing.assert_array_equal(call.customer(), -call.trainee())
    assert [type(event).__name__ for event in call.events()] == ["CallStarted", "CallEnded"]
    assert {path.name for path in writer.path.iterdir()} == {
        *("call.json", "trainee.wav", "customer.wav", "events.jsonl")
    }


@POSIX
def test_what_cannot_be_read_back_is_silence(data, tmp_path, manifest):
    """A stick that was pulled out: its files can be neither read nor written."""
    writer = CallWriter(tmp_path / "usb", manifest)
    writer.event(started(writer.manifest))
    for number in range(1, 101):
        writer.audio(block(number), -block(number))
    time.sleep(0.3)
    nothing = os.open("/dev/null", os.O_RDONLY)
    for file in writer._files:
        os.dup2(nothing, file.fileno())
    os.close(nothing)
    shutil.rmtree(writer.path)
    for number in range(101, 201):
        writer.audio(block(number), -block(number))
    writer.finish(outcome="won_back", reason="x")
    call = CallFolder.open(writer.path)
    assert call.duration == 200 * 320
    assert not call.trainee()[: 90 * 320].any()
    np.testing.assert_array_equal(call.trainee()[110 * 320 :], np.concatenate([block(n) for n in range(111, 201)]))


@POSIX
def test_without_a_data_folder_the_call_ends_and_says_so(tmp_path, manifest, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", "/proc/nowhere")
    writer = CallWriter(tmp_path / "usb", manifest)
    shutil.rmtree(writer.path)
    with pytest.raises(InputError, match="cannot go on recording"):  # noqa: PT012
        for number in range(1, 1000):
            writer.audio(block(number), -block(number))
            time.sleep(0.001)
    with pytest.raises(InputError):
        writer.finish()
