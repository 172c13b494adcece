"""`hotseat acts`: a file or standard input in, acts out, one clear message for what is not text."""

import json
import subprocess
import sys

import pytest

from tests.command_line import model_of

pytestmark = pytest.mark.unit


def hotseat(*arguments, given=b""):
    return subprocess.run(
        [sys.executable, "-m", "simulator.cli.main", "acts", *map(str, arguments)], input=given, capture_output=True
    )


def test_json_of_a_file_with_the_customers_words(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text(
        "I'm so sorry.\nso you waited in all day and the engineer never came\tI waited in, no engineer came.\n...\n",
        encoding="utf-8",
    )
    done = hotseat(path, "--json")
    assert done.returncode == 0, done.stderr
    output = model_of("acts").model_validate(json.loads(done.stdout))
    assert [line.text for line in output.lines] == [
        "I'm so sorry.",
        "so you waited in all day and the engineer never came",
        "...",
    ]
    assert [[act.act for act in line.acts] for line in output.lines] == [["apology"], ["reflection"], []]
    assert "sorry" in output.lines[0].acts[0].words


def test_standard_input_and_readable_text():
    done = hotseat(given="we\u2019re sorry about that\r\n".encode())
    assert done.returncode == 0
    assert b"apology" in done.stdout
    assert b"\r\r" not in done.stdout


def test_no_lines_is_no_error():
    done = hotseat("--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["lines"] == []


@pytest.mark.parametrize(("content", "message"), [(b"\xff\xfe\x00x", b"UTF-8"), (b"a\x00b", b"not text")])
def test_what_is_not_text_is_refused(tmp_path, content, message):
    path = tmp_path / "lines.bin"
    path.write_bytes(content)
    for done in (hotseat(path), hotseat(given=content)):
        assert done.returncode == 2
        assert message in done.stderr
        assert b"Traceback" not in done.stderr


def test_a_missing_file_is_named(tmp_path):
    done = hotseat(tmp_path / "none.txt")
    assert done.returncode == 2
    assert b"none.txt" in done.stderr
