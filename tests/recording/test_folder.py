"""A call is written as it happens and read back as it was."""

import json
import os
import stat
import threading

import numpy as np
import pytest
import soundfile

from simulator.errors import InputError
from simulator.event_json import to_json
from simulator.events import CallEnded, CallStarted
from simulator.recording.folder import CallFolder, CallWriter, calls_folder, find_calls
from simulator.recording.manifest import Manifest, installed_versions, read_manifest

from .conftest import block, started, talk

pytestmark = pytest.mark.unit


def test_a_call_is_read_back_as_it_was(writer):
    talk(writer, 55)
    writer.event(CallEnded(at=55 * 320, outcome="won_back", reason="put right", satisfaction=4))
    writer.finish()
    call = CallFolder.open(writer.path)
    assert call.duration == 55 * 320
    np.testing.assert_array_equal(call.trainee(), np.concatenate([block(n) for n in range(1, 56)]))
    np.testing.assert_array_equal(call.customer(), -call.trainee())
    assert isinstance(call.events()[0], CallStarted)
    assert call.events()[-1] == CallEnded(at=17600, outcome="won_back", reason="put right", satisfaction=4)
    assert len(call.events()) == 7
    assert call.manifest.outcome == "won_back"
    assert call.manifest.state == "finished"
    assert call.manifest.duration_ms == 1100.0
    assert call.manifest.repairs == ()
    assert call.manifest.scenario_data["facts"][0]["id"] == "reference"
    assert sorted(path.name for path in writer.path.iterdir()) == [
        "call.json",
        "customer.wav",
        "events.jsonl",
        "trainee.wav",
    ]


def test_the_tracks_are_plain_wavs(writer):
    talk(writer, 10)
    writer.finish()
    for name, sign in (("trainee.wav", 1), ("customer.wav", -1)):
        samples, rate_hz = soundfile.read(writer.path / name, dtype="int16")
        assert rate_hz == 16000
        assert samples.shape == (3200,)
        assert samples[-1] == sign * 10


def test_the_name_says_when_and_what(writer):
    assert writer.path.name.startswith("2026-11-22T101500-missing-sofa-")
    assert len(writer.path.name) == len("2026-11-22T101500-missing-sofa-7f3a")
    assert writer.manifest.id == writer.path.name


@pytest.mark.parametrize("scenario", ["../../etc", "Ünïcode scenario", "", "a" * 300, "con/aux"])
def test_no_scenario_name_leads_out_of_the_folder(tmp_path, manifest, scenario):
    made = CallWriter(tmp_path / "calls", manifest.changed(scenario=scenario))
    made.finish()
    assert made.path.parent == tmp_path / "calls"
    assert read_manifest(made.path).scenario == scenario


@pytest.mark.skipif(os.name != "posix", reason="Windows has access lists instead of modes")
def test_only_the_owner_can_read_a_call(writer):
    talk(writer, 60)
    for moment in ("running", "finished"):
        assert stat.S_IMODE(writer.path.stat().st_mode) == 0o700
        for path in writer.path.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, f"{path.name} while {moment}"
        writer.finish()


def test_a_finish_without_an_end_writes_one_and_twice_is_once(writer):
    talk(writer, 10)
    writer.finish(outcome="incomplete", reason="you stopped the call")
    writer.finish(outcome="hung_up", reason="never")
    events = CallFolder.open(writer.path).events()
    assert [e for e in events if isinstance(e, CallEnded)] == [
        CallEnded(at=3200, outcome="incomplete", reason="you stopped the call")
    ]
    with pytest.raises(ValueError, match="closed"):
        writer.audio(block(1), block(1))


def test_tracks_never_differ_in_length(writer):
    with pytest.raises(ValueError, match="both tracks"):
        writer.audio(block(1), np.zeros(100, np.int16))


def test_the_same_call_has_the_same_log_byte_for_byte(tmp_path, manifest):
    logs = []
    for _ in range(2):
        made = CallWriter(tmp_path, manifest)
        talk(made, 333)
        made.finish(outcome="won_back", reason="x")
        logs.append((made.path / "events.jsonl").read_bytes())
    assert logs[0] == logs[1]
    assert logs[0].splitlines()[0].decode() == to_json(started(manifest))


def test_a_running_call_is_on_disk_and_is_left_alone(writer):
    talk(writer, 100)
    writer._put((b"", b"", b""), 0)
    for _ in range(200):
        if (writer.path / "trainee.wav").stat().st_size == 44 + 100 * 640:
            break
        threading.Event().wait(0.02)
    assert (writer.path / "trainee.wav").stat().st_size == 44 + 100 * 640
    assert len((writer.path / "events.jsonl").read_bytes().splitlines()) == 11
    with pytest.raises(InputError, match="still running"):
        CallFolder.open(writer.path)
    writer.audio(block(1), block(1))
    assert writer.finish().state == "finished"


def test_calls_that_run_at_once_never_mix(tmp_path, manifest):
    def one(seed):
        made = CallWriter(tmp_path, manifest.changed(seed=seed))
        made.event(started(made.manifest))
        for _ in range(200):
            made.audio(block(seed), block(seed))
        made.finish()
        paths[seed] = made.path

    paths = {}
    threads = [threading.Thread(target=one, args=(seed,)) for seed in range(1, 21)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths.values())) == 20
    for seed, path in paths.items():
        call = CallFolder.open(path)
        assert call.manifest.seed == seed
        assert call.events()[0].seed == seed
        assert set(call.trainee()) == {seed}
        assert call.duration == 64000
    assert set(find_calls(tmp_path)) == set(paths.values())


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "no folder"),
        (lambda path: path.write_text("x"), "is a file"),
        (lambda path: path.mkdir(), "no call folder"),
    ],
)
def test_what_is_no_call_is_refused(tmp_path, make, says):
    make(tmp_path / "call")
    with pytest.raises(InputError, match=says):
        CallFolder.open(tmp_path / "call")


def test_a_manifest_changed_by_hand_is_refused_and_kept(writer):
    talk(writer, 10)
    writer.finish()
    path = writer.path / "call.json"
    fields = json.loads(path.read_text())
    fields["schema"] = "hotseat.call-folder/9"
    path.write_text(json.dumps(fields))
    with pytest.raises(InputError, match=r"call\.json: schema"):
        CallFolder.open(writer.path)
    assert json.loads(path.read_text())["schema"] == "hotseat.call-folder/9"


def test_keys_of_a_later_version_are_kept(writer):
    talk(writer, 10)
    writer.finish()
    path = writer.path / "call.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "weather": "rain"}))
    assert CallFolder.open(writer.path).manifest.model_dump()["weather"] == "rain"


def test_a_folder_that_cannot_be_written_is_refused(tmp_path, manifest):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"cannot make the folder .*choose|cannot make the folder .*in the way"):
        CallWriter(tmp_path / "file" / "calls", manifest)
    with pytest.raises(InputError, match="in the way"):
        CallWriter(tmp_path / "file", manifest)


def test_where_calls_are_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path))
    assert calls_folder() == tmp_path / "calls"
    assert calls_folder(tmp_path / "x") == tmp_path / "x"
    monkeypatch.delenv("HOTSEAT_DATA")
    assert calls_folder().parts[-2:] == ("hotseat", "calls")


def test_versions_name_what_shapes_a_call():
    assert {"hotseat", "python", "numpy"} <= set(installed_versions())
    assert Manifest(scenario="x").schema_ == "hotseat.call-folder/1"
