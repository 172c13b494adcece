"""Calls killed at random moments, and calls on a disk that is full. Real processes, real signals."""

import multiprocessing
import os
import random
import signal
import time

import numpy as np
import pytest

from simulator.clock import RATE_HZ
from simulator.errors import InputError
from simulator.events import CallEnded, FloorChanged
from simulator.recording.folder import CallFolder, CallWriter, find_calls
from simulator.recording.transcript import transcript_of

from .conftest import block, started

pytestmark = pytest.mark.unit
KILLS = 60  # benchmarks/records/kills.py takes a count
AT_ONCE = 8
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL; Windows has neither")


def keep_calling(root, manifest, seed, pace_s, told):
    """Write a call without end; `told` is how many samples were handed over so far."""
    writer = CallWriter(root / str(seed), manifest.changed(seed=seed))
    writer.event(started(writer.manifest))
    number = 0
    while True:
        number += 1
        writer.audio(block(number), -block(number))
        told.value = number * 320
        if number % 7 == 0:
            writer.event(FloorChanged(at=number * 320, before="open", after="trainee"))
        if pace_s:
            time.sleep(pace_s)


def kill_one(fork, root, manifest, seed, dice):
    """Start a call and return what kills it and checks what is left."""
    told = fork.Value("q", 0, lock=False)
    pace_s = dice.choice([0.02, 0.005, 0.001])  # real time, 4 and 20 times as fast
    child = fork.Process(target=keep_calling, args=(root, manifest, seed, pace_s, told), daemon=True)
    child.start()
    return child, told, time.monotonic() + dice.uniform(0.0, 0.7)


@needs_fork
def test_kills_lose_at_most_one_second_each(tmp_path, manifest):
    fork = multiprocessing.get_context("fork")
    dice = random.Random(3)
    waiting = list(range(KILLS))
    running = {}
    missing = []
    began = 0
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            seed = waiting.pop()
            running[seed] = kill_one(fork, tmp_path, manifest, seed, dice)
        time.sleep(0.005)
        for seed, (child, told, due) in list(running.items()):
            if time.monotonic() < due:
                continue
            os.kill(child.pid, signal.SIGKILL)
            child.join()
            del running[seed]
            handed_over = told.value
            for path in find_calls(tmp_path / str(seed)):
                began += 1
                call = CallFolder.open(path, mend=True)
                missing.append(max(0, handed_over - call.duration))
                check(call, seed)
    print(f"{began} calls recovered, at most {max(missing) / RATE_HZ:.2f} s missing, none in {missing.count(0)}")
    assert began > KILLS * 0.9
    assert max(missing) <= RATE_HZ, f"{max(missing) / RATE_HZ:.2f} s missing"


def check(call, seed):
    """Nothing but this call is in the folder, and everything agrees."""
    assert call.manifest.state == "recovered"
    assert call.manifest.seed == seed
    trainee, customer = call.trainee(), call.customer()
    assert len(trainee) == len(customer) == call.duration
    expected = (np.arange(call.duration) // 320 + 1) % 30000
    heard = trainee != 0  # what the shorter track lacks is silence
    np.testing.assert_array_equal(trainee[heard], expected[heard])
    assert np.count_nonzero(~heard) <= RATE_HZ
    events = call.events()
    assert isinstance(events[-1], CallEnded)
    assert events[-1].outcome == "incomplete"
    assert [e.at for e in events[1:-1]] == [n * 7 * 320 for n in range(1, len(events) - 1)]
    assert transcript_of(call).turns == []


def fill_the_disk(root, manifest, limit, answer):
    """Run a call with at most `limit` bytes a file; report what the caller was told and what was left."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    writer = CallWriter(root, manifest)
    writer.event(started(writer.manifest))
    said = ""
    try:
        for number in range(1, 100_000):
            writer.audio(block(number), -block(number))
    except InputError as error:
        said = str(error)
    manifest = writer.finish()
    answer.put((said, manifest.state, manifest.outcome, str(writer.path)))


@needs_fork
@pytest.mark.parametrize("limit", [300_000, 300_001, 1_000_000])
def test_a_full_disk_ends_the_call_and_keeps_it(tmp_path, manifest, limit):
    fork = multiprocessing.get_context("fork")
    answer = fork.Queue()
    child = fork.Process(target=fill_the_disk, args=(tmp_path, manifest, limit, answer), daemon=True)
    child.start()
    said, state, outcome, path = answer.get(timeout=20)
    child.join()
    assert "cannot go on recording" in said
    assert "the call is kept up to" in said
    assert (state, outcome) == ("recovered", "incomplete")
    call = CallFolder.open(path)
    assert call.duration == (limit - 44) // 2
    assert "cannot go on recording" in call.events()[-1].reason
    np.testing.assert_array_equal(call.trainee(), (np.arange(call.duration) // 320 + 1) % 30000)
