"""`hotseat open`: says where it is, ends with Ctrl-C, and keeps the call that runs then."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient
from websockets.sync.client import connect

from simulator.lab.app import make_app
from simulator.lab.room import Room, Visitor
from simulator.recording.folder import CallFolder
from tests.command_line import root

pytestmark = [pytest.mark.unit, pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")]


def start(tmp_path):
    command = [sys.executable, "-m", "simulator.cli.main", "open", "--no-browser", "--out", str(tmp_path / "calls")]
    env = {**os.environ, "HOTSEAT_DATA": str(tmp_path)}
    program = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env)
    return program, re.search(r"http://localhost:\d+/\?key=\S+", program.stderr.readline())[0]


def typed_call(address, then):
    """Begin a typed call, wait for the customer's first line, and do something."""
    base, key = address.split("?key=")
    headers = {"Cookie": f"hotseat={key}", "Origin": base.rstrip("/")}
    with connect(f"{base.replace('http', 'ws')}seat", additional_headers=headers) as seat:
        seat.send(json.dumps({"do": "typed", "scenario": "missing-sofa", "seed": 7}))
        seat.send(json.dumps({"do": "say", "text": "good afternoon larch home this is dana"}))
        while json.loads(seat.recv()).get("who") != "customer":
            pass
        then()


def test_a_call_that_runs_when_the_program_is_closed_is_kept_and_scored(tmp_path):
    program, address = start(tmp_path)
    with urllib.request.urlopen(f"{address.split('?')[0]}healthz") as answer:
        assert json.load(answer) == {"status": "ok"}
    typed_call(address, lambda: program.send_signal(signal.SIGINT))
    _, error = program.communicate(timeout=120)
    assert program.returncode == 130
    assert "Traceback" not in error
    (call,) = (tmp_path / "calls").iterdir()
    assert CallFolder.open(call).manifest.state == "finished"
    assert (call / "report.html").is_file()


def test_a_call_that_died_with_the_program_is_mended_and_scored_by_a_click(tmp_path):
    program, address = start(tmp_path)
    typed_call(address, program.kill)
    program.wait(60)
    (call,) = (tmp_path / "calls").iterdir()
    room = Room(owner=Visitor(person="", calls=tmp_path / "calls", folder=tmp_path))
    client = TestClient(make_app(room), base_url="http://localhost", headers={"origin": "http://localhost"})
    assert "Without a score" in client.get("/calls").text
    assert client.post(f"/calls/{call.name}/score").status_code == 200
    assert CallFolder.open(call).manifest.state == "recovered"


def test_a_port_that_is_taken_is_refused_with_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(root, ["open", "--no-browser", "--port", port, "--out", str(tmp_path)])
    assert "choose another (--port)" in str(done.exception)
