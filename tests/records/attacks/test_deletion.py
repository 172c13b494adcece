"""Deleting a person: everything of theirs or nothing, and no file of anybody else."""

import json
import os
import shutil
import zipfile

import pytest
from sqlalchemy import select

from simulator.errors import InputError
from simulator.recording.call_seal import NAME as SEAL
from simulator.recording.recover import locked
from simulator.records.certificates.issuing import NAME as CERTIFICATE
from simulator.records.database.log import write_down
from simulator.records.database.tables import Call, Certificate, Person, now
from simulator.records.filing import file_call, sync
from simulator.records.portability import delete_person, export_person
from simulator.records.retention import Retention, prune
from simulator.report.page import LATER, write_report
from simulator.scoring.folder import judge_folder
from simulator.scoring.rubric import load_rubric
from tests.records.conftest import (
    data,
    empty_postgres,
    postgres,
    records,
    seal_as_taken,
    silent_call,
    silent_passed_call,
)

from .folders import POSIX

__all__ = ["data", "empty_postgres", "postgres", "records", "silent_call", "silent_passed_call"]
pytestmark = pytest.mark.contract
NAME = "Dana"


@pytest.fixture
def database(tmp_path):
    return str(tmp_path / "records.db")


@pytest.fixture
def call(silent_call):
    return silent_call


def copy_of(call, name, **fields):
    path = shutil.copytree(call.path, call.path.with_name(name))
    manifest = {**json.loads((path / "call.json").read_text("utf-8")), "id": name, **fields}
    (path / "call.json").write_text(json.dumps(manifest), "utf-8")
    return path


def content(root):
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def filed(records, call):
    """Two calls of Dana's and one of Eve's."""
    second, other = copy_of(call, "second"), copy_of(call, "other")
    with records.writing() as session:
        for path, person in ((call.path, NAME), (second, NAME), (other, "Eve")):
            file_call(session, path, person=person)
    return records


def test_calls_that_were_never_filed_go_too(filed, call):
    unfiled = copy_of(call, "unfiled", person="DANA")
    cut_off = copy_of(call, "cut-off", person=NAME, state="running")
    again = shutil.copytree(call.path, call.path.with_name("a copy"))
    eves = copy_of(call, "eves", person="Eve")
    with filed.writing() as session:
        done = delete_person(session, NAME)
    assert done.calls == 5
    assert not any(path.exists() for path in (unfiled, cut_off, again, call.path, call.path.with_name("second")))
    assert sorted(path.name for path in call.path.parent.iterdir()) == ["eves", "other"]
    assert eves.is_dir()


def test_everything_that_was_written_for_a_certificate_goes(filed, call):
    """The seal, the certificate and its page, and the report that was made after it."""
    (call.path / CERTIFICATE).write_bytes(b"{}")
    page = write_report(call, judge_folder(call, load_rubric("certification")))
    assert page.name == LATER
    for name in (SEAL, "certificate.pdf", "report.pdf"):
        (call.path / name).write_bytes(b"x")
    with filed.writing() as session:
        seal_as_taken(session, call.path)
        done = delete_person(session, NAME)
    assert not call.path.exists()
    assert done.left == ()


@pytest.mark.parametrize("why", ["running", "another machine", "another call's", "a crash before the commit"])
def test_all_or_nothing(filed, call, why):
    before = content(call.path.parent)
    second = call.path.with_name("second")
    with pytest.raises((InputError, ZeroDivisionError)):  # noqa: PT012
        if why == "running":
            with locked(second), filed.writing() as session:
                delete_person(session, NAME)
        elif why == "another machine":
            with filed.writing() as session:
                row = session.scalars(select(Call).where(Call.name == "second")).one()
                row.host = "elsewhere"
                delete_person(session, NAME)
        elif why == "another call's":
            manifest = json.loads((second / "call.json").read_text("utf-8"))
            (second / "call.json").write_text(json.dumps({**manifest, "id": "not-second"}), "utf-8")
            before = content(call.path.parent)
            with filed.writing() as session:
                delete_person(session, NAME)
        else:
            with filed.writing() as session:
                delete_person(session, NAME)
                raise ZeroDivisionError
    assert content(call.path.parent) == before
    with filed.reading() as session:
        assert len(session.scalars(select(Call)).all()) == 3
        assert NAME in session.scalars(select(Person.name)).all()


def test_a_crash_between_moving_and_committing_is_settled(filed, call):
    root, before = call.path.parent, content(call.path.parent)
    call.path.rename(root / f".deleting-{call.path.name}")
    second = root / ".deleting-second"
    second.mkdir()
    (root / "second" / "trainee.wav").rename(second / "trainee.wav")  # killed in the middle of a folder
    sync(filed, root)
    assert content(root) == before
    with filed.writing() as session:
        delete_person(session, NAME)
    shutil.copytree(root / "other", root / ".deleting-gone")
    fields = json.loads((root / "other" / "call.json").read_text("utf-8"))
    (root / ".deleting-gone" / "call.json").write_text(json.dumps({**fields, "id": "gone", "person": NAME}), "utf-8")
    sync(filed, root)
    assert [path.name for path in root.iterdir()] == ["other"]


@POSIX
def test_what_is_not_the_calls_stays_and_is_told(filed, call, tmp_path):
    diary = tmp_path / "diary.txt"
    diary.write_text("mine")
    notes = call.path / "notes of my lawyer.txt"
    notes.write_text("mine")
    (call.path / "photos").mkdir()
    (call.path / "photos" / "report.html").write_text("mine")
    (call.path / "report.pdf").symlink_to(diary)
    (call.path / "report.html").unlink()
    os.link(diary, call.path / "report.html")
    page, ours = call.path.parent / "progress in life.html", call.path.parent / "team.html"
    page.write_text("my own page")
    ours.write_text("<title>The team over time \u2013 Hotseat</title>", encoding="utf-8")
    with filed.writing() as session:
        row = Certificate(
            call_id=session.scalars(select(Call.id).where(Call.name == call.path.name)).one(),
            certificate="c" * 32, issued=now(), expires=now(), path=str(diary),
        )  # fmt: skip
        session.add(row)
        write_down(session, "issued", row)
    with filed.writing() as session:
        done = delete_person(session, NAME)
    assert diary.read_text() == notes.read_text() == "mine"
    assert page.read_text() == "my own page"
    assert not ours.exists()
    assert sorted(path.name for path in call.path.iterdir()) == ["notes of my lawyer.txt", "photos"]
    assert (call.path / "photos" / "report.html").read_text() == "mine"
    assert {str(notes), str(call.path / "photos"), str(page), str(diary)} <= set(done.left)


@POSIX
def test_a_folder_that_became_a_link_is_refused(filed, call, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    call.path.rename(elsewhere)
    call.path.symlink_to(elsewhere)
    before = content(elsewhere)
    with pytest.raises(InputError, match="link"), filed.writing() as session:
        delete_person(session, NAME)
    assert content(elsewhere) == before


def test_pruning_takes_no_file_that_is_not_the_calls(filed, call):
    (call.path / "notes.txt").write_text("mine")
    one = {"folder_days": 1, "rows_days": 9000}
    policy = Retention.model_validate({"id": "x", "version": "1", "practice": one, "certification": one})
    done = prune(filed, policy)
    assert len(done.folders) == 3
    assert [path.name for path in call.path.iterdir()] == ["notes.txt"]
    assert any("notes.txt" in kept for kept in done.kept)


@POSIX
def test_an_export_leads_nowhere_outside(filed, call, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("not Dana's")
    (call.path / "..\\..\\evil.txt").write_text("x")
    (call.path / "score.pdf").symlink_to(secret)
    os.link(secret, call.path / "twin")
    with filed.reading() as session:
        export_person(session, NAME, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        for name in archive.namelist():
            assert "\\" not in name
            assert ".." not in name.split("/")
            assert b"not Dana's" not in archive.read(name)
