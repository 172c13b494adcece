"""What Prometheus gets: figures in its own format, and nobody's name."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from simulator.lab.app import make_app
from simulator.lab.metrics import FRESH_S, Metrics
from simulator.lab.room import Room, Visitor
from tests.lab.site.conftest import PEOPLE, made_site

pytestmark = pytest.mark.unit


def figures(text):
    return {
        (s.name, *sorted(s.labels.items())): s.value for f in text_string_to_metric_families(text) for s in f.samples
    }


def test_prometheus_reads_how_busy_the_room_is_and_how_fast_it_answers(tmp_path):
    with made_site(tmp_path, seats=7) as made:
        inez = made.client("Inez Instructor")
        assert inez.get("/table").status_code == 200
        assert inez.get("/no-such-page/secret-name").status_code == 404
        answer = inez.get("/metrics", headers={"cookie": ""})
    found = figures(answer.text)
    assert found["hotseat_seats",] == 7
    assert found["hotseat_seats_busy", ("do", "call")] == 0
    assert found["hotseat_filed_calls", ("mode", "practice"), ("outcome", "won_back")] == 2
    assert found["hotseat_waiting_calls",] == 1
    assert found["hotseat_answer_seconds_count", ("page", "/table"), ("status", "200")] == 1
    assert found["hotseat_answer_seconds_count", ("page", "none"), ("status", "404")] == 1
    assert "process_resident_memory_bytes" in answer.text
    for word in (*PEOPLE, "secret-name", "sofa"):
        assert word not in answer.text


def test_it_is_asked_without_signing_in_and_not_made_anew_each_time(tmp_path, monkeypatch):
    room = Room(owner=Visitor(person="", calls=tmp_path, folder=tmp_path))
    asked = []
    monkeypatch.setattr("simulator.lab.metrics.generate_latest", lambda _: asked.append(1) or b"")
    client = TestClient(make_app(room), base_url="http://localhost")
    assert [client.get("/metrics").status_code for _ in range(3)] == [200] * 3
    assert len(asked) == 1
    assert FRESH_S > 0
    assert Metrics(room).registry is not Metrics(room).registry  # two servers of one process share no figures
