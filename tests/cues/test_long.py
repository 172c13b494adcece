import tempfile
import tracemalloc

import numpy as np
import pytest

from simulator.clock import RATE_HZ
from simulator.cues.export.document import to_json
from simulator.cues.measure import measure_call
from simulator.errors import InputError
from simulator.recording.audio import MappedSamples, map_audio, read_audio, write_audio
from tests.cues.voices import join, say, silence

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def track():
    return join(silence(1), say(2.5), silence(0.6), say(2, f0=180, seed=3), silence(1))


def test_a_file_on_disk_reads_as_one_in_memory(tmp_path, track):
    write_audio(tmp_path / "a.wav", track)
    mapped = map_audio(tmp_path / "a.wav")
    assert type(mapped.samples) is not np.ndarray
    assert np.array_equal(np.asarray(mapped.samples), track)
    assert mapped.notes == read_audio(tmp_path / "a.wav").notes
    assert type(mapped.samples[100:200]) is np.ndarray
    assert int(mapped.samples[20000]) == int(track[20000])


def test_it_measures_the_same(tmp_path, track):
    write_audio(tmp_path / "a.wav", track)
    on_disk = measure_call(map_audio(tmp_path / "a.wav").samples, map_audio(tmp_path / "a.wav").samples)
    assert to_json(on_disk) == to_json(measure_call(track, track))


class Watched(np.ndarray):
    """Samples that remember the longest piece taken of them."""

    longest = 0

    def __getitem__(self, key):
        found = np.asarray(super().__getitem__(key))
        Watched.longest = max(Watched.longest, found.size)
        return found


def test_no_more_than_a_piece_is_ever_called_into_memory(track):
    long = np.concatenate([track] * 16)
    Watched.longest = 0
    measure_call(long.view(Watched), long.view(Watched))
    assert 0 < Watched.longest <= 61 * 16000 < len(long)


def test_the_tracks_of_two_hours_stay_below_150_mb(track):
    peaks_mb = []
    for times in (8, 80):  # one minute and ten
        long = np.tile(track, times)
        tracemalloc.start()
        measure_call(long, long)
        peaks_mb.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
    minutes = len(track) / RATE_HZ / 60 * 72
    assert peaks_mb[0] + (peaks_mb[1] - peaks_mb[0]) * 120 / minutes < 150, peaks_mb


def test_what_needs_conversion_is_converted(tmp_path, track):
    import soundfile

    write_audio(tmp_path / "a.flac", track)
    soundfile.write(tmp_path / "eight.wav", track[::2], 8000)
    soundfile.write(tmp_path / "float.wav", track / 32768, 16000, subtype="FLOAT")
    soundfile.write(tmp_path / "stereo.wav", np.stack([track, track], axis=1), 16000)
    for name in ("a.flac", "eight.wav", "float.wav", "stereo.wav"):
        found, wanted = map_audio(tmp_path / name), read_audio(tmp_path / name)
        assert isinstance(found.samples, MappedSamples)
        assert np.array_equal(found.samples, wanted.samples)
        assert found.notes == wanted.notes


def test_chunks_before_and_after_the_sound_do_no_harm(tmp_path, track):
    write_audio(tmp_path / "a.wav", track)
    whole = (tmp_path / "a.wav").read_bytes()
    extra = b"LIST" + (6).to_bytes(4, "little") + b"INFOab"
    odd = whole[:12] + extra + whole[12:] + b"junk" + (3).to_bytes(4, "little") + b"abc\0"
    (tmp_path / "odd.wav").write_bytes(odd)
    assert np.array_equal(np.asarray(map_audio(tmp_path / "odd.wav").samples), track)


@pytest.mark.parametrize("cut", [0, 3, 11, 20, 43, 60000])
def test_a_cut_file_is_refused_as_ever(tmp_path, track, cut):
    write_audio(tmp_path / "a.wav", track)
    (tmp_path / "cut.wav").write_bytes((tmp_path / "a.wav").read_bytes()[:cut])
    with pytest.raises(InputError, match=r"cut\.wav"):
        map_audio(tmp_path / "cut.wav")


def test_a_missing_file_and_a_missing_channel_are_refused(tmp_path, track):
    write_audio(tmp_path / "a.wav", track)
    with pytest.raises(InputError, match="no file"):
        map_audio(tmp_path / "none.wav")
    with pytest.raises(InputError, match="no channel 1"):
        map_audio(tmp_path / "a.wav", channel=1)


def test_a_full_disk_is_told_with_what_to_do(tmp_path, track, monkeypatch):
    write_audio(tmp_path / "a.flac", track)
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/place")
    with pytest.raises(InputError, match="set TMPDIR"):
        map_audio(tmp_path / "a.flac")
