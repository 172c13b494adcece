"""Speech starts and stops where it does, and a noisy room or the customer's own voice does not start it."""

import numpy as np
import pytest

from simulator.call.activity import HANGOVER, Activity, level_dbfs
from simulator.clock import BLOCK
from simulator.events import SpeechEnded, SpeechStarted

pytestmark = pytest.mark.unit
QUIET = np.zeros(BLOCK, np.int16)


def block(dbfs, seed=0):
    noise = np.random.default_rng(seed).standard_normal(BLOCK)
    return np.clip(noise / np.std(noise) * 32768 * 10 ** (dbfs / 20), -32768, 32767).astype(np.int16)


def run(activity, levels, probability, played=QUIET):
    found = []
    for n, level in enumerate(levels):
        chance = probability[n] if isinstance(probability, list) else probability
        event = activity.step(block(level, n), chance, (n + 1) * BLOCK, played=played)
        if event:
            found.append(event)
    return found


def test_level_of_known_signals():
    assert level_dbfs(np.full(BLOCK, 16384, np.int16)) == pytest.approx(-6.02, abs=0.01)
    assert level_dbfs(QUIET) == pytest.approx(-120, abs=0.1)


def test_onset_and_end_are_those_of_the_speech():
    levels = [-70] * 50 + [-25] * 40 + [-70] * 50
    started, ended = run(Activity(), levels, [0.0] * 50 + [0.9] * 40 + [0.0] * 50)
    assert isinstance(started, SpeechStarted)
    assert abs(started.onset - 50 * BLOCK) <= 2 * BLOCK
    assert isinstance(ended, SpeechEnded)
    assert ended.span.stop == 90 * BLOCK
    assert ended.at - ended.span.stop == HANGOVER


def test_a_click_is_no_speech():
    assert run(Activity(), [-70] * 50 + [-10] * 2 + [-70] * 20, [0.0] * 50 + [0.9] * 2 + [0.0] * 20) == []


def test_a_hubbub_that_sounds_like_speech_is_the_room():
    levels = list(-38 + 2 * np.random.default_rng(1).standard_normal(1000))
    assert run(Activity(), levels, 0.8) == []


def test_a_voice_above_the_hubbub_is_heard():
    room = list(-45 + 1.5 * np.random.default_rng(1).standard_normal(300))
    assert isinstance(run(Activity(), [*room, *[-25] * 30], 0.8)[-1], SpeechStarted)


def test_the_customers_own_voice_leaking_back_is_not_the_trainee():
    leak = [-70] * 50 + [-32] * 50
    assert run(Activity(leak_db=-20.0), leak, 0.9, played=block(-12)) == []
    assert len(run(Activity(leak_db=None), leak, 0.9, played=block(-12))) == 1


def test_speech_over_the_leak_is_heard():
    assert len(run(Activity(leak_db=-20.0), [-70] * 50 + [-20] * 50, 0.9, played=block(-12))) == 1


def last_voice(room_dbfs, *after):
    """Where the voice ended, in blocks: a room, a second of speech, then what the detector takes for noise."""
    activity = Activity()
    levels = [room_dbfs] * 200 + [-25] * 50 + [*after] + [room_dbfs] * 20
    run(activity, levels, [0.0] * 200 + [0.9] * 50 + [0.0] * (len(after) + 20))
    assert activity.last_speech == 250 * BLOCK
    return max(activity.last_speech, activity.last_voice) // BLOCK - 250


def test_a_drawn_out_sound_goes_on_as_long_as_it_is_heard():
    assert last_voice(-65, *[-30] * 40) == 40
    assert last_voice(-65, *[-65] * 20, *[-30] * 30) == 50


def test_breath_knocks_and_a_hubbub_are_no_voice():
    assert last_voice(-65, *[-45] * 40) == 0
    assert last_voice(-65, *[-65] * 10, *[-25] * 3) == 0
    assert last_voice(-36, *[-30] * 40) == 0
