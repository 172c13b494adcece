"""A headset at a browser: frames by number; what is lost, doubled or late; a connection that drops and comes back."""

import struct
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from simulator.clock import BLOCK
from simulator.errors import DeviceError, InputError
from simulator.events import DeviceBack, DeviceLost, Late, SamplesDoubled, SamplesLost
from simulator.headset import browser
from simulator.headset.browser import CONNECTION_LATE, KEPT, BrowserAudio, BrowserHeadset
from simulator.headset.device import TOO_SLOW

pytestmark = pytest.mark.unit
SILENCE = np.zeros(BLOCK, np.int16)


def audio(**changed):
    made = {
        "microphone": "Headset H1",
        "rate_hz": 16000,
        "latency_ms": 90,
        "asked": {"autoGainControl": False},
        "given": {"autoGainControl": False},
        "browser": "test",
    }
    return BrowserAudio(**{**made, **changed})


def frame(number, value=0, size=BLOCK):
    return struct.pack("<I", number) + np.full(size, value, "<i2").tobytes()


def number(message):
    return struct.unpack_from("<I", message)[0]


@pytest.fixture
def seat():
    headset = BrowserHeadset(audio())
    sent = []
    headset.connect(sent.append, heard=0)
    return headset, sent


def exchange(headset, out=SILENCE):
    return headset.exchange(out, customer_speaking=bool(out.any()))


def test_a_frame_in_is_a_block_in_and_a_block_out_is_a_frame_out(seat):
    headset, sent = seat
    for n in range(5):
        headset.receive(frame(n, 100 + n))
        block = exchange(headset, np.full(BLOCK, 7 + n, np.int16))
        assert block.tolist() == [100 + n] * BLOCK
    assert [number(message) for message in sent] == list(range(5))
    assert np.frombuffer(sent[2][4:], "<i2").tolist() == [9] * BLOCK
    assert headset.events(0) == ()


def test_a_missing_frame_is_silence_and_an_event(seat):
    headset, _ = seat
    headset.receive(frame(0, 1))
    headset.receive(frame(3, 4))
    assert [int(exchange(headset)[0]) for _ in range(4)] == [1, 0, 0, 4]
    assert headset.events(640) == (SamplesLost(at=640, side="input", samples=2 * BLOCK),)


def test_a_frame_that_comes_twice_is_left_out_and_an_event(seat):
    headset, _ = seat
    for n in (0, 1, 0, 1, 2):
        headset.receive(frame(n, n + 1))
    assert [int(exchange(headset)[0]) for _ in range(3)] == [1, 2, 3]
    assert headset.events(320) == (SamplesDoubled(at=320, samples=2 * BLOCK),)


def test_what_either_side_missed_is_sent_again_when_the_connection_is_back(seat):
    headset, sent = seat
    for n in range(10):
        headset.receive(frame(n))
        exchange(headset)
    headset.disconnect()
    headset.receive(frame(10))
    exchange(headset)
    assert len(sent) == 10  # the eleventh waits for the connection
    again = []
    assert headset.connect(again.append, heard=4) == 11
    assert [number(message) for message in again] == [4, 5, 6, 7, 8, 9, 10]


def test_what_is_older_than_what_was_kept_is_lost_and_an_event(seat):
    headset, _ = seat
    for n in range(KEPT + 50):
        headset.receive(frame(n))
        exchange(headset)
    again = []
    headset.connect(again.append, heard=20)
    assert [number(message) for message in again] == list(range(50, KEPT + 50))
    assert headset.events(0) == (SamplesLost(at=0, side="output", samples=30 * BLOCK),)


def test_a_page_that_was_reloaded_hears_only_what_is_new(seat):
    headset, _ = seat
    for n in range(10):
        headset.receive(frame(n))
        exchange(headset)
    again = []
    assert headset.connect(again.append, heard=None) == 10
    assert again == []


@pytest.mark.parametrize("heard", [11, -1])
def test_a_browser_that_wants_what_never_was_is_refused(seat, heard):
    headset, _ = seat
    for n in range(10):
        headset.receive(frame(n))
        exchange(headset)
    with pytest.raises(InputError, match="the browser wants frame"):
        headset.connect(lambda message: None, heard=heard)


def test_the_call_stands_still_while_the_connection_is_gone_and_goes_on(seat):
    headset, _ = seat
    headset.receive(frame(0, 1))
    assert exchange(headset)[0] == 1
    headset.disconnect()
    heard = []
    call = threading.Thread(target=lambda: heard.append(exchange(headset)))
    call.start()
    deadline = time.monotonic() + 10
    while not headset.lost and time.monotonic() < deadline:
        time.sleep(0.01)
    assert headset.lost == "the connection to the browser is lost"
    assert heard == []
    time.sleep(0.02)
    headset.connect(lambda message: None, heard=1)
    headset.receive(frame(1, 2))
    call.join(10)
    assert heard[0][0] == 2
    assert headset.lost == ""
    lost, back = headset.events(640)
    assert lost == DeviceLost(at=640, reason="the connection to the browser is lost")
    assert isinstance(back, DeviceBack)
    assert back.away_ms > 0


def test_a_browser_that_does_not_come_back_ends_the_call(seat, monkeypatch):
    monkeypatch.setattr(browser, "GIVE_UP_S", 0.2)
    headset, _ = seat
    headset.disconnect()
    assert exchange(headset) is None
    assert isinstance(headset.failure, DeviceError)
    assert "did not come back" in str(headset.failure)


def test_a_connection_that_goes_silent_without_closing_counts_as_gone(seat, monkeypatch):
    monkeypatch.setattr(browser, "STALL_S", 0.1)
    monkeypatch.setattr(browser, "GIVE_UP_S", 0.3)
    headset, _ = seat
    assert exchange(headset) is None
    assert [type(event) for event in headset.events(0)] == [DeviceLost]


def test_hanging_up_ends_the_call_without_a_failure(seat):
    headset, _ = seat
    headset.close()
    assert exchange(headset) is None
    assert headset.failure is None


@pytest.mark.parametrize(("gap_s", "reason"), [(0.0, TOO_SLOW), (0.5, CONNECTION_LATE)])
def test_a_backlog_is_late_by_whoever_made_it(seat, monkeypatch, gap_s, reason):
    now = [100.0]
    monkeypatch.setattr(browser.time, "monotonic", lambda: now[0])
    headset, _ = seat
    headset.receive(frame(0))
    exchange(headset)
    now[0] += gap_s
    for n in range(1, 12):
        headset.receive(frame(n))
    found = []
    for _ in range(11):
        exchange(headset)
        found += headset.events(0)
    assert found == [Late(at=0, samples=10 * BLOCK, reason=reason)]


def test_an_earphone_that_ran_dry_lost_the_customers_voice(seat):
    headset, _ = seat
    headset.starved(3)
    headset.starved(2)
    assert headset.events(0) == (SamplesLost(at=0, side="output", samples=5 * BLOCK),)


@pytest.mark.parametrize("rate_hz", [44100, 48000])
def test_a_browser_at_its_own_rate_keeps_the_clock_and_the_pitch(rate_hz):
    headset = BrowserHeadset(audio(rate_hz=rate_hz))
    sent, size = [], rate_hz // 50
    headset.connect(sent.append, heard=0)
    tone = (8000 * np.sin(2 * np.pi * 1000 * np.arange(100 * size) / rate_hz)).astype("<i2")
    for n in range(100):
        headset.receive(struct.pack("<I", n) + tone[n * size : (n + 1) * size].tobytes())
    heard = np.concatenate([exchange(headset) for _ in range(95)])
    spectrum = np.abs(np.fft.rfft(heard[BLOCK * 10 :].astype(float)))
    assert np.argmax(spectrum) * 16000 / len(heard[BLOCK * 10 :]) == pytest.approx(1000, abs=2)
    assert {len(message) for message in sent} == {4 + 2 * size}
    assert 90 <= len(sent) <= 95


@given(st.binary(max_size=700))
def test_whatever_bytes_come_are_a_frame_or_refused(message):
    headset = BrowserHeadset(audio())
    headset.connect(lambda message: None, heard=0)
    if len(message) == 644 and number(message) <= KEPT:
        headset.receive(message)
    else:
        with pytest.raises(InputError, match=r"bytes here|was due"):
            headset.receive(message)


@pytest.mark.parametrize(
    "changed", [{"rate_hz": 22_051}, {"rate_hz": 10**9}, {"latency_ms": -1}, {"microphone": ""}, {"given": {"x": []}}]
)
def test_what_a_browser_says_of_itself_is_held_within_bounds(changed):
    with pytest.raises(ValidationError):
        audio(**changed)


def test_with_echo_cancellation_it_is_another_headset():
    assert audio().name == "Headset H1 (browser)"
    assert audio(given={"echoCancellation": True}).name == "Headset H1 (browser, echo cancellation)"
