"""Call folders that somebody made on purpose: links, FIFOs, devices, sparse files. They reach nothing else."""

import json
import os
import shutil
from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.files import MOST_SOUND, MOST_TEXT, file_sha256, file_size, is_name, open_file, read_file
from simulator.recording.audio import map_audio
from simulator.recording.call_seal import NAME as SEAL
from simulator.recording.folder import CallFolder, find_calls
from simulator.recording.recover import recover
from simulator.recording.riff import header
from simulator.records.certificates.issuing import file_bytes, issue
from simulator.records.certificates.keys import KeyRing
from simulator.records.certificates.verifying import verify
from simulator.records.database.opening import open_records
from simulator.records.sealing.call_seals import check_seal
from simulator.records.sealing.canonical import COVERED
from tests.records.conftest import data, passed_call, seal_as_taken

from .folders import POSIX, call, hotseat, made_call

__all__ = ["call", "data", "hotseat", "made_call", "passed_call"]
pytestmark = pytest.mark.unit
PARTS = ("call.json", "events.jsonl", "trainee.wav", "customer.wav", "score.json", "call.lock")
KINDS = ("link", "fifo", "device", "folder", "sparse")
READERS = {
    "score": ("score", "{call}"),
    "report": ("report", "{call}", "-o", "{out}/report.html"),
    "recover": ("recover", "{call}"),
    "rescore": ("rescore", "{root}", "--write"),
    "export": ("export", "{call}"),
    "plot": ("plot", "{call}", "-o", "{out}/plot.svg"),
    "certify": ("certify", "{call}", "--person", "Dana"),
    "measure": ("measure", "{call}/trainee.wav", "--transcript", "{call}/events.jsonl"),
    "records": ("records", "add", "{call}", "--person", "Dana"),
    "sync": ("records", "sync", "{root}"),
    "progress": ("progress", "{root}", "-o", "{out}/progress.html"),
}


def put(kind, path, outside):
    """Put something odd in the place of a file."""
    path.unlink(missing_ok=True)
    if kind == "link":
        path.symlink_to(outside)
    elif kind == "hard link":
        os.link(outside, path)
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    elif kind == "sparse":
        with path.open("wb") as file:
            file.truncate(3_000_000_000)


@POSIX
@pytest.mark.parametrize("kind", [*KINDS, "hard link"])
@pytest.mark.parametrize("part", PARTS)
def test_no_command_goes_through_a_foreign_file(call, hotseat, tmp_path, kind, part):
    outside = tmp_path / "outside" / "diary.txt"
    outside.parent.mkdir()
    outside.write_bytes((call / part).read_bytes() if part == "trainee.wav" else b"my diary\n" * 1000)
    before = outside.read_bytes()
    put(kind, call / part, outside)
    places = {"call": str(call), "root": str(call.parent), "out": str(tmp_path)}
    # each part is read by a few commands; all of them on all parts is the work of benchmarks/records/malformed.py
    for name in ("score", "recover", "rescore", "measure" if part == "events.jsonl" else "sync"):
        found = hotseat(*(arg.format(**places) for arg in READERS[name]))
        assert found.fault is None, (name, found.said)
    assert outside.read_bytes() == before
    assert outside.stat().st_mode & 0o777 == 0o644, "not even its mode is changed"
    assert [path.name for path in outside.parent.iterdir()] == ["diary.txt"]


@POSIX
@pytest.mark.parametrize("command", READERS)
def test_no_command_waits_for_a_fifo(call, hotseat, tmp_path, command):
    put("fifo", call / "events.jsonl", None)
    places = {"call": str(call), "root": str(call.parent), "out": str(tmp_path)}
    found = hotseat(*(arg.format(**places) for arg in READERS[command]))
    assert found.fault is None


@POSIX
def test_verify_neither_waits_nor_hashes_for_ever(call, hotseat, tmp_path):
    for kind in ("fifo", "device", "sparse", "link"):
        put(kind, call / "certificate.json", tmp_path)
        assert hotseat("verify", call / "certificate.json").code in (2, 5)
        (call / "certificate.json").unlink()


@POSIX
def test_what_a_certificate_covers_is_a_file_of_its_own(passed_call, data, tmp_path):
    path = Path(shutil.copytree(passed_call.path, tmp_path / "certified")) / "certificate.json"
    path.write_bytes(file_bytes(issue(CallFolder.open(path.parent), "Dana", KeyRing().signing_key)))
    assert verify(path).valid
    for number, part in enumerate(COVERED):
        kept = (path.parent / part).rename(tmp_path / part)
        for kind in (KINDS[number % len(KINDS)], "link"):
            put(kind, path.parent / part, kept)
            assert not verify(path).valid, (part, kind)
            shutil.rmtree(path.parent / part) if kind == "folder" else (path.parent / part).unlink()
        kept.rename(path.parent / part)
    assert verify(path).valid


@POSIX
def test_a_seal_is_a_file_of_its_own(call, data, tmp_path):
    with open_records() as records, records.writing() as session:
        seal_as_taken(session, call)
        kept = (call / SEAL).rename(tmp_path / SEAL)
        for kind in KINDS:
            put(kind, call / SEAL, kept)
            with pytest.raises(InputError, match=r"cannot read|is a link|no file|larger|damaged|not as it was sealed"):
                check_seal(session, CallFolder.open(call))
            shutil.rmtree(call / SEAL) if kind == "folder" else (call / SEAL).unlink()


@pytest.mark.parametrize("command", [name for name in READERS if name not in ("score", "recover")])
def test_what_only_reads_never_mends(call, hotseat, tmp_path, command):
    with (call / "trainee.wav").open("ab") as file:
        file.write(bytes(6400))
    before = {path.name: path.read_bytes() for path in call.iterdir()}
    places = {"call": str(call), "root": str(call.parent), "out": str(tmp_path)}
    found = hotseat(*(arg.format(**places) for arg in READERS[command]))
    assert found.fault is None
    assert {path.name: path.read_bytes() for path in call.iterdir()} == before


def test_a_call_that_was_cut_off_says_how_to_mend_it(call):
    with (call / "trainee.wav").open("ab") as file:
        file.write(bytes(6400))
    with pytest.raises(InputError, match="hotseat recover"):
        CallFolder.open(call)
    recover(call)
    assert CallFolder.open(call).duration == CallFolder.open(call, mend=True).duration


@POSIX
def test_a_linked_folder_is_no_call_of_this_folder(call, tmp_path):
    (call.parent / "linked").symlink_to(shutil.copytree(call, tmp_path / "elsewhere"))
    assert find_calls(call.parent) == (call,)


@POSIX
def test_what_is_opened_is_a_file_of_its_own_and_no_larger_than_said(tmp_path):
    file, link, twin = tmp_path / "file", tmp_path / "link", tmp_path / "twin"
    file.write_bytes(b"x" * 100)
    link.symlink_to(file)
    assert read_file(file, 100) == read_file(link, 100, links=True) == b"x" * 100
    assert file_size(file, 100) == 100
    for path, most, says in ((link, 100, "link"), (file, 99, "larger"), (tmp_path, 100, "no file")):
        for read in (read_file, file_size, file_sha256, open_file):
            with pytest.raises(InputError, match=says):
                read(path, most)
    os.link(file, twin)
    with pytest.raises(InputError, match="hard link"):
        open_file(file, 100, change=True)
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "none", 100)


@POSIX
def test_a_sparse_recording_of_days_is_refused(tmp_path, hotseat):
    days = tmp_path / "days.wav"
    with days.open("wb") as file:
        file.write(header(2_000_000_000 // 2))
        file.truncate(2_000_000_044)
    found = hotseat("measure", days, "--customer", tmp_path / "none.wav")  # 17 hours: only mapped, and not yet read
    assert (found.code, found.fault) == (2, None)
    with days.open("r+b") as file:
        file.write(header(2_900_000_000 // 2))
        file.truncate(2_900_000_044)
    with pytest.raises(InputError, match="longer than a day"):
        map_audio(days)


def test_a_name_is_no_path():
    for text in (
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "/a",
        "c:",
        ".hidden",
        "a\n",
        "a\x00",
        "nul",
        "COM1.txt",
        "x" * 120,
        "a.",
    ):
        assert not is_name(text), text
    assert is_name("2026-11-22T101500-missing-sofa-7f3a")
    assert MOST_TEXT < MOST_SOUND


@pytest.mark.parametrize("name", ["../../outside", "/etc/cron.d/x", "a\\..\\b", "CON", "..", "x" * 300])
def test_an_id_that_is_a_path_is_refused(call, hotseat, name):
    manifest = json.loads((call / "call.json").read_text())
    (call / "call.json").write_text(json.dumps({**manifest, "id": name}))
    for command in (("score", call), ("recover", call), ("records", "add", call, "--person", "Dana")):
        found = hotseat(*command)
        assert (found.code, found.fault) == (2, None)
        assert "plain name" in found.said
