"""The real engine behind the worker: every line comes, as it was asked for, whatever happened before."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import soxr

from simulator.clock import RATE_HZ
from simulator.cues.signal.pitch import pitch_track
from simulator.errors import ModelError
from simulator.speech.profiles import load_profile
from simulator.speech.pyttsx3_voice import Pyttsx3Renderer
from tests.speech.conftest import SOFA, median_f0_hz

pytestmark = pytest.mark.device
NUMBERS = "one two three four five six seven eight nine ten".split()


@pytest.fixture
def renderer():
    made = Pyttsx3Renderer(load_profile("ray"))
    yield made
    made.close()


@pytest.fixture
def woman():
    made = Pyttsx3Renderer(load_profile("megan"))
    yield made
    made.close()


def delivery(**changes):
    plain = replace(load_profile("ray").delivery("cool"), rate_wpm=170, pitch_semitones=0.0, range_percent=50)
    return replace(plain, **changes)


def seconds(rendering):
    return len(rendering.samples) / rendering.rate_hz


def as_int16(rendering):
    return (soxr.resample(rendering.samples, rendering.rate_hz, RATE_HZ) * 32767).astype(np.int16)


def test_hundreds_of_lines_arrive_each_as_asked(renderer):
    slow, fast = delivery(rate_wpm=130, pitch_semitones=-4.0), delivery(rate_wpm=240, pitch_semitones=4.0)
    first = {}
    for turn in range(100):
        for which, how in (("slow", slow), ("fast", fast)):
            text = f"This is line {NUMBERS[turn % 10]}."
            rendering = renderer.render(text, how)
            known = first.setdefault((text, which), rendering)
            assert np.array_equal(known.samples, rendering.samples)
    for text in {text for text, _ in first}:
        assert seconds(first[text, "slow"]) > 1.4 * seconds(first[text, "fast"])


def test_rate_is_what_was_asked_for(renderer):
    lengths = {rate: seconds(renderer.render(SOFA, delivery(rate_wpm=rate))) for rate in (120, 160, 240)}
    assert lengths[120] / lengths[240] == pytest.approx(2.0, rel=0.15)
    assert lengths[120] > lengths[160] > lengths[240]


def test_pitch_is_what_was_asked_for(woman):
    plain = median_f0_hz(as_int16(woman.render(SOFA, delivery())))
    for semitones in (-4.0, 3.0, 6.0):
        moved = median_f0_hz(as_int16(woman.render(SOFA, delivery(pitch_semitones=semitones))))
        assert 12 * np.log2(moved / plain) == pytest.approx(semitones, abs=0.8)


def test_range_makes_the_melody_livelier(woman):
    spread = []
    for percent in (10, 50, 90):
        f0_hz = pitch_track(as_int16(woman.render(SOFA, delivery(range_percent=percent)))).f0_hz
        low, high = np.nanpercentile(f0_hz, (25, 75))
        spread.append(high / low)
    assert spread[0] < spread[1] < spread[2]


def test_a_line_is_the_same_whatever_was_said_before_and_in_another_process(renderer):
    wanted = renderer.render(SOFA, delivery())
    renderer.render("Hello.", delivery(rate_wpm=220))
    again = renderer.render(SOFA, delivery())
    other = Pyttsx3Renderer(load_profile("ray"))
    elsewhere = other.render(SOFA, delivery())
    other.close()
    assert np.array_equal(wanted.samples, again.samples)
    assert np.array_equal(wanted.samples, elsewhere.samples)
    assert wanted.onsets == again.onsets == elsewhere.onsets


def test_the_engine_says_when_each_word_begins(renderer):
    rendering = renderer.render("Nobody, and I mean nobody, called.", delivery())
    assert [offset for offset, _ in rendering.onsets] == [0, 8, 12, 14, 19, 27]
    times = [second for _, second in rendering.onsets]
    assert times == sorted(times)
    assert times[0] == 0
    assert times[-1] < seconds(rendering)


def test_text_beyond_ascii_is_spoken_and_timed(renderer):
    rendering = renderer.render("Café — £45, “really”?", delivery())
    assert seconds(rendering) > 1.0
    assert rendering.onsets[0][0] == 0
    assert 12 <= rendering.onsets[-1][0] <= 14


def test_a_killed_worker_is_replaced_and_the_line_still_comes(renderer):
    wanted = renderer.render(SOFA, delivery())
    for _ in range(3):
        renderer._worker._process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        assert np.array_equal(renderer.render(SOFA, delivery()).samples, wanted.samples)


def test_a_silent_worker_is_replaced_and_the_line_still_comes(renderer, monkeypatch):
    if os.name != "posix":
        pytest.skip("no SIGSTOP here")
    wanted = renderer.render(SOFA, delivery())
    silent = renderer._worker._process
    os.kill(silent.pid, signal.SIGSTOP)
    monkeypatch.setattr("simulator.speech.pyttsx3_voice.PATIENCE_S", 2.0)
    assert np.array_equal(renderer.render(SOFA, delivery()).samples, wanted.samples)
    assert silent.poll() is not None


def test_a_voice_the_engine_refuses_is_told_with_a_way_out():
    profile = load_profile("ray")
    refused = profile.model_copy(update={"espeak": profile.espeak.model_copy(update={"voice": "en-nowhere+m3"})})
    renderer = Pyttsx3Renderer(refused)
    with pytest.raises(ModelError, match=r"'ray' could not be spoken \(.*en-nowhere.*install espeak-ng"):
        renderer.render("Hello.", delivery())
    renderer.close()


def test_without_any_engine_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr("simulator.speech.pyttsx3_voice._ESPEAK_LIBRARIES", ("libnosuch.so",))
    with pytest.raises(ModelError, match="no voice on this machine; install espeak-ng"):
        Pyttsx3Renderer(load_profile("ray"), driver="espeak")


def test_an_engine_that_does_not_start_is_told():
    renderer = Pyttsx3Renderer(load_profile("ray"), driver="sapi5" if os.name == "posix" else "nsss")
    with pytest.raises(ModelError, match="does not start"):
        renderer.render("Hello.", delivery())
    renderer.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no children that speak one line here")
def test_an_engine_that_hangs_in_its_child_is_ended_and_told():
    script = (
        "import sys, time\n"
        "from simulator.speech import voice_worker\n"
        "voice_worker.CHILD_S = 1\n"
        "voice_worker._open = lambda driver: time.sleep(600)\n"
        "voice_worker._in_child(sys.stdout, 'espeak', {})\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == {"ok": False, "error": "the engine died with status -14"}
