"""Ask a room what makes no sense: ``python benchmarks/lab/fuzz.py [REQUESTS] [FRAMES]``, 5,000 each by default.

The room is `hotseat lab` in a process of its own, with people of every role and calls. Requests come from schemathesis
and fit the room's own description; frames are those of a seat, spoilt, and are sent twice over, because memory first
rises to what calls need. Prints the answers by status, and the room's memory, threads and open files on the way. Exit
code 1 after a status of 500 or more, a traceback, or growth.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psutil
import requests
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from simulator.lab.site.opening import make_site_app
from tests.lab.fuzz import described, each_request, seat_messages
from tests.lab.site.conftest import PASSWORD, PEOPLE, made_site

GREW_MB, GREW_THREADS, GREW_FILES = 60.0, 40, 12
"""More than this is growth: from a fifth of the requests to all of them, and from all the frames to as many again."""


class Asked:
    """A room in its own process, who is signed in there, and what it answered."""

    def __init__(self, root: Path, address: str, room: subprocess.Popen[bytes]) -> None:
        self.root, self.address, self.process = root, address, psutil.Process(room.pid)
        self.answers: Counter[int] = Counter()
        self.faults: list[str] = []
        self.signed_in = {name: self.sign_in(name) for name in PEOPLE}
        self.names = cycle(PEOPLE)

    def sign_in(self, name: str) -> requests.Session:
        """Return a session of somebody."""
        session = requests.Session()
        session.headers["origin"] = self.address
        session.post(f"{self.address}/signin", {"name": name, "password": PASSWORD}, allow_redirects=False)
        return session

    def request(self, case) -> None:
        """Send one request as the next of the people."""
        session = self.signed_in[next(self.names)]
        answer = case.call(base_url=self.address, session=session, headers=dict(session.headers), allow_redirects=False)
        self.answers[answer.status_code] += 1
        if answer.status_code >= 500 or b"Traceback" in answer.content:
            self.faults.append(f"{answer.status_code}: {case.as_curl_command()[:300]}")

    def seat(self, dice: random.Random) -> int:
        """Send what one connection of a seat sends; return how many of its messages were spoilt."""
        session, sent = self.signed_in["Tara Trainee"], 0
        cookie = "; ".join(f"{each.name}={each.value}" for each in session.cookies)
        try:
            with connect(f"{self.address.replace('http', 'ws')}/seat", origin=self.address,
                         additional_headers={"cookie": cookie}) as socket:  # fmt: skip
                for message, is_spoilt in seat_messages(dice):
                    socket.send(message)
                    sent += is_spoilt
        except (ConnectionClosed, InvalidHandshake):
            pass
        return sent

    def size(self) -> tuple[float, int, int]:
        """Return memory in MB, threads and open files; other people's calls have ended by then."""
        time.sleep(3)
        return self.process.memory_info().rss / 1e6, self.process.num_threads(), self.process.num_fds()


def main() -> int:
    """Ask, and print the figures."""
    wanted = [int(each) for each in sys.argv[1:3]] + [5_000, 5_000][len(sys.argv[1:3]) :]
    with tempfile.TemporaryDirectory(prefix="hotseat-fuzz-") as folder:
        root = Path(folder)
        with made_site(root) as made:
            description = described(make_site_app(made.site), calls=(made.shared, made.private))
        log = (root / "log").open("wb")
        words = ("lab", "--out", root, "--database", root / "records.db", "--port", "0", "--seats", "2")
        room = subprocess.Popen(
            [sys.executable, "-m", "simulator.cli.main", *map(str, words)],
            stdout=log, stderr=log, env=os.environ | {"HOTSEAT_DATA": str(root / "data"), "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        try:
            asked = Asked(root, address_of(root / "log"), room)
            return fuzz(asked, description, *wanted)
        finally:
            room.terminate()
            room.wait(60)


def address_of(log: Path) -> str:
    """Return the address that the room prints."""
    until = time.monotonic() + 60
    while not (found := re.search(r"open at (http://\S+)", log.read_text("utf-8"))):
        if time.monotonic() > until:
            raise SystemExit(f"the room does not open: {log.read_text('utf-8')}")
        time.sleep(0.2)
    time.sleep(8)  # it reads its recognizer in
    return found.group(1)


def fuzz(asked: Asked, description, requests_: int, frames: int) -> int:
    """Send requests, then frames; return 1 if anything was wrong."""
    sizes = []
    for part in (requests_ // 5, requests_ - requests_ // 5):
        each_request(description, part, asked.request)
        sizes.append(asked.size())
        print(f"{sum(asked.answers.values())} requests; {shown(sizes[-1])}", flush=True)
    print("answers:", ", ".join(f"{count} of {status}" for status, count in sorted(asked.answers.items())))
    sent, dice = 0, random.Random(16)
    for most in (frames, 2 * frames):  # memory rises to what calls need, and must then stay
        while sent < most:
            sent += asked.seat(dice)
        sizes.append(asked.size())
        print(f"{sent} spoilt frames; {shown(sizes[-1])}", flush=True)
    for before, after in (sizes[:2], sizes[2:]):
        limits = (GREW_MB, GREW_THREADS, GREW_FILES)
        if any(b - a > most for a, b, most in zip(before, after, limits, strict=True)):
            asked.faults.append(f"it grew from {shown(before)} to {shown(after)}")
    log = (asked.root / "log").read_text("utf-8")
    if "Traceback" in log:
        asked.faults.append(log[log.index("Traceback") :][:3_000])
    if requests.get(f"{asked.address}/healthz").status_code != 200:
        asked.faults.append("it answers no more")
    print(*asked.faults[:20], f"{len(asked.faults)} faults", sep="\n")
    return int(bool(asked.faults))


def shown(size: tuple[float, int, int]) -> str:
    """Return a size in words."""
    return f"{size[0]:.0f} MB, {size[1]} threads, {size[2]} open files"


if __name__ == "__main__":
    sys.exit(main())
