"""Signed heads: whoever can write to the database, and to nothing else, is found out."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from simulator.errors import InputError
from simulator.records.certificates.keys import KeyRing
from simulator.records.database.log import check_log
from simulator.records.database.opening import open_records
from simulator.records.sealing.heads import check_records, read_head, sign_head
from simulator.records.staff.people import add_person
from tests.command_line import root
from tests.records.conftest import allow_editing_the_log

pytestmark = pytest.mark.contract


def add(records, *names):
    with records.writing() as session:
        for name in names:
            add_person(session, name)


def made_anew(records):
    """Leave no trace of Eve: a log that is whole, with other entries."""
    with records.writing() as session:
        allow_editing_the_log(session.connection())
        session.execute(text("DELETE FROM log"))
        session.execute(text("DELETE FROM people"))
    add(records, "Dana", "Finn", "Gus")


def cut_short(records):
    with records.writing() as session:
        allow_editing_the_log(session.connection())
        session.execute(text("DELETE FROM log WHERE number = 2"))
        session.execute(text("DELETE FROM people WHERE name = 'Eve'"))


@pytest.mark.parametrize("harm", [cut_short, made_anew])
def test_a_log_cut_short_or_made_anew_is_found(records, harm):
    add(records, "Dana", "Eve")
    sign_head(records, KeyRing())
    assert check_records(records, KeyRing()).valid
    harm(records)
    with records.reading() as session:
        assert check_log(session).faults == (), "the log alone looks right"
    found = check_records(records, KeyRing())
    assert not found.valid
    assert "2 entries) is not in the log: its end was cut off, or all of it made anew" in found.faults[0]


def test_a_log_that_goes_on_holds_every_head_also_after_a_new_key(records):
    for number, name in enumerate(("Dana", "Eve", "Finn"), 1):
        add(records, name)
        sign_head(records, KeyRing())
        KeyRing().rotate()
        found = check_records(records, KeyRing())
        assert (found.valid, found.signed_heads) == (True, number)


def test_a_head_of_another_log_says_nothing_of_this_one(records, tmp_path):
    add(records, "Dana")
    with open_records(str(tmp_path / "other.db")) as other:
        add(other, "Eve")
        sign_head(other, KeyRing())
    found = check_records(records, KeyRing())
    assert (found.valid, found.signed_heads, found.last_signed) == (True, 0, None)


def test_every_byte_of_a_signed_head_counts(records):
    add(records, "Dana")
    _, path = sign_head(records, KeyRing())
    content = path.read_bytes()
    for key in ("database", "first", "entries", "head", "signed", "signature", "key"):
        changed = json.loads(content)
        old = changed[key]
        changed[key] = old + 1 if key == "entries" else old[:-1] + ("0" if old[-1] != "0" else "1")
        path.write_text(json.dumps(changed), encoding="utf-8")
        with pytest.raises(InputError, match=r"not as it was signed|not known here"):
            read_head(path, KeyRing())
        assert not check_records(records, KeyRing()).valid
    path.write_bytes(b"{}")
    assert "is no signed head" in check_records(records, KeyRing()).faults[0]


def test_what_is_not_right_is_not_signed(records):
    with pytest.raises(InputError, match="nothing is in the log yet"):
        sign_head(records, KeyRing())
    add(records, "Dana")
    with records.writing() as session:
        session.execute(text("UPDATE people SET role = 'instructor'"))
    with pytest.raises(InputError, match="not signed: a row of people was changed"):
        sign_head(records, KeyRing())


def test_the_commands_keep_a_copy_elsewhere_that_finds_it_when_the_data_folder_was_cleared(tmp_path, data):
    def run(*words):
        return CliRunner().invoke(root, [str(word) for word in words], standalone_mode=False)

    run("people", "add", "Dana")
    assert "No head of this log is signed here" in run("records", "verify").stdout
    assert "Signed: one entry" in run("records", "sign", "-o", tmp_path / "kept.json").stdout
    assert "Signed heads: 1" in run("records", "verify").stdout
    for path in (data / "heads").iterdir():
        path.unlink()
    (data / "records.db").unlink()
    run("people", "add", "Eve")
    assert run("records", "verify").return_value == 0
    told = run("records", "verify", "--head", tmp_path / "kept.json")
    assert (told.return_value, "the head that was given is not in the log" in told.stderr) == (5, True)
    assert json.loads(run("records", "verify", "--json").stdout)["signed_heads"] == 0
