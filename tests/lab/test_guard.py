"""Only this machine's own pages are answered, only with the key, and no page may run a script of another's."""

import re

import pytest
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from simulator.lab.app import make_app
from simulator.lab.guard import KeyGate
from tests.lab.conftest import KEY

pytestmark = pytest.mark.unit
PAGES = ("/", "/calls", "/progress", "/check", "/take/missing-sofa", "/nowhere", "/take/nobody", "/calls/nothing")


@pytest.fixture
def locked(room):
    app = make_app(room, gate=[Middleware(KeyGate, key=KEY)])
    return TestClient(app, base_url="http://localhost", follow_redirects=False)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.168.1.7", ""])
def test_a_server_called_by_another_name_does_not_answer(client, host):
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 403
    assert "not called" in answer.text


@pytest.mark.parametrize("origin", [None, "http://evil.example", "https://localhost:1", "null"])
def test_what_changes_something_must_come_from_a_page_of_this_server(room, origin):
    client = TestClient(make_app(room), base_url="http://localhost")
    headers = {"origin": origin} if origin else {}
    assert client.post("/calls/x/score", headers=headers).status_code == 403
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("ws://localhost/seat", headers=headers):
        pass


def test_nobody_comes_in_without_the_key(locked):
    for path in (*PAGES, "/report/page.css", "/calls/x/trainee.flac"):
        assert locked.get(path).status_code == 403, path
    assert locked.get("/?key=wrong").status_code == 403
    headers = {"origin": "http://localhost"}
    assert locked.post("/calls/x/score", headers=headers).status_code == 403
    with pytest.raises(WebSocketDisconnect), locked.websocket_connect("ws://localhost/seat", headers=headers):
        pass


def test_the_key_opens_once_and_a_cookie_that_no_script_reads_takes_over(locked):
    answer = locked.get(f"/?key={KEY}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert locked.get("/").status_code == 200


def test_whether_the_server_lives_may_be_asked_by_anyone(locked):
    assert locked.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_a_script_or_may_load_one_from_elsewhere(client, path):
    answer = client.get(path)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|javascript:", answer.text)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', answer.text)


def test_a_report_here_holds_no_script_either(client, room):
    for path in sorted(room.owner.calls.iterdir())[:2]:
        answer = client.get(f"/calls/{path.name}")
        assert answer.status_code == 200
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=", answer.text)
        assert "script-src 'self'" in answer.headers["content-security-policy"]
