"""Who struggles and with what: the map leads to moments and to what trains them; calls side by side; results."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from simulator.records.database.tables import Call, Entry, now
from simulator.records.filing import share
from simulator.records.lists.browsing import shared_call
from simulator.records.reviews.standing import latest_score

pytestmark = pytest.mark.unit
ALL = "days=all"


def share_all(made):
    with made.site.records.writing() as session:
        for call in session.scalars(select(Call)).all():
            share(session, call, shared=True)
        return session.scalars(select(Call.name).order_by(Call.started)).all()


def test_the_map_adds_up_points_by_person_and_skill_of_shared_calls_only(fresh):
    inez = fresh.client("Inez Instructor")
    rows = inez.get(f"/skills.json?{ALL}").json()
    assert {row["person"] for row in rows} == {"Tara Trainee"}
    assert {row["calls"] for row in rows} == {1}
    with fresh.site.records.reading() as session:
        criteria = latest_score(session, shared_call(session, fresh.shared)).criteria
    for skill in ("listening", "L1"):
        mine = [each for each in criteria if skill in (each["dimension"], *each["guidance"])]
        row = next(row for row in rows if row["skill"] == skill)
        assert row["points"] == pytest.approx(sum(each["points"] for each in mine), abs=0.01)
        assert row["of"] == pytest.approx(sum(each["of"] for each in mine), abs=0.01)


def test_a_period_and_a_team_narrow_the_map(fresh):
    share_all(fresh)
    inez = fresh.client("Inez Instructor")
    with fresh.site.records.writing() as session:
        for call in session.scalars(select(Call)).all():
            call.started = now() - timedelta(days=40)
    assert "No scored call" in inez.get("/skills").text
    assert "Tom Trainee" in inez.get("/skills?days=90").text
    assert "Tom Trainee" in inez.get(f"/skills?{ALL}").text
    assert "Tom Trainee" not in inez.get(f"/skills?{ALL}&team=Night shift").text
    assert inez.get("/skills?team=Nobody").status_code == 404


def test_a_number_leads_to_moments_and_the_weakest_row_to_an_assignment(fresh):
    inez = fresh.client("Inez Instructor")
    text = inez.get(f"/skills?{ALL}&dimension=listening").text
    assert "person=Tara%20Trainee&amp;skill=L1&amp;days=all" in text
    assert "#new" in text.partition("Weakest")[2]
    found = inez.get(f"/skills/moments?person=Tara Trainee&skill=L1&{ALL}").text
    assert f"/table/{fresh.shared}#c-lets-the-customer-finish" in found
    assert f"/table/{fresh.shared}/moment/" in found
    assert "/assignments?what=" in found
    assert inez.get(f"/skills/moments?person=Tara Trainee&skill=Z9&{ALL}").status_code == 404
    assert inez.get(f"/skills/moments?person=Nobody&skill=L1&{ALL}").status_code == 404
    with fresh.site.records.reading() as session:
        opened = session.scalars(select(Entry).where(Entry.action == "opened")).all()
        assert [each.details["what"] for each in opened] == ["moments"]


def test_nothing_of_practice_that_is_not_shared_shows_anywhere(made):
    inez = made.client("Inez Instructor")
    for path in (
        f"/skills?{ALL}", f"/skills.csv?{ALL}", f"/skills/moments?person=Tara Trainee&skill=L1&{ALL}",
        "/person?name=Tara Trainee", "/person?name=Tom Trainee", "/results/xapi.jsonl",
    ):  # fmt: skip
        assert made.private not in inez.get(path).text, path
    assert inez.get(f"/compare?call={made.shared}&call={made.private}").status_code == 400
    assert "No scored call yet" in inez.get("/person?name=Tom Trainee").text


def test_one_person_over_time_links_to_the_reports_of_the_room(made):
    text = made.client("Inez Instructor").get("/person?name=Tara Trainee").text
    assert f'href="/table/{made.shared}"' in text
    assert f"/calls/{made.shared}" not in text


def test_calls_stand_side_by_side_as_they_stand_after_review(fresh):
    names = share_all(fresh)
    inez = fresh.client("Inez Instructor")
    form = {"criterion": "lets-the-customer-finish", "points": "4", "text": "A slip."}
    inez.post(f"/queue/{fresh.shared}/points", data=form)
    query = "&".join(f"call={name}" for name in names[:2])
    text = inez.get(f"/compare?{query}").text
    assert text.count('<th scope="col">') == 2
    rows = inez.get(f"/compare.json?{query}").json()
    changed = [row for row in rows if row["criterion"] == "lets-the-customer-finish"]
    assert next(row["points"] for row in changed if row["call"] == fresh.shared) == 4
    for wrong in (f"call={names[0]}", "&".join(f"call=x{n}" for n in range(5)), ""):
        assert inez.get(f"/compare?{wrong}").status_code == 400


def test_results_for_an_lms_hold_shared_calls_for_instructors_and_ones_own_for_a_trainee(fresh):
    inez, tara = fresh.client("Inez Instructor"), fresh.client("Tara Trainee")
    said = [json.loads(line) for line in inez.get("/results/xapi.jsonl").text.splitlines()]
    assert len(said) == 1
    assert len(tara.get("/own-results/xapi.jsonl").text.splitlines()) == 2
    package = zipfile.ZipFile(io.BytesIO(tara.get("/own-results/scorm.zip").content))
    assert {"imsmanifest.xml", "call-1.html", "call-2.html", "scorm.js"} <= set(package.namelist())
    share_all(fresh)
    both = zipfile.ZipFile(io.BytesIO(inez.get("/results/scorm.zip").content))
    assert both.namelist() == ["Tara-Trainee.zip", "Tom-Trainee.zip"]
    assert inez.get("/results/scorm.zip?person=Nobody").status_code == 400
    assert inez.get("/results/words.txt").status_code == 404
