"""The table of calls sorts and filters, older databases gain the accounts, and CSV is safe to open."""

from datetime import UTC, datetime

import pytest

from simulator.records.database.tables import Call, Score
from simulator.records.lists.browsing import PAGE, Asked, call_lines
from simulator.records.lists.index import CallIndex
from simulator.records.staff.people import add_person, add_team

pytestmark = pytest.mark.unit
COUNT = PAGE + 5


def file_made_call(session, number, person, *, shared=True):
    verdict = "pass" if number % 2 else "borderline"
    call = Call(
        name=f"call-{number:03}", manifest_sha256="0" * 64, host="here", path=f"/calls/{number}", shared=shared,
        person_id=person.id, mode="practice" if number % 3 else "certification", scenario="missing-sofa",
        scenario_sha256="", started=datetime(2026, 11, 1 + number // 24, number % 24, tzinfo=UTC), title="The sofa",
        retry_of="", duration_ms=1000.0, outcome="won_back", recognizer="vosk", device="", checked=True,
        overridden=False,
    )  # fmt: skip
    session.add(call)
    session.flush()
    for again in (1, 2):
        score = Score(
            call_id=call.id, number=again, sha256="", rubric="practice", rubric_version="1", rubric_sha256="",
            total=float(number * again), verdict="fail" if again == 1 else verdict, reason="", criteria=[], versions={},
        )  # fmt: skip
        session.add(score)


@pytest.fixture
def filled(records):
    with records.writing() as session:
        add_team(session, "Night")
        dana, tom = add_person(session, "Dana Lukasz", team="Night"), add_person(session, "Tom_Muster")
        for number in range(COUNT):
            file_made_call(session, number, dana if number % 2 else tom)
        file_made_call(session, COUNT, dana, shared=False)
    with records.reading() as session:
        yield session


def test_the_latest_score_counts_and_practice_that_is_not_shared_is_left_out(filled):
    lines, count = call_lines(filled, CallIndex(), Asked(sort="total"), whole=True)
    assert count == len(lines) == COUNT
    assert [line.total for line in lines] == [2.0 * number for number in reversed(range(COUNT))]
    assert {line.verdict for line in lines} == {"pass", "borderline"}


def test_pages_hold_every_call_once_in_order(filled):
    first, _ = call_lines(filled, CallIndex(), Asked(down=False))
    second, _ = call_lines(filled, CallIndex(), Asked(down=False, page=2))
    assert [line.name for line in first + second] == [f"call-{number:03}" for number in range(COUNT)]
    assert call_lines(filled, CallIndex(), Asked(page=3))[0] == []


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        (Asked(person="dana"), lambda n: n % 2 == 1),
        (Asked(person="M_M"), lambda n: n % 2 == 0),
        (Asked(person="%"), lambda n: False),
        (Asked(team="NIGHT"), lambda n: n % 2 == 1),
        (Asked(verdict="borderline"), lambda n: n % 2 == 0),
        (Asked(mode="certification", person="tom"), lambda n: n % 6 == 0),
        (Asked(scenario="wrong-bill"), lambda n: False),
    ],
)
def test_filters_hold_together(filled, asked, holds):
    lines, count = call_lines(filled, CallIndex(), asked, whole=True)
    assert {line.name for line in lines} == {f"call-{number:03}" for number in range(COUNT) if holds(number)}
    assert count == len(lines)
