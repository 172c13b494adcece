"""Every route against every role and against another person's data: a role is a lock here."""

import pytest
from sqlalchemy import select
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from simulator.lab.site.opening import make_site_app
from simulator.records.database.log import check_log
from simulator.records.database.tables import Call, Entry
from simulator.records.staff.people import find_person
from tests.lab.site.conftest import PEOPLE

pytestmark = pytest.mark.unit
ORIGIN = {"origin": "http://localhost"}
EVERYBODY = frozenset(PEOPLE.values())
NOBODY_TOO = "nobody signed in too"
LOOKS, READS = frozenset({"instructor"}), frozenset({"instructor", "officer"})
CERTIFIES = frozenset({"officer"})
AUTHORS = EVERYBODY - {"trainee"}
KEEPS, KEEPER = frozenset({"instructor", "administrator"}), frozenset({"administrator"})
MAY = {
    "GET /": EVERYBODY,
    "GET /check": EVERYBODY,
    "GET /calls": EVERYBODY,
    "GET /progress": EVERYBODY,
    "GET /take/{scenario}": EVERYBODY,
    "GET /calls/{call}": EVERYBODY,
    "GET /calls/{call}/retry/{turn:int}": EVERYBODY,
    "POST /calls/{call}/score": EVERYBODY,
    "GET /calls/{call}/{track}.flac": EVERYBODY,
    "GET /report/{name}": NOBODY_TOO,
    "GET /healthz": NOBODY_TOO,
    "GET /metrics": NOBODY_TOO,
    "GET /signin": NOBODY_TOO,
    "POST /signin": NOBODY_TOO,
    "GET /signin/provider": NOBODY_TOO,
    "GET /signin/back": NOBODY_TOO,
    "GET /join/{secret}": NOBODY_TOO,
    "POST /join/{secret}": NOBODY_TOO,
    "POST /signout": EVERYBODY,
    "GET /account": EVERYBODY,
    "POST /account": EVERYBODY,
    "GET /live": LOOKS,
    "GET /live/seats": LOOKS,
    "POST /live/coach": LOOKS,
    "POST /live/stop": LOOKS,
    "GET /table": READS,
    "GET /table.csv": READS,
    "GET /table.json": READS,
    "GET /table/{call}": READS,
    "GET /table/{call}/{track}.flac": READS,
    "GET /table/{call}/moment/{start:int}-{stop:int}.flac": READS,
    "GET /compare": READS,
    "GET /compare.csv": READS,
    "GET /compare.json": READS,
    "GET /results/{kind}": READS,
    "GET /own-results/{kind}": EVERYBODY,
    "GET /queue": READS,
    "GET /queue.csv": READS,
    "GET /queue.json": READS,
    "GET /queue/{call}": READS,
    "POST /queue/{call}/points": READS,
    "POST /queue/{call}/decision": READS,
    "POST /queue/{call}/answer": READS,
    "POST /queue/{call}/comment": READS,
    "GET /skills": READS,
    "GET /skills.csv": READS,
    "GET /skills.json": READS,
    "GET /skills/moments": READS,
    "GET /person": READS,
    "GET /certification": READS,
    "GET /certification.csv": READS,
    "GET /certification.json": READS,
    "GET /assignments": READS,
    "GET /assignments.csv": READS,
    "GET /assignments.json": READS,
    "POST /assignments": READS,
    "POST /assignments/end": READS,
    "GET /sharing": EVERYBODY,
    "POST /sharing": EVERYBODY,
    "POST /sharing/appeal": EVERYBODY,
    "GET /certification/person": READS,
    "GET /certification/person.csv": READS,
    "GET /certification/person.json": READS,
    "POST /certification/start": CERTIFIES,
    "POST /certification/issue": CERTIFIES,
    "POST /certification/withdraw": CERTIFIES,
    "GET /certification/certificates/{id}.{kind}": READS,
    "GET /ratings": READS,
    "GET /ratings.csv": CERTIFIES,
    "GET /ratings.json": CERTIFIES,
    "GET /ratings/{call}": READS,
    "GET /ratings/{call}/sound.flac": READS,
    "POST /ratings/{call}": READS,
    "POST /ratings/{call}/ask": CERTIFIES,
    "GET /authoring": AUTHORS,
    "GET /authoring.csv": AUTHORS,
    "GET /authoring.json": AUTHORS,
    "POST /authoring": AUTHORS,
    "GET /authoring/say.flac": AUTHORS,
    "GET /authoring/{kind}/{id}": AUTHORS,
    "POST /authoring/{kind}/{id}/keep": AUTHORS,
    "POST /authoring/{kind}/{id}/trainee": AUTHORS,
    "POST /authoring/{kind}/{id}/publish": AUTHORS,
    "POST /authoring/{kind}/{id}/take-back": AUTHORS,
    "POST /authoring/{kind}/{id}/discard": AUTHORS,
    "GET /authoring/{kind}/{id}/try": AUTHORS,
    "POST /authoring/{kind}/{id}/try": AUTHORS,
    "GET /authoring/{kind}/{id}/rehearsal": AUTHORS,
    "GET /authoring/{kind}/{id}/rehearsal.csv": AUTHORS,
    "GET /authoring/{kind}/{id}/rehearsal.json": AUTHORS,
    "POST /authoring/{kind}/{id}/rehearsal": AUTHORS,
    "GET /people": KEEPS,
    "GET /people.csv": KEEPS,
    "GET /people.json": KEEPS,
    "POST /people/invite": KEEPS,
    "POST /people/import": KEEPS,
    "POST /people/change": KEEPER,
    "POST /people/team": KEEPER,
}
"""Who may ask for which page. A new page has to be added here, or the first test fails."""


def path_of(route, made):
    wanted = {
        "scenario": "missing-sofa",
        "call": made.private,
        "turn:int": "1",
        "track": "trainee",
        "kind": "xapi.jsonl",
    }
    path = route.split(" ")[1]
    for name, value in (
        wanted
        | {"start:int": "0", "stop:int": "900", "name": "page.css", "secret": "no-such-secret", "id": "no-such-draft"}
    ).items():
        path = path.replace(f"{{{name}}}", value)
    return path


def ask(made, who, route):
    client = made.client(who)
    return client.request(route.split(" ")[0], path_of(route, made))


def test_every_route_is_in_the_table(made):
    found = set()
    for route in make_site_app(made.site).routes:
        if isinstance(route, Route):
            found |= {f"{method} {route.path}" for method in route.methods - {"HEAD"}}
        else:
            assert isinstance(route, WebSocketRoute) or route.path == "/static"
    assert found == set(MAY)


@pytest.mark.parametrize("route", [each for each, who in MAY.items() if who != NOBODY_TOO])
def test_who_is_not_signed_in_gets_no_page(made, route):
    answer = ask(made, None, route)
    if route.startswith("GET"):
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    else:
        assert answer.status_code == 403


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("route", [each for each, who in MAY.items() if who != NOBODY_TOO])
def test_each_role_gets_its_own_pages_and_no_other(made, who, route):
    answer = ask(made, who, route)
    if PEOPLE[who] in MAY[route]:
        assert answer.status_code != 403 or route == "POST /account"  # without the old password
        assert answer.status_code < 500
    else:
        assert answer.status_code == 403
        assert "not for your role" in answer.text


@pytest.mark.parametrize("who", ["Tom Trainee", "Inez Instructor", "Otto Officer", "Ada Admin"])
def test_practice_that_is_not_shared_is_seen_by_its_trainee_alone(made, who):
    client = made.client(who)
    for path in ("", "/trainee.flac", "/customer.flac", "/retry/1"):
        assert client.get(f"/calls/{made.private}{path}").status_code == 404
    assert client.post(f"/calls/{made.private}/score").status_code == 404
    assert client.get(f"/table/{made.private}").status_code in (403, 404)
    assert client.get(f"/table/{made.private}/trainee.flac").status_code in (403, 404)
    for path in ("/calls", "/progress", "/sharing", "/table", "/table.csv", "/queue", "/queue.csv"):
        assert made.private not in client.get(path).text
    own = made.client("Tara Trainee")
    assert own.get(f"/calls/{made.private}").status_code == 200
    assert made.private in own.get("/sharing").text


@pytest.mark.parametrize("who", ["Tom Trainee", "Inez Instructor", "Ada Admin"])
@pytest.mark.parametrize(("path", "more"), [("/sharing", {"shared": "yes"}), ("/sharing/appeal", {"note": "mine"})])
def test_nobody_shares_or_appeals_for_another(made, who, path, more):
    answer = made.client(who).post(path, data={"call": made.private, **more})
    assert answer.status_code == 404
    with made.site.records.reading() as session:
        assert not session.scalar(select(Call.shared).where(Call.name == made.private))


def test_every_access_to_anothers_recording_is_in_the_log(fresh):
    inez, call = fresh.client("Inez Instructor"), fresh.shared
    assert inez.get(f"/table/{call}").status_code == 200
    assert inez.get(f"/table/{call}/trainee.flac").headers["content-type"] == "audio/flac"
    assert inez.get(f"/table/{call}/nothing.flac").status_code == 404
    fresh.client("Otto Officer").get(f"/table/{call}/customer.flac")
    with fresh.site.records.reading() as session:
        opened = session.scalars(select(Entry).where(Entry.action == "opened").order_by(Entry.number)).all()
        people = {each.id: each.name for each in (find_person(session, name) for name in PEOPLE)}
        row = session.scalar(select(Call.id).where(Call.name == call))
        assert [(people[each.by], each.details["what"], each.row) for each in opened] == [
            ("Inez Instructor", "report", row),
            ("Inez Instructor", "trainee", row),
            ("Otto Officer", "customer", row),
        ]
        assert check_log(session).faults == ()


def test_a_call_that_is_shared_no_longer_is_seen_no_longer(fresh):
    tara, inez = fresh.client("Tara Trainee"), fresh.client("Inez Instructor")
    assert inez.get(f"/table/{fresh.shared}").status_code == 200
    assert tara.post("/sharing", data={"call": fresh.shared, "shared": "no"}).status_code == 303
    assert inez.get(f"/table/{fresh.shared}").status_code == 404
    assert fresh.shared not in inez.get("/table").text


def test_a_report_of_another_offers_no_retry_and_plays_from_its_own_address(made):
    text = made.client("Inez Instructor").get(f"/table/{made.shared}").text
    assert f'src="/table/{made.shared}/trainee.flac"' in text
    assert "Retry from here" not in text
    assert f"/calls/{made.shared}" not in text


@pytest.mark.parametrize("route", [each for each in MAY if each.startswith("POST")])
@pytest.mark.parametrize("origin", [None, "http://evil.example", "null"])
def test_no_form_of_another_site_is_taken(made, route, origin):
    client = made.client("Ada Admin")
    client.headers.pop("origin")
    headers = {} if origin is None else {"origin": origin}
    answer = client.post(path_of(route, made), headers=headers)
    assert answer.status_code == 403
    assert "did not come from a page of this server" in answer.text


def test_a_seat_needs_a_session_and_another_persons_call_cannot_be_returned_to(fresh):
    nobody = fresh.client()
    with pytest.raises(WebSocketDisconnect), nobody.websocket_connect("ws://localhost/seat", headers=ORIGIN):
        pass
    tara, tom = fresh.client("Tara Trainee"), fresh.client("Tom Trainee")
    with tara.websocket_connect("ws://localhost/seat", headers=ORIGIN) as seat:
        seat.send_json({"do": "typed", "scenario": "missing-sofa", "seed": 7})
        token = seat.receive_json()["token"]
        with tom.websocket_connect("ws://localhost/seat", headers=ORIGIN) as other:
            other.send_json({"do": "return", "token": token})
            assert other.receive_json()["is"] == "refused"
        seat.send_json({"do": "hang_up"})
