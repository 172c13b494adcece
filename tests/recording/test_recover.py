"""Whatever a crash leaves behind becomes a valid call, with everything in it that reached the disk."""

import os
import shutil

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.event_json import to_json
from simulator.events import CallEnded, CallStarted, FloorChanged
from simulator.recording.folder import CallFolder, CallWriter
from simulator.recording.manifest import read_manifest
from simulator.recording.recover import is_whole, recover
from simulator.recording.riff import header
from tests.command_line import command

from .conftest import block, started, talk

pytestmark = pytest.mark.unit
LINE = b'{"event":"floor_changed","at":3200,"before":"open","after":"trainee"}\n'


@pytest.fixture
def crashed(writer, tmp_path):
    """A copy of a running call's folder: what a dead process leaves, its lock not held by anyone."""
    talk(writer, 100)
    writer.finish()
    path = tmp_path / "crashed"
    shutil.copytree(writer.path, path)
    manifest = read_manifest(path)
    fields = manifest.changed(state="running", outcome=None, duration_ms=None)
    (path / "call.json").write_text(fields.model_dump_json(by_alias=True))
    for name in ("trainee.wav", "customer.wav"):
        raw = (path / name).read_bytes()
        (path / name).write_bytes(header(0) + raw[44:])
    log = (path / "events.jsonl").read_bytes().splitlines(keepends=True)
    (path / "events.jsonl").write_bytes(b"".join(log[:-1]))
    (path / "call.lock").touch()
    (path / ".reserve").write_bytes(bytes(1000))
    return path


def valid(path):
    """Check everything that makes a folder a call; return it."""
    call = CallFolder.open(path, mend=True)
    assert is_whole(path)
    for name in ("trainee.wav", "customer.wav"):
        assert soundfile.info(path / name).frames == call.duration
    events = call.events()
    assert isinstance(events[0], CallStarted)
    assert isinstance(events[-1], CallEnded)
    assert sum(isinstance(event, CallEnded) for event in events) == 1
    assert call.manifest.state == "recovered"
    assert call.manifest.outcome == events[-1].outcome
    assert not (path / "call.lock").exists()
    assert not (path / ".reserve").exists()
    return call


def test_a_killed_call_is_mended_on_sight(crashed):
    call = valid(crashed)
    assert call.duration == 32000
    assert call.events()[-1] == CallEnded(at=32000, outcome="incomplete", reason="the call was cut off")
    assert call.manifest.repairs == ("the call was cut off after 2000 ms",)
    assert call.manifest.scenario_sha256 == "ab" * 32
    np.testing.assert_array_equal(call.trainee(), np.concatenate([block(n) for n in range(1, 101)]))


def test_mending_twice_changes_nothing(crashed):
    valid(crashed)
    before = {path.name: path.read_bytes() for path in crashed.iterdir()}
    recover(crashed)
    assert {path.name: path.read_bytes() for path in crashed.iterdir()} == before


@pytest.mark.parametrize(
    "tail", [b'{"event":"floor_ch', b"\x00" * 4096, LINE[:-1], b'{"event":"no_such"}\n', b"\xff\xfe\n", b"\n\n"]
)
def test_a_torn_last_line_is_left_out(crashed, tail):
    whole = (crashed / "events.jsonl").read_bytes()
    (crashed / "events.jsonl").write_bytes(whole + tail)
    call = valid(crashed)
    kept = len(whole.splitlines()) + (tail == LINE[:-1])
    assert len(call.events()) == kept + 1
    assert any("damaged" in repair for repair in call.manifest.repairs) == (tail.strip() not in (b"", LINE[:-1]))


@pytest.mark.parametrize("name", ["trainee.wav", "customer.wav"])
@pytest.mark.parametrize("left", [0, 10, 44, 45, 44 + 640, 44 + 641])
def test_a_track_cut_anywhere_is_filled_with_silence(crashed, name, left):
    raw = (crashed / name).read_bytes()
    (crashed / name).write_bytes(raw[:left])
    call = valid(crashed)
    assert call.duration == 32000
    found = call.trainee() if name == "trainee.wav" else call.customer()
    here = max(0, left - 44) // 2
    assert found[:here].tolist() == np.frombuffer(raw[44 : 44 + 2 * here], "<i2").tolist()
    assert not found[here:].any()
    assert any(name in repair and "silence" in repair for repair in call.manifest.repairs)


def test_a_zeroed_header_loses_no_sound(crashed):
    path = crashed / "trainee.wav"
    path.write_bytes(bytes(44) + path.read_bytes()[44:])
    assert valid(crashed).trainee()[0] == 1


def test_events_ahead_of_lost_audio_keep_their_place(crashed):
    for name in ("trainee.wav", "customer.wav"):
        (crashed / name).write_bytes((crashed / name).read_bytes()[: 44 + 2 * 20000])
    call = valid(crashed)
    assert call.duration == 32000
    assert not call.trainee()[20000:].any()


def test_an_event_from_the_far_future_is_not_believed(crashed):
    with (crashed / "events.jsonl").open("ab") as log:
        log.write((to_json(FloorChanged(at=10**12, before="open", after="both")) + "\n").encode())
    assert valid(crashed).duration == 32000


@pytest.mark.parametrize("damage", [b"", b"{", bytes(500), None])
def test_a_lost_manifest_is_made_again_from_the_log(crashed, damage):
    path = crashed / "call.json"
    path.unlink() if damage is None else path.write_bytes(damage)
    call = valid(crashed)
    assert call.manifest.scenario == "missing-sofa"
    assert call.manifest.seed == 7
    assert call.manifest.repairs[0].startswith("call.json was lost")
    if damage:
        assert (crashed / "call.json.damaged").read_bytes() == damage


def test_a_call_killed_before_its_first_event(crashed):
    for name in ("trainee.wav", "customer.wav", "events.jsonl"):
        (crashed / name).unlink()
    call = valid(crashed)
    assert call.duration == 0
    assert call.events()[0] == started(call.manifest)
    assert len(call.events()) == 2


def test_a_call_that_had_ended_keeps_its_outcome(crashed):
    with (crashed / "events.jsonl").open("ab") as log:
        log.write((to_json(CallEnded(at=32000, outcome="hung_up", reason="enough")) + "\n").encode())
    call = valid(crashed)
    assert call.manifest.outcome == "hung_up"
    assert call.manifest.repairs == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.tuples(*[st.integers(0, 64044)] * 2),
    log_cut=st.integers(0, 1000),
    noise=st.binary(max_size=40),
)
def test_any_cut_of_any_file_gives_a_valid_call(crashed, cuts, log_cut, noise):
    path = crashed.with_name("cut")
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(crashed, path)
    for name, cut in zip(("trainee.wav", "customer.wav"), cuts, strict=True):
        (path / name).write_bytes((path / name).read_bytes()[:cut])
    log = path / "events.jsonl"
    log.write_bytes(log.read_bytes()[:log_cut] + noise)
    call = valid(path)
    assert call.duration >= max(max(0, cut - 44) // 2 for cut in cuts)


def run(*arguments):
    return CliRunner().invoke(command("recover"), [str(argument) for argument in arguments], standalone_mode=False)


def test_the_command_mends_one_call_or_all(crashed, tmp_path, monkeypatch):
    shutil.copytree(crashed, tmp_path / "data" / "calls" / "one")
    done = run(crashed)
    assert "Mended" in done.output
    assert "cut off after 2000 ms" in done.output
    assert run(crashed).output == "Nothing to mend.\n"
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))
    assert '"outcome": "incomplete"' in run("--json").output
    valid(tmp_path / "data" / "calls" / "one")


def test_the_command_refuses_what_is_no_call_and_leaves_running_ones(tmp_path, writer):
    gone = run(tmp_path / "nowhere")
    assert isinstance(gone.exception, InputError)
    assert "no folder" in str(gone.exception)
    assert isinstance(run(writer.path).exception, InputError)
    assert run(writer.path.parent).exit_code == 0
    assert read_manifest(writer.path).state == "running"
    empty = run(tmp_path)
    assert empty.output.startswith("No calls in")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere; Windows has no modes")
def test_a_folder_that_may_not_be_written_is_refused(crashed):
    crashed.chmod(0o500)
    with pytest.raises(InputError, match="cannot"):
        recover(crashed)
    crashed.chmod(0o700)


def test_a_failed_start_leaves_nothing_locked(tmp_path, manifest, monkeypatch):
    def full(folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("simulator.recording.writer._lay_out", full)
    with pytest.raises(InputError, match="No space left on device; choose a folder"):
        CallWriter(tmp_path, manifest)
