"""The set-up in plain Python: a second time it does nothing, a first call ends with its own exit code."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.unit,
    pytest.mark.skipif(os.name != "posix", reason="the programs of this test are scripts, as on POSIX"),
]
TREE = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path):
    """A folder with the bootstrap, a Python and a program that says what it was asked and ends with 3."""
    (tmp_path / "script").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in ("script/bootstrap.py", "script/setup", "pyproject.toml"):
        shutil.copy(TREE / name, tmp_path / name)
    for name, text in {"hotseat": 'echo "$@"\n[ "$1" = --version ] || exit 3\n', "python": "exit 1\n"}.items():
        program = tmp_path / ".venv" / "bin" / name
        program.write_text(f"#!/bin/sh\n{text}", "utf-8")
        program.chmod(0o755)
    return tmp_path


def loaded(place):
    spec = importlib.util.spec_from_file_location("bootstrap", place / "script" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(place, *words):
    words = [sys.executable, place / "script" / "bootstrap.py", *words]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def stamp(place, what="run"):
    (place / ".venv" / f".hotseat-{what}").write_text(loaded(place).fingerprint(), "utf-8")


def test_what_is_set_up_is_left_alone(place):
    stamp(place)
    done = run(place, "run")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    shell = subprocess.run([place / "script" / "setup", "run"], capture_output=True, text=True, timeout=60, check=False)
    assert (shell.returncode, shell.stdout) == (0, "")


def test_a_change_of_what_is_wanted_is_seen(place):
    before = loaded(place).fingerprint()
    (place / "requirements").mkdir()
    (place / "requirements" / "run.txt").write_text("numpy==2.0\n", "utf-8")
    locked = loaded(place).fingerprint()
    (place / "pyproject.toml").write_text("# another\n", "utf-8")
    assert len({before, locked, loaded(place).fingerprint()}) == 3


def test_a_first_call_without_a_microphone_is_a_recorded_trainees(place):
    stamp(place)
    done = run(place, "first-call")
    assert done.returncode == 3
    assert "no microphone here" in done.stdout
    assert "call missing-sofa --trainee good\n" in done.stdout
    assert "did not come off (exit code 3)" in done.stderr
    words = run(place, "first-call", "--seed", "4")
    assert "call missing-sofa --seed 4\n" in words.stdout


def test_a_wrong_word_is_refused(place):
    done = run(place, "install")
    assert done.returncode == 1
    assert "install is nothing to set up; allowed: run, test, first-call" in done.stderr
