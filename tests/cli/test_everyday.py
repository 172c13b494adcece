"""What makes every day easier: names guessed, notes left out, words kept whole, settings kept, what is due."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from simulator.cli.main import MODULES, SECTIONS, root
from simulator.cli.wrapping import wrapped
from simulator.errors import InputError
from simulator.recording.folder import calls_folder
from simulator.settings import read_settings, site_folder

pytestmark = pytest.mark.unit
HOTSEAT = [sys.executable, "-m", "simulator.cli.main"]


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    for name in ("HOTSEAT_SITE", "HOTSEAT_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))


def run(*words):
    return CliRunner().invoke(root, [*map(str, words)], standalone_mode=False)


@pytest.mark.parametrize(("typed", "meant"), [("cal", "call"), ("rubrik", "rubrics"), ("assignment", "assignments")])
def test_a_mistyped_command_is_guessed(typed, meant):
    done = CliRunner().invoke(root, [typed])
    assert done.exit_code == 2
    assert f"There is no command {typed!r}. Did you mean {meant}" in done.stderr


def test_help_is_by_who_uses_it_and_has_every_command_once():
    names = [name for commands in SECTIONS.values() for name in commands]
    assert sorted(names) == sorted(set(names)) == sorted(MODULES)
    page = run("--help").stdout
    assert [title for title in SECTIONS if f"{title}:" not in page] == []


def test_quiet_leaves_out_notes_and_nothing_else(tmp_path):
    broken = site_folder("scenarios") / "broken"
    broken.mkdir(parents=True)
    (broken / "scenario.yaml").write_text("id: broken\n", "utf-8")
    loud, quiet = run("scenarios", "list"), run("scenarios", "list", "--quiet")
    assert "Left out broken" in loud.stderr
    assert quiet.stderr == ""
    assert quiet.stdout == loud.stdout
    assert "no scenario called" in str(run("scenarios", "show", "nope", "-q").exception)


def test_settings_are_kept_shown_and_forgotten(tmp_path):
    for key, value in (("person", "Dana Łukasz"), ("recognizer", "whisper"), ("rubric", "new_starter")):
        assert run("config", key, value).exit_code == 0
    assert run("config", "folder", tmp_path / 'my "calls"').exit_code == 0
    settings = read_settings()
    assert (settings.person, settings.recognizer, settings.rubric) == ("Dana Łukasz", "whisper", "new_starter")
    assert calls_folder() == tmp_path / 'my "calls"'
    assert "Dana Łukasz" in run("config").stdout
    assert run("config", "folder", "--forget").exit_code == 0
    assert calls_folder() == tmp_path / "data" / "calls"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing", "x"), "nothing called 'nothing' is kept; there are: person, recognizer"),
        (("recognizer", "siri"), "allowed: auto, vosk, whisper"),
        (("rubric", "none"), "no rubric is called 'none'; there are: certification"),
        (("lms", "lms.example.org"), "give one such as https://lms.example.org"),
        (("person", " "), "is no name"),
        (("person", "x", "--forget"), "not both"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(words, said):
    found = run("config", *words).exception
    assert isinstance(found, InputError)
    assert said in str(found)
    assert read_settings().person is None


def test_a_broken_settings_file_is_named(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "config.toml").write_text("recognizer = 3\nvoice = 'x'\n", "utf-8")
    assert "config.toml" in str(run("config").exception)


def test_certification_has_its_own_rubric():
    found = run("call", "missing-sofa", "--mode", "certification", "--rubric", "practice", "--trainee", "good")
    assert "leave out --rubric" in str(found.exception)
    assert "no rubric is called 'x'" in str(run("call", "missing-sofa", "--rubric", "x").exception)


def test_completion_offers_commands_and_scenarios():
    from click.shell_completion import BashComplete

    assert "complete" in run("completion", "bash").stdout
    complete = BashComplete(root, {}, "hotseat", "_HOTSEAT_COMPLETE")
    assert [item.value for item in complete.get_completions(["call"], "missi")] == ["missing-sofa"]
    assert "assignments" in [item.value for item in complete.get_completions([], "assig")]


@pytest.mark.parametrize("width", [46, 80, 140])
def test_words_stay_whole_at_every_width(width):
    text = run("scenarios", "show", "missing-sofa").stdout
    narrow = wrapped(text, width)
    assert all(len(line) <= width for line in narrow.splitlines())
    assert narrow.split() == text.split()


@pytest.mark.skipif(os.name != "posix", reason="a terminal of its own, as on POSIX")
def test_at_a_real_terminal_words_stay_whole():
    import pty

    main, other = pty.openpty()
    env = {**os.environ, "COLUMNS": "46", "TERM": "dumb"}
    words = ["scenarios", "show", "missing-sofa"]
    running = subprocess.Popen([*HOTSEAT, *words], stdout=other, stderr=other, env=env, close_fds=True)
    os.close(other)
    read = b""
    while True:
        try:
            part = os.read(main, 4096)
        except OSError:  # Linux: the other end is closed
            break
        if not part:
            break
        read += part
    os.close(main)
    assert running.wait(60) == 0
    lines = read.decode().replace("\r\n", "\n").splitlines()
    assert max(map(len, lines)) <= 46
    assert " ".join(read.decode().split()) == " ".join(run(*words).stdout.split())


def test_hotseat_alone_says_what_is_due(tmp_path):
    assert "Usage" in run().stdout  # nobody is known yet: the help
    (tmp_path / "people.csv").write_text("name,team\nAna,North\nBen,North\n", "utf-8")
    assert run("people", "import", tmp_path / "people.csv").exit_code == 0
    assert run("assign", "missing-sofa", "--to", "North", "--by", "2100-01-31", "--passes", 2).exit_code == 0
    assert run("config", "person", "Ana").exit_code == 0
    said = run().stdout
    assert "missing-sofa by 2100-01-31: 0 of 2 passed" in said
    assert 'hotseat call missing-sofa --person "Ana"' in said
    found = json.loads(run("assignments", "--json").stdout)["assignments"]
    assert [each["person"] for each in found[0]["people"]] == ["Ana", "Ben"]
    listed = run("assignments").stdout
    assert "missing-sofa for North by 2100-01-31, 2 passes each: 0 of 2 done" in listed
    assert run("assign", "missing-sofa", "--to", "North", "--end").exit_code == 0
    assert "Ana: nothing is due." in run().stdout
