"""At a real terminal: a call rings, shows the briefing and says to greet the caller; a check counts down."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from simulator.recording.folder import find_calls

pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(os.name != "posix", reason="only POSIX has pseudo-terminals"),
]
PATIENCE_S = 180


class Terminal:
    """A pseudo-terminal with a program on it; what the program shows is read as it comes."""

    def __init__(self, *arguments: str, env: dict[str, str], columns: int = 80) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self._end, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        command = [sys.executable, "-m", "simulator.cli.main", *arguments]
        env = {**env, "TERM": "xterm", "COLUMNS": str(columns)}
        self.process = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, env=env)
        os.close(inner)
        os.set_blocking(self._end, False)
        self.shown = ""

    def read(self) -> str:
        try:
            self.shown += os.read(self._end, 1 << 16).decode("utf-8", "replace")
        except (BlockingIOError, OSError):
            time.sleep(0.05)
        return self.shown

    def await_text(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.read():
            if self.process.poll() == 4:
                pytest.skip(f"no recognizer or voice on this machine: {self.shown}")
            assert self.process.poll() is None, self.shown
            assert time.monotonic() < deadline, self.shown

    def type(self, text: str) -> None:
        os.write(self._end, text.encode())

    def end(self) -> int:
        deadline = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read()
        self.read()
        return self.process.wait(1)


@pytest.fixture
def call(virtual_headset, tmp_path):
    env = {**virtual_headset.env, "HOME": os.environ.get("HOME", "")}
    terminal = Terminal("call", "missing-sofa", "--out", str(tmp_path), env=env, columns=46)
    yield terminal
    if terminal.process.poll() is None:
        terminal.process.kill()
        terminal.process.wait()


def test_it_rings_until_it_is_answered_and_shows_the_briefing(call, virtual_headset, tmp_path):
    call.await_text("The phone rings.")
    with virtual_headset.record() as heard:
        time.sleep(3.5)
    assert np.abs(heard[0].astype(int)).max() > 1000
    call.type("b\r")
    call.await_text("Open ticket: Order 72491")
    call.type("\r")
    call.await_text("greet the caller")
    call.type("b\r")  # and once more, during the call
    call.await_text("Greet the caller.")
    deadline = time.monotonic() + PATIENCE_S
    while call.read().count("Open ticket: Order 72491") < 2 and time.monotonic() < deadline:
        pass
    call.process.send_signal(signal.SIGINT)
    assert call.end() == 130
    assert "Outcome" in call.shown
    assert call.shown.count("Open ticket: Order 72491") == 2
    assert len(find_calls(tmp_path)) == 1


def test_a_check_counts_the_seconds_down(virtual_headset):
    terminal = Terminal("check", env={**virtual_headset.env, "HOTSEAT_DATA": str(virtual_headset.folder)})
    assert terminal.end() == 5  # nobody speaks
    shown = terminal.shown
    assert shown.index("stay quiet") < shown.index("  4 s") < shown.index("  1 s") < shown.index("Now read this aloud")
    assert shown.index("Now read this aloud") < shown.index("  6 s") < shown.index("The headset is not ready")


def test_a_call_that_nobody_answers_leaves_nothing(call, tmp_path):
    call.await_text("The phone rings.")
    call.process.send_signal(signal.SIGINT)
    assert call.end() == 130
    assert "The call is kept" not in call.shown
    assert find_calls(tmp_path) == ()
