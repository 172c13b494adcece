"""The one WebSocket of a seat: a typed call through it, coming back to it, and whatever else may be sent to it."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from simulator.errors import InputError
from simulator.lab.app import make_app
from simulator.lab.errand import Errand, Hello
from simulator.lab.room import MOST_ENDING, Visitor
from simulator.lab.socket import REFUSED
from simulator.recording.folder import CallFolder
from tests.lab.conftest import make_room

pytestmark = pytest.mark.unit
LINES = (
    "good afternoon larch home this is dana how can i help you",
    "so the sofa was due on tuesday and nobody came that must be so frustrating",
    "i am so sorry that was our mistake and i will see to it myself",
)
TYPED = {"do": "typed", "scenario": "missing-sofa", "seed": 7}


@pytest.fixture
def empty(tmp_path):
    room = make_room(tmp_path, calls=False)
    yield room
    room.close()


def connect(room):
    client = TestClient(make_app(room), base_url="http://localhost", headers={"origin": "http://localhost"})
    return client.websocket_connect("ws://localhost/seat")


def until(socket, *wanted):
    """Every message up to the first of a wanted kind."""
    found = [socket.receive_json()]
    while found[-1]["is"] not in wanted:
        found.append(socket.receive_json())
    return found


def say(socket, line):
    socket.send_json({"do": "say", "text": line})


def test_a_typed_call_runs_is_scored_and_stands_among_the_calls(empty):
    with connect(empty) as socket:
        socket.send_json(TYPED)
        assert [each["is"] for each in until(socket, "live")] == ["seat", "live"]
        said = []
        for line in LINES:
            say(socket, line)
            while not said or said[-1]["text"] != line:
                said.append(until(socket, "line")[-1])
        assert [each["text"] for each in said if each["who"] == "you"] == list(LINES)
        assert sum(each["who"] == "customer" for each in said) >= 2
        socket.send_json({"do": "hang_up"})
        over = until(socket, "over")[-1]
    folder = CallFolder.open(empty.owner.calls / over["call"])
    assert folder.manifest.device == "typed"
    assert (folder.path / "report.html").is_file()
    assert folder.manifest.state == "finished"


def test_hints_come_where_they_are_wanted_and_only_there(empty):
    hints = {}
    for wanted in (True, False):
        with connect(empty) as socket:
            socket.send_json({**TYPED, "hints": wanted})
            until(socket, "live")
            say(socket, LINES[0])
            say(socket, LINES[1])
            until(socket, "line")
            socket.send_json({"do": "hang_up"})
            hints[wanted] = [each["hint"] for each in until(socket, "over") if each.get("hint")]
    assert hints[True]
    assert not hints[False]


def test_a_line_that_cannot_be_understood_is_asked_for_again(empty):
    with connect(empty) as socket:
        socket.send_json(TYPED)
        say(socket, "~soon")
        assert "write ~7" in until(socket, "wrong")[-1]["text"]
        say(socket, LINES[0])
        assert until(socket, "line")[-1]["text"] == LINES[0]
        socket.send_json({"do": "hang_up"})
        until(socket, "over")


def test_whoever_comes_back_is_told_what_they_missed(empty):
    with connect(empty) as socket:
        socket.send_json(TYPED)
        token = until(socket, "live")[0]["token"]
        say(socket, LINES[0])
    with connect(empty) as socket:
        socket.send_json({"do": "return", "token": token, "told": 1, "frames": None})
        assert socket.receive_json()["token"] == token
        lines = [each for each in until(socket, "line") if each["is"] == "line"]
        assert lines[0]["text"] == LINES[0]
        socket.send_json({"do": "hang_up"})
        until(socket, "over")


def test_nobody_comes_back_to_another_ones_call(empty):
    with connect(empty) as socket:
        socket.send_json(TYPED)
        token = until(socket, "live")[0]["token"]
        mine, empty.owner = empty.owner, Visitor(person="Mallory", calls=empty.owner.calls, folder=empty.owner.folder)
        with connect(empty) as other:
            other.send_json({"do": "return", "token": token})
            assert until(other, "refused")[-1]["text"] == "this call is over; you find it among your calls"
        empty.owner = mine
        socket.send_json({"do": "hang_up"})
        until(socket, "over")


def test_a_full_room_refuses_politely_and_whoever_begins_anew_has_left(empty):
    with connect(empty) as first:
        first.send_json(TYPED)
        until(first, "live")
        owner = empty.owner
        empty.owner = Visitor(person="Anna", calls=owner.calls, folder=owner.folder)
        with connect(empty) as other:
            other.send_json(TYPED)
            assert "1 of 1 seats of this machine are taken" in until(other, "refused")[-1]["text"]
        empty.owner = owner
        with connect(empty) as second:
            second.send_json(TYPED)
            until(second, "live")
            until(first, "over")
            second.send_json({"do": "hang_up"})
            until(second, "over")


@pytest.mark.parametrize(
    "hello",
    [
        {"do": "call", "scenario": "missing-sofa"},
        {"do": "typed", "scenario": "missing-sofa", "more": 1},
        {"do": "return", "token": "guessed"},
        {"do": "fly"},
        [],
    ],
)
def test_a_first_message_that_says_nothing_sensible_is_refused(empty, hello):
    with connect(empty) as socket:
        socket.send_json(hello)
        assert socket.receive_json()["is"] == "refused"
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        assert closed.value.code == REFUSED


def test_a_scenario_that_is_not_there_is_told_in_words(empty):
    with connect(empty) as socket:
        socket.send_json({"do": "typed", "scenario": "nobody"})
        assert "nobody" in until(socket, "failed")[-1]["text"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=60), st.binary(max_size=700), st.dictionaries(st.text(max_size=8), st.integers())))
def test_whatever_is_sent_in_a_call_ends_the_connection_and_never_the_program(empty, sent):
    while sum(not each.over for each in empty.errands.values()) > MOST_ENDING:  # they are still being scored
        time.sleep(0.01)
    with connect(empty) as socket:
        socket.send_json(TYPED)
        until(socket, "live")
        if isinstance(sent, bytes):
            socket.send_bytes(sent)
        else:
            socket.send_text(sent if isinstance(sent, str) else json.dumps(sent))
        assert until(socket, "refused")[-1]["is"] == "refused"


def test_a_typist_who_is_gone_for_good_has_hung_up(empty, monkeypatch):
    monkeypatch.setattr("simulator.lab.errand.GIVE_UP_S", 0.2)
    errand = Errand(Hello(do="typed", scenario="missing-sofa"), owner="")
    send = lambda item: None  # noqa: E731
    errand.attach(send, errand.hello)
    errand.detach(send)
    began = time.monotonic()
    assert errand.next_line() is None
    assert time.monotonic() - began < 10


def test_whoever_begins_call_after_call_waits_until_earlier_ones_are_scored(empty):
    left = [Errand(Hello(**TYPED), owner="") for _ in range(MOST_ENDING + 1)]
    for each in left:  # begun, and none of them is over
        empty.admit(each)
    with pytest.raises(InputError, match="still being scored"):
        empty.admit(Errand(Hello(**TYPED), owner=""))
    left[0].over = True
    empty.admit(Errand(Hello(**TYPED), owner=""))
