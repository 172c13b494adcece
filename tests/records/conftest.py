"""Calls that passed, and a data folder of their own, so that no test meets the user's keys."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text

from simulator.recording.folder import CallFolder
from simulator.records.certificates.issuing import NAME, file_bytes, issue
from simulator.records.certificates.keys import KeyRing
from simulator.records.database.opening import Records, open_records
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


def scored_call(root: Path, call: MadeCall | None = None, *, rubric: str = "certification", **manifest) -> CallFolder:
    """Write a typed call, by default a good one taken for certification, and score it."""
    given = {"mode": "certification", "preflight": PREFLIGHT, **manifest}
    folder = (call or good_call()).folder(root, typed=True, **given)
    score_folder(folder, load_rubric(rubric))
    return folder


@pytest.fixture(scope="session")
def passed_call(tmp_path_factory: pytest.TempPathFactory) -> CallFolder:
    return scored_call(tmp_path_factory.mktemp("passed"))


@pytest.fixture
def call(tmp_path: Path, passed_call: CallFolder) -> CallFolder:
    return CallFolder.open(shutil.copytree(passed_call.path, tmp_path / "calls" / passed_call.path.name))


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


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))])
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
