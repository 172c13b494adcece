"""`hotseat calls`, `hotseat report` without a path, and whose calls `hotseat progress` shows."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.recording.folder import calls_folder
from simulator.recording.manifest import read_manifest, write_manifest
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.command_line import root
from tests.scoring.made_call import MadeCall, bad_call, good_call

pytestmark = pytest.mark.unit
RUBRIC = load_rubric()


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """Keep one's own calls in a folder of the test's."""
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path))
    return calls_folder(None)


def take(made, folder, day, **manifest):
    call = made.folder(folder, typed=True, started=f"2026-11-{day}T10:15:00+00:00", **manifest)
    score_folder(call, RUBRIC)
    return call.path.rename(folder / f"2026-11-{day}T101500-missing-sofa")


def run(*arguments):
    return CliRunner().invoke(root, [*arguments], catch_exceptions=False)


def test_calls_are_listed_the_last_one_first(mine, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    take(bad_call(), mine, 20, person="Anna")
    take(good_call(), mine, 21, trainee="recorded")
    result = run("calls")
    lines = result.stdout.splitlines()
    assert re.fullmatch(
        r"2026-11-21 10:15  missing-sofa +won back +\d+  2026-11-21T101500-missing-sofa  \(RECORDED\)", lines[0]
    )
    assert lines[1].endswith("2026-11-20T101500-missing-sofa  (Anna)")
    assert f"2 calls in {mine}" in result.stderr
    assert len(run("calls", "-n", "1").stdout.splitlines()) == 1


def test_in_a_narrow_terminal_no_line_is_too_long(mine, monkeypatch):
    monkeypatch.setenv("COLUMNS", "46")
    take(bad_call(), mine, 20)
    assert all(len(line) <= 46 for line in run("calls").stdout.splitlines())


def test_a_report_without_a_path_is_of_the_last_call(mine):
    take(bad_call(), mine, 20)
    last = take(good_call(), mine, 21)
    assert run("report").stdout.strip() == str(last / "report.html")


def test_without_any_call_it_says_how_to_take_one(mine):
    result = CliRunner().invoke(root, ["report"])
    assert "there is no call in" in str(result.exception)
    assert "hotseat call SCENARIO" in str(result.exception)


def progress(*arguments):
    result = run("progress", *arguments)
    page = open(result.stdout.strip(), encoding="utf-8").read()  # noqa: PTH123
    return set(re.findall(r'<th scope="row">(2026-11-\d\d)', page)), re.findall(r"Left out: [^<]*", page)


def test_progress_leaves_out_what_is_not_ones_own_practice_and_says_so(mine):
    take(bad_call(), mine, 20)
    take(good_call(), mine, 21, trainee="recorded")
    take(good_call(), mine, 22, person="Anna")
    take(MadeCall().trainee("hello").end("incomplete"), mine, 23)
    days, notes = progress(str(mine))
    assert days == {"2026-11-20"}
    assert notes == [
        "Left out: 1 call that a recorded trainee took.",
        "Left out: 1 call that was cut off at once.",
        "Left out: the calls of Anna.",
    ]
    assert progress(str(mine), "--person", "Anna")[0] == {"2026-11-22"}


def test_a_recorded_trainee_is_nobody(mine, tmp_path):
    path = take(good_call(), mine, 21, trainee="recorded", person="Anna", mode="certification")
    refused = CliRunner().invoke(root, ["records", "add", str(path), "--person", "Anna"])
    assert "a recorded trainee took it, so it cannot be filed for a person or certified" in str(refused.exception)
    refused = CliRunner().invoke(root, ["call", "missing-sofa", "--trainee", "good", "--person", "Anna"])
    assert "so it cannot be Anna's" in str(refused.exception)
    run("records", "sync")
    listed = run("records", "list").stdout
    assert " -  " in listed, "filed for nobody, whatever call.json says"
    assert "RECORDED" in listed
    page = run("report").stdout.strip()
    assert "RECORDED: no person took this call." in Path(page).read_text("utf-8")
    assert "It counts for nobody." in run("review", "show", str(path)).stdout
    assert run("review", "list").stdout == "Nothing waits for a person.\n"
    team = run("team", "-o", str(tmp_path / "team.html"))
    assert team.exit_code == 0
    text = (tmp_path / "team.html").read_text("utf-8")
    assert "Left out: 1 call that a recorded trainee took." in text
    assert "90 to 100" not in text, "no figure holds it"


def test_a_long_call_that_was_cut_off_is_kept(mine):
    path = take(bad_call().end("incomplete"), mine, 20)
    write_manifest(path, read_manifest(path).changed(duration_ms=95_000.0, outcome="incomplete"))
    assert progress(str(mine)) == ({"2026-11-20"}, [])
