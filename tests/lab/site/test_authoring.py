"""Drafts in the room: kept and checked as they are typed, heard, tried, rehearsed and published, by role."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
import soundfile
from sqlalchemy import select

from simulator.customer.scenario import load_scenario, own_scenarios
from simulator.records.database.tables import Score
from simulator.session.authoring.drafts import begin, drafts, text_hash

pytestmark = pytest.mark.unit
JSON = {"accept": "application/json"}
AT = "/authoring/scenarios/late-parcel"


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_SITE", str(tmp_path / "site"))


@pytest.fixture
def draft(made, monkeypatch):
    """A draft; its work is done in a thread, so that no second process has to load everything."""
    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(made.site.workshop, "_pool", pool)
        yield begin("scenarios", "late-parcel")
        monkeypatch.setattr(made.site.workshop, "_pool", None)
        made.site.rehearsals.clear()


def kept(client, draft, text, file="scenario.yaml", **more):
    was = text_hash(draft.read(file))
    form = {"file": file, "was": was, "text": text, **more}
    return client.post(f"{AT}/keep", data=form, headers=JSON)


def test_a_draft_is_begun_changed_as_a_sentence_and_published_and_the_seat_offers_it(made):
    inez = made.client("Inez Instructor")
    begun = inez.post("/authoring", data={"kind": "scenarios", "id": "late-parcel", "like": ""})
    assert (begun.status_code, begun.headers["location"]) == (303, AT)
    (draft,) = drafts("scenarios")
    answer = kept(inez, draft, draft.read("scenario.yaml"), place='["title"]', value="The parcel that was late")
    assert answer.json()["faults"] == []
    assert "title: The parcel that was late\n" in answer.json()["text"]
    assert "The parcel that was late" not in made.client("Tara Trainee").get("/").text
    published = inez.post(f"{AT}/publish")
    assert "Version 1 is published" in inez.get(published.headers["location"]).text
    assert "The parcel that was late" in made.client("Tara Trainee").get("/").text
    line = inez.get("/authoring.csv").text.splitlines()[1]
    assert line.startswith("scenario,late-parcel,yes,1,Inez Instructor,")
    kept(inez, draft, draft.read("scenario.yaml"), place='["title"]', value="Another title")
    inez.post(f"{AT}/publish")
    assert "Another title" in made.client("Tara Trainee").get("/take/late-parcel").text
    inez.post(f"{AT}/discard")
    assert inez.get(AT).status_code == 404
    assert own_scenarios() == ("late-parcel",)
    for title in ("The parcel that was late", None):
        assert "Take it back" in inez.get("/authoring").text
        assert inez.post(f"{AT}/take-back").status_code == 303
        assert own_scenarios() == (("late-parcel",) if title else ())
        answer = made.client("Tara Trainee").get("/take/late-parcel")
        assert (answer.status_code == 404) if title is None else (title in answer.text)
    assert inez.post(f"{AT}/take-back").status_code == 409
    assert inez.get("/authoring.json").json() == []
    assert inez.post("/authoring/scenarios/..%2Fx/take-back").status_code == 404
    assert inez.post("/authoring/scenarios/missing-sofa/take-back").status_code == 409


def test_a_rubric_that_scored_a_call_stays(made):
    begin("rubrics", "ours").publish(by="Inez Instructor")
    with made.site.records.writing() as session:
        score = session.scalar(select(Score).limit(1))
        was, score.rubric = score.rubric, "ours"
    otto = made.client("Otto Officer")
    answer = otto.post("/authoring/rubrics/ours/take-back")
    assert (answer.status_code, "calls were scored by ours" in answer.text) == (409, True)
    with made.site.records.writing() as session:
        session.get_one(Score, score.id).rubric = was
    assert otto.post("/authoring/rubrics/ours/take-back").status_code == 303


def test_a_fault_is_told_by_its_line_and_stands_in_the_way_of_publishing(made, draft):
    ada, text = made.client("Ada Admin"), draft.read("scenario.yaml").replace("megan", "nobody")
    (fault,) = kept(ada, draft, text).json()["faults"]
    assert text.splitlines()[fault["line"] - 1].startswith("voice: nobody")
    broken = kept(ada, draft, "id: [").json()
    assert broken["fields"] is None
    assert broken["faults"][0]["line"] == 2
    answer = ada.post(f"{AT}/publish")
    assert (answer.status_code, own_scenarios()) == (409, ())
    assert "put this right first" in answer.text
    assert ada.post(f"{AT}/rehearsal").status_code == 409


def test_what_somebody_else_has_kept_meanwhile_is_not_overwritten(made, draft):
    text = draft.read("scenario.yaml")
    assert kept(made.client("Inez Instructor"), draft, f"{text}# mine\n").status_code == 200
    form = {"file": "scenario.yaml", "was": text_hash(text), "text": f"{text}# theirs\n"}
    answer = made.client("Otto Officer").post(f"{AT}/keep", data=form, headers=JSON)
    assert answer.status_code == 409
    assert "somebody has changed" in answer.json()["wrong"]
    assert draft.read("scenario.yaml").endswith("# mine\n")


def test_without_a_script_the_file_is_kept_by_its_button(made, draft):
    form = {"file": "trainees/rude.yaml", "was": text_hash(draft.read("trainees/rude.yaml")), "text": "id: rude\r\n"}
    answer = made.client("Inez Instructor").post(f"{AT}/keep", data=form)
    assert answer.status_code == 303
    page = made.client("Inez Instructor").get(answer.headers["location"]).text
    assert draft.read("trainees/rude.yaml") == "id: rude\n"
    assert "title: Field required" in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/authoring/scenarios/missing-sofa", 404),
        ("/authoring/scenarios/..%2Fx", 404),
        ("/authoring/nothing/late-parcel", 404),
        (f"{AT}?file=../../secret", 404),
        ("/authoring/say.flac?voice=megan&band=angry", 400),
        ("/authoring/say.flac?voice=megan&band=mad&text=x", 400),
        ("/authoring/say.flac?voice=%2Fetc%2Fpasswd&band=angry&text=x", 400),
        (f"{AT}/rehearsal.csv", 404),
    ],
)
def test_an_address_that_is_none_is_refused(made, draft, path, status):
    assert made.client("Inez Instructor").get(path).status_code == status


def test_a_line_is_heard_in_a_voice_and_band(made, draft):
    inez = made.client("Inez Instructor")
    found = [inez.get(f"/authoring/say.flac?voice=megan&band={band}&text=Where is it?") for band in ("cool", "furious")]
    assert [each.headers["content-type"] for each in found] == ["audio/flac"] * 2
    cool, furious = (soundfile.read(io.BytesIO(each.content))[0] for each in found)
    assert abs(cool).max() > 0.01
    assert abs(furious).mean() > abs(cool).mean()


def test_a_typed_try_shows_what_was_read_and_what_the_customer_says(made, draft):
    inez = made.client("Inez Instructor")
    form = {"line": "good morning spoke and bell this is dana", "lines": "", "seed": "1"}
    page = inez.post(f"{AT}/try", data=form).text
    assert "Read as: greeting" in page
    assert "If you hung up now" in page
    assert page.count("<b>Customer</b>") >= 1
    assert "at most 600 s" in inez.post(f"{AT}/try", data={**form, "line": "~9999"}).text
    assert inez.post(f"{AT}/try", data={**form, "seed": "-1"}).status_code == 400


def test_a_rehearsal_of_a_rubric_says_who_scored_what(made, draft, monkeypatch):
    monkeypatch.setattr("simulator.lab.site.trial_pages.SEEDS", 1)
    begin("rubrics", "ours")
    draft.publish(by="Inez Instructor")
    inez, at = made.client("Inez Instructor"), "/authoring/rubrics/ours"
    assert inez.post(f"{at}/rehearsal", data={"scenario": "../x"}).status_code == 400
    assert "It runs" in inez.post(f"{at}/rehearsal", data={"scenario": "late-parcel"}).text
    made.site.rehearsals["rubrics/ours"].result(60)
    assert "All in order." in inez.get(f"{at}/rehearsal").text
    rows = inez.get(f"{at}/rehearsal.json").json()
    assert {row["trainee"] for row in rows} == set(load_scenario("late-parcel").trainees)
    assert len(rows) == len(load_scenario("late-parcel").trainees)
