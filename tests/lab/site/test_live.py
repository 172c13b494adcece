"""What an instructor sees and does while a call runs; a full room; the name of who takes a call."""

import contextlib
import time

import pytest
from sqlalchemy import select

from simulator.records.database.tables import Entry
from simulator.records.staff.people import find_person

pytestmark = pytest.mark.unit
ORIGIN = {"origin": "http://localhost"}
HELLO = {"do": "typed", "scenario": "missing-sofa", "seed": 7}
WAIT_S = 60.0


def until(seat, what):
    """The next message of a kind."""
    while True:
        message = seat.receive_json()
        assert message["is"] not in ("failed", "refused"), message
        if message["is"] == what:
            return message


@contextlib.contextmanager
def call(made, who):
    """A typed call that runs, and is hung up at the end."""
    with made.client(who).websocket_connect("ws://localhost/seat", headers=ORIGIN) as seat:
        seat.send_json(HELLO)
        until(seat, "live")
        yield seat
        seat.send_json({"do": "hang_up"})


def seen(client, holds):
    """What the instructor sees, once it is so."""
    end = time.monotonic() + WAIT_S
    while True:
        seats = client.get("/live/seats").json()["seats"]
        if holds(seats):
            return seats
        assert time.monotonic() < end, seats
        time.sleep(0.05)


def test_an_instructor_sees_words_seconds_anger_and_a_raised_hand(people):
    inez = people.client("Inez Instructor")
    assert inez.get("/live/seats").json() == {"seats": [], "silent": []}
    with call(people, "Tara Trainee") as seat:
        seat.send_json({"do": "say", "text": "good afternoon this is tara how can i help you"})
        seat.send_json({"do": "hand"})
        assert until(seat, "hand")["up"]
        (tara,) = seen(inez, lambda seats: seats and seats[0]["anger"] and seats[0]["customer"] and seats[0]["you"])
        assert (tara["person"], tara["title"]) == ("Tara Trainee", "The sofa that never came")
        assert tara["you"] == "good afternoon this is tara how can i help you"
        assert tara["hand"]
        assert tara["stage"] == "live"
        assert tara["at_ms"] > 2000
        assert all(0 <= at <= tara["at_ms"] and 0 <= anger <= 100 for at, anger in tara["anger"])


def test_a_written_word_is_shown_at_the_seat_lowers_the_hand_and_is_in_the_log(people):
    inez = people.client("Inez Instructor")
    with call(people, "Tara Trainee") as seat:
        seat.send_json({"do": "hand"})
        until(seat, "hand")
        form = {"person": "Tara Trainee", "text": "  Say back\nwhat she said. "}
        assert inez.post("/live/coach", data=form).status_code == 200
        assert until(seat, "coached") == {"is": "coached", "text": "Say back what she said.", "by": "Inez Instructor"}
        assert not until(seat, "hand")["up"]
        for text, status in (("", 409), ("x" * 201, 409)):
            assert inez.post("/live/coach", data=form | {"text": text}).status_code == status
        assert inez.post("/live/coach", data=form | {"person": "Tom Trainee"}).status_code == 404
    with people.site.records.reading() as session:
        (entry,) = session.scalars(select(Entry).where(Entry.action == "coached")).all()
        assert entry.row == find_person(session, "Tara Trainee").id
        assert entry.by == find_person(session, "Inez Instructor").id
        assert entry.details == {"through": "room", "scenario": "missing-sofa"}


def test_only_a_practice_call_that_runs_is_coached(people):
    inez = people.client("Inez Instructor")
    audio = {"microphone": "m", "rate_hz": 48000, "latency_ms": 1, "asked": {}, "given": {}, "browser": "b"}
    with people.client("Tara Trainee").websocket_connect("ws://localhost/seat", headers=ORIGIN) as seat:
        seat.send_json({"do": "check", "audio": audio})
        until(seat, "ready")
        (tara,) = seen(inez, bool)
        assert (tara["title"], tara["coachable"]) == ("Headset check", False)
        answer = inez.post("/live/coach", data={"person": "Tara Trainee", "text": "hello"})
        assert (answer.status_code, answer.json()["text"][:16]) == (409, "no practice call")
        seat.send_json({"do": "hang_up"})


def test_a_call_that_is_stopped_is_scored_and_kept(people):
    inez = people.client("Inez Instructor")
    with call(people, "Tara Trainee") as seat:
        seat.send_json({"do": "say", "text": "good afternoon"})
        assert inez.post("/live/stop", data={"person": "Tara Trainee"}).status_code == 200
        assert until(seat, "coached")["text"] == "Your instructor ended this call."
        name = until(seat, "over")["call"]
        assert people.client("Tara Trainee").get(f"/calls/{name}").status_code == 200
    with people.site.records.reading() as session:
        assert session.scalar(select(Entry.by).where(Entry.action == "stopped")) is not None


def test_a_full_room_refuses_a_new_call_politely_and_the_running_one_goes_on(people):
    with call(people, "Tara Trainee") as seat:
        with people.client("Tom Trainee").websocket_connect("ws://localhost/seat", headers=ORIGIN) as other:
            other.send_json(HELLO)
            refused = other.receive_json()
        assert refused["is"] == "refused"
        assert "1 of 1 seats" in refused["text"]
        assert "try again in a minute" in refused["text"]
        seat.send_json({"do": "say", "text": "are you still there"})
        assert until(seat, "line")
    seen(people.client("Inez Instructor"), lambda seats: not seats)
    with call(people, "Tom Trainee"):
        pass


def test_who_takes_the_call_is_who_is_signed_in(people):
    with people.client("Tom Trainee").websocket_connect("ws://localhost/seat", headers=ORIGIN) as seat:
        seat.send_json(HELLO | {"person": "Tara Trainee"})
        assert seat.receive_json()["is"] == "refused"  # a page has no say in it
    with call(people, "Tom Trainee"):
        (errand,) = (each for each in people.site.room.errands.values() if not each.over)
        assert errand.owner == "Tom Trainee"
