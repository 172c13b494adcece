"""Everything about one person: taken along whole, deleted without a trace, and kept no longer than the policy says."""

import hashlib
import json
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from simulator.errors import InputError
from simulator.recording.folder import CallFolder
from simulator.records.database.log import check_log
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Base, Call, Certificate, Person, Review
from simulator.records.filing import file_call, sync
from simulator.records.portability import delete_person, export_person, was_deleted
from simulator.records.retention import Retention, load_retention, prune
from simulator.records.reviews.reviewing import answer, appeal, comment
from simulator.records.staff.people import add_person
from tests.command_line import root

pytestmark = pytest.mark.contract


@pytest.fixture
def call(silent_call):
    return silent_call


NAME, SAID = "Zacharias Quillfeather", "xylophone-in-the-background"


@pytest.fixture
def filled(records, call):
    """A person with a call, an appeal and its answer; a certificate elsewhere; and somebody else's call."""
    other = shutil.copytree(call.path, call.path.with_name("other"))
    manifest = (other / "call.json").read_text("utf-8").replace(call.path.name, "other")
    (other / "call.json").write_text(manifest, "utf-8")
    paper = call.path.parent.parent / "dana.json"
    paper.write_text(json.dumps({"id": "c" * 32}))
    (call.path.parent / "progress.html").write_text(f"<title>{NAME} \u2013 Hotseat</title>", encoding="utf-8")
    with records.writing() as session:
        add_person(session, "Inez", role="instructor")
        filed = file_call(session, call.path, person=NAME)
        comment(session, file_call(session, other, person="Eve"), "Inez", text="Good.")
        appeal(session, filed, note=SAID)
        answer(session, filed, "Inez", text="No.")
        moment = datetime.now(UTC)
        row = Certificate(call_id=filed.id, certificate="c" * 32, issued=moment, expires=moment, path=str(paper))
        session.add(row)
        from simulator.records.database.log import write_down

        write_down(session, "issued", row)
    return records


def test_the_export_holds_everything_and_says_so(filled, call, tmp_path):
    out = tmp_path / "out.zip"
    with filled.reading() as session:
        count = export_person(session, NAME.upper(), out)
    with zipfile.ZipFile(out) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        rows = json.loads(archive.read("rows.json"))
        assert len(archive.namelist()) == count
        for name, sha256 in manifest["files"].items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == sha256
        audio = archive.read(f"calls/{call.path.name}/trainee.wav")
        assert "certificates/" + "c" * 32 + ".json" in archive.namelist()
    assert audio == (call.path / "trainee.wav").read_bytes()
    assert [each["name"] for each in rows["people"]] == [NAME]
    assert sorted(each["kind"] for each in rows["reviews"]) == ["answer", "appeal"]
    assert "Eve" not in json.dumps(rows)
    assert out.stat().st_mode & 0o077 == 0
    with filled.reading() as session, pytest.raises(InputError, match="exists already"):
        export_person(session, NAME, out)


def test_deleting_leaves_a_tombstone_and_a_whole_log(filled, call, tmp_path):
    with filled.writing() as session:
        done = delete_person(session, NAME)
    assert filled.wipe()
    assert not call.path.exists()
    assert not (tmp_path / "dana.json").exists()
    assert not (call.path.parent / "progress.html").exists()
    with filled.reading() as session:
        assert check_log(session).faults == ()
        assert sorted(session.scalars(select(Person.name))) == ["Eve", "Inez"]
        assert [session.get(Call, each.call_id).name for each in session.scalars(select(Review))] == ["other"]
        assert was_deleted(session, NAME.lower(), done.receipt) is not None
        assert was_deleted(session, "Eve", done.receipt) is None
        assert was_deleted(session, NAME, "0" * 32) is None
        everything = [str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table)).all()]
        assert not [row for row in everything if NAME in row or SAID in row or call.path.name in row]
    assert (done.calls, done.rows) == (1, 6)


def test_no_byte_of_a_deleted_person_is_left_in_the_file(call, tmp_path):
    path = tmp_path / "records.db"
    with open_records(str(path)) as records:
        with records.writing() as session:
            add_person(session, "Inez", role="instructor")
            appeal(session, file_call(session, call.path, person=NAME), note=SAID * 300)  # over several pages
        assert NAME.encode() in b"".join(each.read_bytes() for each in tmp_path.glob("records.db*"))
        with records.writing() as session:
            delete_person(session, NAME)
        assert records.wipe()
        left = b"".join(each.read_bytes() for each in tmp_path.glob("records.db*"))
    for trace in (NAME, NAME.casefold(), SAID, call.path.name, str(call.path.parent)):
        assert trace.encode() not in left


def test_a_folder_that_cannot_be_deleted_keeps_the_rows(filled, call):
    with filled.writing() as session:
        session.execute(text("UPDATE calls SET host = 'another-machine' WHERE name = :n"), {"n": call.path.name})
    with pytest.raises(InputError, match="lies on the machine another-machine"), filled.writing() as session:
        delete_person(session, NAME)
    assert call.path.exists()
    with filled.reading() as session:
        assert NAME in session.scalars(select(Person.name)).all()


def test_an_instructor_can_be_deleted_and_what_they_judged_stays(filled):
    with filled.writing() as session:
        delete_person(session, "Inez")
        assert check_log(session).faults == ()
        assert len(session.scalars(select(Review)).all()) == 3


def at(call, days):
    return datetime.fromisoformat(call.manifest.started) + timedelta(days=days)


def test_pruning_takes_folders_first_and_rows_later(records, call):
    sync(records, call.path.parent)
    policy = load_retention()
    days = policy.certification
    assert prune(records, policy, at=at(call, days.folder_days)).folders == []
    late = at(call, days.folder_days + 1)
    assert prune(records, policy, at=late, dry_run=True).folders == [call.path.name]
    assert call.path.exists()
    assert prune(records, policy, at=late).folders == [call.path.name]
    assert not call.path.exists()
    with records.reading() as session:
        assert session.scalars(select(Call.present)).all() == [False]
    assert prune(records, policy, at=at(call, days.rows_days + 1)).rows == [call.path.name]
    with records.reading() as session:
        assert session.scalars(select(Call)).all() == []
        assert check_log(session).faults == ()


def test_what_is_still_needed_is_not_pruned(filled, call):
    assert len(prune(filled, load_retention(), at=at(call, 5000), dry_run=True).folders) == 2
    one = {"folder_days": 1, "rows_days": 1}
    short = Retention.model_validate({"id": "x", "version": "1", "practice": one, "certification": one})
    before = datetime.now(UTC) - timedelta(hours=1)
    assert before - datetime.fromisoformat(call.manifest.started) > timedelta(days=1)
    assert prune(filled, short, at=before, dry_run=True).kept == [f"{call.path.name}: a certificate of it is valid"]
    with filled.writing() as session:
        appeal(session, session.scalars(select(Call).where(Call.name == call.path.name)).one(), note="Once more.")
    kept = prune(filled, load_retention(), at=at(call, 1200)).kept
    assert kept == [f"{call.path.name}: an appeal waits for an answer"]


def test_a_policy_is_checked(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "{id: m, version: '1', practice: {folder_days: 9, rows_days: 3}, certification: {folder_days: 1, rows_days: 1}}"
    )
    with pytest.raises(InputError, match="rows_days must not be under folder_days"):
        load_retention(path)


def test_the_commands_ask_and_give_a_receipt(call, data, tmp_path):
    def run(*words, code=0, **more):
        done = CliRunner().invoke(root, [str(word) for word in words], standalone_mode=False, **more)
        assert (done.return_value or 0) == code, done.output
        return done

    Path(data / "calls").mkdir(parents=True)
    mine = CallFolder.open(shutil.copytree(call.path, data / "calls" / call.path.name))
    run("records", "add", mine.path, "--person", NAME)
    run("people", "export", NAME, "-o", tmp_path / "a.zip")
    asked = run("people", "delete", NAME, input="n\n")
    assert asked.exception is not None
    assert asked.output.startswith(f"Deleting {NAME} loses for good: 1 call with its recording.\nDelete {NAME}?")
    kept_days = load_retention().certification.folder_days
    goes = CallFolder.open(mine.path).manifest.started
    next_day = (datetime.fromisoformat(goes) + timedelta(days=kept_days)).astimezone()
    dry = run("records", "prune", "--dry-run").output
    assert dry == f"Nothing is due.\nNext: {next_day:%Y-%m-%d}  the folder of {call.path.name}\n"
    assert mine.path.exists()
    receipt = run("people", "delete", NAME, "--yes").output.split("Receipt ")[1][:32]
    assert not mine.path.exists()
    assert run("people", "deleted", NAME, receipt).output.startswith("Deleted on ")
    run("people", "deleted", "Eve", receipt, code=5)
    run("records", "verify")
    assert run("records", "prune").output == "Nothing is due.\n"
