"""Assignments: whose they are, which calls pass, and who is done, late or done late; on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from simulator.errors import InputError
from simulator.records.database.log import check_log, write_down
from simulator.records.database.tables import Assignment, Call, Score
from simulator.records.portability import delete_person
from simulator.records.staff.assignments import (
    What,
    assign,
    assignments_output,
    due_of,
    end_assignment,
    last_day,
    person_here,
    usual_mark,
)
from simulator.records.staff.people import add_person, add_team, change_person, known_person
from simulator.settings import Settings, write_settings

pytestmark = pytest.mark.contract
SOFA = What(id="missing-sofa", scenarios=("missing-sofa",))
FORM = What(id="a", scenarios=("missing-sofa", "wrong-bill"))
DAY = date.today() + timedelta(days=3)


@pytest.fixture
def people(records):
    with records.writing() as session:
        add_team(session, "North")
        for name in ("Ana", "Ben"):
            add_person(session, name, team="North")
        add_person(session, "Cleo")
        add_person(session, "Inez", role="instructor", team="North")
    return records


def take(session, person, scenario="missing-sofa", *, total=80.0, number=[0], **changed):  # noqa: B006
    """File a scored practice call that somebody took just now."""
    number[0] += 1
    given = {
        "mode": "practice", "outcome": "won_back", "retry_of": "", "started": datetime.now(UTC) + timedelta(seconds=1),
        "verdict": None, **changed,
    }  # fmt: skip
    verdict = given.pop("verdict")
    call = Call(
        name=f"call-{number[0]}", manifest_sha256="0" * 64, host="here", path=f"/calls/{number[0]}", scenario=scenario,
        person_id=known_person(session, person).id, shared=False, scenario_sha256="", title="", duration_ms=1.0,
        recognizer="", device="", checked=True, overridden=False, **given,
    )  # fmt: skip
    write_down(session, "filed", call)
    score = Score(
        call_id=call.id, number=1, sha256=str(number[0]), rubric="practice", rubric_version="1", rubric_sha256="",
        total=total, low=total, high=total, verdict=verdict, reason="", criteria=[], versions={},
    )  # fmt: skip
    write_down(session, "scored", score)


def states(session, **given):
    found = assignments_output(session, **given).assignments
    return {(item.what, item.to, each.person): each.state for item in found for each in item.people}


def test_a_team_has_what_is_assigned_to_it_its_instructors_aside(people):
    with people.writing() as session:
        assign(session, SOFA, "north", day=DAY)
        assert states(session) == {("missing-sofa", "North", "Ana"): "open", ("missing-sofa", "North", "Ben"): "open"}
        change_person(session, "Cleo", team="North")
        assert [each.assignment.what for each in due_of(session, known_person(session, "Cleo"))] == ["missing-sofa"]
        change_person(session, "Cleo", team="")
        assert due_of(session, known_person(session, "Cleo")) == ()


def test_calls_pass_by_mark_and_outcome_and_only_from_the_assignment_on(people):
    with people.writing() as session:
        assign(session, SOFA, "Ana", day=DAY, passes=2)
        for changed in (
            {"total": usual_mark() - 0.1},
            {"outcome": "hung_up"},
            {"outcome": "incomplete"},
            {"retry_of": "another"},
            {"started": datetime.now(UTC) - timedelta(minutes=5)},
            {"scenario": "wrong-bill"},
            {"mode": "certification", "verdict": "fail"},
        ):
            take(session, "Ana", **changed)
        (due,) = due_of(session, known_person(session, "Ana"))
        assert [(task.passed, task.taken) for task in due.tasks] == [(0, 3)]
        take(session, "Ana", total=usual_mark())
        take(session, "Ana", mode="certification", verdict="pass", total=1.0)
        assert states(session) == {("missing-sofa", "Ana", "Ana"): "done"}


def test_a_form_is_done_when_each_of_its_scenarios_is(people):
    with people.writing() as session:
        assign(session, FORM, "Ana", day=DAY)
        take(session, "Ana")
        take(session, "Ana")
        (due,) = due_of(session, known_person(session, "Ana"))
        assert (due.state, [task.scenario for task in due.missing]) == ("open", ["wrong-bill"])
        take(session, "Ana", "wrong-bill")
        assert due_of(session, known_person(session, "Ana"))[0].missing == ()


def test_late_and_done_late(people):
    with people.writing() as session:
        assign(session, SOFA, "North", day=date.today())
        after = datetime.now(UTC) + timedelta(days=2)
        take(session, "Ben", started=after)
        later = after + timedelta(days=1)
        assert set(states(session).values()) == {"open", "done_late"}  # Ana has until tonight
        assert states(session, at=later, to="North") == {
            ("missing-sofa", "North", "Ana"): "late",
            ("missing-sofa", "North", "Ben"): "done_late",
        }


def test_assigning_again_changes_and_ending_takes_back(people):
    with people.writing() as session:
        assign(session, SOFA, "Ana", day=DAY)
        again = assign(session, SOFA, "ana", day=DAY + timedelta(days=1), passes=3, mark=60)
        assert last_day(again) == str(DAY + timedelta(days=1))
        (item,) = assignments_output(session, to="Ana").assignments
        assert (item.passes, item.mark, item.due, item.team) == (3, 60, str(DAY + timedelta(days=1)), False)
        end_assignment(session, "missing-sofa", "Ana")
        assert assignments_output(session).assignments == []
        with pytest.raises(InputError, match="missing-sofa is not assigned to Ana"):
            end_assignment(session, "missing-sofa", "Ana")
    with people.reading() as session:
        assert check_log(session).faults == ()


def test_what_cannot_be_assigned_is_said(people):
    with people.writing() as session:
        with pytest.raises(InputError, match="is over; give a day from today on"):
            assign(session, SOFA, "Ana", day=date.today() - timedelta(days=1))
        with pytest.raises(InputError, match=r"nobody called 'Anna'.*Did you mean Ana\?.*the teams North"):
            assign(session, SOFA, "Anna", day=DAY)
        add_person(session, "north")
        with pytest.raises(InputError, match="a person and a team called 'North'"):
            assign(session, SOFA, "North", day=DAY)


def test_a_deleted_person_leaves_no_assignment(people):
    with people.writing() as session:
        assign(session, SOFA, "Ana", day=DAY)
        delete_person(session, "Ana")
        assert session.query(Assignment).count() == 0
    with people.reading() as session:
        assert check_log(session).faults == ()


def test_the_settings_say_who_takes_calls_here(people, tmp_path):
    with people.reading() as session:
        assert person_here(session, tmp_path) is None
        write_settings(Settings(person="ben"))
        assert person_here(session, tmp_path).name == "Ben"
