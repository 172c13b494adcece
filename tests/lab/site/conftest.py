"""A site with people of every role, each with calls, asked without a network and over a real server."""

import contextlib
import shutil
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

from simulator.customer.scenario import load_scenario
from simulator.lab.room import Room, Visitor
from simulator.lab.site.gate import Site
from simulator.lab.site.opening import make_site_app
from simulator.recording.folder import CallFolder
from simulator.recording.manifest import write_manifest
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Call
from simulator.records.filing import file_call, share
from simulator.records.reviews.reviewing import appeal
from simulator.records.staff.accounts import Member, accept, find_account, invite, invite_first, member_of
from simulator.records.staff.people import add_team, change_person
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.lab.rig import answering
from tests.scoring.made_call import bad_call, good_call

PASSWORD = "a blue sofa on a tuesday"
PEOPLE = {
    "Ada Admin": "administrator",
    "Inez Instructor": "instructor",
    "Otto Officer": "officer",
    "Tara Trainee": "trainee",
    "Tom Trainee": "trainee",
}


@dataclass
class Made:
    """A site, and the names of the calls in it."""

    site: Site
    shared: str = ""
    private: str = ""

    def client(self, name=None):
        """A browser, signed in as somebody."""
        app = make_site_app(self.site)
        client = TestClient(
            app, base_url="http://localhost", headers={"origin": "http://localhost"}, follow_redirects=False
        )
        if name is not None:
            client.cookies.set(self.site.cookie, self.site.sessions.begin(self.member(name).account))
        return client

    def member(self, name) -> Member:
        with self.site.records.reading() as session:
            return member_of(session, find_account(session, name).id)


def add_people(site):
    with site.records.writing() as session:
        if find_account(session, "Ada Admin") is not None:
            return
        accept(session, invite_first(session), name="Ada Admin", password=PASSWORD)
        ada = member_of(session, find_account(session, "Ada Admin").id)
        for name, role in list(PEOPLE.items())[1:]:
            accept(session, invite(session, name, role, by=ada), name="", password=PASSWORD)
        add_team(session, "Night shift")
        change_person(session, "Tara Trainee", team="Night shift")


def take(site, made, call, name, *, started, typed=True):
    """File a call that somebody took at their seat."""
    folder = call.folder(site.visitor(made.member(name)).calls, started=started, typed=typed)
    sofa = load_scenario("missing-sofa").sha256
    write_manifest(folder.path, folder.manifest.changed(scenario_sha256=sofa, person=name))
    score_folder(CallFolder.open(folder.path), load_rubric("practice"))
    with site.records.writing() as session:
        return file_call(session, folder.path).id, folder.path.name


@contextlib.contextmanager
def made_site(root, *, seats=1, calls=True):
    """Somebody of each role; Tara has shared one call and appealed, and keeps another to herself; Tom keeps one."""
    nobody = Visitor(person="", calls=root / "nobody", folder=root / "nobody")
    with open_records(str(root / "records.db")) as records:
        room = Room(owner=nobody, database=str(root / "records.db"), most_calls=seats)
        made = Made(Site(room=room, records=records, folder=root, secure=False))
        add_people(made.site)
        if calls:
            add_calls(made)
        yield made
        room.close()
        made.site.workshop.close()


def add_calls(made):
    site = made.site
    shared, made.shared = take(site, made, bad_call(), "Tara Trainee", started="2026-11-22T10:15:00+00:00")
    _, made.private = take(site, made, good_call(), "Tara Trainee", started="2026-11-23T09:00:00+00:00")
    take(site, made, good_call(), "Tom Trainee", started="2026-11-24T09:00:00+00:00")
    with site.records.writing() as session:
        call = session.get_one(Call, shared)
        share(session, call, shared=True)
        appeal(session, call, note="I did let her finish.")


def served_site(made):
    """Serve a site on this machine; yields its address."""
    return answering(make_site_app(made.site))


@pytest.fixture(scope="module")
def made(tmp_path_factory, five):
    root = tmp_path_factory.mktemp("site")
    shutil.copy(five, root / "records.db")
    with made_site(root) as made:
        yield made


@pytest.fixture
def fresh(tmp_path, five):
    shutil.copy(five, tmp_path / "records.db")
    with made_site(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def five(tmp_path_factory):
    """The records of five people, made once."""
    root = tmp_path_factory.mktemp("five")
    with made_site(root, calls=False):
        pass
    return root / "records.db"


@pytest.fixture
def people(five, tmp_path):
    """The same people without calls."""
    shutil.copy(five, tmp_path / "records.db")
    with made_site(tmp_path, calls=False) as made:
        yield made
