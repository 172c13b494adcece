"""The real headset: PortAudio streams over PulseAudio null sinks."""

import threading
import time

import numpy as np
import pytest
from click.testing import CliRunner

from simulator.clock import BLOCK, from_seconds, to_ms
from simulator.errors import DeviceError
from simulator.events import DeviceBack, DeviceLost, Late, SamplesLost
from simulator.headset import device as device_module
from simulator.headset.device import DeviceHeadset, open_device
from simulator.headset.portaudio import find_device, list_devices
from simulator.headset.preflight import run_preflight
from simulator.headset.settings import HeadsetSettings
from simulator.headset.streams import HeadsetStreams
from tests.command_line import command

pytestmark = pytest.mark.device
SILENCE = np.zeros(BLOCK, np.int16)


def run(headset, out, *, blocks=None):
    """Exchange blocks; return what came in and every event."""
    heard, events = [], []
    for n in range(blocks or len(out) // BLOCK):
        block = out[n * BLOCK : (n + 1) * BLOCK]
        block = block if len(block) == BLOCK else SILENCE
        got = headset.exchange(block, customer_speaking=bool(block.any()))
        assert got is not None
        heard.append(got)
        events += headset.events((n + 1) * BLOCK)
    return np.concatenate(heard), events


def find(signal, within):
    """Where `signal` is in `within`, and how alike they are there (correlation of the best 1 s window)."""
    size = len(signal) + len(within)
    product = np.fft.rfft(within.astype(float), size) * np.conj(np.fft.rfft(signal.astype(float), size))
    correlation = np.fft.irfft(product, size)[: len(within)]
    at = int(np.argmax(correlation))
    there = within[at : at + len(signal)].astype(float)
    likeness = [alike(there[n : n + 1600], signal[n : n + 1600]) for n in range(0, len(there) - 1600, 1600)]
    return at, max(likeness), float(np.median(likeness))


def alike(one, other):
    """Cosine of two windows; 0 where one of them is silent."""
    scale = np.linalg.norm(one) * np.linalg.norm(other.astype(float))
    return float(one @ other.astype(float) / scale) if scale else 0.0


def voice(seconds=2.0, seed=9):
    """Noise that never repeats, low enough for any sample rate on the way."""
    noise = np.fft.rfft(np.random.default_rng(seed).normal(size=from_seconds(seconds)))
    noise[np.fft.rfftfreq(from_seconds(seconds), 1 / 16000) > 3400] = 0
    made = np.fft.irfft(noise)
    return (made / np.abs(made).max() * 12000).astype(np.int16)


@pytest.mark.parametrize("rate_hz", [None, 44100, 48000])
def test_both_directions_carry_sound(virtual_headset, rate_hz):
    said, played = voice(), voice(seed=10)
    headset = open_device(rate_hz=rate_hz)
    try:
        assert headset.rate_hz == (rate_hz or 16000)
        run(headset, SILENCE, blocks=25)
        with virtual_headset.record() as heard:
            virtual_headset.play(said)
            got, events = run(headset, np.concatenate([played, np.zeros(from_seconds(1), np.int16)]), blocks=150)
    finally:
        headset.close()
    _, best, median = find(said, got)
    assert best > 0.95
    assert median > 0.8, "the microphone's sound is torn"
    _, best, median = find(played, heard[0])
    assert best > 0.9
    assert median > 0.8, "the earphone's sound is torn"
    assert not [event for event in events if isinstance(event, DeviceLost)]


@pytest.mark.parametrize("virtual_headset", [48000], indirect=True)
def test_a_16_khz_call_lives_on_a_48_khz_headset(virtual_headset):
    headset = open_device()
    try:
        got, events = run(headset, voice(4.0))
    finally:
        headset.close()
    assert len(got) == 4 * 16000
    assert not [event for event in events if isinstance(event, DeviceLost)]


def test_no_block_comes_before_the_microphone_has_delivered_it(virtual_headset, monkeypatch):
    delivered = []
    taken = HeadsetStreams.take

    def take(line):
        samples = taken(line)
        delivered.append(len(samples))
        return samples

    monkeypatch.setattr(HeadsetStreams, "take", take)
    headset = open_device()
    try:
        run(headset, SILENCE, blocks=1)
        dropped = delivered[0]  # what was said before the call
        for n in range(2, 176):
            run(headset, SILENCE, blocks=1)
            assert sum(delivered) - dropped >= n * BLOCK
    finally:
        headset.close()


def test_our_own_lateness_is_an_event_and_no_sample_of_the_trainee_is_lost(virtual_headset):
    headset = open_device()
    try:
        run(headset, SILENCE, blocks=25)
        virtual_headset.play(voice())
        before = time.monotonic()
        time.sleep(1.0)  # the engine is busy
        away_ms = (time.monotonic() - before) * 1000
        got, events = run(headset, SILENCE, blocks=140)
    finally:
        headset.close()
    late = [event for event in events if isinstance(event, Late)]
    assert len(late) == 1
    assert away_ms - 300 < to_ms(late[0].samples) < away_ms + 500
    assert not [event for event in events if isinstance(event, SamplesLost) and event.side == "input"]
    _, best, median = find(voice(), got)
    assert median > 0.8
    assert best > 0.95


def test_an_unplugged_headset_pauses_the_call_and_comes_back(virtual_headset, monkeypatch):
    monkeypatch.setattr(device_module, "RETRY_S", 0.2)
    headset = open_device()
    try:
        run(headset, SILENCE, blocks=25)
        virtual_headset.unplug()
        back = threading.Timer(2.0, virtual_headset.plug_in)
        back.start()
        got, events = run(headset, SILENCE, blocks=150)
        back.join()
        assert headset.lost == ""
        virtual_headset.play(voice())
        after, _ = run(headset, SILENCE, blocks=125)
    finally:
        headset.close()
    lost = [event for event in events if isinstance(event, DeviceLost)]
    returned = [event for event in events if isinstance(event, DeviceBack)]
    assert len(lost) == len(returned) == 1
    assert lost[0].at == returned[0].at
    assert returned[0].away_ms >= 1000
    assert len(got) == 150 * BLOCK
    assert find(voice(), after)[1] > 0.95


def test_a_headset_that_stays_away_ends_the_call_with_advice(virtual_headset, monkeypatch):
    monkeypatch.setattr(device_module, "RETRY_S", 0.1)
    monkeypatch.setattr(device_module, "GIVE_UP_S", 1.0)
    headset = open_device()
    virtual_headset.unplug()
    while headset.exchange(SILENCE, customer_speaking=False) is not None:
        pass
    assert isinstance(headset.failure, DeviceError)
    assert "plug in a headset" in str(headset.failure)
    assert [type(event) for event in headset.events(0)] == [DeviceLost]
    headset.close()


def test_closing_from_another_thread_wakes_a_waiting_call(virtual_headset):
    headset = open_device()
    run(headset, SILENCE, blocks=5)
    virtual_headset.unplug()
    threading.Timer(1.5, headset.close).start()
    while headset.exchange(SILENCE, customer_speaking=False) is not None:
        pass
    headset.close()


def test_leak_and_round_trip_of_a_headset_that_leaks(virtual_headset):
    virtual_headset.loop_back(gain=0.1)
    headset = open_device()
    try:
        found = run_preflight(headset, lambda text: "aloud" in text and virtual_headset.play(voice(4.5)))
    finally:
        headset.close()
    assert found.measured
    assert found.leak_db == pytest.approx(-20, abs=3)
    assert 20 < found.round_trip_ms < 1000
    by = {finding.name: finding for finding in found.findings}
    assert by["level"].value == pytest.approx(-20, abs=3)
    assert not by["leak"].passed


def test_a_device_is_found_by_number_name_and_part_of_it(virtual_headset):
    devices = list_devices()
    assert {device.name for device in devices} >= {"pulse", "default"}
    pulse = find_device("input", "pulse")
    assert find_device("input", str(pulse.number)) == pulse
    assert find_device("output", "PUL") == find_device("output", "pulse")
    assert find_device("input", None).name == "default"
    with pytest.raises(DeviceError, match="no microphone fits 'bluetooth'; there are: 0 pulse"):
        find_device("input", "bluetooth")
    with pytest.raises(DeviceError, match="fits several"):
        find_device("input", "ul")


def test_a_rate_the_device_does_not_take_is_refused(virtual_headset):
    with pytest.raises(DeviceError, match="cannot be opened at 7 Hz"):
        DeviceHeadset(HeadsetSettings.model_construct(rate_hz=7))


def test_the_commands_choose_and_remember(virtual_headset):
    listed = CliRunner().invoke(command("devices"), ["--use", "pulse", "--json"], standalone_mode=False)
    assert listed.exit_code == 0, listed.exception
    assert '"microphone": "pulse"' in listed.output
    headset = open_device()
    assert headset.name == "pulse"
    headset.close()
    forgotten = CliRunner().invoke(command("devices"), ["--forget"], standalone_mode=False)
    assert "default" in forgotten.output
    headset = open_device()
    assert headset.name == "default"
    headset.close()


def test_the_check_says_what_is_wrong_and_remembers_it(virtual_headset):
    from simulator.headset.preflight import last_preflight

    done = CliRunner().invoke(command("check"), [], standalone_mode=False)
    assert done.return_value == 5
    assert "Nothing was heard from the microphone: is it muted?" in done.output
    assert not last_preflight("default").passed
