"""A person at the virtual headset: follows a trainee script in real time, from outside the program.

They know what a person on the phone would hear, taken from the call's own log as it grows on disk (within 0.2 s):
when the customer speaks, and why.
"""

import contextlib
import threading
import time

from simulator.clock import from_seconds
from simulator.errors import InputError
from simulator.event_json import from_json
from simulator.events import LineEnded, LineStarted
from simulator.headset.script import Stepper
from simulator.recording.folder import find_calls


class Person:
    """Speaks into the microphone whenever the script says so, until `stop`."""

    def __init__(self, virtual_headset, script, recordings, calls):
        self._stepper, self._recordings, self._calls = Stepper(script), recordings, calls
        self._mouth = virtual_headset.open_microphone()
        self._customer_speaking = False
        self._seen = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join(5)
        with contextlib.suppress(OSError):
            self._mouth.stdin.close()
        self._mouth.kill()

    def _live(self):
        while not self._over.is_set() and not self._listen():
            time.sleep(0.02)
        began, done_at = time.monotonic(), 0
        while not self._over.is_set():
            self._listen()
            at = from_seconds(time.monotonic() - began)
            step = self._stepper.step(at, customer_speaking=self._customer_speaking, trainee_speaking=at < done_at)
            if step is not None:
                said = self._recordings[step.say]
                done_at = at + len(said)
                try:
                    self._mouth.stdin.write(said.tobytes())  # all at once: a busy machine must not make them stammer
                except OSError:
                    return
            time.sleep(0.01)

    def _listen(self):
        """Take in what the log has that is new; False while there is no call yet."""
        for folder in find_calls(self._calls):
            with contextlib.suppress(OSError):
                with (folder / "events.jsonl").open("rb") as log:
                    log.seek(self._seen)
                    new = log.read()
                whole = new[: new.rfind(b"\n") + 1]
                self._seen += len(whole)
                for line in whole.splitlines():
                    with contextlib.suppress(InputError):
                        self._heard(from_json(line.decode()))
        return self._seen > 0

    def _heard(self, event):
        if isinstance(event, LineStarted):
            self._customer_speaking = True
        elif isinstance(event, LineEnded):
            self._customer_speaking = False
        self._stepper.notice(event)
