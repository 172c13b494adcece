"""A call folder to spoil, and an end to commands that wait for ever."""

import os
import shutil
import signal

import pytest

from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.cli.malformed.cases import small_call, told

HANGS_S = 60
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs links, FIFOs and devices of POSIX")


@pytest.fixture(scope="session")
def made_call(tmp_path_factory):
    folder = small_call().folder(tmp_path_factory.mktemp("made"), mode="certification", preflight={"passed": True})
    score_folder(folder, load_rubric("certification"))
    return folder.path


@pytest.fixture
def call(made_call, tmp_path, monkeypatch):
    """A scored call in a folder of its own, and data of its own."""
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))
    return shutil.copytree(made_call, tmp_path / "calls" / made_call.name)


@pytest.fixture
def hotseat(tmp_path):
    """Run a command as a user does; return its outcome. One that waits for ever fails the test."""

    def run(*args):
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, _hangs)
            signal.alarm(HANGS_S)
        try:
            return told([str(arg) for arg in args], str(tmp_path))
        finally:
            if hasattr(signal, "SIGALRM"):
                signal.alarm(0)

    return run


def _hangs(number, frame):
    raise AssertionError(f"the command takes more than {HANGS_S} s")
