"""The first call, whole, on real parts: recorded trainees, real voice, real recognizer, the score, the report."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from simulator.clock import to_seconds
from simulator.customer.scenario import load_scenario
from simulator.events import CallEnded, Heard, Overlapped
from simulator.recording.folder import CallFolder
from simulator.recording.manifest import read_manifest, write_manifest
from simulator.scoring.document import ScoreOutput
from simulator.session.after_call import CallOutput, review_call
from simulator.session.typed import compose_typed

pytestmark = pytest.mark.device


def hotseat(*arguments, code=0, cwd=None):
    done = subprocess.run(
        [sys.executable, "-m", "simulator.cli.main", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=500,
        check=False,
        cwd=cwd,
    )
    assert done.returncode == code, done.stderr
    return done


def take(out, trainee, *more, cwd=None):
    arguments = ("call", "missing-sofa", "--trainee", trainee, "--out", out, "--json", *more)
    output = json.loads(hotseat(*arguments, cwd=cwd).stdout)
    CallOutput.model_validate(output)
    return output


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return take(tmp_path_factory.mktemp("good"), "good")


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    return take(tmp_path_factory.mktemp("bad"), "bad")


def test_who_listens_and_owns_it_wins_the_customer_back(good):
    assert good["outcome"] == "won_back"
    assert good["total"] >= 80
    assert good["anger"]["end"] < good["anger"]["start"]


def test_who_talks_over_the_customer_is_hung_up_on(bad):
    assert bad["outcome"] == "hung_up"
    assert bad["total"] <= 40
    kinds = [e.kind for e in CallFolder.open(Path(bad["call_dir"])).events() if isinstance(e, Overlapped)]
    assert kinds.count("interruption") >= 3


def test_the_same_call_twice_is_the_same_to_the_byte(bad, tmp_path):
    again = take("calls", "bad", cwd=tmp_path)  # wherever it is called from, the answer says where the call is
    assert Path(again["call_dir"]).parent == Path(again["report"]).parents[1] == (tmp_path / "calls").resolve()
    for name in ("events.jsonl", "score.json", "cues.json", "trainee.wav", "customer.wav"):
        assert (Path(bad["call_dir"]) / name).read_bytes() == (Path(again["call_dir"]) / name).read_bytes(), name


def test_a_broken_database_costs_no_call_and_is_healed(tmp_path, monkeypatch):
    broken, sound = tmp_path / "broken.db", tmp_path / "sound.db"
    broken.write_bytes(b"no database, " * 500)
    story, told = load_scenario("missing-sofa"), []
    typed = compose_typed(story, iter(["hello, this is dana\n", None]).__next__, seed=3, out=tmp_path / "calls")
    typed.run(lambda event: None)
    call = Path(review_call(typed, told.append, filed=True, database=str(broken)).call_dir)
    assert any("The call is safe in" in each for each in told)
    write_manifest(call, read_manifest(call).changed(person="Dana"))
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))  # no other calls
    assert hotseat("records", "sync", tmp_path / "calls", "--database", sound).stdout == f"Filed: {call.name}\n"
    (row,) = json.loads(hotseat("records", "list", "--database", sound, "--json").stdout)["calls"]
    assert (row["call"], row["person"], row["shared"]) == (call.name, "Dana", False)


def test_a_call_begun_again_by_the_same_trainee_comes_out_the_same(bad, tmp_path):
    output = json.loads(
        hotseat("call", "--from", bad["call_dir"], "--at", 3, "--trainee", "bad", "--out", tmp_path, "--json").stdout
    )
    before, after = Path(bad["call_dir"]), Path(output["call_dir"])
    for name in ("events.jsonl", "trainee.wav", "customer.wav"):
        assert (before / name).read_bytes() == (after / name).read_bytes(), name
    assert CallFolder.open(after).manifest.retry.call == before.name
    assert json.loads((after / "score.json").read_text("utf-8"))["retry_of"] == before.name


def test_scoring_again_is_the_same_to_the_byte(good, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(good["call_dir"], folder)
    before = (folder / "score.json").read_bytes()
    for name in ("score.json", "cues.json", "transcript.json", "report.html"):
        (folder / name).unlink()
    printed = hotseat("score", folder, "--json").stdout
    assert (folder / "score.json").read_bytes() == before
    assert printed.encode() == before
    assert ScoreOutput.model_validate_json(printed).total == good["total"]


def test_every_word_of_the_trainee_is_heard_to_the_end(good):
    events = CallFolder.open(Path(good["call_dir"])).events()
    last = [event for event in events if isinstance(event, Heard)][-1]
    assert "goodbye" in last.text
    assert isinstance(events[-1], CallEnded)


def test_the_call_folder_is_whole_and_private(good):
    folder = Path(good["call_dir"])
    names = {path.name for path in folder.iterdir()}
    assert names >= {"call.json", "trainee.wav", "customer.wav", "events.jsonl", "transcript.json", "cues.json"}
    assert Path(good["report"]).is_file()
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0
        assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
def test_ctrl_c_keeps_the_call_and_scores_it_as_far_as_it_went(tmp_path):
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "simulator.cli.main",
            "call",
            "missing-sofa",
            "--trainee",
            "good",
            "--out",
            str(tmp_path),
            "--json",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        log = next(tmp_path.glob("*/events.jsonl"), None)
        if log is not None and '"heard"' in log.read_text(encoding="utf-8"):
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=120)
    assert process.returncode == 130, error.decode()
    output = json.loads(out)
    assert output["outcome"] == "incomplete"
    assert to_seconds(CallFolder.open(Path(output["call_dir"])).duration) > 1
    assert Path(output["report"]).is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("no-such-story", "--trainee", "good"), 2, "no scenario called"),
        (("missing-sofa", "--trainee", "nobody"), 2, "its scripted trainees are"),
        (("missing-sofa", "--trainee", "good", "--voice", "nobody"), 2, "there is no voice"),
        (("missing-sofa", "--trainee", "good", "--model", "/nowhere/at/all"), 4, ""),
        (("missing-sofa", "--hints", "--mode", "certification", "--trainee", "good"), 2, "has no hints"),
    ],
)
def test_what_cannot_be_called_is_refused_in_words(arguments, code, message, tmp_path):
    done = hotseat("call", *arguments, "--out", tmp_path, code=code)
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_call_off_the_telephones_band_sounds_wider_and_says_so(bad, tmp_path):
    wide = take(tmp_path, "bad", "--no-telephone", "--noise", "-50")
    lines = [
        json.loads((Path(call["call_dir"]) / "call.json").read_text(encoding="utf-8"))["line"] for call in (bad, wide)
    ]
    assert lines == [
        {"telephone": True, "noise_dbfs": None, "engine": "pack", "surroundings": True},
        {"telephone": False, "noise_dbfs": -50.0, "engine": "pack", "surroundings": True},
    ]
    assert share_above_4_khz(wide) > 4 * share_above_4_khz(bad)


def share_above_4_khz(call):
    """Return the share of the customer's power above 4 kHz."""
    samples = CallFolder.open(Path(call["call_dir"])).customer().astype(float)
    power = np.abs(np.fft.rfft(samples)) ** 2
    return power[len(power) // 2 :].sum() / power.sum()


def test_a_call_begun_again_keeps_the_line_it_had(bad):
    done = hotseat("call", "--from", bad["call_dir"], "--at", "2", "--noise", "-60", code=2)
    assert "leave out --no-telephone, --noise, --piper, --system-voice or --quiet-line" in done.stderr
