"""What engines write: WAV or AIFF, whatever the name says; anything else is told apart."""

import numpy as np
import pytest
import soundfile

from simulator.speech.pyttsx3_voice import _LineLostError, read_line

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("form", ["WAV", "AIFF"])
@pytest.mark.parametrize("name", ["line.wav", "line.aiff"])
@pytest.mark.parametrize("channels", [1, 2])
def test_wav_and_aiff_are_told_apart_by_their_content(tmp_path, form, name, channels):
    tone = (0.5 * np.sin(np.arange(2205) * 0.1)).astype(np.float32)
    soundfile.write(tmp_path / name, np.stack([tone] * channels, axis=1), 22_050, "PCM_16", format=form)
    samples, rate_hz = read_line(tmp_path / name)
    assert rate_hz == 22_050
    assert samples.dtype == np.float32
    assert np.allclose(samples, tone, atol=1e-4)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not audio"])
def test_what_is_no_audio_is_a_line_lost(tmp_path, content):
    (tmp_path / "line.wav").write_bytes(content)
    with pytest.raises(_LineLostError, match="not audio"):
        read_line(tmp_path / "line.wav")


def test_audio_without_samples_is_a_line_lost(tmp_path):
    soundfile.write(tmp_path / "line.wav", np.zeros(0, np.float32), 22_050)
    with pytest.raises(_LineLostError, match="empty"):
        read_line(tmp_path / "line.wav")
