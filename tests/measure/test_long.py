import tempfile
import tracemalloc

import numpy as np
import pytest

from simulator.cues import kept, percentiles
from simulator.cues.document import to_json
from simulator.cues.measure import measure_call
from simulator.errors import InputError
from simulator.recording.audio import read_audio, write_audio
from simulator.recording.mapped import Mapped, map_audio
from tests.measure.voices import join, say, silence

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


def test_tracks_on_disk_measure_the_same(track, monkeypatch):
    in_memory = measure_call(track, track[::-1].copy())
    monkeypatch.setattr(kept, "IN_MEMORY", 100)
    monkeypatch.setattr(percentiles, "FEW", 100)
    on_disk = measure_call(track, track[::-1].copy())
    assert isinstance(on_disk.tracks.f0_hz, Mapped)
    assert to_json(on_disk) == to_json(in_memory)


def test_memory_stays_flat_as_the_call_grows(track):
    peaks = []
    for times in (16, 160):  # two minutes and twenty
        long = np.tile(track, times)
        tracemalloc.start()
        measure_call(long)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_a_full_disk_is_told_with_what_to_do(track, monkeypatch):
    monkeypatch.setattr(kept, "IN_MEMORY", 100)
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/place")
    with pytest.raises(InputError, match="set TMPDIR"):
        measure_call(track)


@pytest.mark.parametrize("count", [1, 2, 999, 70_000])
def test_percentiles_are_the_same_piece_by_piece(count):
    values = np.random.default_rng(count).normal(0, 30, count).astype(np.float32)
    values[::3] = np.round(values[::3])
    wanted = (0, 2, 50, 99.5, 100)
    piecewise = percentiles.percentiles_over(lambda: np.array_split(values, 7), *wanted)
    assert piecewise == percentiles.percentiles(values, *wanted)
    assert piecewise == pytest.approx(np.percentile(values.astype(float), wanted))


def test_what_needs_conversion_is_converted(tmp_path, track):
    import soundfile

    write_audio(tmp_path / "a.flac", track)
    soundfile.write(tmp_path / "eight.wav", track[::2], 8000)
    soundfile.write(tmp_path / "float.wav", track / 32768, 16000, subtype="FLOAT")
    soundfile.write(tmp_path / "stereo.wav", np.stack([track, track], axis=1), 16000)
    for name in ("a.flac", "eight.wav", "float.wav", "stereo.wav"):
        found, wanted = map_audio(tmp_path / name), read_audio(tmp_path / name)
        assert isinstance(found.samples, Mapped)
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
