"""The pre-flight's numbers, on rooms whose numbers are known."""

import json
from datetime import datetime, timedelta

import numpy as np
import pytest

from simulator.clock import from_ms
from simulator.errors import DeviceError
from simulator.events import DeviceLost, SamplesLost
from simulator.headset.preflight import (
    FRESH,
    LEAK_DB,
    Preflight,
    frame_power,
    last_preflight,
    remember,
    round_trip_of,
    run_preflight,
    test_signal,
)
from simulator.headset.settings import HeadsetSettings, read_settings, settings_path, write_settings

from .acoustics import Room, babble

pytestmark = pytest.mark.unit
test_signal.__test__ = False


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path))


def check(**room):
    room.setdefault("voice", babble(6, -22.0))
    headset = Room(**room)
    found = run_preflight(headset, headset.speak)
    return found, {finding.name: finding for finding in found.findings}


def test_a_good_headset_passes():
    found, by = check(latency_ms=120.0)
    assert found.passed, [finding for finding in found.findings if not finding.passed]
    assert by["noise_floor"].value == pytest.approx(-60, abs=0.5)
    assert by["level"].value == pytest.approx(-22, abs=0.5)
    assert by["clipping"].value == 0
    assert found.leak_db is None
    assert found.round_trip_ms == 120.0
    assert not found.measured
    assert all(not finding.advice for finding in found.findings)


@pytest.mark.parametrize("gain_db", [-10.0, -25.0, -40.0])
@pytest.mark.parametrize("delay", [320, 1600, 5001, 15000])
def test_leak_and_round_trip_are_measured(gain_db, delay):
    found, by = check(gain=10 ** (gain_db / 20), delay=delay, noise_dbfs=-75.0)
    assert found.measured
    assert found.leak_db == pytest.approx(gain_db, abs=0.5)
    assert found.round_trip_ms == pytest.approx(delay / 16, abs=0.1)
    assert by["leak"].passed == (gain_db <= LEAK_DB)
    assert by["round_trip"].passed == (delay <= 4800)
    assert ("closed headset" in by["leak"].advice) == (gain_db > LEAK_DB)


def test_a_leak_far_below_the_noise_is_still_found():
    found, _ = check(gain=10 ** (-35 / 20), noise_dbfs=-50.0)
    assert found.leak_db == pytest.approx(-35, abs=3)


def test_no_leak_is_invented_from_noise():
    for noise_dbfs in (-90.0, -60.0, -30.0):
        found, _ = check(noise_dbfs=noise_dbfs)
        assert found.leak_db is None


@pytest.mark.parametrize(
    ("room", "fails", "advice"),
    [
        ({"noise_dbfs": -40.0}, "noise_floor", "loud around you"),
        ({"voice": babble(6, -45.0)}, "level", "too quiet"),
        ({"voice": babble(6, -30.0), "noise_dbfs": -46.0}, "level", "too quiet"),
        ({"voice": babble(6, -5.0)}, "clipping", "too loud"),
        ({"voice": babble(6, -9.0)}, "level", "too loud"),
        ({"voice": np.zeros(0)}, "level", "Nothing was heard"),
        ({"gain": 0.3}, "leak", "turn the earphone down"),
        ({"delay": 9000, "gain": 0.01}, "round_trip", "Bluetooth"),
        ({"latency_ms": 400.0}, "round_trip", "Bluetooth"),
    ],
)
def test_what_is_wrong_is_named_with_advice(room, fails, advice):
    found, by = check(**room)
    assert not found.passed
    assert not by[fails].passed
    assert advice in by[fails].advice


def test_a_muted_microphone_is_named():
    _, by = check(voice=np.zeros(0), noise_dbfs=-200.0)
    assert by["level"].value is None
    assert "muted" in by["level"].advice


def test_lost_samples_fail_and_a_lost_headset_ends_the_check():
    class Losing(Room):
        def events(self, at):
            self.asked = getattr(self, "asked", 0) + 1
            return (SamplesLost(at=at, side="input", samples=800),) if self.asked == 2 else ()

    headset = Losing(voice=babble(6, -22.0))
    found = run_preflight(headset, headset.speak)
    assert [finding.name for finding in found.findings if not finding.passed] == ["losses"]
    assert found.findings[-1].value == 50.0

    class Going(Losing):
        def events(self, at):
            return (DeviceLost(at=at, reason="gone"),) if super().events(at) else ()

    headset = Going(voice=babble(6, -22.0))
    with pytest.raises(DeviceError, match="went away during the check"):
        run_preflight(headset, headset.speak)


def test_the_signal_is_telephone_band_and_as_loud_as_a_customer():
    signal = test_signal()
    assert 10 * np.log10(np.mean(frame_power(signal))) == pytest.approx(-20, abs=0.05)
    spectrum = np.abs(np.fft.rfft(signal.astype(float))) ** 2
    hz = np.fft.rfftfreq(len(signal), 1 / 16000)
    assert spectrum[(hz < 290) | (hz > 3410)].sum() < 1e-4 * spectrum.sum()
    np.testing.assert_array_equal(signal, test_signal())


def test_the_last_check_is_remembered_for_this_headset_and_this_day():
    found, _ = check()
    assert last_preflight("room") is None
    write_settings(HeadsetSettings(microphone="USB headset"))
    remember(found)
    assert last_preflight("room") == found
    assert read_settings().microphone == "USB headset"
    assert last_preflight("another") is None
    old = datetime.now().astimezone() - FRESH - timedelta(minutes=1)
    remember(found.model_copy(update={"checked": old.isoformat()}))
    assert last_preflight("room") is None


@pytest.mark.parametrize("damage", [{"checked": "yesterday"}, {"findings": 3}, {"checked": "2026-01-01T00:00:00"}])
def test_a_damaged_memory_is_no_check(damage):
    found, _ = check()
    remember(found)
    fields = json.loads(settings_path().read_text())
    fields["preflight"] |= damage
    settings_path().write_text(json.dumps(fields))
    assert last_preflight("room") is None
    assert isinstance(found, Preflight)


@pytest.mark.parametrize(
    ("checked", "ms"),
    [
        (None, 180),
        ({"measured": False, "round_trip_ms": 90.0}, 180),
        ({"measured": True, "round_trip_ms": 243.0}, 240),
        ({"measured": True, "round_trip_ms": 900.0}, 500),
    ],
)
def test_the_delay_taken_out_is_the_measured_one_or_else_the_headsets_own(checked, ms):
    assert round_trip_of(Room(latency_ms=187.0), checked) == from_ms(ms)
    assert round_trip_of(Room(latency_ms=None), None) == 0
