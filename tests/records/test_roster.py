"""People and teams from a table, other names, and two entries made one; on both databases."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from simulator.errors import InputError
from simulator.records.database.log import check_log
from simulator.records.database.tables import Call, FormerName, Person, Review
from simulator.records.filing import file_call
from simulator.records.lists.listing import people_output, teams_output
from simulator.records.portability import delete_person
from simulator.records.reviews.reviewing import appeal, comment
from simulator.records.staff.people import add_person, appointing, find_person, known_person, unknown
from simulator.records.staff.roster import import_roster, merge_people, read_roster, rename_person
from tests.command_line import root

pytestmark = pytest.mark.contract
EXCEL = "\ufeffName;Team;Account\r\nAna Álvarez;North;ana\r\n;;\r\nBen  Brown;north;\r\nCleo;South;cleo\r\n"


def nobody():
    raise AssertionError("nobody is made an instructor")


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(EXCEL.encode())
    return path


def test_a_table_of_excel_makes_people_and_teams_and_twice_changes_nothing(records, table):
    with records.writing() as session:
        done = import_roster(session, table, nobody)
    assert (done.added, done.teams) == (("Ana Álvarez", "Ben Brown", "Cleo"), ("North", "South"))
    with records.writing() as session:
        again = import_roster(session, table, nobody)
        assert (again.added, again.changed, again.teams) == ((), (), ())
        assert [(team.name, team.people) for team in teams_output(session).teams] == [
            ("North", ["Ana Álvarez", "Ben Brown"]),
            ("South", ["Cleo"]),
        ]
        assert find_person(session, "cleo").account == "cleo"
    with records.reading() as session:
        assert check_log(session).faults == ()


def test_a_table_moves_who_is_there_already(records, table):
    with records.writing() as session:
        import_roster(session, table, nobody)
    table.write_text("name,team,role\nBen Brown,South,instructor\n", "utf-8")
    with records.writing() as session:
        assert import_roster(session, table, lambda: appointing(session, None)).changed == ("Ben Brown",)
        ben = known_person(session, "Ben Brown")
        assert ben.role == "instructor"
        found = session.scalars(select(Person).where(Person.team_id == ben.team_id))
        assert {each.name for each in found} == {"Ben Brown", "Cleo"}
    table.write_text("name,role\nCleo,instructor\n", "utf-8")
    with records.writing() as session, pytest.raises(InputError, match="only an instructor"):
        import_roster(session, table, lambda: appointing(session, None))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("who,team\nAna,North\n", r":1: the columns are who, team; allowed: name, team, role, account"),
        ("name\n", "nobody is in this table"),
        ("name,team\nAna,North\nAna,South\n", r":3: Ana stands in line 2 already"),
        ("name,role\nAna,boss\n", r":2: the role is 'boss'; allowed: trainee or instructor"),
        ("name,team\n,North\n", r":2: no name"),
        ("name,team\nLi, Ana,North\n", r":2: more cells than columns"),
        ("name,account\nAna,x\nBen,x\n", r":3: Ana has the account 'x' already"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_nothing_is_kept(records, tmp_path, content, said):
    path = tmp_path / "people.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=said), records.writing() as session:
        import_roster(session, path, nobody)
    with records.reading() as session:
        assert people_output(session).people == []


def test_a_name_in_quotes_may_hold_the_mark(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text('name,team\n"Li, Ana",North\n', "utf-8")
    assert [line.name for line in read_roster(path)] == ["Li, Ana"]


def test_a_renamed_person_keeps_their_calls_and_is_found_by_both_names(records, call):
    with records.writing() as session:
        add_person(session, "Dana L")
        file_call(session, call.path, person="Dana L")
        rename_person(session, "Dana L", "Dana Lukasz")
        assert people_output(session).people[0].former_names == ["Dana L"]
        assert file_call(session, call.path, person="dana l").person_id == known_person(session, "Dana Lukasz").id
        with pytest.raises(InputError, match="Dana L is a former name of Dana Lukasz"):
            add_person(session, "Dana L")
        rename_person(session, "Dana Lukasz", "Dana L")  # and back
        assert people_output(session).people[0].former_names == ["Dana Lukasz"]
        rename_person(session, "Dana L", "DANA L")
        assert [each.name for each in session.scalars(select(Person))] == ["DANA L"]
    with records.reading() as session:
        assert check_log(session).faults == ()


def test_merging_gives_everything_to_one_and_the_log_stays_whole(records, call):
    with records.writing() as session:
        add_person(session, "Dana", account=None)
        add_person(session, "Dan", account="dana-1")
        add_person(session, "Inez", role="instructor")
        filed = file_call(session, call.path, person="Dan")
        comment(session, filed, "Inez", text="Good.")
        appeal(session, filed, note="It was better.")
        gone = known_person(session, "Dan").id
        merge_people(session, "Dan", "Dana", by=known_person(session, "Inez"))
    with records.writing() as session:
        dana = known_person(session, "Dana")
        assert find_person(session, "Dan") is dana
        assert dana.account == "dana-1"
        assert session.scalars(select(Call)).one().person_id == dana.id
        assert session.scalar(select(Review.id).where(Review.by_id == gone)) is None
        assert file_call(session, call.path).person_id == dana.id
    with records.reading() as session:
        assert check_log(session).faults == ()
    with records.writing() as session:
        delete_person(session, "Dana")
    with records.reading() as session:
        assert session.scalars(select(FormerName)).all() == []
        assert check_log(session).faults == ()


def test_two_people_are_not_made_one(records, call):
    with records.writing() as session:
        for name, role in (("Dana", "instructor"), ("Inez", "instructor"), ("Eve", "trainee")):
            add_person(session, name, role=role)
        comment(session, file_call(session, call.path, person="Dana"), "Inez", text="Good.")
        with pytest.raises(InputError, match="Inez judged a call of Dana"):
            merge_people(session, "Inez", "Dana")
        with pytest.raises(InputError, match="Eve is trainee and Dana is instructor"):
            merge_people(session, "Eve", "Dana")
        with pytest.raises(InputError, match="are one person already"):
            merge_people(session, "Eve", "EVE")


def test_an_unknown_name_is_asked_about_but_the_first(records):
    with records.writing() as session:
        assert unknown(session, "Dana Lukasz") == ""
        add_person(session, "Dana Lukasz")
        assert unknown(session, "dana  LUKASZ") == ""
        asked = "nobody called 'Dana Lucasz' is in the records. Did you mean Dana Lukasz?"
        assert unknown(session, "Dana Lucasz") == asked


def test_a_call_for_a_misspelt_name_is_not_filed_unasked(call, tmp_path):
    def run(*words):
        words = ["records", "add", str(call.path), *words, "--database", str(tmp_path / "r.db")]
        return CliRunner().invoke(root, words, standalone_mode=False)

    people = ["people", "add", "Dana Lukasz", "--database", str(tmp_path / "r.db")]
    assert CliRunner().invoke(root, people).exit_code == 0
    refused = run("--person", "Dana Lucasz").exception
    assert isinstance(refused, InputError)
    assert "Did you mean Dana Lukasz? If they are new, add --new." in str(refused)
    assert run("--person", "Dana Lucasz", "--new").exit_code == 0
