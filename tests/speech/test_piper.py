"""Piper, where it is installed (hotseat[piper]): the same port, the same promises."""

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.speech.profiles import load_profile
from simulator.speech.shaping import speech_level_dbfs
from simulator.speech.voice import open_voice
from tests.speech.conftest import SOFA, median_f0_hz

pytest.importorskip("piper", reason="the optional extra hotseat[piper] is not installed")
pytestmark = pytest.mark.device


def test_an_angrier_line_is_louder_higher_and_faster_and_the_same_every_time(tmp_path):
    lines = {}
    for cache in ("one", "two"):
        voice = open_voice("ray", cache=tmp_path / cache, engine="piper")
        lines[cache] = [voice.speak(SOFA, band) for band in ("content", "furious")]
        voice.close()
    for first, second in zip(lines["one"], lines["two"], strict=True):
        assert np.array_equal(first.samples, second.samples)
        assert [word for word, _ in first.words] == SOFA.split()
    calm, angry = lines["one"]
    assert len(angry.samples) < 0.85 * len(calm.samples)
    assert median_f0_hz(angry.samples) > 1.15 * median_f0_hz(calm.samples)
    level = [speech_level_dbfs(line.samples / np.float32(32768)) for line in (calm, angry)]
    assert level[1] - level[0] == pytest.approx(9.0, abs=0.5)


def test_a_voice_that_piper_cannot_speak_is_told(tmp_path):
    assert load_profile("megan").piper is None
    with pytest.raises(InputError, match="'megan' has no Piper voice"):
        open_voice("megan", cache=tmp_path, engine="piper")
