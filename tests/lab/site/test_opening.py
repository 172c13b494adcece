"""`hotseat lab` as a program: its first link, over TLS with the site's own certificate; and what it refuses."""

import datetime
import http.client
import os
import re
import ssl
import subprocess
import sys
import threading
import urllib.parse
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from simulator.errors import InputError
from simulator.lab.errand import Errand, Hello
from simulator.lab.site.opening import Opening, open_lab
from simulator.lab.site.opening import _get_ready as opened_again
from simulator.recording.folder import CallFolder
from simulator.recording.manifest import read_manifest, write_manifest
from simulator.records.database.tables import Call
from simulator.records.reviews.standing import latest_score
from tests.lab.site.conftest import PASSWORD
from tests.scoring.made_call import bad_call, good_call

pytestmark = pytest.mark.unit


@pytest.fixture
def tls(tmp_path):
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(private)
    return tmp_path / "cert.pem", tmp_path / "key.pem"


def opening(tmp_path, **more):
    usual = {"host": "127.0.0.1", "names": (), "port": 0, "tls": None, "seats": 1, "out": tmp_path, "database": None}
    return Opening(**(usual | more))


def test_the_first_link_makes_an_administrator_over_tls(tmp_path, tls):
    command = [sys.executable, "-m", "simulator.cli.main", "lab", "--port", "0", "--out", str(tmp_path / "lab")]
    command += ["--tls", *map(str, tls), "--database", str(tmp_path / "records.db")]
    environment = os.environ | {"HOTSEAT_DATA": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment)
    try:
        address = next(
            found for line in server.stderr if (found := re.search(r"https://localhost:(\d+)/join/\S+", line))
        )
        trust = ssl.create_default_context(cafile=str(tls[0]))
        browser = http.client.HTTPSConnection("localhost", int(address[1]), context=trust, timeout=60)
        form = urllib.parse.urlencode({"name": "Ada Admin", "password": PASSWORD, "again": PASSWORD})
        headers = {"origin": f"https://localhost:{address[1]}", "content-type": "application/x-www-form-urlencoded"}
        browser.request("POST", urllib.parse.urlsplit(address[0]).path, form, headers)
        answer = browser.getresponse()
        answer.read()
        cookie = answer.getheader("set-cookie")
        assert (answer.status, answer.getheader("location")) == (303, "/people")
        assert re.match(r"__Host-hotseat=[\w-]{40,};", cookie)
        assert "; Secure" in cookie
        browser.request("GET", "/people", headers={"cookie": cookie.partition(";")[0]})
        assert "Ada Admin" in browser.getresponse().read().decode()
    finally:
        server.terminate()
        server.communicate(timeout=60)


def test_what_an_earlier_run_left_is_mended_scored_and_filed(people):
    calls = people.site.visitor(people.member("Tara Trainee")).calls
    whole, cut_off = (
        made.folder(calls, started=f"2026-11-2{day}T09:00:00+00:00").path
        for day, made in ((2, good_call()), (3, bad_call()))
    )
    write_manifest(cut_off, read_manifest(cut_off).changed(state="running"))
    opened_again(people.site)
    with people.site.records.reading() as session:
        filed = {Path(call.path): latest_score(session, call) for call in session.scalars(select(Call))}
    assert set(filed) == {whole, cut_off}
    assert all(score is not None for score in filed.values())
    assert CallFolder.open(cut_off).manifest.state == "recovered"
    assert (whole / "report.html").is_file()


def test_a_room_closes_although_a_call_is_still_being_scored(people, monkeypatch):
    monkeypatch.setattr("simulator.lab.room.CLOSING_S", 0.05)
    errand, until = Errand(Hello(do="typed"), owner="Tara Trainee"), threading.Event()
    people.site.room.admit(errand)
    errand.start(lambda _: until.wait())
    people.site.room.close()
    assert not errand.over
    until.set()
    errand.join(60)
    assert errand.over


def test_passwords_never_cross_the_network_unencrypted(tmp_path):
    with pytest.raises(InputError, match="--tls CERT KEY"):
        open_lab(opening(tmp_path, host="0.0.0.0"), print)


def test_a_certificate_that_is_none_is_refused(tmp_path, tls):
    certificate, key = tls
    with pytest.raises(InputError, match="no file"):
        open_lab(opening(tmp_path, tls=(tmp_path / "nothing.pem", key)), print)
    with pytest.raises(InputError, match="no certificate with its key"):
        open_lab(opening(tmp_path, tls=(key, certificate)), print)
