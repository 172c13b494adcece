"""What a user sees when something is wrong that no command foresaw: one clear message, and no traceback."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from simulator.cli import main as module
from simulator.speech.recognition.transcribing import TranscribedFile, TranscriptOutput

pytestmark = pytest.mark.unit
HOTSEAT = [sys.executable, "-m", "simulator.cli.main"]


def hotseat(*arguments, **options):
    return subprocess.run([*HOTSEAT, *arguments], stderr=subprocess.PIPE, timeout=120, check=False, **options)


def broken(monkeypatch, error):
    def command(*_, **__):
        raise error

    monkeypatch.setattr(module.root, "invoke", command)
    monkeypatch.setattr(sys, "argv", ["hotseat", "acts"])
    with pytest.raises(SystemExit) as ended:
        module.main()
    return ended.value.code


def test_a_fault_of_the_program_is_said_with_its_place(monkeypatch, capsys):
    monkeypatch.delenv(module.TRACEBACK, raising=False)
    assert broken(monkeypatch, KeyError("sofa")) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("hotseat: KeyError in test_main.py, line ")
    assert "What was recorded is kept." in said.err
    assert "Traceback" not in said.err


def test_what_the_system_refuses_is_the_users_to_put_right(monkeypatch, capsys):
    monkeypatch.delenv(module.TRACEBACK, raising=False)
    assert broken(monkeypatch, OSError(28, "No space left on device")) == 2
    assert "hotseat: the system refused: [Errno 28] No space left on device" in capsys.readouterr().err


def test_who_asks_gets_the_traceback(monkeypatch):
    monkeypatch.setenv(module.TRACEBACK, "1")
    with pytest.raises(KeyError, match="sofa"):
        broken(monkeypatch, KeyError("sofa"))


@pytest.mark.skipif(os.name != "posix", reason="handles are closed as on POSIX")
def test_a_closed_standard_input_is_said():
    done = hotseat("acts", "--json", stdout=subprocess.PIPE, preexec_fn=lambda: os.close(0))
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"standard input is closed; give a FILE" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes, as on Linux")
def test_a_file_name_that_is_no_text_is_read_and_given_back(tmp_path):
    name = os.fsencode(tmp_path) + b"/Gespr\xe4ch.wav"
    soundfile.write(name, np.zeros(32000, np.int16), 16000, format="WAV")
    done = hotseat("measure", name, "--customer", name, "--json", stdout=subprocess.PIPE)
    assert json.loads(done.stdout)["duration_ms"] == 2000, done.stderr
    heard = TranscribedFile(path=os.fsdecode(name), text="", words=[])
    output = TranscriptOutput(schema="hotseat.transcript/1", recognizer="whisper", model="tiny.en", files=[heard])
    written = output.to_json().encode("utf-8")
    assert os.fsencode(json.loads(written)["files"][0]["path"]) == name
