"""Voices of this machine, each with a cache of its own."""

import numpy as np
import pytest

from simulator.cues.signal.pitch import pitch_track
from simulator.speech.voice import open_voice

SOFA = "Where is my sofa? I have waited three weeks, and nobody calls me back."


@pytest.fixture
def opened(tmp_path):
    voices = []

    def opening(name="ray", **how):
        voices.append(open_voice(name, cache=how.pop("cache", tmp_path / "cache"), **how))
        return voices[-1]

    yield opening
    for voice in voices:
        voice.close()


def median_f0_hz(samples):
    track = pitch_track(samples).f0_hz
    return float(np.nanmedian(track))
