"""`hotseat voices`: the list, a line in a file, and clear words for a wrong voice."""

import importlib.util
import json
import subprocess
import sys

import pytest
import soundfile

from simulator.speech.profiles import list_profiles

pytestmark = pytest.mark.device


def hotseat(*arguments, **environment):
    import os

    return subprocess.run(
        [sys.executable, "-m", "simulator.cli.main", "voices", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
    )


def test_the_list_names_every_voice():
    listed = hotseat("list")
    assert listed.returncode == 0
    names = [profile.name for profile in list_profiles()]
    assert [line.split()[0] for line in listed.stdout.split("\n\n")[0].splitlines()] == names
    document = json.loads(hotseat("list", "--json").stdout)
    assert document["schema"] == "hotseat.voices/1"
    assert [voice["name"] for voice in document["voices"]] == names


def test_a_line_is_said_into_a_file(tmp_path):
    out = tmp_path / "line.wav"
    ran = hotseat("say", "Where is my sofa?", "--band", "furious", "-o", out, "--json", HOTSEAT_CACHE=str(tmp_path))
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    samples, rate_hz = soundfile.read(out, dtype="int16")
    assert rate_hz == 16_000
    assert document["duration_ms"] == len(samples) / 16
    assert [word["word"] for word in document["words"]] == ["Where", "is", "my", "sofa?"]
    assert list((tmp_path / "voices").rglob("*.flac"))


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["Hello.", "--voice", "nobody"], 2, "no voice 'nobody'; choose"),
        (["  "], 2, "TEXT is empty"),
        (["Hello.", "--band", "livid"], 2, "livid"),
        (["Hello.", "--noise", "-5"], 2, "-5"),
    ],
)
def test_wrong_wishes_are_told(tmp_path, arguments, code, told):
    ran = hotseat("say", *arguments, "-o", tmp_path / "line.wav", HOTSEAT_CACHE=str(tmp_path))
    assert ran.returncode == code
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(importlib.util.find_spec("piper") is not None, reason="Piper is installed")
def test_piper_that_is_not_installed_is_told_with_a_way_out(tmp_path):
    ran = hotseat("say", "Hello.", "--voice", "ray", "--piper", "-o", tmp_path / "line.wav")
    assert ran.returncode == 4
    assert 'pip install "hotseat[piper]"' in ran.stderr
