"""Lines are rendered once: from memory, from disk, and anew when the disk lies."""

import os
import stat
from pathlib import Path

import numpy as np
import pytest

from simulator.errors import ModelError
from simulator.speech.natural.voice_cache import cache_folder
from tests.speech.conftest import SOFA

pytestmark = pytest.mark.device


def entries(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.flac"))


def same(one, two):
    return np.array_equal(one.samples, two.samples) and one.words == two.words


def test_a_line_on_disk_is_the_same_line_and_needs_no_engine(opened, tmp_path, monkeypatch):
    spoken = opened().speak(SOFA, "angry")
    assert spoken.samples.dtype == np.int16
    assert [word for word, _ in spoken.words] == SOFA.split()

    def no_process(*_, **__):
        raise AssertionError("an engine was started")

    monkeypatch.setattr("subprocess.Popen", no_process)
    assert same(opened().speak(SOFA, "angry"), spoken)


def test_a_spoiled_entry_is_rendered_anew(opened, tmp_path):
    spoken = opened().speak(SOFA, "cool")
    (entry,) = entries(tmp_path / "cache")
    good = entry.read_bytes()
    for spoiled in (b"", good[: len(good) // 2], good[:-2000] + bytes(2000), b"not audio at all"):
        entry.write_bytes(spoiled)
        assert same(opened().speak(SOFA, "cool"), spoken)
        assert entry.read_bytes() == good


def test_the_cache_is_its_owners_alone(opened, tmp_path):
    if os.name != "posix":
        pytest.skip("modes are POSIX")
    opened().speak("Hello.", "cool")
    (entry,) = entries(tmp_path / "cache")
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
    assert stat.S_IMODE(entry.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


def test_what_is_heard_differently_is_kept_apart(opened, tmp_path):
    lines = [
        opened("ray").speak("Hello.", "cool"),
        opened("ray").speak("Hello.", "angry"),
        opened("megan").speak("Hello.", "cool"),
        opened("ray", telephone=False).speak("Hello.", "cool"),
        opened("ray", noise_dbfs=-50.0).speak("Hello.", "cool"),
        opened("ray").speak("Hello!", "cool"),
    ]
    assert len(entries(tmp_path / "cache")) == len(lines)
    for index, line in enumerate(lines):
        assert not any(same(line, other) for other in lines[:index])


def test_a_cache_that_cannot_be_written_costs_no_line(opened, tmp_path):
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")
    assert len(opened().speak("Hello.", "cool").samples) > 1000


def test_lines_rendered_ahead_are_there_and_the_wanted_one_comes_first(opened, tmp_path):
    voice = opened()
    ahead = [(f"Line number {number}.", "cool") for number in range(12)]
    voice.render_ahead(ahead)
    last = voice.speak(*ahead[-1])
    assert len(entries(tmp_path / "cache")) < len(ahead)
    lines = [voice.speak(*line) for line in ahead]
    assert lines[-1] is last
    assert len(entries(tmp_path / "cache")) == len(ahead)


def test_closing_drops_what_is_not_yet_rendered(opened, tmp_path):
    voice = opened()
    voice.render_ahead((f"Line number {number}.", "cool") for number in range(500))
    voice.close()
    voice.close()
    assert len(entries(tmp_path / "cache")) < 100
    with pytest.raises(RuntimeError, match="closed"):
        voice.speak("Hello.", "cool")


def test_a_line_that_failed_is_tried_again_when_asked_again(opened, monkeypatch):
    voice = opened()
    render = voice._renderer.render

    def failing(*_):
        raise ModelError("no voice today")

    monkeypatch.setattr(voice._renderer, "render", failing)
    voice.render_ahead([("Hello.", "cool")])
    with pytest.raises(ModelError, match="no voice today"):
        voice.speak("Hello.", "cool")
    monkeypatch.setattr(voice._renderer, "render", render)
    assert len(voice.speak("Hello.", "cool").samples) > 1000


def test_the_cache_is_where_the_user_wants_it(monkeypatch, tmp_path):
    monkeypatch.setenv("HOTSEAT_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path / "voices"
    monkeypatch.delenv("HOTSEAT_CACHE")
    assert cache_folder().name == "voices"
    assert "hotseat" in str(cache_folder())
