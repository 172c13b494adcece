"""Which model listens in a live call: the largest that was measured to answer in time on this machine."""

import os

import pytest
from click.testing import CliRunner

from simulator.errors import InputError
from simulator.speech import install, models
from simulator.speech.recognition import answer_times
from simulator.speech.recognition.recognizers import model_of, open_recognizer
from tests.command_line import root

pytestmark = pytest.mark.device


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def larger(tmp_path):
    """A second Whisper model of the site's own; tiny.en under another name, with another file beside it."""
    tiny = models.whisper_folder()
    if tiny is None:
        pytest.skip("Whisper is not installed")
    source = tmp_path / "faster-whisper-x"
    source.mkdir()
    for path in tiny.iterdir():
        if path.is_file():
            (source / path.name).symlink_to(path)
    (source / "README").write_text("another hash", encoding="utf-8")
    return install.install_from(source, name=None)


def test_a_whisper_model_of_the_sites_own_is_found_by_name_and_by_hash(larger):
    assert models.list_whisper() == (models.whisper_folder(), larger)
    assert models.installed_model("faster-whisper-x") == larger
    opened = open_recognizer(model="faster-whisper-x", notify=print)
    assert (opened.name, opened.model) == ("whisper", "faster-whisper-x")
    assert model_of("whisper", opened.model_sha256) == larger
    assert model_of("whisper", "0" * 64) is None


def test_the_largest_that_answers_in_time_listens(larger):
    both, sha256 = models.list_whisper(), models.folder_sha256(larger)
    assert answer_times.in_time(both) == models.whisper_folder(), "not measured"
    answer_times.keep(larger, sha256, answer_times.IN_TIME_MS + 1)
    assert answer_times.in_time(both) == models.whisper_folder(), "too late"
    answer_times.keep(larger, sha256, answer_times.IN_TIME_MS)
    assert answer_times.in_time(both) == larger
    said = []
    assert open_recognizer("auto", live=True, notify=said.append).model == "faster-whisper-x"
    assert "Whisper (faster-whisper-x) listens" in said[0]
    assert open_recognizer("auto", notify=print).model == "tiny.en", "nothing but a live call depends on the machine"


def test_a_time_of_another_model_or_machine_does_not_count(larger, monkeypatch):
    answer_times.keep(larger, models.folder_sha256(larger), 100.0)
    with monkeypatch.context() as patch:
        patch.setattr(os, "cpu_count", lambda: 999)
        assert answer_times.measured_ms(larger) is None
    assert answer_times.measured_ms(larger) == 100.0
    (larger / "README").write_text("changed", encoding="utf-8")
    assert answer_times.measured_ms(larger) is None


def test_a_broken_file_of_times_is_measured_again(larger, data):
    (data / answer_times.NAME).write_text("{", encoding="utf-8")
    assert answer_times.measured_ms(larger) is None


def test_the_command_measures_and_says_which_is_taken(data):
    if models.whisper_folder() is None:
        pytest.skip("Whisper is not installed")
    done = CliRunner().invoke(root, ["models", "measure"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "tiny.en" in done.output
    assert "taken for live calls" in done.output
    assert answer_times.measured_ms(models.whisper_folder()) > 0
    assert "answers here after" in CliRunner().invoke(root, ["models", "list"]).output


def test_a_whisper_folder_needs_a_name(larger, tmp_path):
    other = tmp_path / "small"
    other.mkdir()
    (other / "model.bin").write_bytes(b"x")
    (other / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="--name whisper-"):
        install.install_from(other, name=None)
    assert install.install_from(other, name="whisper-small").name == "whisper-small"
