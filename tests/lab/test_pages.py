"""The pages of a trainee: who may call, the seat, their calls, the report, the sound, the progress."""

import io

import pytest
import soundfile
from starlette.testclient import TestClient

from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.lab.app import make_app
from simulator.lab.work import Work
from simulator.recording.folder import CallFolder
from simulator.recording.manifest import write_manifest
from simulator.session.compose import Wanted
from tests.lab.conftest import make_room

pytestmark = pytest.mark.unit


def calls_in(room):
    return sorted(room.owner.calls.iterdir())


def test_every_scenario_may_call_and_says_how_it_went_last(client):
    text = client.get("/").text
    for name in list_scenarios():
        assert f'href="/take/{name}"' in text
    assert "Taken 2 times, best score" in text
    assert text.index("The sofa that never came") < text.index("Her father&#39;s account")  # easiest first


@pytest.mark.parametrize("name", list_scenarios())
def test_the_whole_briefing_stands_beside_the_phone(client, name):
    story = load_scenario(name)
    text = client.get(f"/take/{name}").text.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")
    briefing = story.briefing
    wanted = [briefing.profile, briefing.open_ticket, *briefing.past_contacts, *briefing.thread]
    wanted += [each.text for each in (*briefing.may_offer.values(), *briefing.may_not)]
    wanted += [fact.truth for fact in story.facts.values() if fact.mistaken]
    assert [each for each in wanted if each not in text] == []


def test_scored_calls_are_listed_latest_first_and_one_cut_off_waits_for_its_score(client, room):
    bad, good, cut = calls_in(room)
    text = client.get("/calls").text
    assert text.index(good.name) < text.index(bad.name)
    assert f'action="/calls/{cut.name}/score"' in text
    assert client.get("/calls?scenario=wrong-bill").text.count("<tr>") == 1


def test_a_call_that_was_cut_off_is_mended_and_scored_by_a_click(tmp_path):
    room = make_room(tmp_path)
    client = TestClient(make_app(room), base_url="http://localhost", headers={"origin": "http://localhost"})
    cut = calls_in(room)[2]
    answer = client.post(f"/calls/{cut.name}/score", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/calls/{cut.name}")
    assert CallFolder.open(cut).manifest.state == "recovered"
    assert "of 100" in client.get(f"/calls/{cut.name}").text
    again = client.post(f"/calls/{cut.name}/score", headers={"hx-request": "true"})
    assert again.headers["hx-redirect"] == f"/calls/{cut.name}"


def test_a_report_retries_by_a_click_and_plays_from_here(client, room):
    good = calls_in(room)[1]
    text = client.get(f"/calls/{good.name}").text
    assert f'href="/calls/{good.name}/retry/2"' in text
    assert f'src="/calls/{good.name}/trainee.flac"' in text
    assert "hotseat call --from" not in text
    seat = client.get(f"/calls/{good.name}/retry/2")
    assert seat.status_code == 200
    assert f'data-retry="{good.name}" data-turn="2"' in seat.text
    assert client.get(f"/calls/{good.name}/retry/99").status_code == 404


def test_a_retry_in_the_browser_takes_over_the_rubric_of_the_call(tmp_path):
    room = make_room(tmp_path)
    good = CallFolder.open(calls_in(room)[1])
    write_manifest(good.path, good.manifest.changed(rubric="certification"))
    wanted = Work(room, room.owner)._retrying(Wanted(scenario=""), good.path.name, 2)
    assert (wanted.rubric, wanted.scenario, wanted.seed) == ("certification", "missing-sofa", good.manifest.seed)


@pytest.mark.parametrize("track", ["trainee", "customer"])
def test_a_track_is_sent_whole(client, room, track):
    good = calls_in(room)[1]
    samples, rate_hz = soundfile.read(io.BytesIO(client.get(f"/calls/{good.name}/{track}.flac").content))
    assert (rate_hz, len(samples)) == (16000, CallFolder.open(good).duration)


@pytest.mark.parametrize(
    "path",
    [
        "/calls/nothing",
        "/calls/%2e%2e%2fbrowser-check.json",
        "/calls/nothing/trainee.flac",
        "/report/page.html.j2",
        "/report/..%2fpage.py",
        "/static/../app.py",
        "/take/nobody",
        "/take/..%2f..%2fetc%2fpasswd",
    ],
)
def test_what_is_not_there_is_said_to_be_missing_and_nothing_else_is_shown(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_someone_without_calls_is_told_where_to_begin(tmp_path):
    client = TestClient(make_app(make_room(tmp_path, calls=False)), base_url="http://localhost")
    assert "You have not taken a call yet" in client.get("/calls").text
    assert "No scored call yet" in client.get("/progress").text
    assert "Not taken yet" in client.get("/").text


def test_progress_links_to_the_reports_here(client, room):
    text = client.get("/progress").text
    assert f'href="/calls/{calls_in(room)[1].name}"' in text
    assert "file://" not in text
