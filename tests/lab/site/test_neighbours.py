"""What one server shows of another's seats: over a real PostgreSQL; a server that falls silent stays in view."""

import json
import time

import pytest

from simulator.lab.site import neighbours as module
from simulator.lab.site.neighbours import Neighbours
from simulator.records.database.opening import open_records
from tests.records.conftest import postgres  # noqa: F401

pytestmark = pytest.mark.contract
SEAT = {"person": "Tara Trainee", "title": "The sofa", "stage": "live", "server": "", "coachable": True}
WAIT_S = 30.0


def until(holds):
    end = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(module, "EVERY_S", 0.05)


def word(what, run="r1", server="lab-a", **more):
    return json.dumps({"is": what, "run": run, "server": server, **more})


def silent_room():
    return Neighbours("lab-b", list, lambda: None)


def test_a_server_sees_the_seats_of_the_other_and_no_more_once_it_is_closed(postgres, quick):  # noqa: F811
    with open_records(postgres) as records:
        assert records.is_shared
        a = Neighbours("lab-a", lambda: [SEAT | {"you": "x" * 9_000, "anger": [[1.0, 60.0]] * 900}], records.wire)
        b = Neighbours("lab-b", list, records.wire)
        a.start()
        b.start()
        until(b.seats)
        (seat,) = b.seats()
        assert (seat["person"], seat["server"], seat["coachable"]) == ("Tara Trainee", "lab-a", False)
        assert (len(seat["you"]), len(seat["anger"])) == (module.MOST_CHARACTERS, module.MOST_POINTS)
        assert a.seats() == []
        a.close()
        until(lambda: not b.seats())
        assert b.silent() == []
        b.close()


def test_seats_of_a_server_that_fell_silent_stay_in_view_until_it_is_started_again(monkeypatch):
    monkeypatch.setattr(module, "SILENT_S", -1.0)
    b = silent_room()
    b.take(word("seat", seat=SEAT))
    assert b.seats() == []  # the list is not over
    b.take(word("all"))
    assert [(each["person"], each["stage"]) for each in b.seats()] == [("Tara Trainee", "silent")]
    (silent,) = b.silent()
    assert (silent["server"], silent["seats"], len(silent["since"])) == ("lab-a", 1, len("10:43:05"))
    b.take(word("all", run="r2"))
    assert b.seats() == []


def test_the_live_view_shows_the_seats_of_both(people):
    people.site.neighbours = silent_room()
    people.site.neighbours.take(word("seat", seat=SEAT))
    people.site.neighbours.take(word("all"))
    told = people.client("Inez Instructor").get("/live/seats").json()
    assert [(each["person"], each["server"], each["stage"]) for each in told["seats"]] == [
        ("Tara Trainee", "lab-a", "live")
    ]
