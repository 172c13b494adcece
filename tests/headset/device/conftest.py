"""A headset made of software: PulseAudio null sinks, played to and recorded from through real PortAudio streams."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.recording.audio import read_audio, write_audio

TOOLS = ("pulseaudio", "pactl", "paplay", "parec")
SERVER = """
.nofail
.fail
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
load-module module-null-sink sink_name=mic rate={rate} channels=1 norewinds=1
load-module module-null-sink sink_name=ear rate={rate} channels=1 norewinds=1
load-module module-remap-source master=mic.monitor source_name=vmic source_properties=device.description=VirtualMic
set-default-sink ear
set-default-source vmic
"""


class VirtualHeadset:
    """What a person would wear: `play` speaks into the microphone, `record` is what they hear."""

    def __init__(self, folder: Path, rate_hz: int) -> None:
        self.folder = folder
        self.rate_hz = rate_hz
        self.socket = folder / "pulse.sock"
        self._server: subprocess.Popen | None = None
        self._clients: list[subprocess.Popen] = []
        self.env = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
            "PULSE_SERVER": f"unix:{self.socket}",
            "PULSE_COOKIE": str(folder / "cookie"),
        }

    def plug_in(self) -> None:
        script = self.folder / "server.pa"
        script.write_text(SERVER.format(socket=self.socket, rate=self.rate_hz), encoding="utf-8")
        self._server = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit", "--realtime=no"),
                *("--high-priority=no", "--use-pid-file=no", f"--log-target=file:{self.folder}/pulse.log"),
                *("-F", str(script)),
            ],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(100):
            if subprocess.run(["pactl", "info"], env=self.env, capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.1)
        pytest.fail("PulseAudio did not start:\n" + (self.folder / "pulse.log").read_text())

    def unplug(self) -> None:
        for client in (*self._clients, self._server):
            if client is not None:
                with contextlib.suppress(ProcessLookupError):
                    client.kill()
                client.wait()
        self._clients.clear()
        self._server = None
        self.socket.unlink(missing_ok=True)

    def play(self, samples) -> subprocess.Popen:
        """Speak samples (int16, 16 kHz) into the microphone, from now on, in the background."""
        path = self.folder / f"said-{len(self._clients)}.wav"
        write_audio(path, samples)
        return self._start("paplay", "--device=mic", str(path))

    def open_microphone(self) -> subprocess.Popen:
        """A pipe into the microphone: int16, 16 kHz, played at once as it is written; holds half a minute."""
        command = ("pacat", "--playback", "--device=mic", "--rate=16000", "--channels=1", "--format=s16le", "--raw")
        client = subprocess.Popen(
            [*command, "--latency-msec=200"],
            env=self.env,
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        if sys.platform == "linux":
            import fcntl

            fcntl.fcntl(client.stdin, fcntl.F_SETPIPE_SZ, 1 << 20)
        self._clients.append(client)
        return client

    @contextlib.contextmanager
    def record(self):
        """What the trainee hears while the block runs; the list yielded holds the samples afterwards."""
        path = self.folder / "heard.wav"
        heard = []
        recorder = self._start(
            "parec", "--device=ear.monitor", "--rate=16000", "--channels=1", "--format=s16le",
            "--file-format=wav", "--latency-msec=20", str(path),
        )  # fmt: skip
        time.sleep(0.3)
        yield heard
        time.sleep(0.3)
        recorder.send_signal(signal.SIGINT)
        recorder.wait(5)
        heard.append(read_audio(path).samples)

    def loop_back(self, *, gain: float = 1.0) -> None:
        """Let what is heard leak into the microphone, as a loud earphone does."""
        command = ["pactl", "load-module", "module-loopback", "source=ear.monitor", "sink=mic", "latency_msec=20"]
        made = subprocess.run(command, env=self.env, capture_output=True, text=True, check=True)
        time.sleep(0.5)
        listed = subprocess.run(["pactl", "list", "short", "sink-inputs"], env=self.env, capture_output=True, text=True)
        for line in listed.stdout.splitlines():
            number = line.split()[0]
            volume = f"{round(65536 * gain ** (1 / 3))}"  # PulseAudio's volumes are cubic
            subprocess.run(["pactl", "set-sink-input-volume", number, volume], env=self.env, check=True)
        assert made.stdout.strip().isdigit()

    def _start(self, *command: str) -> subprocess.Popen:
        client = subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._clients.append(client)
        return client


@pytest.fixture
def virtual_headset(request, tmp_path_factory, monkeypatch):
    """A running virtual headset; `@pytest.mark.parametrize("virtual_headset", [48000], indirect=True)` for its rate."""
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    if absent:
        pytest.skip(f"no PulseAudio here ({', '.join(absent)} missing): apt-get install pulseaudio pulseaudio-utils")
    from simulator.headset.portaudio import rescan

    headset = VirtualHeadset(tmp_path_factory.mktemp("pulse"), getattr(request, "param", 16000))
    headset.folder.chmod(0o700)
    headset.plug_in()
    for name in ("PULSE_SERVER", "PULSE_COOKIE", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, headset.env[name])
    monkeypatch.setenv("HOTSEAT_DATA", str(headset.folder / "data"))
    rescan()
    yield headset
    headset.unplug()
