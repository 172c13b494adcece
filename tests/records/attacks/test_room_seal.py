"""Issue 13, item 3: a call in a browser of the room. Its server keeps the key; how strong that is depends on the wall.

On one machine the wall is between two accounts, and the attack comes from a real one ("nobody").
"""

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from simulator.clock import BLOCK
from simulator.errors import InputError
from simulator.headset.browser import BrowserAudio
from simulator.headset.preflight import Preflight
from simulator.lab.app import make_app
from simulator.lab.room import SeatCheck
from simulator.lab.site.opening import make_site_app
from simulator.recording.call_seal import NAME as SEAL
from simulator.recording.folder import CallFolder
from simulator.records.attempts import Identity, attempts_of, start_attempt, state_of
from simulator.records.certificates.issuing import NAME
from simulator.records.database.tables import CallSeal, now
from simulator.records.forms import load_policy
from simulator.records.sealing.call_seals import check_seal
from simulator.records.staff.people import find_person
from simulator.session import certifying
from simulator.session.certifying import Asked, certify
from tests.command_line import run
from tests.lab.conftest import make_room
from tests.lab.site.conftest import made_site, served_site
from tests.records.attacks.conftest import edit
from tests.records.attacks.test_issue import AGREES
from tests.records.conftest import seal_as_taken
from tests.records.test_certification import form

pytestmark = pytest.mark.device
TARA, TOM = "Tara Trainee", "Tom Trainee"
SAYS = {
    "microphone": "Headset H1",
    "rate_hz": 16000,
    "latency_ms": 90,
    "asked": {"autoGainControl": False},
    "given": {"autoGainControl": False},
    "browser": "test",
}
CALL = {"do": "call", "mode": "certification", "scenario": "missing-sofa", "audio": SAYS}
FRAMES = 3 * 50
"""Of the calls here: 3 s."""


@pytest.fixture
def site(tmp_path):
    """A site where Inez began an attempt at one scenario for Tara, whose headset passed its check."""
    with made_site(tmp_path / "site", calls=False) as made:
        begin_attempt(made)
        yield made


def begin_attempt(made):
    shown = Identity(how="staff card", by="Inez Instructor")
    with made.site.records.writing() as session:
        tara, started = find_person(session, TARA), now() - timedelta(minutes=1)
        start_attempt(session, tara, load_policy(), form("missing-sofa"), shown, at=started)
    checked(made)


def checked(made, name=TARA, *, passed=True, headset=None):
    audio = BrowserAudio(**SAYS)
    found = Preflight(
        headset=headset or audio.name,
        checked=now().isoformat(timespec="seconds"),
        passed=passed,
        leak_db=None,
        round_trip_ms=None,
        measured=False,
        findings=(),
    )
    made.site.visitor(made.member(name)).keep_check(SeatCheck(preflight=found))


@contextmanager
def seat(made, name=TARA, *, at="192.0.2.7"):
    """A browser of another machine, signed in, with its socket open."""
    app = make_site_app(made.site)
    client = TestClient(app, base_url="http://localhost", headers={"origin": "http://localhost"}, client=(at, 50_000))
    client.cookies.set(made.site.cookie, made.site.sessions.begin(made.member(name).account))
    with client.websocket_connect("ws://localhost/seat") as socket:
        yield socket


def told(socket, *wanted):
    """Every message up to the first of a wanted kind; sound is left out."""
    found = []
    while not found or found[-1]["is"] not in wanted:
        message = socket.receive()
        if message.get("text") is not None:
            found.append(json.loads(message["text"]))
    return found


def take(socket, *, every_s):
    """Take a call of `FRAMES`, hang up, and return everything that was told."""
    socket.send_json(CALL)
    found = told(socket, "ringing", "failed", "refused")
    assert found[-1]["is"] == "ringing", found[-1]
    socket.send_json({"do": "answer"})
    found += told(socket, "live")
    rng, begun = np.random.default_rng(5), time.monotonic()
    for number in range(FRAMES):
        socket.send_bytes(struct.pack("<I", number) + rng.integers(-900, 900, BLOCK).astype("<i2").tobytes())
        time.sleep(max(0.0, begun + number * every_s - time.monotonic()))
    time.sleep(20 * every_s)
    socket.send_json({"do": "hang_up"})
    return found + told(socket, "over", "failed")


def seals(made):
    with made.site.records.reading() as session:
        return session.scalars(select(CallSeal).order_by(CallSeal.begun)).all()


def folder_of(made, row, name=TARA):
    return made.site.visitor(made.member(name)).calls / row.name


@pytest.mark.usefixtures("recognizer")
def test_the_rooms_server_seals_a_call_of_the_one_who_is_signed_in(site):
    with seat(site) as socket:
        found = take(socket, every_s=0.02)
    (row,) = seals(site)
    path = folder_of(site, row)
    assert (row.strength, row.terms["person"], row.terms["mode"]) == ("room", TARA, "certification")
    assert found[-1]["is"] == "over"
    assert found[-1]["note"] == ""
    assert row.key not in json.dumps(found)
    assert all(row.key.encode() not in each.read_bytes() for each in path.iterdir() if each.is_file())
    with site.site.records.writing() as session:
        assert check_seal(session, CallFolder.open(path)).id == row.id
        track = path / "trainee.wav"
        track.write_bytes(track.read_bytes()[:-2] + b"\x01\x02")
        with pytest.raises(InputError, match="is not as it was sealed"):
            check_seal(session, CallFolder.open(path))
    pages = site.client(TARA)
    for address in (f"/calls/{path.name}/{SEAL}", f"/calls/{path.name}/events.jsonl", f"/report/{SEAL}"):
        assert pages.get(address).status_code == 404
    assert row.key not in pages.get(f"/calls/{path.name}").text


@pytest.mark.usefixtures("recognizer")
def test_sound_that_a_browser_pours_in_faster_than_real_time_certifies_nobody(site):
    with seat(site) as socket:
        take(socket, every_s=0.0)
    (row,) = seals(site)
    with site.site.records.writing() as session:
        row = session.get_one(CallSeal, row.id)
        row.begun = row.ended - timedelta(seconds=0.5)  # getting ready took longer here than a real forger's would
        with pytest.raises(InputError, match="it was not taken in real time"):
            check_seal(session, CallFolder.open(folder_of(site, row)))


FORGED = {
    "another's name": (TOM, {"person": TARA}, "nobody understands"),
    "no attempt": (TOM, {}, "Tom Trainee is not to take 'missing-sofa' .* an instructor starts an attempt"),
    "another scenario": (TARA, {"scenario": "wrong-bill"}, "not to take 'wrong-bill' .* to be taken: missing-sofa"),
    "hints": (TARA, {"hints": True}, "without hints"),
    "a seed": (TARA, {"seed": 7}, "the seed is drawn here"),
    "a retry": (TARA, {"retry": "x", "turn": 2}, "from its beginning"),
    "typed": (TARA, {"do": "typed"}, "is spoken"),
    "a mode of one's own": (TARA, {"mode": "exam"}, "nobody understands"),
    "a seal of one's own": (TARA, {"seal": "f" * 32}, "nobody understands"),
    "a trainee of one's own": (TARA, {"trainee": "headset"}, "nobody understands"),
}


@pytest.mark.parametrize("kind", FORGED)
def test_what_a_browser_makes_up_begins_no_call(site, kind):
    name, made_up, why = FORGED[kind]
    checked(site, name)
    with seat(site, name) as socket:
        socket.send_json(CALL | made_up)
        found = told(socket, "refused", "failed", "ringing")[-1]
    assert found["is"] == "refused"
    with pytest.raises(InputError, match=why):
        raise InputError(found["text"])
    assert seals(site) == []


@pytest.mark.usefixtures("recognizer")
@pytest.mark.parametrize("check", [{"passed": False}, {"headset": "Another headset (browser)"}])
def test_a_headset_that_passed_no_check_begins_no_call(site, check):
    checked(site, **check)
    with seat(site) as socket:
        socket.send_json(CALL)
        found = told(socket, "refused", "failed", "ringing")[-1]
    assert found["is"] == "failed"
    assert "wants a headset that passed its check" in found["text"]
    assert seals(site) == []


def test_where_nobody_signs_in_nobody_is_certified(tmp_path):
    room = make_room(tmp_path, calls=False)
    client = TestClient(make_app(room), base_url="http://localhost", headers={"origin": "http://localhost"})
    with client.websocket_connect("ws://localhost/seat") as socket:
        socket.send_json(CALL)
        assert "nobody signs in here" in told(socket, "refused")[-1]["text"]
    assert client.get("/take/missing-sofa?mode=certification").status_code == 404
    room.close()


def test_the_pages_offer_a_certification_call_to_whom_it_is_due_and_without_help(site):
    tara, tom = site.client(TARA), site.client(TOM)
    address = "/take/missing-sofa?mode=certification"
    assert address in tara.get("/").text
    assert address not in tom.get("/").text
    page = tara.get(address).text
    assert 'data-mode="certification"' in page
    for helped in ('id="hints"', 'id="begin-typed"', 'id="once-more"'):
        assert helped not in page
        assert helped in tara.get("/take/missing-sofa").text
    assert tom.get(address).status_code == 404
    assert tara.get("/take/wrong-bill?mode=certification").status_code == 404


@pytest.mark.usefixtures("recognizer")
def test_nobody_coaches_a_certification_call_and_one_that_is_not_answered_counts_as_cut_off(site):
    inez = site.client("Inez Instructor")
    with seat(site) as socket:
        socket.send_json(CALL)
        told(socket, "ringing")
        said = inez.post("/live/coach", data={"person": TARA, "text": "Say sorry."})
        assert said.status_code == 409
        socket.send_json({"do": "hang_up"})
        told(socket, "unanswered")
    (row,) = seals(site)
    assert (row.outcome, folder_of(site, row).exists()) == ("incomplete", False)
    with seat(site) as socket:
        take(socket, every_s=0.0)
    with site.site.records.reading() as session:
        attempt = attempts_of(session, find_person(session, TARA))[-1]
        assert state_of(session, attempt).reason == "2 calls were cut off; allowed: 1"
    with seat(site) as socket:
        socket.send_json(CALL)
        assert "is not to take" in told(socket, "refused")[-1]["text"]


@pytest.mark.parametrize(
    ("strength", "printed"),
    [("room", "strong: the room's server"), ("other-account", "strong: another account"), ("same-account", "weak")],
)
def test_verify_prints_how_strong_the_seal_was(call, lab, monkeypatch, strength, printed):
    """That the recording is the log's is checked beside this one."""
    monkeypatch.setattr(certifying, "check_recording", lambda folder, notify: AGREES)
    with lab.records.writing() as session:
        seal_as_taken(session, call).strength = strength
    lab.file(call, sealed=False)
    asked = Asked(person="Dana", months=None, path=call / NAME)
    assert certify(CallFolder.open(call), asked, database=lab.where, notify=print).seal.strength == strength
    assert f"Seal      {printed}" in run("verify", call / NAME)
    forged = (call / NAME).read_bytes().replace(strength.encode(), b"room" if strength != "room" else b"none")
    (call / NAME).write_bytes(forged)
    assert "Not valid" in run("verify", call / NAME, code=5)


# ---- the officer's account and the trainee's on one machine


def number_of(name):
    """An account's number; None if there is none, as on Windows."""
    try:
        import pwd

        return pwd.getpwnam(name).pw_uid
    except (ImportError, KeyError):
        return None


NOBODY = number_of("nobody")
PYTHON = next((each for each in ("/usr/bin/python3", "/usr/local/bin/python3") if Path(each).is_file()), None)
"""One that every account can run; the tests' own may lie in the home of their user."""
OTHER_ACCOUNT = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or None in (PYTHON, NOBODY),
    reason="needs a second account: run as root on Linux, with an account 'nobody' and a Python for all",
)
BROWSER = r"""
import base64, json, os, socket, struct, sys, time
port, cookie, frames, hello, paths, server = json.load(sys.stdin)
line = socket.create_connection(("127.0.0.1", port))
line.sendall((f"GET /seat HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\nCookie: {cookie}\r\n"
    "X-Forwarded-For: 192.0.2.7\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n").encode())
got = b""
while b"\r\n\r\n" not in got: got += line.recv(4096)
assert b" 101 " in got.split(b"\r\n")[0], got
got = got.split(b"\r\n\r\n", 1)[1]
def send(kind, body):
    size = bytes([128 | len(body)]) if len(body) < 126 else b"\xfe" + struct.pack(">H", len(body))
    line.sendall(bytes([128 | kind]) + size + b"\0\0\0\0" + body)
def receive():
    global got
    def take(n):
        global got
        while len(got) < n:
            more = line.recv(65536)
            if not more: sys.exit("the server closed the connection")
            got += more
        found, got = got[:n], got[n:]
        return found
    kind, size = take(2)
    if size == 126: size = struct.unpack(">H", take(2))[0]
    return kind & 15, take(size)
def until(*wanted):
    while True:
        kind, body = receive()
        if kind == 1 and json.loads(body)["is"] in wanted: return json.loads(body)
send(1, json.dumps(hello).encode())
found = until("ringing", "refused", "failed")
assert found["is"] == "ringing", found
send(1, b'{"do": "answer"}')
until("live")
for number in range(frames):
    send(2, struct.pack("<I", number) + bytes(640))
    time.sleep(0.02)
opened = {}
for path in [*paths, f"/proc/{server}/mem", f"/proc/{server}/environ"]:
    for mode in ("rb", "r+b"):
        try:
            with open(path, mode) as file:
                if mode == "rb" and not path.endswith("mem"): file.read(1)
            opened[f"{path} {mode}"] = True
        except OSError: opened[f"{path} {mode}"] = False
for folder in {os.path.dirname(path) for path in paths}:
    try: opened[f"{folder} listed"] = bool(os.listdir(folder))
    except OSError: opened[f"{folder} listed"] = False
send(1, b'{"do": "hang_up"}')
print(json.dumps([os.getuid(), until("over", "failed"), opened]))
"""


def call_from(made, address, user):
    """Take a call from a process of an account, which tries to open what the server keeps; return what it could."""
    cookie = f"{made.site.cookie}={made.site.sessions.begin(made.member(TARA).account)}"
    calls = made.site.visitor(made.member(TARA)).calls
    kept = [made.site.folder / "records.db", calls / "browser-check.json"]
    given = [urlsplit(address).port, cookie, FRAMES, CALL, [str(each) for each in kept], os.getpid()]
    done = subprocess.run(
        [PYTHON, "-c", BROWSER], input=json.dumps(given), capture_output=True, text=True, user=user, group=user,
        extra_groups=[], cwd="/", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@OTHER_ACCOUNT
@pytest.mark.usefixtures("recognizer")
def test_another_account_of_the_machine_cannot_read_the_key_and_the_seal_says_so():
    """The folder above is open to all: what keeps the other account out is the program's own folder and database."""
    root = Path(tempfile.mkdtemp(prefix="hotseat-accounts-"))
    root.chmod(0o755)
    try:
        with made_site(root / "site", calls=False) as made:
            begin_attempt(made)
            with served_site(made) as address:
                account, over, opened = call_from(made, address, NOBODY)
                (row,) = seals(made)
                assert (account, over["is"]) == (NOBODY, "over")
                assert not any(opened.values()), opened
                assert row.strength == "other-account"
                with made.site.records.reading() as session:
                    assert check_seal(session, CallFolder.open(folder_of(made, row))).id == row.id
                account, _, opened = call_from(made, address, 0)
                assert account == 0
                assert all(opened.values()), "the same account can read the key, and this is why its seal is weak"
                assert seals(made)[1].strength == "same-account"
    finally:
        shutil.rmtree(root, ignore_errors=True)


@pytest.mark.usefixtures("recognizer")
def test_a_call_that_a_browser_took_for_practice_is_never_a_certification(site):
    with seat(site) as socket:
        socket.send_json(CALL | {"mode": "practice"})
        told(socket, "ringing")
        socket.send_json({"do": "answer"})
        told(socket, "live")
        for number in range(50):
            socket.send_bytes(struct.pack("<I", number) + bytes(2 * BLOCK))
        socket.send_json({"do": "hang_up"})
        name = told(socket, "over")[-1]["call"]
    path = site.site.visitor(site.member(TARA)).calls / name
    edit(path, mode="certification")
    assert seals(site) == []
    with site.site.records.writing() as session, pytest.raises(InputError, match="was not sealed in these records"):
        check_seal(session, CallFolder.open(path))
