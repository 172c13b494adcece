import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cues.signal.framing import GRAIN, HOP, check_samples, energy_of, frame_times_ms, kaiser_weights
from simulator.cues.signal.level import LOWEST_DBFS, LevelStream, level_track
from simulator.errors import InputError
from tests.cues.voices import as_int16, buzz, in_pieces, silence, white

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("amplitude", [1.0, 0.5, 0.1, 0.01])
@pytest.mark.parametrize("hz", [150, 440, 1000, 5000])
def test_a_sine_reads_three_db_under_its_amplitude(amplitude, hz):
    tone = as_int16(amplitude * np.sin(2 * np.pi * hz * np.arange(16000) / 16000))
    level = level_track(tone)
    assert level[10:90] == pytest.approx(20 * np.log10(amplitude) - 3.01, abs=0.1)


def test_silence_and_a_constant_offset_read_the_floor():
    for samples in (silence(1), np.full(16000, 32767, np.int16), np.full(16000, -32768, np.int16)):
        assert np.array_equal(level_track(samples), np.full(100, LOWEST_DBFS, np.float32))


def test_an_offset_does_not_change_the_level():
    plain = buzz(200, level=0.05)
    assert level_track(plain + np.int16(8000)) == pytest.approx(level_track(plain), abs=0.05)


def test_extremes_of_int16_read_full_scale():
    square = np.where(np.arange(16000) // 8 % 2, -32768, 32767).astype(np.int16)
    assert level_track(square)[10:90] == pytest.approx(0.0, abs=0.01)


def test_a_step_is_seen_where_it_is():
    samples = np.concatenate([buzz(200, 0.5, 0.01), buzz(200, 0.5, 0.1)])
    level = level_track(samples)
    assert level[44] == pytest.approx(-40, abs=0.3)
    assert level[56] == pytest.approx(-20, abs=0.3)
    assert int(np.argmax(level > -30)) in (48, 49, 50)


def test_frames_stand_every_10_ms_at_their_centres():
    assert np.array_equal(frame_times_ms(3), [5.0, 15.0, 25.0])
    for n, frames in ((0, 0), (1, 0), (159, 0), (160, 1), (16001, 100)):
        level = level_track(white(2)[:n])
        assert len(level) == len(frame_times_ms(frames)) == frames
        assert level.dtype == np.float32


def test_one_hour_has_no_drift():
    click = np.zeros(3600 * 16000, np.int16)
    click[-8000 - 80] = 20000
    level = level_track(click)
    assert len(level) == 360_000
    assert int(np.argmax(level)) == 360_000 - 51


@pytest.mark.parametrize("seed", range(4))
def test_a_stream_equals_the_batch_to_the_last_bit(seed):
    samples = np.concatenate([white(1.3), buzz(180, 2.0), silence(0.7), buzz(110, 1.234)])
    stream = LevelStream()
    parts = [stream.accept(piece) for piece in in_pieces(samples, seed)]
    assert np.array_equal(np.concatenate([*parts, stream.finish()]), level_track(samples))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3000), st.lists(st.integers(0, 700), max_size=12), st.integers(0, 9))
def test_any_cutting_equals_the_batch(n, lengths, seed):
    samples = np.random.default_rng(seed).integers(-32768, 32768, n).astype(np.int16)
    stream, parts, at = LevelStream(), [], 0
    for length in [*lengths, n]:
        parts.append(stream.accept(samples[at : at + length]))
        at += length
    joined = np.concatenate([*parts, stream.finish()])
    assert np.array_equal(joined, level_track(samples))
    assert np.isfinite(joined).all()


def test_energy_is_exact():
    samples = np.full(GRAIN * 5 + 7, -32768, np.int16)
    energy = energy_of(samples)
    assert energy.sums.tolist() == [-32768.0 * GRAIN] * 5
    assert energy.squares.tolist() == [2.0**30 * GRAIN] * 5


def test_the_window_is_symmetric_and_sums_to_one():
    weights = kaiser_weights(100)
    assert weights == pytest.approx(weights[::-1])
    assert weights.sum() == pytest.approx(1)
    assert len(weights) * GRAIN >= 6.4 / 100 * 16000 > (len(weights) - 2) * GRAIN - HOP


@pytest.mark.parametrize("samples", [np.zeros(5), np.zeros((5, 2), np.int16), np.zeros(5, np.float32)])
def test_other_arrays_are_refused(samples):
    with pytest.raises(InputError, match="audio must be int16"):
        check_samples(samples)
    with pytest.raises(InputError, match="audio must be int16"):
        level_track(samples)
