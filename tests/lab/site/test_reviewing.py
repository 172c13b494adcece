"""What waits for a person: its moments can be heard, and who is signed in decides, by role and with a reason."""

import io

import pytest
import soundfile
from sqlalchemy import select

from simulator.records.database.log import check_log
from simulator.records.database.tables import Call, Entry, Review, Score
from simulator.records.filing import share
from simulator.records.lists.browsing import queue, shared_call
from simulator.records.reviews.reviewing import decide
from simulator.records.reviews.standing import standing_of
from tests.lab.site.conftest import take
from tests.scoring.made_call import MadeCall

pytestmark = pytest.mark.unit
CRITERION = "lets-the-customer-finish"


def stands(made):
    with made.site.records.reading() as session:
        return standing_of(session, shared_call(session, made.shared))


def make_borderline(made):
    with made.site.records.writing() as session:
        call = shared_call(session, made.shared)
        session.scalars(select(Score).where(Score.call_id == call.id)).one().verdict = "borderline"


def said(made):
    with made.site.records.reading() as session:
        return [(each.kind, each.text) for each in session.scalars(select(Review).order_by(Review.number))]


def inez_hears(inez, call, start, stop):
    return soundfile.read(io.BytesIO(inez.get(f"/table/{call}/moment/{start}-{stop}.flac").content))[0]


def test_the_queue_shows_the_moments_of_a_call_without_its_words(fresh):
    text = fresh.client("Inez Instructor").get("/queue").text
    assert "appeal: I did let her finish." in text
    assert f'href="/table/{fresh.shared}/moment/' in text
    assert "“" not in text.partition("<main")[2]
    assert fresh.client("Otto Officer").get("/queue.json").json()[0]["why"] == "appeal: I did let her finish."


def test_a_moment_is_both_sides_as_one_sound_and_is_in_the_log(fresh):
    inez, said = fresh.client("Inez Instructor"), MadeCall().customer("where is my sofa").trainee("good morning").end()
    row, spoken = take(fresh.site, fresh, said, "Tara Trainee", started="2026-11-22T11:00:00+00:00", typed=False)
    with fresh.site.records.writing() as session:
        share(session, session.get_one(Call, row), shared=True)
    answer = inez.get(f"/table/{spoken}/moment/500-2500.flac")
    assert answer.headers["content-type"] == "audio/flac"
    samples, rate = soundfile.read(io.BytesIO(answer.content))
    assert (len(samples), rate) == (32_000, 16_000)
    assert abs(samples[:16_000]).max() > 0.01  # the customer
    assert abs(inez_hears(inez, spoken, 2600, 3400)).max() > 0.01  # the trainee
    for moment in ("2500-500", "0-999999"):
        assert inez.get(f"/table/{fresh.shared}/moment/{moment}.flac").status_code == 404
    assert inez.get(f"/table/{fresh.private}/moment/0-500.flac").status_code == 404
    assert fresh.client("Tom Trainee").get(f"/table/{fresh.shared}/moment/0-500.flac").status_code == 403
    with fresh.site.records.reading() as session:
        opened = session.scalars(select(Entry).where(Entry.action == "opened")).all()
        assert [each.details["what"] for each in opened] == ["moment 500 to 2500 ms", "moment 2600 to 3400 ms"]


def test_points_are_changed_with_a_reason_under_the_name_of_the_session(fresh):
    inez, before = fresh.client("Inez Instructor"), stands(fresh).total
    form = {"criterion": CRITERION, "points": "4", "text": "The overlap was a slip.", "by": "Otto Officer"}
    assert inez.post(f"/queue/{fresh.shared}/points", data=form).status_code == 303
    now = stands(fresh)
    assert now.total > before
    text = inez.get(f"/queue/{fresh.shared}").text
    assert "<b>Inez Instructor</b> changed points" in text
    assert "The overlap was a slip." in text
    with fresh.site.records.reading() as session:
        assert check_log(session).faults == ()


@pytest.mark.parametrize(
    ("what", "form", "status", "why"),
    [
        ("points", {"criterion": CRITERION, "points": "4", "text": " "}, 409, "an empty reason"),
        ("points", {"criterion": CRITERION, "points": "999", "text": "x"}, 409, "cannot have 999 points"),
        ("points", {"criterion": "no-such", "points": "1", "text": "x"}, 409, "no criterion"),
        ("points", {"criterion": CRITERION, "points": "many", "text": "x"}, 400, "is no number"),
        ("decision", {"passed": "yes", "text": "x"}, 409, "is not borderline"),
        ("decision", {"text": "x"}, 400, "yes or no"),
    ],
)
def test_what_the_records_refuse_is_said_on_the_page_and_changes_nothing(made, what, form, status, why):
    before = said(made)
    answer = made.client("Inez Instructor").post(f"/queue/{made.shared}/{what}", data=form)
    assert answer.status_code == status
    assert why in answer.text
    assert said(made) == before


def test_a_borderline_call_is_decided_and_waits_no_more(fresh):
    make_borderline(fresh)
    otto = fresh.client("Otto Officer")
    otto.post(f"/queue/{fresh.shared}/answer", data={"text": "We listened again."})
    assert "borderline" in otto.get("/queue").text.lower()
    form = {"passed": "no", "text": "She was cut off twice."}
    assert otto.post(f"/queue/{fresh.shared}/decision", data=form).status_code == 303
    assert "Nothing waits" in otto.get("/queue").text
    assert said(fresh)[1:] == [("answer", "We listened again."), ("reject", "She was cut off twice.")]
    assert stands(fresh).verdict == "fail"


def test_a_decision_on_an_earlier_score_does_not_take_the_new_one_out_of_the_queue(fresh):
    make_borderline(fresh)
    with fresh.site.records.writing() as session:
        call = shared_call(session, fresh.shared)
        decide(session, call, "Otto Officer", passed=True, reason="Good enough.")
        old = session.scalars(select(Score).where(Score.call_id == call.id)).one()
        again = {
            name: getattr(old, name) for name in old.__table__.columns.keys() if name not in ("id", "salt", "filed")
        }
        session.add(Score(**{**again, "number": 2, "sha256": "cd" * 32}))
    with fresh.site.records.reading() as session:
        assert [each.why for each in queue(session)] == ["appeal: I did let her finish.; borderline"]


def test_nobody_judges_their_own_call_or_one_that_is_not_shared(fresh):
    inez, call = fresh.client("Inez Instructor"), fresh.private
    assert inez.get(f"/queue/{call}").status_code == 404
    for what, form in (("comment", {"text": "x"}), ("points", {"criterion": CRITERION, "points": "1", "text": "x"})):
        assert inez.post(f"/queue/{call}/{what}", data=form).status_code == 404
    with fresh.site.records.writing() as session:
        mine = shared_call(session, fresh.shared)
        mine.person_id = fresh.member("Inez Instructor").person
    page = inez.get(f"/queue/{fresh.shared}").text
    assert "This is your own call" in page
    assert "Change the points" not in page
    answer = inez.post(
        f"/queue/{fresh.shared}/points", data={"criterion": CRITERION, "points": "1", "text": "I was right."}
    )
    assert answer.status_code == 409
    assert "cannot judge it" in answer.text


def test_a_comment_can_be_made_by_who_reads_calls(fresh):
    fresh.client("Inez Instructor").post(f"/queue/{fresh.shared}/comment", data={"text": "Listen to 0:12."})
    assert said(fresh)[-1] == ("comment", "Listen to 0:12.")
