"""A real Chromium with a microphone that plays a recording, and a network between it and the room that can be cut."""

import asyncio
import contextlib
import random
import shutil
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
import uvicorn
from axe_playwright_python.sync_playwright import Axe

from simulator.clock import BLOCK, to_ms
from simulator.customer.scenario import load_scenario
from simulator.events import DeviceBack, SamplesLost
from simulator.lab.serve import configured, listen
from simulator.recording.audio import read_audio, write_audio
from simulator.recording.folder import CallFolder
from simulator.session.loop import WINDING_UP

PATH = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--mute-audio"]
SAYS = ((1, 12.5), (3, 16.0), (10, 12.0), (13, 30.0))
"""What the recorded trainee says (`good-01.flac` ...), and how long they then are silent, in seconds: the customer has
said what they had to say by then, in the browser as in a replay, so that both are the same call."""


@contextlib.contextmanager
def answering(app):
    """A server of an application on this machine; yields its address."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(configured(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://localhost:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


@contextlib.contextmanager
def chromium(microphone=None):
    """A running browser; its microphone plays a WAV file once, from the moment it is opened."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, launched(playwright, microphone) as running:
        yield running


@contextlib.contextmanager
def launched(playwright, microphone=None):
    """The same, of a Playwright that runs already; there can be only one."""
    args = list(QUIET)
    if microphone is not None:
        args += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
        args += [f"--use-file-for-fake-audio-capture={microphone}%noloop"]
    running = playwright.chromium.launch(executable_path=PATH, args=args)
    yield running
    running.close()


def recorded(path, *, says=SAYS, lead_s=5.0):
    """Write what a recorded trainee says as one WAV file, after `lead_s` of silence."""
    folder = load_scenario("missing-sofa").trainees["good"].parent
    parts = [np.zeros(round(lead_s * 16000), np.int16)]
    for number, silent_s in says:
        parts += [read_audio(folder / f"good-{number:02}.flac").samples, np.zeros(round(silent_s * 16000), np.int16)]
    write_audio(path, np.concatenate(parts))
    return path


class Network:
    """A TCP relay to the room: what passes through it can be cut off at once, or go silent without closing.

    Parameters
    ----------
    address : str
        Of the room.
    """

    def __init__(self, address):
        self._to = urlsplit(address).port
        self._loop = asyncio.new_event_loop()
        self._open = set()
        self._silent = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._relay, "127.0.0.1", 0), self._loop)
        self._server = server.result(5)
        self.address = f"http://localhost:{self._server.sockets[0].getsockname()[1]}/"
        return self

    def __exit__(self, *error):
        self.cut()
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def cut(self):
        """Break every connection; what was on its way is lost."""
        self._loop.call_soon_threadsafe(lambda: [writer.transport.abort() for writer in list(self._open)])

    def silence(self, on):
        """Let nothing pass any more, without closing anything; or again."""
        self._loop.call_soon_threadsafe(self._silent.set if on else self._silent.clear)

    async def _relay(self, reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._open |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer), return_exceptions=True)
        self._open -= {writer, back}

    async def _pass(self, reader, writer):
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                while self._silent.is_set():
                    await asyncio.sleep(0.02)
                if writer.is_closing():
                    return
                writer.write(data)
                await writer.drain()
        writer.close()


def faults(page):
    """What axe-core finds; it is injected past the page's own policy, by the browser and not by the page."""
    page.wait_for_load_state("load")
    found = Axe().run(page).response["violations"]
    return [(each["id"], each["help"], [node["html"][:120] for node in each["nodes"]]) for each in found]


def looked_over(page):
    assert faults(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), "the page is wider than the screen"


@dataclass(frozen=True)
class Cuts:
    """What became of a call whose connection was cut so often: as the browser counted it, and its folder."""

    cuts: int
    frames: int
    folder: CallFolder

    def faults(self):
        """What must not be, in words."""
        events = self.folder.events()
        lost_ms = [to_ms(e.samples) for e in events if isinstance(e, SamplesLost) and e.side == "input"]
        back = sum(isinstance(event, DeviceBack) for event in events)
        recorded = self.folder.duration // BLOCK
        found = [f"{ms:g} ms of the trainee's voice are missing" for ms in lost_ms if ms > 1000]
        found += ["the call never stood still"] if self.cuts and not back else []  # it need not for a short cut
        found += [f"the call is {self.folder.manifest.state}"] if self.folder.manifest.state != "finished" else []
        if not (self.folder.path / "score.json").is_file():
            found.append("the call has no score")
        if not -WINDING_UP // BLOCK <= self.frames - recorded <= 50:  # a second may be on its way when they hang up
            found.append(f"the browser sent {self.frames} frames, and {recorded} were recorded")
        return found


def cut_call(page, address, network, calls, *, cuts, seed):
    """Take a call, cut its connection at random moments, hang up; return what became of it.

    Every third cut goes silent instead of closing, and every third one is followed by another while the browser is
    still coming back.
    """
    rng = random.Random(seed)
    page.goto(f"{address}take/missing-sofa?seed={seed}")
    page.click("#begin")
    page.wait_for_selector("#answer:visible", timeout=120_000)
    page.click("#answer")
    page.wait_for_selector("#phone[data-state=live]", timeout=60_000)
    for number in range(cuts):
        page.wait_for_timeout(rng.uniform(200, 2500))
        if number % 3 == 0:
            network.silence(True)
            page.wait_for_selector("#phone.waiting", timeout=20_000)
            network.cut()
            network.silence(False)
        else:
            network.cut()
            page.wait_for_selector("#phone.waiting", timeout=20_000)
        if number % 3 == 1:
            page.wait_for_timeout(rng.uniform(0, 700))
            network.cut()
        page.wait_for_selector("#phone:not(.waiting)", timeout=30_000)
    page.wait_for_timeout(1500)
    network.cut()
    page.wait_for_selector("#phone.waiting", timeout=20_000)
    frames = page.evaluate("seat.connection.next")
    page.click("#hang-up")  # while the connection is gone: it is told when it is back
    page.wait_for_selector("#report:visible", timeout=120_000)
    name = page.get_attribute("#report", "href").rsplit("/", 1)[-1]
    return Cuts(cuts, frames, CallFolder.open(calls / name))
