"""Attempts, certificates and withdrawals in the room: by the certification officer, and all of it says so."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from simulator.records.attempts import Identity, attempts_of, start_attempt
from simulator.records.certificates.document import CertificateOutput
from simulator.records.certificates.verifying import verify
from simulator.records.database.log import check_log
from simulator.records.database.tables import Entry
from simulator.records.filing import file_call
from simulator.records.forms import load_policy
from simulator.records.staff.accounts import change_account
from simulator.records.staff.people import find_person
from simulator.session import certifying
from tests.records.attacks.test_issue import AGREES
from tests.records.conftest import scored_call, seal_as_taken
from tests.records.test_certification import form

pytestmark = pytest.mark.unit
TARA, PERSON = "Tara Trainee", "/certification/person?name=Tara+Trainee"


@pytest.fixture
def site(people, tmp_path, monkeypatch):
    """A site without calls, with keys of its own; its slow work is done in a thread."""
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))
    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(people.site.workshop, "_pool", pool)
        yield people
        monkeypatch.setattr(people.site.workshop, "_pool", None)


@pytest.fixture
def passed(site, monkeypatch):
    """The same, where Tara has passed an attempt; that the recording is the log's is checked with the command."""
    monkeypatch.setattr(certifying, "check_recording", lambda folder, notify: AGREES)
    call = scored_call(site.site.visitor(site.member(TARA)).calls, person=TARA)
    with site.site.records.writing() as session:
        begun = seal_as_taken(session, call.path).begun - timedelta(minutes=1)
        identity = Identity(how="staff card", by="Inez Instructor")
        start_attempt(session, find_person(session, TARA), load_policy(), form("missing-sofa"), identity, at=begun)
        file_call(session, call.path)
    return site


def issued(site):
    otto = site.client("Otto Officer")
    assert otto.post("/certification/issue", data={"name": TARA}).headers["location"] == PERSON
    site.site.issuing[TARA].exception(60)
    return otto


def test_an_officer_opens_an_attempt_and_vouches_for_who_it_is(site):
    otto = site.client("Otto Officer")
    answer = otto.post("/certification/start", data={"name": TARA, "identity": "photo id", "form": "b"})
    assert (answer.status_code, answer.headers["location"]) == (303, PERSON)
    page = otto.get(PERSON).text
    assert "Form b: open" in page
    assert "photo id, checked by Otto Officer" in page
    assert "Not now: one is open" in page
    with site.site.records.reading() as session:
        (attempt,) = attempts_of(session, find_person(session, TARA))
        (entry,) = [e for e in log(session) if e.row == attempt.id]
        assert (entry.by, entry.details) == (site.member("Otto Officer").person, {"through": "room"})
    again = otto.post("/certification/start", data={"name": TARA, "identity": "photo id", "form": ""})
    assert again.status_code == 409
    assert "cannot start an attempt: one is open" in again.text


def log(session):
    return session.scalars(select(Entry)).all()


@pytest.mark.parametrize(
    ("path", "data", "status", "why"),
    [
        ("start", {"name": "Nobody", "identity": "photo id"}, 404, "nobody of that name"),
        ("start", {"name": TARA, "identity": "a smile"}, 409, "cannot be checked by"),
        ("start", {"name": TARA, "identity": "photo id", "form": "z"}, 409, "has no form"),
        ("start", {"name": "Otto Officer", "identity": "photo id"}, 409, "cannot vouch for themselves"),
        ("issue", {"name": TARA}, 409, "has passed no attempt"),
        ("issue", {"name": "Nobody"}, 404, "nobody of that name"),
        ("withdraw", {"name": TARA, "certificate": "ab" * 16, "text": "x"}, 404, ""),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(site, path, data, status, why):
    answer = site.client("Otto Officer").post(f"/certification/{path}", data=data)
    assert answer.status_code == status
    assert why in answer.text


def test_a_certificate_is_issued_and_withdrawn_in_the_room_and_says_by_whom(passed):
    otto = issued(passed)
    page = otto.get(PERSON).text
    assert "Issued by Otto Officer, signed in here." in page
    (id_,) = {part.split(".json")[0] for part in page.split("/certificates/")[1:] if ".json" in part[:40]}
    at = f"/certification/certificates/{id_}"
    made = CertificateOutput.model_validate_json(otto.get(f"{at}.json?name={TARA}").content)
    assert (made.id, made.issuer.by, made.issuer.through) == (id_, "Otto Officer", "room")
    assert otto.get(f"{at}.pdf?name={TARA}").content.startswith(b"%PDF-")
    assert otto.get(f"{at}.json?name=Tom Trainee").status_code == 404
    assert otto.get(f"{at}.exe?name={TARA}").status_code == 404
    assert "certified" in otto.get("/certification.csv").text
    path = next(passed.site.folder.rglob("certificate.json"))
    assert verify(path).valid
    assert otto.post("/certification/issue", data={"name": TARA}).status_code == 303
    assert "has a certificate already" in str(passed.site.issuing[TARA].exception(60))
    form = {"name": TARA, "certificate": id_, "text": "The wrong person sat there."}
    assert otto.post("/certification/withdraw", data={**form, "text": " "}).status_code == 409
    assert otto.post("/certification/withdraw", data=form).status_code == 303
    page = otto.get(PERSON).text
    assert "by Otto Officer, signed in here: The wrong person sat there." in page
    assert verify(path).withdrawn
    issued(passed)
    assert "certificate-2.json" in [each.name for each in path.parent.iterdir()]
    assert verify(path.parent / "certificate-2.json").valid
    with passed.site.records.reading() as session:
        assert check_log(session).faults == ()


def test_nobody_certifies_themselves(passed):
    with passed.site.records.writing() as session:
        change_account(session, TARA, role="officer", active=True, by=passed.member("Ada Admin"))
    tara = passed.client(TARA)
    assert "Issue the certificate" not in tara.get(PERSON).text
    assert tara.post("/certification/issue", data={"name": TARA}).status_code == 303
    assert "cannot certify themselves" in str(passed.site.issuing[TARA].exception(60))
    assert list(passed.site.folder.rglob("certificate.json")) == []
