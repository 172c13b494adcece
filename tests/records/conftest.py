"""Calls that passed, and a data folder of their own, so that no test meets the user's keys."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text

from simulator.recording.call_seal import NAME as SEAL
from simulator.recording.call_seal import Sealer, first_tag, next_tag, terms_of
from simulator.recording.folder import CallFolder
from simulator.recording.manifest import read_manifest, write_manifest
from simulator.recording.riff import HEADER
from simulator.recording.track import TRACKS
from simulator.records.certificates.issuing import NAME, file_bytes, issue
from simulator.records.certificates.keys import KeyRing
from simulator.records.database.log import write_down
from simulator.records.database.opening import Records, Session, open_records
from simulator.records.database.tables import CallSeal
from simulator.records.staff.people import find_person
from simulator.report.page import write_report
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.records.cluster import NoClusterError, cluster
from tests.scoring.made_call import MadeCall, good_call

PREFLIGHT = {"schema": "hotseat.check/1", "headset": "x", "checked": "2026-11-22T10:00:00+00:00", "passed": True}


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("HOTSEAT_DATABASE", raising=False)
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def scored_call(
    root: Path, call: MadeCall | None = None, *, rubric: str = "certification", typed: bool = False, **manifest
) -> CallFolder:
    """Write a call, by default a good one taken at a headset for certification, score it, and write its report."""
    given = {"mode": "certification", "preflight": PREFLIGHT, "trainee": "headset", **manifest}
    folder = (call or good_call()).folder(root, typed=typed, **given)
    write_report(folder, score_folder(folder, load_rubric(rubric)))
    return folder


class Chain:
    """A seal that is kept in a session that writes already (`recording.call_seal.OpenSeal`)."""

    def __init__(self, key: bytes, terms: dict) -> None:
        self.id, self.key, self.tag = "", key, first_tag(key, terms)

    def add(self, digest: bytes) -> bytes:
        self.tag = next_tag(self.key, self.tag, digest)
        return self.tag

    def end(self, **_) -> None:
        """The row says it."""


def seal_as_taken(session: Session, path: Path) -> CallSeal:
    """Seal a call folder as if it had just been taken: what whoever can write to the records could do."""
    manifest, key = read_manifest(path), secrets.token_bytes(32)
    chain = Chain(key, terms_of(manifest))
    begun = datetime.fromisoformat(manifest.started).astimezone(UTC)
    tracks = [(path / name).read_bytes()[HEADER.size :] for name in TRACKS]
    with (path / SEAL).open("wb") as file:
        Sealer(chain, file).add((*tracks, (path / "events.jsonl").read_bytes()), last=True)
    person = find_person(session, manifest.person) if manifest.person else None
    row = CallSeal(
        person_id=None if person is None else person.id,
        name=manifest.id,
        scenario=manifest.scenario,
        strength="same-account",
        key=key.hex(),
        terms=terms_of(manifest),
        begun=begun,
        ended=begun + timedelta(milliseconds=manifest.duration_ms),
        samples=len(tracks[0]) // 2,
        outcome=manifest.outcome,
        head=chain.tag.hex(),
    )
    write_down(session, "begun", row)
    write_manifest(path, manifest.changed(seal=row.id))
    return row


@pytest.fixture(scope="session")
def passed_call(tmp_path_factory: pytest.TempPathFactory) -> CallFolder:
    return scored_call(tmp_path_factory.mktemp("passed"))


@pytest.fixture
def call(tmp_path: Path, passed_call: CallFolder) -> CallFolder:
    return CallFolder.open(shutil.copytree(passed_call.path, tmp_path / "calls" / passed_call.path.name))


@pytest.fixture(scope="session")
def silent_passed_call(tmp_path_factory: pytest.TempPathFactory) -> CallFolder:
    return scored_call(tmp_path_factory.mktemp("silent"), typed=True)


@pytest.fixture
def silent_call(tmp_path: Path, silent_passed_call: CallFolder) -> CallFolder:
    """A call without sound, which is judged in no time: for all that files calls and certifies nobody."""
    made = silent_passed_call.path
    return CallFolder.open(shutil.copytree(made, tmp_path / "calls" / made.name))


@pytest.fixture
def certificate(call: CallFolder) -> Path:
    path = call.path / NAME
    path.write_bytes(file_bytes(issue(call, "Dana Łukasz", KeyRing().signing_key)))
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with ExitStack() as stack:
        try:
            url = stack.enter_context(cluster())
        except NoClusterError as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(error))
        yield url


@pytest.fixture
def empty_postgres(postgres: str) -> str:
    """Return the URL of a database with nothing in it: a schema, for a whole database takes a second and 7 MB."""
    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{postgres}&options=-csearch_path%3D{name}"


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where an empty database is, once for each kind."""
    return str(tmp_path / "records.db") if request.param == "sqlite" else request.getfixturevalue("empty_postgres")


@pytest.fixture
def records(database: str) -> Iterator[Records]:
    with open_records(database) as opened:
        yield opened


def allow_editing_the_log(connection: Connection) -> None:
    """Drop the triggers that keep the log append-only, as somebody with the database could."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER log_no_update"))
        connection.execute(text("DROP TRIGGER log_no_delete"))
    else:
        connection.execute(text("DROP TRIGGER log_append_only ON log"))
