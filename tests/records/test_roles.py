"""Who may make whom an instructor: a rule, and an entry of the log."""

import pytest
from click.testing import CliRunner

from simulator.errors import InputError
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Entry, Person
from tests.command_line import root

pytestmark = pytest.mark.contract


def run(*words):
    return CliRunner().invoke(root, list(words), standalone_mode=False)


def test_the_first_instructor_needs_nobody_and_the_next_needs_one(data):
    assert run("people", "add", "Inez", "--role", "instructor").exception is None
    assert run("people", "add", "Dana").exception is None
    for words in (("add", "Ivo"), ("change", "Dana")):
        for by in ((), ("--by", "Dana"), ("--by", "Nobody")):
            assert isinstance(run("people", *words, "--role", "instructor", *by).exception, InputError)
    assert run("people", "change", "Dana", "--role", "instructor", "--by", "Inez").exception is None
    with open_records() as records, records.reading() as session:
        inez = session.query(Person).filter_by(key="inez").one()
        assert [entry.by for entry in session.query(Entry).order_by(Entry.number)] == [None, None, inez.id]


def test_another_team_needs_nobody(data):
    run("people", "add", "Inez", "--role", "instructor")
    run("teams", "add", "Night")
    assert run("people", "change", "Inez", "--team", "Night").exception is None
