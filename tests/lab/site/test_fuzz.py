"""Requests that mean nothing and spoilt frames break nothing; in full: benchmarks/lab/fuzz.py."""

import random
from contextlib import suppress
from itertools import cycle

import pytest
from starlette.websockets import WebSocketDisconnect

from simulator.lab.site.opening import make_site_app
from tests.lab.fuzz import described, each_request, seat_messages
from tests.lab.site.conftest import PEOPLE

pytestmark = pytest.mark.unit


def test_what_makes_no_sense_is_answered_and_never_a_fault(people):
    names, statuses = cycle([people.client(name) for name in PEOPLE]), []
    app = make_site_app(people.site)

    def ask(case):
        sent = case.as_transport_kwargs(base_url="http://localhost")
        given = {name: sent.get(name) for name in ("params", "data")}
        statuses.append(next(names).request(sent["method"], sent["url"], **given).status_code)

    each_request(described(app), 16, ask, every=8)
    assert len(statuses) >= 16
    assert max(statuses) < 500


def test_spoilt_frames_end_a_connection_and_never_the_program(people, caplog):
    client, dice, spoilt = people.client("Tara Trainee"), random.Random(16), 0
    while spoilt < 40:
        with suppress(WebSocketDisconnect, RuntimeError), client.websocket_connect("ws://localhost/seat") as socket:
            for message, is_spoilt in seat_messages(dice, do=("check", "return")):
                socket.send_bytes(message) if isinstance(message, bytes) else socket.send_text(message)
                spoilt += is_spoilt
    assert client.get("/healthz").status_code == 200
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []
