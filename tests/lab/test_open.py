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

from simulator.recording.folder import CallFolder
from tests.command_line import root

pytestmark = [pytest.mark.unit, pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")]


def start(tmp_path):
    command = [sys.executable, "-m", "simulator.cli.main", "open", "--no-browser", "--out", str(tmp_path / "calls")]
    env = {**os.environ, "HOTSEAT_DATA": str(tmp_path)}
    program = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env)
    return program, re.search(r"http://localhost:\d+/\?key=\S+", program.stderr.readline())[0]


def test_a_call_that_runs_when_the_program_is_closed_is_kept_and_scored(tmp_path):
    from websockets.sync.client import connect

    program, address = start(tmp_path)
    base, key = address.split("?key=")
    with urllib.request.urlopen(f"{base}healthz") as answer:
        assert json.load(answer) == {"status": "ok"}
    headers = {"Cookie": f"hotseat={key}", "Origin": base.rstrip("/")}
    with connect(f"{base.replace('http', 'ws')}seat", additional_headers=headers) as seat:
        seat.send(json.dumps({"do": "typed", "scenario": "missing-sofa", "seed": 7}))
        seat.send(json.dumps({"do": "say", "text": "good afternoon larch home this is dana"}))
        while json.loads(seat.recv()).get("who") != "customer":
            pass
        program.send_signal(signal.SIGINT)
        _, error = program.communicate(timeout=120)
    assert program.returncode == 130
    assert "Traceback" not in error
    (call,) = (tmp_path / "calls").iterdir()
    assert CallFolder.open(call).manifest.state == "finished"
    assert (call / "report.html").is_file()


def test_a_port_that_is_taken_is_refused_with_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(root, ["open", "--no-browser", "--port", port, "--out", str(tmp_path)])
    assert "choose another (--port)" in str(done.exception)
