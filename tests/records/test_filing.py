"""Calls reach the database from their folders, whatever happened between the two."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from simulator.errors import InputError
from simulator.recording.folder import CallFolder
from simulator.records.database.log import check_log
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Call, Person, Score
from simulator.records.filing import file_call, share, sync
from simulator.records.lists.listing import calls_output, history_of
from simulator.report.history import read_history
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.command_line import root
from tests.records.conftest import scored_call
from tests.scoring.made_call import bad_call

pytestmark = pytest.mark.contract


@pytest.fixture
def call(silent_call):
    return silent_call


def run(*words):
    done = CliRunner().invoke(root, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_call_is_filed_with_its_score_and_only_once(records, call):
    for _ in range(2):
        with records.writing() as session:
            file_call(session, call.path, person="Dana")
    with records.reading() as session:
        found = session.scalars(select(Call)).one()
        score = session.scalars(select(Score)).one()
        assert (found.name, found.mode, found.shared, found.checked) == (call.manifest.id, "certification", True, True)
        assert score.total == json.loads((call.path / "score.json").read_text("utf-8"))["total"]
        assert session.scalars(select(Person.name)).all() == ["Dana"]
        assert (check_log(session).faults, check_log(session).entries) == ((), 3)


def test_a_second_score_stands_beside_the_first(records, tmp_path):
    call = scored_call(tmp_path / "practice", mode="practice", typed=True)
    with records.writing() as session:
        file_call(session, call.path)
    score_folder(call, load_rubric("practice"))
    with records.writing() as session:
        file_call(session, call.path)
        rubrics = session.scalars(select(Score.rubric).order_by(Score.number)).all()
        assert rubrics == ["certification", "practice"]
        assert check_log(session).faults == ()


def test_sync_heals_a_crash_between_folder_and_database(records, call):
    """The person's name stands in call.json, so that the row can be made from the folder alone."""
    path = call.path / "call.json"
    path.write_text(path.read_text("utf-8").replace('"person": ""', '"person": "Dana"'), "utf-8")
    assert sync(records, call.path.parent).filed == [call.path.name]
    assert sync(records, call.path.parent).filed == []
    with records.reading() as session:
        (row,) = calls_output(session).calls
        assert (row.person, row.present, row.verdict) == ("Dana", True, "pass")


def test_sync_marks_what_is_gone_and_finds_it_again_elsewhere(records, call, tmp_path):
    sync(records, call.path.parent)
    moved = shutil.move(call.path, tmp_path / "elsewhere" / call.path.name)
    assert sync(records, call.path.parent).gone == [call.path.name]
    with records.reading() as session:
        assert calls_output(session).calls[0].present is False
    assert sync(records, Path(moved).parent).filed == [call.path.name]
    with records.reading() as session:
        (row,) = calls_output(session).calls
        assert (row.present, row.call_dir) == (True, str(moved))
        assert check_log(session).faults == ()


def test_a_broken_folder_holds_up_no_other(records, call, tmp_path):
    broken = tmp_path / "calls" / "2026-11-22T000000-broken-0000"
    shutil.copytree(call.path, broken)
    (broken / "events.jsonl").write_text("{}\n", "utf-8")
    cut = tmp_path / "calls" / "2026-11-22T000001-cut-0000"
    cut.mkdir()
    (cut / "trainee.wav").write_bytes(b"")
    done = sync(records, tmp_path / "calls")
    assert done.filed == [call.path.name]
    assert [each.split(":")[0] for each in done.left] == [broken.name, cut.name]


def test_a_call_is_nobody_elses(records, call):
    with records.writing() as session:
        file_call(session, call.path, person="Dana")
    with pytest.raises(InputError, match="filed for somebody else"), records.writing() as session:
        file_call(session, call.path, person="Eve")
    path = call.path / "call.json"
    path.write_text(path.read_text("utf-8").replace('"person": ""', '"person": "Dana"'), "utf-8")
    with pytest.raises(InputError, match="says that Dana took this call"), records.writing() as session:
        file_call(session, call.path, person="Eve")
    with pytest.raises(InputError, match="was changed since the call was filed"), records.writing() as session:
        file_call(session, call.path)


def test_practice_is_private_until_it_is_shared(records, tmp_path):
    practice = scored_call(tmp_path / "calls", mode="practice", rubric="practice", typed=True)
    exam = scored_call(tmp_path / "calls", bad_call(), typed=True)
    sync(records, tmp_path / "calls")
    with records.writing() as session:
        assert [each.call for each in calls_output(session, shared=True).calls] == [exam.path.name]
        share(session, file_call(session, practice.path), shared=True)
        assert len(history_of(session).calls) == 2
        share(session, file_call(session, practice.path), shared=False)
        assert [each.id for each in history_of(session).calls] == [exam.path.name]
        with pytest.raises(InputError, match="always see"):
            share(session, file_call(session, exam.path), shared=False)


def test_a_past_call_is_the_same_from_the_database_as_from_its_folder(records, call):
    with records.writing() as session:
        file_call(session, call.path, person="Dana")
    with records.reading() as session:
        (ours,) = history_of(session).calls
    (theirs,) = read_history(call.path.parent).calls
    assert {name for name in ours.__slots__ if getattr(ours, name) != getattr(theirs, name)} == {"person"}


def test_the_commands_tell_the_same(call, data):
    assert run("records", "list") == "No call is filed.\n"
    assert call.path.name in run("records", "add", call.path, "--person", "Dana Łukasz")
    (row,) = json.loads(run("records", "list", "--person", "dana łukasz", "--json"))["calls"]
    assert (row["call"], row["verdict"]) == (call.path.name, "pass")
    assert run("people", "list").split() == ["Dana", "Łukasz", "trainee", "-", "1", "call"]
    run("teams", "add", "Night")
    run("people", "change", "Dana Łukasz", "--team", "Night", "--role", "instructor")
    assert run("teams", "list") == "Night: Dana Łukasz\n"
    assert run("records", "sync", call.path.parent) == "All in step.\n"
    assert run("records", "upgrade").endswith("up to date\n")
    assert run("records", "verify").startswith("All right: ")
    with open_records(str(data / "records.db")) as records, records.writing() as session:
        session.execute(text("UPDATE scores SET total = 99.0"))
    found = CliRunner().invoke(root, ["records", "verify", "--json"], standalone_mode=False)
    assert found.return_value == 5
    assert "a row of scores was changed" in json.loads(found.stdout)["faults"][0]


def test_a_past_call_is_filed_by_a_command_when_it_next_looks(call, data):
    shutil.copytree(call.path, data / "calls" / call.path.name)
    assert call.path.name in run("records", "list")


def test_filing_goes_by_the_folder_not_by_its_name(records, call):
    again = CallFolder.open(shutil.copytree(call.path, call.path.with_name("copy")))
    with records.writing() as session:
        assert file_call(session, call.path).id == file_call(session, again.path).id
        assert session.scalars(select(Call.path)).one() == str(call.path)
