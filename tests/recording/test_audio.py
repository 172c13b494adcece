"""Audio files in every form a trainer sends, and every way they can be broken."""

import os
import stat
import struct

import numpy as np
import pytest
import soundfile

from simulator.errors import InputError
from simulator.recording.audio import Audio, read_audio, write_audio

pytestmark = pytest.mark.unit


def tone(rate_hz=16000, seconds=1.0, f_hz=440.0, level=0.5):
    return level * np.sin(2 * np.pi * f_hz * np.arange(round(rate_hz * seconds)) / rate_hz)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".WAV"])
def test_what_is_written_is_read_back_sample_by_sample(tmp_path, suffix):
    samples = np.random.default_rng(1).integers(-32768, 32768, 20001).astype(np.int16)
    path = tmp_path / f"a{suffix}"
    write_audio(path, samples)
    got = read_audio(path)
    assert got.samples.dtype == np.int16
    np.testing.assert_array_equal(got.samples, samples)
    assert got.notes == ()
    assert got.source_rate_hz == 16000


@pytest.mark.skipif(os.name != "posix", reason="Windows has access lists instead of modes")
def test_a_recording_is_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"old")
    path.chmod(0o644)
    write_audio(path, np.zeros(320, np.int16))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize("rate_hz", [8000, 11025, 22050, 44100, 48000])
@pytest.mark.parametrize(
    ("suffix", "subtype"),
    [("wav", "PCM_16"), ("wav", "PCM_24"), ("wav", "FLOAT"), ("wav", "ULAW"), ("flac", "PCM_24"), ("aiff", "PCM_16")],
)
def test_other_forms_are_converted_with_a_note(tmp_path, rate_hz, suffix, subtype):
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, np.stack([tone(rate_hz), np.zeros(rate_hz)], axis=1), rate_hz, subtype=subtype)
    got = read_audio(path)
    assert abs(len(got.samples) - 16000) <= 1
    assert got.source_rate_hz == rate_hz
    assert "2 channels mixed to one" in got.notes
    assert f"resampled from {rate_hz} Hz to 16000 Hz" in got.notes
    assert any("16 bit" in note for note in got.notes) == (subtype != "PCM_16")
    middle = got.samples[4000:12000].astype(float)
    np.testing.assert_allclose(middle, tone(level=0.25)[4000:12000] * 32768, atol=32768 * 0.015)
    left = read_audio(path, channel=0).samples[4000:12000]
    np.testing.assert_allclose(left, tone(level=0.5)[4000:12000] * 32768, atol=32768 * 0.03)
    assert not read_audio(path, channel=1).samples.any()


def test_float_beyond_full_scale_is_clipped_not_wrapped(tmp_path):
    path = tmp_path / "loud.wav"
    soundfile.write(path, tone(level=2.0), 16000, subtype="FLOAT")
    got = read_audio(path)
    assert got.samples.max() == 32767
    assert got.samples.min() == -32768
    assert any("clipped" in note for note in got.notes)
    assert np.all(np.sign(got.samples[1:19]) == 1)


def test_a_long_file_is_converted_without_seams(tmp_path):
    path = tmp_path / "long.wav"
    soundfile.write(path, tone(48000, 25.0), 48000)
    got = read_audio(path).samples
    assert abs(len(got) - 25 * 16000) <= 1
    np.testing.assert_allclose(got[1000:399000], tone(16000, 25.0)[1000:399000] * 32768, atol=20)


def test_a_streamed_header_is_read_to_the_end(tmp_path):
    path = tmp_path / "espeak.wav"
    write_audio(path, np.arange(1000, dtype=np.int16))
    raw = bytearray(path.read_bytes())
    raw[4:8] = raw[40:44] = struct.pack("<I", 0xFFFFFFFF)
    path.write_bytes(raw)
    got = read_audio(path)
    np.testing.assert_array_equal(got.samples, np.arange(1000))
    assert any("no length" in note for note in got.notes)


def broken(tmp_path, how):
    path = tmp_path / "a.wav"
    if how == "missing":
        return path
    if how == "folder":
        path.mkdir()
        return path
    soundfile.write(path, tone(), 16000, subtype="FLOAT" if how in ("nan", "inf") else "PCM_16")
    raw = path.read_bytes()
    if how in ("nan", "inf"):
        value = float(how)
        samples = tone().astype(np.float32)
        samples[5000] = value
        soundfile.write(path, samples, 16000, subtype="FLOAT")
    elif how == "text":
        path.write_text("hello, I am not audio at all", encoding="utf-8")
    elif how == "no samples":
        soundfile.write(path, np.zeros(0), 16000)
    elif how == "slow":
        soundfile.write(path, tone(), 2000)
    else:
        path.write_bytes({"empty": b"", "head only": raw[:30], "cut": raw[: len(raw) // 2], "one byte": raw[:1]}[how])
    return path


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("missing", "no file"),
        ("folder", "not a file"),
        ("empty", "empty"),
        ("one byte", "not audio"),
        ("head only", "cut off"),
        ("cut", "cut off: its header promises 32000 bytes"),
        ("text", "not audio"),
        ("no samples", "no sound"),
        ("nan", "not numbers"),
        ("inf", "not numbers"),
        ("slow", "2000 samples a second"),
    ],
)
def test_a_broken_file_gets_a_clear_line(tmp_path, how, says):
    with pytest.raises(InputError, match=says):
        read_audio(broken(tmp_path, how))


def test_a_cut_flac_is_refused(tmp_path):
    path = tmp_path / "a.flac"
    noise = np.random.default_rng(2).normal(0, 0.1, 160000)
    soundfile.write(path, noise, 16000)
    path.write_bytes(path.read_bytes()[:100000])
    with pytest.raises(InputError, match=r"cut off|not audio"):
        read_audio(path)


def test_channels_and_names_that_do_not_exist_are_refused(tmp_path):
    path = tmp_path / "a.wav"
    write_audio(path, np.zeros(320, np.int16))
    with pytest.raises(InputError, match="no channel 1; allowed: 0 to 0"):
        read_audio(path, channel=1)
    with pytest.raises(InputError, match=r"\.wav or \.flac"):
        write_audio(tmp_path / "a.mp3", np.zeros(320, np.int16))
    with pytest.raises(InputError, match="cannot write"):
        write_audio(tmp_path / "nowhere" / "a.wav", np.zeros(320, np.int16))
    with pytest.raises(InputError, match="no file"):
        read_audio(tmp_path / "a\0b.wav")
    assert isinstance(read_audio(path), Audio)
