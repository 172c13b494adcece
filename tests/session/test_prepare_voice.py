"""A pack holds all that a customer says, is rendered with the real model, and takes over what did not change."""

import io

import numpy as np
import pytest
import soundfile

from simulator.clock import RATE_HZ
from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.datafile import data_folder
from simulator.events import LineStarted
from simulator.session.prepare_voice import prepare, style_of, texts_of
from simulator.session.rehearsal import run_text_call
from simulator.session.trainees import scripts_of
from simulator.speech.natural.model import is_installed
from simulator.speech.natural.voice_pack import VoicePack, line_name, parts_of

pytestmark = pytest.mark.device
ONE_OF_EACH_TEMPER = ("missing-sofa", "cold-dinner", "moved-scan", "lost-reports")
DECODED_EVERY = 10
PACKS = sorted((data_folder("voices") / "packs").glob("*.zip"))


@pytest.mark.parametrize("name", ONE_OF_EACH_TEMPER)
def test_whatever_is_said_is_made_of_the_lines_of_the_pack(name):
    scenario = load_scenario(name)
    known = frozenset(texts_of(scenario))
    said = {
        event.text
        for script in scripts_of(scenario).values()
        for event in run_text_call(scenario, script, seed=11)
        if isinstance(event, LineStarted)
    }
    assert len(said) > 20
    assert [text for text in sorted(said) if not parts_of(text, known)] == []


@pytest.fixture
def two_lines(monkeypatch):
    """Give a scenario of which only two lines are rendered: the whole one takes a quarter of an hour."""
    texts = ["No.", "Where is my sofa?"]
    monkeypatch.setattr("simulator.session.prepare_voice.texts_of", lambda scenario: tuple(texts))
    return load_scenario("missing-sofa"), texts


@pytest.mark.skipif(not is_installed(), reason="needs hotseat[kokoro]")
def test_only_what_changed_is_rendered_again(two_lines, tmp_path):
    scenario, texts = two_lines
    path, work, told = tmp_path / "pack.zip", tmp_path / "work", []

    def run():
        told.clear()
        prepare(scenario, path, work=work, progress=lambda done, of: told.append((done, of)))
        return path.read_bytes()

    first = run()
    assert told == [(1, 2), (2, 2)]
    assert run() == first
    assert told == []
    texts[0] = "Never."
    run()
    assert told == [(2, 2)]
    pack = VoicePack(path)
    assert sorted(pack.texts.values()) == ["Never.", "Where is my sofa?"]
    assert len(pack.line("Never.").samples) > 4000
    pack.close()


@pytest.mark.skipif(not is_installed(), reason="needs hotseat[kokoro]")
def test_a_line_rendered_before_a_stop_is_not_rendered_again(two_lines, tmp_path):
    scenario, texts = two_lines
    path, work = tmp_path / "pack.zip", tmp_path / "work"

    def stop(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(scenario, path, work=work, progress=stop)
    assert not path.exists()
    (kept,) = work.glob("*.flac")
    before = kept.stat().st_mtime_ns
    prepare(scenario, path, work=work, progress=lambda done, of: None)
    assert kept.stat().st_mtime_ns == before
    assert len(list(work.glob("*.flac"))) == len(texts)


def test_every_scenario_has_a_natural_voice_of_its_own():
    styles = [style_of(load_scenario(name).voice) for name in list_scenarios()]
    assert len(set(styles)) == len(styles)
    assert line_name("a", "b", "c") != line_name("a", "b", "d")


@pytest.mark.parametrize("path", PACKS, ids=[path.stem for path in PACKS])
def test_a_shipped_pack_is_whole_and_every_line_can_be_heard(path):
    scenario = load_scenario(path.stem)
    pack = VoicePack(path)
    assert pack.style == style_of(scenario.voice)
    assert pack.lacks(texts_of(scenario)) == ()
    for number, text in enumerate(texts_of(scenario)):
        opus, track = pack.raw(text)  # unzipped, so its checksum was right
        count = soundfile.info(io.BytesIO(opus)).frames
        assert 0.2 < count / RATE_HZ < 12, text
        assert abs(len(track) - count / RATE_HZ * 100) <= 2, text
        if number % DECODED_EVERY == 0:  # to decode all of ten packs takes half a minute
            assert np.abs(pack.line(text).samples).max() > 0.05, text
    pack.close()


def test_the_shipped_packs_are_small_enough_to_check_out():
    assert sum(path.stat().st_size for path in PACKS) <= 40e6


def test_the_first_call_has_a_natural_voice():
    assert "missing-sofa" in [path.stem for path in PACKS]
