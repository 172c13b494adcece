"""Blind ratings: asked for by the officer, hidden until given, and counted as agreement."""

import pytest

from simulator.records.attempts import Identity, attempts_of, start_attempt
from simulator.records.database.log import check_log, write_down
from simulator.records.database.tables import AttemptCall
from simulator.records.forms import load_policy
from simulator.records.lists.browsing import shared_call
from simulator.records.reviews.agreement import between_people
from simulator.records.reviews.reviewing import sheet
from simulator.records.reviews.standing import latest_score
from simulator.records.staff.accounts import change_account
from simulator.records.staff.people import find_person
from tests.records.test_certification import form

pytestmark = pytest.mark.unit


@pytest.fixture
def two(fresh):
    """A site where Tom is an instructor now; Inez and Tom are asked to rate the shared call."""
    with fresh.site.records.writing() as session:
        change_account(session, "Tom Trainee", role="instructor", active=True, by=fresh.member("Ada Admin"))
    for rater in ("Inez Instructor", "Tom Trainee"):
        assert ask(fresh, rater).status_code == 303
    return fresh


def ask(made, rater):
    return made.client("Otto Officer").post(f"/ratings/{made.shared}/ask", data={"rater": rater})


def marks(made, share):
    with made.site.records.reading() as session:
        return {name: of * share for name, of in sheet(session, shared_call(session, made.shared)).items()}


def test_a_rater_sees_neither_the_program_s_points_nor_the_other_rater_s(two):
    inez, tom, call = two.client("Inez Instructor"), two.client("Tom Trainee"), two.shared
    assert call in tom.get("/ratings").text
    assert inez.post(f"/ratings/{call}", data=marks(two, 0.5)).status_code == 303
    for path in ("/queue", "/queue.csv", "/queue.json"):
        assert call not in tom.get(path).text
    for path in (
        *(f"/table/{call}", f"/table/{call}/trainee.flac", f"/table/{call}/moment/0-900.flac", f"/queue/{call}"),
        *(f"/compare?call={call}", f"/compare.csv?call={call}"),
    ):
        answer = tom.get(path)
        assert answer.status_code == 409
        assert "rate this call blind" in answer.text
    assert tom.post(f"/queue/{call}/comment", data={"text": "x"}).status_code == 409
    (row,) = [each for each in tom.get("/table.json").json() if each["name"] == call]
    assert (row["total"], row["verdict"]) == (None, None)
    assert call not in tom.get("/results/xapi.jsonl").text
    page = tom.get(f"/ratings/{call}")
    assert "of 100" not in page.text
    assert "Inez" not in page.text
    assert tom.get(f"/ratings/{call}/sound.flac").headers["content-type"] == "audio/flac"
    assert tom.post(f"/ratings/{call}", data=marks(two, 0.6)).status_code == 303
    assert tom.get(f"/table/{call}").status_code == 200
    assert tom.get(f"/ratings/{call}").status_code == 404


def test_skills_and_the_pages_of_a_person_leave_out_what_is_still_to_rate(two):
    with two.site.records.writing() as session:
        call, otto = shared_call(session, two.shared), Identity(how="staff card", by="Otto Officer")
        tara, total = find_person(session, "Tara Trainee"), latest_score(session, call).total
        start_attempt(session, tara, load_policy(), form("missing-sofa"), otto, at=call.started)
        (attempt,) = attempts_of(session, tara)
        write_down(session, "counts", AttemptCall(attempt_id=attempt.id, call_id=call.id))
    of_tara, tom = "name=Tara Trainee", two.client("Tom Trainee")
    assert tom.get("/skills.json?days=all").json() == []
    assert f"/table/{two.shared}" not in tom.get(f"/person?{of_tara}").text
    assert "to rate blind" in tom.get(f"/person?{of_tara}").text
    assert "No point was lost" in tom.get("/skills/moments?person=Tara Trainee&skill=L1&days=all").text
    (row,) = tom.get(f"/certification/person.json?{of_tara}").json()
    assert (row["total"], row["program"], row["now"], row["why"]) == (None, None, None, "")
    assert "rate a call of it blind" in row["reason"]
    assert tom.post(f"/ratings/{two.shared}", data=marks(two, 0.6)).status_code == 303
    assert tom.get("/skills.json?days=all").json()
    assert f"/table/{two.shared}" in tom.get(f"/person?{of_tara}").text
    (row,) = tom.get(f"/certification/person.json?{of_tara}").json()
    assert row["total"] == total


def test_the_officer_sees_how_they_agree_and_nobody_else_does(two):
    for name, share in (("Inez Instructor", 0.5), ("Tom Trainee", 0.6)):
        two.client(name).post(f"/ratings/{two.shared}", data=marks(two, share))
    otto = two.client("Otto Officer")
    page = otto.get("/ratings").text
    assert "Inez Instructor: 50.0" in page
    assert "Tom Trainee: 60.0" in page
    assert "n = 1" in page
    assert [(row["rater"], row["rated"]) for row in otto.get("/ratings.json").json()] == [
        ("Inez Instructor", 50.0),
        ("Tom Trainee", pytest.approx(60.0)),
    ]
    assert "How they agree" not in two.client("Inez Instructor").get("/ratings").text
    with two.site.records.reading() as session:
        found = between_people(session)
        assert (found.n, found.within_10) == (1, 1.0)
        assert check_log(session).faults == ()
    assert "rated blind, signed in to the room" in two.client("Otto Officer").get(f"/queue/{two.shared}").text


@pytest.mark.parametrize("name", ["Tara Trainee", "Ada Admin", "Nobody", "Inez Instructor"])
def test_who_cannot_rate_blind_is_not_asked(fresh, name):
    fresh.client("Inez Instructor").get(f"/table/{fresh.shared}")
    answer = ask(fresh, name)
    assert answer.status_code == 409
    assert fresh.client("Otto Officer").get("/ratings.json").json() == []


def test_nobody_rates_unasked_or_with_half_the_points(two):
    call = two.shared
    assert two.client("Otto Officer").post(f"/ratings/{call}", data=marks(two, 0.5)).status_code == 404
    inez = two.client("Inez Instructor")
    some = dict(list(marks(two, 0.5).items())[1:])
    assert inez.post(f"/ratings/{call}", data=some).status_code == 400
    too_many = inez.post(f"/ratings/{call}", data=marks(two, 2.0))
    assert too_many.status_code == 409
    assert "allowed: 0 to" in too_many.text
    assert inez.post(f"/ratings/{two.private}/ask").status_code == 403
