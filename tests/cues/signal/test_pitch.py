import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cues.signal.periodicity import SLOTS, find_candidates
from simulator.cues.signal.pitch import PitchStream, frame_peaks, join, loud_peak, pitch_track
from simulator.cues.signal.pitch_path import OCTAVE_JUMP_COST, VOICING_COST, best_path, surely_unvoiced
from simulator.errors import InputError
from tests.cues.voices import as_int16, buzz, in_pieces, silence, white

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("hz", [78, 100, 137.5, 220, 333, 480, 590])
def test_a_steady_voice_is_found_within_a_fifth_of_a_percent(hz):
    track = pitch_track(buzz(hz))
    assert track.f0_hz[3:-3] == pytest.approx(hz, rel=0.002)
    assert (track.strength[3:-3] > 0.98).all()
    assert track.f0_hz.dtype == np.float32
    assert track.time_ms[0] == 5.0


@pytest.mark.parametrize("hz", [100, 200, 400])
def test_noise_10_db_below_makes_no_gross_error(hz):
    f0 = pitch_track(buzz(hz, 3, noise_db=10)).f0_hz
    assert np.isnan(f0).mean() < 0.02
    assert np.nanmax(np.abs(f0 / hz - 1)) < 0.05


def test_a_glide_over_two_octaves_is_followed_without_a_jump():
    true = 100 * 4 ** np.linspace(0, 1, 3 * 16000)
    f0 = pitch_track(buzz(true, 3)).f0_hz
    at_centres = true[np.arange(len(f0)) * 160 + 80]
    assert f0[3:-3] == pytest.approx(at_centres[3:-3], rel=0.01)


def test_a_missing_fundamental_is_heard():
    time = np.arange(16000) / 16000
    tone = as_int16(0.1 * sum(np.sin(2 * np.pi * 150 * k * time) for k in range(3, 20)))
    assert pitch_track(tone).f0_hz[3:-3] == pytest.approx(150, rel=0.002)


@pytest.mark.parametrize("hz", [110, 155, 200])
def test_a_second_harmonic_that_stands_out_is_not_taken_for_the_voice(hz):
    time = np.arange(16000) / 16000
    heights = [0.0, 1.0] + [0.02] * int(3400 / hz - 2)
    tone = sum(height * np.sin(2 * np.pi * hz * k * time + k * k) for k, height in enumerate(heights, 1))
    f0 = pitch_track(as_int16(0.1 * tone)).f0_hz
    assert f0[3:-3] == pytest.approx(hz, rel=0.01)


def test_rumble_does_not_halve_a_high_voice():
    rng = np.random.default_rng(3)
    spectrum = np.zeros(24001, complex)
    spectrum[150:360] = rng.standard_normal(210) + 1j * rng.standard_normal(210)  # 50 to 120 Hz
    rumble = np.fft.irfft(spectrum)
    voice = buzz(330, 3) / 32768
    f0 = pitch_track(as_int16(voice + rumble * np.sqrt(np.mean(voice**2) / np.mean(rumble**2) / 6))).f0_hz
    assert np.isnan(f0).mean() < 0.02
    assert np.mean(np.abs(f0 / 330 - 1) > 0.2) < 0.02


def test_noise_after_a_voice_is_not_drawn_into_it():
    hiss = white(2, 0.01)
    samples = hiss.copy()
    samples[8000:16000] = buzz(150, 0.5)
    voiced = np.flatnonzero(~np.isnan(pitch_track(samples).f0_hz))
    assert abs(voiced[0] - 50) <= 1
    assert abs(voiced[-1] - 99) <= 1


def test_silence_noise_and_clicks_are_unvoiced():
    clicks = silence(1)
    clicks[4000::4001] = 30000
    for samples in (silence(1), white(3), np.full(16000, 1234, np.int16), clicks):
        track = pitch_track(samples)
        assert np.isnan(track.f0_hz).all()
        assert not track.strength.any()


def test_voicing_begins_and_ends_within_two_frames():
    samples = np.concatenate([silence(0.5), buzz(150, 0.5), white(0.5, 0.02), buzz(150, 0.5), silence(0.5)])
    voiced = ~np.isnan(pitch_track(samples).f0_hz)
    edges = np.flatnonzero(np.diff(voiced.astype(int))) + 1
    assert edges == pytest.approx([50, 100, 150, 200], abs=2)


def test_level_does_not_matter():
    loud, soft = buzz(180, 2, 0.3, noise_db=25), buzz(180, 2, 0.3, noise_db=25) // np.int16(32)
    first, second = pitch_track(loud).f0_hz, pitch_track(soft).f0_hz
    assert (np.isnan(first) == np.isnan(second)).all()
    assert first[3:-3] == pytest.approx(second[3:-3], rel=0.002)


def test_one_loud_click_does_not_silence_a_call():
    voice = buzz(150, 10, 0.01)
    clicked = voice.copy()
    clicked[8000] = 32767
    voiced = ~np.isnan(pitch_track(clicked).f0_hz)
    assert voiced[60:].mean() > 0.99


def test_one_shout_does_not_silence_a_call():
    call = np.concatenate([buzz(150, 60, 0.005), buzz(300, 0.5, 0.3), buzz(150, 60, 0.005)])
    assert (~np.isnan(pitch_track(call).f0_hz)).mean() > 0.98


@pytest.mark.parametrize("n", [0, 1, 159, 160, 399, 400, 639, 640, 641, 1601])
def test_short_recordings_have_whole_frames_and_no_surprise(n):
    for samples in (buzz(200)[:n], np.full(n, -32768, np.int16), np.where(np.arange(n) % 2, -32768, 32767)):
        track = pitch_track(samples.astype(np.int16))
        assert len(track) == n // 160
        assert not np.isinf(track.f0_hz).any()


def test_an_all_clipped_voice_keeps_its_pitch():
    square = np.where(np.arange(16000) // 40 % 2, -32768, 32767).astype(np.int16)
    assert pitch_track(square).f0_hz[3:-3] == pytest.approx(200, rel=0.002)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("gather", [1, 50])
def test_a_stream_equals_the_batch_to_the_last_bit(seed, gather):
    samples = np.concatenate([white(0.6), buzz(180, 1.1, noise_db=15), silence(0.4), buzz(110, 0.9), white(0.3)])
    whole = pitch_track(samples)
    stream = PitchStream(loud=loud_peak(frame_peaks(samples)), gather=gather)
    parts = [stream.accept(piece) for piece in in_pieces(samples, seed)]
    joined = join([*parts, stream.finish()])
    assert np.array_equal(joined.f0_hz, whole.f0_hz, equal_nan=True)
    assert np.array_equal(joined.strength, whole.strength)


def test_what_a_stream_has_told_is_final_and_not_late():
    samples = np.concatenate([buzz(150, 0.5), silence(0.5)])
    stream = PitchStream(loud=loud_peak(frame_peaks(samples)))
    told = stream.accept(samples)
    assert len(told) >= 100 - 2
    assert (~np.isnan(told.f0_hz[3:47])).all()


def test_candidates_hold_the_period_and_its_multiples():
    found = find_candidates(buzz(300), np.array([4000]))
    kept = np.isfinite(found.strength[0])
    assert sorted(2 ** found.log2_hz[0][kept]) == pytest.approx([75, 100, 150, 300], rel=0.003)


def slow_path(log2_hz, score, unvoiced):
    """The same search frame by frame, every path cost written out: what `best_path` must equal."""
    frames = len(score)
    pitch = np.concatenate([np.full((frames, 1), np.nan), log2_hz], axis=1)
    local = np.concatenate([unvoiced[:, None], score], axis=1)

    def cost(one, two):
        if np.isnan(one) and np.isnan(two):
            return 0.0
        return VOICING_COST if np.isnan(one) or np.isnan(two) else OCTAVE_JUMP_COST * abs(one - two)

    best = np.array([local[0, i] - cost(np.nan, pitch[0, i]) for i in range(local.shape[1])])
    back = []
    for t in range(1, frames):
        reach = np.array([[best[j] - cost(pitch[t - 1, j], p) for j in range(len(best))] for p in pitch[t]])
        back.append(reach.argmax(axis=1))
        best = local[t] + reach.max(axis=1)
    state = int(np.argmax(best - np.array([cost(p, np.nan) for p in pitch[-1]])))
    path = [state]
    for step in reversed(back):
        state = int(step[state])
        path.append(state)
    return np.array(path[::-1]) - 1


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(0, 10_000))
def test_the_path_is_the_best_of_all(frames, seed):
    rng = np.random.default_rng(seed)
    log2_hz = rng.uniform(6.3, 9.2, (frames, SLOTS)).astype(np.float32)
    score = rng.uniform(0.2, 1.0, (frames, SLOTS)).astype(np.float32)
    score[rng.random((frames, SLOTS)) < 0.6] = -np.inf
    unvoiced = rng.uniform(0.45, 1.4, frames).astype(np.float32)
    found, slow = best_path(log2_hz, score, unvoiced), slow_path(log2_hz, score, unvoiced)
    assert np.array_equal(found, slow)
    assert (slow[surely_unvoiced(score, unvoiced)] == -1).all()


def test_loud_peak_passes_over_clicks_and_starts_at_the_floor():
    peaks = np.full(1000, 800, np.float32)
    peaks[::50] = 30000
    assert loud_peak(peaks) == 800
    assert loud_peak(np.zeros(0, np.float32)) == loud_peak(np.zeros(10, np.float32)) > 0


def test_floats_are_refused():
    with pytest.raises(InputError, match="audio must be int16"):
        pitch_track(np.zeros(100))
