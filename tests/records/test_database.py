"""One suite for both databases: opening, tables, the log, several writers, and what goes wrong."""

import multiprocessing
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from simulator.errors import InputError
from simulator.records.database.log import check_log
from simulator.records.database.opening import locate, open_records
from simulator.records.database.tables import VERSION, Person, Team, version_of
from simulator.records.staff.people import add_person, add_team, change_person, known_person
from tests.command_line import root
from tests.records.conftest import allow_editing_the_log
from tests.records.writer import write_teams

pytestmark = pytest.mark.contract
WRITERS, EACH = 3, 5


SCHEMA = Path(__file__).with_name("schema.sql")


def schema_of(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        made = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name")
        return "".join(f"{line.rstrip()}\n" for (text,) in made for line in f"{text};".splitlines())


def test_tables_that_change_get_another_version(tmp_path):
    """Where this fails, change VERSION, say how an older database is brought up to date, and store the new schema."""
    with open_records(str(tmp_path / "records.db")):
        pass
    assert f"-- version {VERSION}\n{schema_of(tmp_path / 'records.db')}" == SCHEMA.read_text("utf-8")


def test_tables_are_made_once_and_the_version_is_known(database):
    for _ in range(2):
        with open_records(database) as records, records.reading() as session:
            assert version_of(session.connection()) == VERSION


def test_tables_that_cannot_be_made_leave_the_database_empty(database, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("simulator.records.database.tables.VERSION", None)
        with pytest.raises(InputError, match="cannot be used"), open_records(database):
            pass
    with monkeypatch.context() as patch:
        patch.setattr("simulator.records.database.opening._prepare", lambda _: None)
        with open_records(database) as records, records.reading() as session:
            assert version_of(session.connection()) is None
    with open_records(database) as records, records.reading() as session:
        assert version_of(session.connection()) == VERSION


def test_a_database_of_a_newer_hotseat_is_refused(records, database):
    with records.writing() as session:
        session.execute(text("UPDATE hotseat_version SET version_num = '999'"))
    with pytest.raises(InputError, match="made by a newer Hotseat"), open_records(database):
        pass


def test_people_are_found_whatever_their_capitals(records):
    with records.writing() as session:
        add_team(session, "Night shift")
        add_person(session, "Dana Łukasz", team="night  SHIFT")
        assert known_person(session, "dana łukasz").name == "Dana Łukasz"
        with pytest.raises(InputError, match="Did you mean Dana Łukasz"):
            known_person(session, "Dana Lukas")
        with pytest.raises(InputError, match="already"):
            add_person(session, "DANA ŁUKASZ")
        assert change_person(session, "Dana Łukasz", role="instructor", team="").team_id is None
        assert check_log(session).faults == ()


def test_an_error_keeps_nothing(records):
    def twice():
        with records.writing() as session:
            add_person(session, "Dana")
            add_person(session, "dana")

    with pytest.raises(InputError, match="in the records already"):
        twice()
    with records.reading() as session:
        assert check_log(session).entries == 0


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE people SET role = 'instructor' WHERE name = 'Eve'", "a row of people was changed outside Hotseat"),
        ("DELETE FROM people WHERE name = 'Eve'", "a row of people was removed outside Hotseat"),
        ("INSERT INTO teams (id, salt, name, key, created) SELECT 'x', 'x', 'x', 'x', created FROM people LIMIT 1",
         "a row of teams is in no entry"),
        ("UPDATE log SET action = 'nothing' WHERE number = 2", "entry 2 of the log was changed"),
        ("UPDATE log SET row_sha256 = NULL WHERE number = 3", "entry 3 of the log was changed"),
        ("DELETE FROM log WHERE number = 1", "entry 1 of the log is missing"),
        ("DELETE FROM log WHERE number = 2", "entry 2 of the log is missing"),
    ],
)  # fmt: skip
def test_what_is_edited_behind_our_back_is_found(records, statement, fault):
    with records.writing() as session:
        for name in ("Dana", "Eve", "Finn"):
            add_person(session, name)
    with records.writing() as session:
        if " log " in statement:
            allow_editing_the_log(session.connection())
        assert session.execute(text(statement)).rowcount == 1
    with records.reading() as session:
        assert any(each.startswith(fault) for each in check_log(session).faults)


@pytest.mark.parametrize("statement", ["UPDATE log SET action = 'x'", "DELETE FROM log"])
def test_the_log_takes_no_edit_by_mistake(records, statement):
    with records.writing() as session:
        add_person(session, "Dana")
    with pytest.raises(InputError, match="append-only"), records.writing() as session:
        session.execute(text(statement))


def test_a_log_cut_short_with_its_rows_is_found_by_a_head_written_down(records):
    with records.writing() as session:
        add_person(session, "Dana")
        add_person(session, "Eve")
        head = check_log(session).head
    with records.writing() as session:
        allow_editing_the_log(session.connection())
        session.execute(text("DELETE FROM log WHERE number = 2"))
        session.execute(text("DELETE FROM people WHERE name = 'Eve'"))
    with records.reading() as session:
        assert check_log(session).faults == ()
        assert "its end was cut off" in check_log(session, heads={head: "the head"}).faults[0]


def test_several_processes_write_at_once_and_nothing_is_lost(database):
    """The first of them makes the tables too: nobody did before."""
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_teams, args=(database, number, EACH)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    with open_records(database) as records, records.reading() as session:
        assert check_log(session).faults == ()
        assert check_log(session).entries == WRITERS * EACH + 1
        assert session.query(Team).count() == WRITERS * EACH


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_the_file_is_its_owners_only(tmp_path):
    path = tmp_path / "lab" / "records.db"
    with open_records(str(path)) as records, records.writing() as session:
        add_person(session, "Dana")
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes["records.db"] == modes["records.db-wal"] == modes["records.db-shm"] == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path):
    path = tmp_path / "records.db"
    path.write_bytes(b"my shopping list, " * 500)
    with pytest.raises(InputError, match=r"not a database.*hotseat records sync"), open_records(str(path)):
        pass
    assert path.read_bytes().startswith(b"my shopping list")


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense://", "sqlite://", "://"])
def test_other_databases_are_refused(url):
    with pytest.raises(InputError, match="no database Hotseat can use"):
        locate(url)


def test_a_password_is_never_shown(monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATABASE", "postgresql://lab:s3cret@127.0.0.1:1/hotseat")
    done = CliRunner().invoke(root, ["people", "list"])
    assert isinstance(done.exception, InputError)
    assert "s3cret" not in str(done.exception)
    assert "lab:***@127.0.0.1" in str(done.exception)


def test_the_setting_names_the_database(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATABASE", str(tmp_path / "a.db"))
    assert CliRunner().invoke(root, ["people", "add", "Dana"], catch_exceptions=False).exit_code == 0
    assert Path(tmp_path / "a.db").exists()


def test_a_second_opening_in_one_program_costs_no_writing_of_the_first(tmp_path):
    """POSIX drops a program's locks when it closes the file anywhere; others then took the side file away."""
    where = str(tmp_path / "records.db")
    with open_records(where) as room:
        with room.writing() as session:
            add_person(session, "Dana")
        with open_records(where) as again, again.reading() as session:
            assert session.query(Person).count() == 1
        assert people_seen_elsewhere(where) == 1
        with room.writing() as session:
            add_person(session, "Eve")
        assert people_seen_elsewhere(where) == 2


def people_seen_elsewhere(where):
    script = (
        "import sys; from simulator.records.database.opening import open_records; "
        "from simulator.records.database.tables import Person\n"
        "with open_records(sys.argv[1]) as records, records.reading() as session: print(session.query(Person).count())"
    )
    done = subprocess.run([sys.executable, "-c", script, where], capture_output=True, text=True, check=True)
    return int(done.stdout)
