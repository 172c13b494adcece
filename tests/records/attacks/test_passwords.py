"""The password of a database appears nowhere, and the data folder is its owner's only."""

import os
import stat

import pytest

from simulator.errors import InputError
from simulator.private import home, make_folder, write_private
from simulator.records.certificates.keys import KeyRing
from simulator.records.database.opening import locate, open_records
from simulator.records.sealing.heads import sign_head
from simulator.records.staff.people import add_person
from tests.records.conftest import empty_postgres, postgres

from .folders import POSIX, hotseat

__all__ = ["empty_postgres", "hotseat", "postgres"]
pytestmark = pytest.mark.contract
SECRET = "s3cretPassw0rd"
UNREACHABLE = (
    f"postgresql://lab:{SECRET}@127.0.0.1:1/hotseat",
    f"postgres://lab:{SECRET}@127.0.0.1:1/hotseat",
    f"postgresql://lab@127.0.0.1:1/hotseat?password={SECRET}",
    f"postgresql://lab:{SECRET}@127.0.0.1:1/hotseat?connect_timeout={SECRET}",
    f"postgresql://lab:{SECRET}@127.0.0.1:port/hotseat",
    f"postgresql:/lab:{SECRET}@127.0.0.1/hotseat",
    f"postgresql:lab:{SECRET}@127.0.0.1/hotseat",
    f"mysql://lab:{SECRET}@127.0.0.1/hotseat",
    f"postgresql://lab:{SECRET}%zz@[::1/hotseat",
)


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    for name in ("HOTSEAT_DATABASE", "HOTSEAT_DATABASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.parametrize("url", UNREACHABLE)
def test_no_error_shows_the_password(monkeypatch, hotseat, url, data):
    monkeypatch.setenv("HOTSEAT_DATABASE", url)
    for command in (("people", "list"), ("records", "sign"), ("records", "list", "--json")):
        found = hotseat(*command)
        assert (found.code, found.fault) == (2, None)
        assert SECRET not in found.said
    assert not any(SECRET in str(path) for path in data.rglob("*"))


@pytest.mark.parametrize("url", UNREACHABLE)
def test_a_password_on_the_command_line_is_refused(hotseat, url):
    found = hotseat("people", "list", "--database", url)
    assert found.code == 2
    assert SECRET not in found.said
    assert "PGPASSWORD" in found.said


def test_signed_heads_and_the_log_have_no_password(empty_postgres, tmp_path, monkeypatch):
    url = locate(empty_postgres).set(username="hotseat", password=SECRET).render_as_string(hide_password=False)
    monkeypatch.setenv("HOTSEAT_DATABASE", url)
    with open_records() as records:
        with records.writing() as session:
            add_person(session, "Dana")
        _, path = sign_head(records, KeyRing())
        assert SECRET not in records.where
    assert SECRET not in path.read_text(encoding="utf-8")
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file


def test_the_address_may_come_from_a_file(tmp_path, monkeypatch, hotseat):
    named = tmp_path / "address"
    write_private(named, f"{tmp_path / 'lab.db'}\n")
    monkeypatch.setenv("HOTSEAT_DATABASE_FILE", str(named))
    assert hotseat("people", "add", "Dana").code == 0
    assert (tmp_path / "lab.db").exists()
    if os.name == "posix":
        named.chmod(0o644)
        with pytest.raises(InputError, match="others can read"):
            locate()


@POSIX
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
@pytest.mark.parametrize("command", [("people", "add", "Dana"), ("keys", "rotate"), ("talk", "missing-sofa")])
def test_the_data_folder_is_its_owners_only_whatever_the_umask(data, hotseat, monkeypatch, mask, command):
    monkeypatch.setattr("sys.stdin", open(os.devnull, encoding="utf-8"))  # noqa: PTH123
    before = os.umask(mask)
    try:
        assert hotseat(*command).code == 0
    finally:
        os.umask(before)
    for path in (data, *data.rglob("*")):
        assert stat.S_IMODE(path.lstat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@POSIX
@pytest.mark.parametrize("mode", [0o755, 0o777, 0o750])
def test_the_data_folder_is_closed_whoever_made_it(data, hotseat, mode):
    data.mkdir()
    data.chmod(mode)
    assert hotseat("people", "add", "Dana").code == 0
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


@POSIX
def test_a_folder_of_everybody_is_not_closed(data, monkeypatch):
    data.mkdir()
    data.chmod(0o1777)
    for place in (str(data), "/"):
        monkeypatch.setenv("HOTSEAT_DATA", place)
        with pytest.raises(InputError, match="everybody's folder"):
            make_folder(home() / "calls-of-a-test", fresh=True)
        assert not (home() / "calls-of-a-test").exists()
    assert stat.S_IMODE(data.stat().st_mode) == 0o1777
