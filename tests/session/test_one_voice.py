"""A call has one voice: a whole pack speaks all of it, anything less is spoken by the system."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulator.customer.caller import Caller
from simulator.customer.scenario import load_scenario
from simulator.customer.voicing import BACKCHANNELS, emphasised_words
from simulator.errors import ModelError
from simulator.recording.manifest import USUAL_LINE, TelephoneLine
from simulator.session.compose import Wanted, _surroundings, voice_of
from simulator.session.prepare_voice import texts_of
from simulator.session.surroundings import backchannels_of
from simulator.speech.natural.voice_pack import PackedLine, encode, own_pack, pack_bytes

pytestmark = pytest.mark.device
SCENARIO = load_scenario("moved-scan")


@pytest.fixture
def packed(tmp_path, monkeypatch):
    """Write a pack of the scenario in which every line is the same tone, without the last `lacks` lines."""
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path))
    monkeypatch.setenv("HOTSEAT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("simulator.speech.natural.voice_pack.data_folder", lambda name: tmp_path / name)
    times = np.arange(12_000) / 16_000
    tone = (0.3 * np.sin(2 * np.pi * 200 * times) * np.hanning(12_000)).astype(np.float32)
    stored = encode(PackedLine(samples=tone, f0_hz=np.full(75, 200.0)))

    def write(lacks=0, style="af_kore"):
        texts = texts_of(SCENARIO)
        path = own_pack(SCENARIO.id)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pack_bytes("a tone", style, dict.fromkeys(texts[: len(texts) - lacks], stored)))

    return write


def opened(wanted):
    return voice_of(SCENARIO, wanted.voice or "", wanted.line, again=wanted.retried is not None)


def engine_of(**wanted):
    voice, line = opened(Wanted(scenario=SCENARIO.id, **wanted))
    voice.close()
    return line.engine


def test_a_whole_pack_speaks(packed):
    packed()
    assert engine_of() == "pack"


@pytest.mark.parametrize("how", [{"lacks": 1}, {"style": "bm_lewis"}], ids=["one line is not there", "another voice"])
def test_anything_less_leaves_the_call_to_the_system(packed, how):
    packed(**how)
    assert engine_of() == "pyttsx3"


def test_who_asks_for_another_voice_gets_it(packed):
    packed()
    assert engine_of(voice="ray") == "pyttsx3"
    assert engine_of(line=TelephoneLine()) == "pyttsx3"
    assert engine_of(voice=SCENARIO.voice) == "pack"


def test_a_retried_call_keeps_its_voice_or_is_refused(packed):
    packed(lacks=1)
    with pytest.raises(ModelError, match="voices prepare moved-scan"):
        engine_of(retried=SimpleNamespace())
    packed()
    assert engine_of(retried=SimpleNamespace()) == "pack"


def test_the_pack_speaks_every_band_in_order_and_what_is_said_together(packed):
    packed()
    voice, _ = opened(Wanted(scenario=SCENARIO.id))
    one, two = texts_of(SCENARIO)[:2]
    calm, furious = voice.speak(one, "content"), voice.speak(one, "furious")
    assert len(calm.samples) > len(furious.samples)
    both = voice.speak(f"{one} {two}", "content")
    assert len(both.samples) > 1.8 * len(calm.samples)
    assert [word for word, _ in both.words] == f"{one} {two}".split()
    with pytest.raises(ModelError, match="does not hold the line"):
        voice.speak("Nobody wrote this.", "content")
    voice.close()


def test_the_words_that_the_scenario_marks_are_said_with_weight(packed):
    packed()
    voice, _ = opened(Wanted(scenario=SCENARIO.id))
    texts = texts_of(SCENARIO)
    marked = emphasised_words(texts, SCENARIO.emphasis)
    with_weight = next(text for text in texts if text in marked)
    without = next(text for text in texts if text not in marked)
    # every line of this pack is the same tone
    assert len(voice.speak(with_weight, "angry").samples) > len(voice.speak(without, "angry").samples)
    voice.close()


def test_every_band_listens_in_its_own_way_and_no_track_has_it(packed):
    packed()
    voice, _ = opened(Wanted(scenario=SCENARIO.id))
    heard = backchannels_of(voice)
    voice.close()
    assert {band: len(sounds) for band, sounds in heard.items()} == {
        "content": len(BACKCHANNELS) + 1, "cool": len(BACKCHANNELS) + 1, "irritated": len(BACKCHANNELS) + 2,
        "angry": 2, "furious": 2,
    }  # fmt: skip
    words, sigh = heard["irritated"][0], heard["irritated"][-1]
    assert 0 < np.abs(sigh).max() < np.abs(words).max()
    assert len(sigh) > 2 * len(heard["furious"][0])


def test_what_is_around_the_customer_can_be_left_out(packed):
    packed()
    caller = Caller(SCENARIO, seed=3)
    voice, line = opened(Wanted(scenario=SCENARIO.id))
    assert _surroundings(voice, line, caller, 3) is not None
    assert _surroundings(voice, USUAL_LINE.model_copy(update={"surroundings": False}), caller, 3) is None
    voice.close()
