"""A real scheduler and a real worker, each a process of its own, on this machine's loopback."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.errors import InputError
from simulator.recording.folder import find_calls
from simulator.records.rescoring.archive import by_rubric, on_processes, result_of
from simulator.records.rescoring.cluster import on_cluster
from tests.command_line import root
from tests.records.conftest import scored_call
from tests.scoring.made_call import bad_call, good_call

pytestmark = pytest.mark.unit
HOUSE = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def answers(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    port = free_port()
    place = tmp_path_factory.mktemp("dask")
    path = os.pathsep.join([str(HOUSE), os.environ.get("PYTHONPATH", "")])
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": place}
    env = {**os.environ, "PYTHONPATH": path}
    address = f"tcp://127.0.0.1:{port}"
    code = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    first = subprocess.Popen([*code, "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], env=env, **quiet)
    try:
        for _ in range(600):
            if answers(port) or first.poll() is not None:
                break
            time.sleep(0.1)
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--host", "127.0.0.1"]
        more = ["--no-nanny", "--no-dashboard", "--nthreads", "1", "--local-directory", str(place)]
        second = subprocess.Popen([*worker, *more], env=env, **quiet)
        try:
            yield address
        finally:
            second.terminate()
            second.wait(20)
    finally:
        first.terminate()
        first.wait(20)


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    """Seven calls, one of them broken."""
    folder = tmp_path_factory.mktemp("seven")
    made = scored_call(folder, bad_call(), seed=1, typed=True)
    scored_call(folder, good_call(), seed=2, typed=True)
    for number in range(4):
        shutil.copytree(made.path, folder / f"{made.path.name}-{number}")
    broken = shutil.copytree(made.path, folder / "broken")
    (broken / "events.jsonl").write_bytes(b"{}\n")
    return folder


def wait_for_worker(address: str) -> None:
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=60)


def test_a_cluster_says_what_this_machine_says(scheduler, archive):
    wait_for_worker(scheduler)
    calls = find_calls(archive)
    here = result_of(on_processes(calls, by_rubric()))
    there = result_of(on_cluster(scheduler, calls, by_rubric()))
    assert there.to_json() == here.to_json()
    assert (there.summary.rescored, there.summary.broken) == (6, 1)


def test_the_command_takes_the_address_and_writes_the_scores(scheduler, archive, tmp_path):
    wait_for_worker(scheduler)
    mine = shutil.copytree(archive, tmp_path / "calls")
    args = ["rescore", str(mine), "--rubric", "practice", "--write", "--json"]
    done = CliRunner().invoke(root, [*args, "--dask", scheduler], catch_exceptions=False)
    other = shutil.copytree(archive, tmp_path / "other" / "calls")
    again = CliRunner().invoke(root, ["rescore", str(other), *args[2:], "--jobs", "1"], catch_exceptions=False)
    assert done.stdout == again.stdout.replace(str(other), str(mine))
    for path in sorted(other.rglob("score.json")):
        assert (mine / path.relative_to(other)).read_bytes() == path.read_bytes()


def test_a_scheduler_that_is_not_there_is_told(archive, monkeypatch):
    monkeypatch.setattr("simulator.records.rescoring.cluster.ANSWER_WITHIN_S", 1)
    with pytest.raises(InputError, match="no Dask scheduler answers at"):
        result_of(on_cluster(f"tcp://127.0.0.1:{free_port()}", find_calls(archive), by_rubric()))
    with pytest.raises(InputError, match="not both"):
        CliRunner().invoke(root, ["rescore", str(archive), "--dask", "tcp://x", "--jobs", "2"], catch_exceptions=False)
