"""Invitations, sign-in and its limits, sessions, passwords, and what an administrator may change."""

import re

import pytest
from sqlalchemy import select

from simulator.errors import InputError
from simulator.lab.site.sessions import IDLE_S, LONGEST_S, TRIES_BY_ADDRESS, TRIES_BY_NAME, WINDOW_S, Sessions, Tries
from simulator.records.database.log import check_log
from simulator.records.database.tables import Account, Invitation, Person, now
from simulator.records.portability import delete_person, export_person
from simulator.records.staff.accounts import change_account, find_account, invite, invite_first, open_invitation
from simulator.records.staff.people import find_person
from tests.lab.site.conftest import PASSWORD

pytestmark = pytest.mark.unit


class Clock:
    def __init__(self):
        self.at_s = 0.0

    def __call__(self):
        return self.at_s


def sign_in(client, name, password=PASSWORD):
    return client.post("/signin", data={"name": name, "password": password})


def link(answer):
    return re.search(r"(/join/[\w-]+)", answer.text)[1]


def join(client, path, password=PASSWORD, **more):
    return client.post(path, data={"password": password, "again": password, **more})


@pytest.mark.parametrize(
    ("name", "first"),
    [("Ada Admin", "/people"), ("inez  INSTRUCTOR", "/live"), ("Otto Officer", "/table"), ("Tara Trainee", "/")],
)
def test_each_role_signs_in_and_sees_its_own_page_first(made, name, first):
    client = made.client()
    answer = sign_in(client, name)
    assert (answer.status_code, answer.headers["location"]) == (303, first)
    assert client.get(first).status_code == 200


def test_the_cookie_is_no_script_s_business_and_goes_to_no_other_site(made):
    cookie = sign_in(made.client(), "Tara Trainee").headers["set-cookie"]
    assert cookie.startswith("hotseat-lab=")
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}


def test_over_tls_the_cookie_is_secure_and_bound_to_the_host(people):
    people.site.secure = True
    cookie = sign_in(people.client(), "Tara Trainee").headers["set-cookie"]
    assert cookie.startswith("__Host-hotseat=")
    assert "; Secure" in cookie
    assert "domain" not in cookie.lower()


def test_a_wrong_password_and_an_unknown_name_read_alike(made):
    wrong, unknown = sign_in(made.client(), "Otto Officer", "x" * 12), sign_in(made.client(), "Nobody", "x" * 12)
    assert wrong.status_code == unknown.status_code == 403
    assert wrong.text.replace("Otto Officer", "NAME") == unknown.text.replace("Nobody", "NAME")


def test_after_five_wrong_passwords_not_even_the_right_one_opens(people):
    client = people.client()
    for _ in range(TRIES_BY_NAME):
        assert sign_in(client, "Tom Trainee", "wrong wrong wrong").status_code == 403
    assert sign_in(client, "Tom Trainee").status_code == 429
    assert sign_in(client, "Tara Trainee").status_code == 303


def test_tries_are_counted_by_address_too_and_forgotten_with_time():
    clock = Clock()
    tries = Tries(clock)
    for number in range(TRIES_BY_ADDRESS):
        tries.begin(f"name {number}", "10.0.0.7")
    with pytest.raises(InputError, match="wait 15 minutes"):
        tries.begin("another", "10.0.0.7")
    tries.begin("another", "10.0.0.8")
    clock.at_s = WINDOW_S + 1
    tries.begin("another", "10.0.0.7")


def test_who_signs_in_rightly_leaves_no_tries_behind():
    tries = Tries(Clock())
    for _ in range(3 * TRIES_BY_ADDRESS):
        tries.begin("dana", "10.0.0.7")
        tries.succeed("dana", "10.0.0.7")


def test_a_session_ends_when_idle_and_after_a_day_s_work():
    clock = Clock()
    sessions = Sessions(clock)
    idle, busy = sessions.begin("a"), sessions.begin("b")
    while clock.at_s < LONGEST_S - IDLE_S / 2:
        clock.at_s += IDLE_S / 2
        assert sessions.account(busy) == "b"
    assert sessions.account(idle) is None
    clock.at_s = LONGEST_S
    assert sessions.account(busy) is None


def test_signing_out_ends_the_session_itself(made):
    client = made.client("Tom Trainee")
    secret = client.cookies.get(made.site.cookie)
    assert client.post("/signout").headers["location"] == "/signin"
    client.cookies.set(made.site.cookie, secret)
    assert client.get("/").status_code == 303


def test_an_invitation_makes_one_account_and_works_once(people):
    ada, nora = people.client("Ada Admin"), people.client()
    made = ada.post("/people/invite", data={"name": "Nora New", "role": "instructor", "team": "Night shift"})
    path = link(made)
    assert "Welcome, Nora New" in nora.get(path).text
    assert join(nora, path).headers["location"] == "/live"
    assert people.member("Nora New").team == "Night shift"
    assert people.client().get(path).status_code == 404
    assert join(people.client(), path, "another long password").status_code == 404
    assert sign_in(people.client(), "Nora New").status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [("short", "short", "12 to 200"), (PASSWORD, PASSWORD + "x", "not the same"), ("aaaaaaaaaaaaaaa", None, "guess")],
)
def test_a_password_that_will_not_do_leaves_the_invitation_open(people, password, again, why):
    path = link(people.client("Ada Admin").post("/people/invite", data={"name": "Nora New", "role": "trainee"}))
    answer = people.client().post(path, data={"password": password, "again": again or password})
    assert answer.status_code == 400
    assert why in answer.text
    assert join(people.client(), path).status_code == 303


def test_an_invitation_that_is_too_old_opens_nothing(people):
    with people.site.records.writing() as session:
        secret = invite(session, "Nora New", "trainee", by=people.member("Ada Admin"))
        assert open_invitation(session, secret) is not None
        session.scalars(select(Invitation).where(Invitation.used.is_(None))).one().expires = now()
        assert open_invitation(session, secret) is None


def test_an_instructor_invites_new_trainees_and_nobody_else(people):
    inez = people.client("Inez Instructor")
    assert "/join/" in inez.post("/people/invite", data={"name": "Nora New", "role": "trainee"}).text
    for name, role in (("Nick New", "instructor"), ("Ada Admin", "trainee"), ("Tara Trainee", "trainee")):
        answer = inez.post("/people/invite", data={"name": name, "role": role})
        assert "new trainees only" in answer.text
        assert "/join/" not in answer.text


def test_a_new_link_ends_the_sessions_and_the_old_password(people):
    tara = people.client("Tara Trainee")
    path = link(people.client("Ada Admin").post("/people/invite", data={"name": "Tara Trainee", "role": "trainee"}))
    assert tara.get("/").status_code == 200
    assert join(people.client(), path, "quite another sentence").status_code == 303
    assert tara.get("/").status_code == 303
    assert sign_in(people.client(), "Tara Trainee").status_code == 403


def test_a_password_is_changed_by_who_knows_the_old_one(people):
    here, there = people.client("Tara Trainee"), people.client("Tara Trainee")
    form = {"old": "not the old one", "password": "quite another sentence", "again": "quite another sentence"}
    assert "old password is not right" in here.post("/account", data=form).text
    assert "is changed" in here.post("/account", data=form | {"old": PASSWORD}).text
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert sign_in(people.client(), "Tara Trainee", "quite another sentence").status_code == 303


def test_a_closed_account_is_out_at_once_and_another_role_counts_at_once(people):
    ada, tom = people.client("Ada Admin"), people.client("Tom Trainee")
    change = {"name": "Tom Trainee", "team": "", "role": "instructor", "open": "yes"}
    assert tom.get("/live").status_code == 403
    assert ada.post("/people/change", data=change).status_code == 303
    assert tom.get("/live").status_code == 200
    del change["open"]
    ada.post("/people/change", data=change)
    assert tom.get("/live").status_code == 303
    assert sign_in(people.client(), "Tom Trainee").status_code == 403


def test_the_only_administrator_stays(people):
    answer = people.client("Ada Admin").post(
        "/people/change", data={"name": "Ada Admin", "team": "", "role": "trainee", "open": "yes"}
    )
    assert "only administrator" in answer.text
    assert people.member("Ada Admin").role == "administrator"


def test_only_the_last_link_for_a_first_administrator_works(people):
    with people.site.records.writing() as session:
        assert invite_first(session) is None
        session.scalars(select(Account).where(Account.role == "administrator")).one().role = "officer"
        first = invite_first(session)
        second = invite_first(session)
        assert open_invitation(session, first) is None
        assert open_invitation(session, second) is not None


def test_only_an_administrator_changes_accounts(made):
    with made.site.records.writing() as session, pytest.raises(InputError, match="only an administrator"):
        change_account(session, "Tom Trainee", by=made.member("Inez Instructor"), role="trainee", active=True)


def test_a_person_is_deleted_with_their_account_and_exported_without_its_secrets(people, tmp_path):
    with people.site.records.writing() as session:
        held = find_account(session, "Tom Trainee").password
        export_person(session, "Tom Trainee", tmp_path / "tom.zip")
        assert held.encode() not in (tmp_path / "tom.zip").read_bytes()
        tom = find_person(session, "Tom Trainee").id
        delete_person(session, "Tom Trainee")
    with people.site.records.reading() as session:
        assert session.scalar(select(Account).where(Account.person_id == tom)) is None
        assert session.scalar(select(Invitation).where(Invitation.person_id == tom)) is None
        assert session.get(Person, tom) is None
        assert check_log(session).faults == ()
