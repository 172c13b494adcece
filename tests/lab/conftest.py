"""A room with calls in it, asked without a network, and over a real server."""

import contextlib

import pytest
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from simulator.customer.scenario import load_scenario
from simulator.lab.app import make_app
from simulator.lab.guard import KeyGate
from simulator.lab.room import Room, Visitor
from simulator.recording.folder import CallFolder
from simulator.recording.manifest import write_manifest
from simulator.recording.recover import LOCK
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.lab.rig import answering
from tests.scoring.made_call import bad_call, good_call

KEY = "a-key-for-the-tests"


def make_room(root, *, calls=True):
    """A room whose owner has two scored calls and one that was cut off."""
    visitor = Visitor(person="", calls=root / "calls", folder=root)
    if calls:
        for call, started in ((bad_call(), "2026-11-22T10:15:00+00:00"), (good_call(), "2026-11-23T09:00:00+00:00")):
            folder = call.folder(visitor.calls, started=started, typed=True)
            write_manifest(folder.path, folder.manifest.changed(scenario_sha256=load_scenario("missing-sofa").sha256))
            score_folder(CallFolder.open(folder.path), load_rubric("practice"))
        cut = good_call().folder(visitor.calls, started="2026-11-24T08:30:00+00:00", typed=True).path
        with (cut / "trainee.wav").open("r+b") as track:
            track.truncate(9_000)
        (cut / LOCK).unlink(missing_ok=True)
    return Room(owner=visitor)


@contextlib.contextmanager
def served(room, *, key=KEY):
    """Serve a room on this machine; yields its address."""
    with answering(make_app(room, gate=[Middleware(KeyGate, key=key)])) as address:
        yield address
    room.close()


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return make_room(tmp_path_factory.mktemp("room"))


@pytest.fixture
def client(room):
    return TestClient(make_app(room), base_url="http://localhost", headers={"origin": "http://localhost"})
