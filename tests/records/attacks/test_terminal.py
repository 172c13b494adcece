"""Control characters of foreign files, names and arguments never reach the terminal."""

import json
import os
import subprocess
import sys
import unicodedata

import pytest

from simulator.contract import WordItem
from simulator.event_json import from_json, to_json
from simulator.recording.folder import CallFolder
from tests.command_line import PlainStream, plain

from .folders import POSIX, call, made_call

__all__ = ["call", "made_call"]
pytestmark = pytest.mark.unit
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eevil\x7f\x08\rover"
TOLD = ("\x1b", "\x07", "\x9b", "\u202e", "\x7f", "\x08", "\rover")


EACH = """
import json, sys
from simulator.cli.main import main
for args in json.loads(sys.argv[1]):
    sys.argv = ["hotseat", *args]
    try:
        main()
    except SystemExit:
        print("==next==", flush=True)
"""


def said_by(*commands, data):
    """Run commands in one process of its own, for none of its streams is pytest's; return what each one said."""
    done = subprocess.run(
        [sys.executable, "-c", EACH, json.dumps([[*map(str, args)] for args in commands])],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "HOTSEAT_DATA": str(data), "PYTHONUNBUFFERED": "1"},
        check=True,
        timeout=300,
    )
    told = done.stdout.decode("utf-8", "surrogateescape").split("==next==\n")
    assert len(told) == len(commands) + 1
    return told[:-1]


def spoil(call):
    manifest = json.loads((call / "call.json").read_text("utf-8"))
    manifest.update(scenario=EVIL, device=EVIL, person="Dana" + EVIL, repairs=[EVIL])
    manifest["scenario_data"] = {**manifest["scenario_data"], "title": EVIL}
    (call / "call.json").write_text(json.dumps(manifest), "utf-8")
    lines = (call / "events.jsonl").read_text("utf-8").splitlines()
    changed = [line.replace("sofa", f"sofa{json.dumps(EVIL)[1:-1]}") for line in lines]
    assert changed != lines
    (call / "events.jsonl").write_text("\n".join(changed) + "\n", "utf-8")


COMMANDS = (
    ("score", "{call}"),
    ("score", "{call}", "--json"),
    ("export", "{call}", "--format", "webvtt"),
    ("call", "--from", "{call}", "--at", "99"),
    ("records", "add", "{call}"),
    ("rescore", "{root}"),
    ("recover", "{call}"),
    ("people", "list", "--team", EVIL),
    ("scenarios", "show", EVIL),
    (EVIL,),
)


def test_no_command_writes_them(call, tmp_path):
    spoil(call)
    commands = [[arg.format(call=call, root=call.parent) for arg in command] for command in COMMANDS]
    for command, text in zip(COMMANDS, said_by(*commands, data=tmp_path / "data"), strict=True):
        assert text, command
        for sign in TOLD:
            assert sign not in text, (command, sign, text)


@POSIX
def test_the_name_of_a_folder_is_cleaned_too(call, tmp_path):
    evil = call.rename(call.with_name("call\x1b[2J"))
    told = said_by(("rescore", evil.parent), ("score", evil), data=tmp_path / "data")
    assert all(told)
    assert "\x1b" not in "".join(told)


@POSIX
def test_a_terminal_gets_colours_and_nothing_else(call, tmp_path):
    """What is drawn with styles on a real terminal: a retry that goes through the spoilt call's lines."""
    import pty

    spoil(call)
    master, slave = pty.openpty()
    code = (
        "import sys; from simulator.cli.terminal import taken_over\n"
        "from simulator.cli.live.live_view import live_view; from simulator.session.loop import Block\n"
        "from simulator.recording.folder import CallFolder; import numpy as np; from pathlib import Path\n"
        "folder = CallFolder.open(Path(sys.argv[1])); silence = np.zeros(320, np.int16)\n"
        "with taken_over(), live_view(folder.manifest.scenario, live=False) as view:\n"
        "    for event in folder.events():\n"
        "        view(Block(at=event.at, trainee=silence, customer=silence, events=(event,)))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(call)], stdout=slave, stderr=slave)
    os.close(slave)
    found = b""
    try:
        while piece := os.read(master, 65536):
            found += piece
    except OSError:  # Linux: the other end was closed
        pass
    assert process.wait(60) == 0, found
    text = found.decode("utf-8")
    assert "sofa" in text
    assert "evil" in text
    for sign in ("\x1b]0", "\x1b[2J", "\x9b", "\u202e", "\x07", "\x7f"):
        assert sign not in text


def test_plain_text_stays_as_it_is_and_json_stays_json():
    assert plain("Łukasz said: “no”\tand\nleft\r\n") == "Łukasz said: “no”\tand\nleft\r\n"
    for number in (*range(0x3000), *range(0xD7F0, 0xE010), 0x110000 - 1):
        sign = chr(number)
        if unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\n":
            assert plain(sign).isascii() and plain(sign).isprintable(), hex(number)  # noqa: PT018
    item = WordItem(word=EVIL, start_ms=0, stop_ms=1, confidence=1)
    assert plain(item.to_json()) == item.to_json()
    assert json.loads(item.to_json())["word"] == EVIL


def test_a_closed_terminal_is_no_error_and_a_full_disk_is(call):
    class Gone:
        def __init__(self, number):
            self.number = number

        def write(self, text):
            raise OSError(self.number, "gone")

    assert PlainStream(Gone(5)).write("x") == 1
    with pytest.raises(OSError, match="gone"):
        PlainStream(Gone(28)).write("x")


def test_an_event_comes_back_as_it_was(call):
    events = CallFolder.open(call).events()
    assert [from_json(to_json(event)) for event in events] == list(events)
