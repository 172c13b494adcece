"""How many seats this machine carries: scripted trainees take calls in a real room, over real WebSockets, in real time.

Metrics
-------
- reply gap: from the last loud block of what a trainee said until the first sound of the customer arrives at the seat.
- late frame: sound of the customer that arrives more than `BUFFER_S` after the frame it answers was sent; a browser
  that holds back that much plays everything else without a break.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode, urlsplit

import numpy as np
from pydantic import Field
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from simulator.clock import BLOCK, RATE_HZ
from simulator.contract import Document
from simulator.customer.scenario import load_scenario
from simulator.errors import SimulatorError
from simulator.headset.browser import NUMBER
from simulator.headset.replay import ScriptHeadset
from simulator.ports import Samples
from simulator.records.database.opening import open_records
from simulator.records.staff.accounts import AccountRole, accept, find_account, invite, invite_first, member_of
from simulator.session.trainees import open_trainee

SCENARIO, TRAINEE = "missing-sofa", "good"
ADMIN, PASSWORD = "Bench", "a bench in a park"
BUFFER_S = 0.06
"""What the page holds back of the customer's voice before it plays it (static/seat.js)."""
LOUD = 300.0
"""RMS of a block, of 32768: with less it is a pause, or the noise of the line."""
BEGIN_S = 2.0
"""Between the beginnings of two calls."""
LONGEST_S, SILENT_S, SAMPLE_S = 600.0, 12.0, 5.0
SILENCE = np.zeros(BLOCK, np.int16)
AUDIO = {"microphone": "bench", "rate_hz": RATE_HZ, "latency_ms": 20, "asked": {}, "given": {}, "browser": "bench"}

Process: TypeAlias = subprocess.Popen[bytes]


class Gap(Document):
    """The reply gap, over every reply of every call."""

    median: float | None
    p95: float | None


class BenchOutput(Document):
    """`hotseat lab bench --json`; the figures of the processor and of memory are the room's, while all seats talk."""

    schema_: Literal["hotseat.bench/1"] = Field(alias="schema")
    seats: int
    reply_gap_ms: Gap
    replies: int
    late_frames: int
    frames: int = Field(description="with sound of the customer")
    cpu_cores: float | None = Field(description="null where the system does not tell")
    rss_mb: float | None
    broken: list[str] = Field(description="what went wrong at which seat")


@dataclass(slots=True)
class Seat:
    """One scripted trainee at one seat; with a `pace` of 2 time goes by half as fast for them, and so in their call."""

    number: int
    trainee: ScriptHeadset
    certification: bool = False
    pace: float = 1.0
    sent: list[float] = field(default_factory=list)
    gaps_ms: list[float] = field(default_factory=list)
    late: int = 0
    frames: int = 0
    live_at: float | None = None
    over_at: float | None = None
    broken: str = ""
    _floor: str = "open"
    _said: float | None = None
    _heard: float = 0.0

    async def take(self, address: str, cookie: str) -> None:
        """Take a call."""
        await asyncio.sleep(self.number * BEGIN_S)
        origin, speaking = address, None
        where = f"{address.replace('http', 'ws')}/seat"
        try:
            async with asyncio.timeout(self.pace * LONGEST_S), connect(
                where, origin=origin, additional_headers={"cookie": cookie}, ping_interval=None  # type: ignore[arg-type]
            ) as socket:  # fmt: skip
                await socket.send(json.dumps(self._hello()))
                async for message in socket:
                    told = "" if isinstance(message, bytes) else await self._told(socket, json.loads(message))
                    if isinstance(message, bytes):
                        self._hear(message)
                    elif told == "live":
                        speaking = asyncio.create_task(self._speak(socket))
                    elif told in ("over", "failed", "refused", "unanswered"):
                        break
        except (ConnectionClosed, TimeoutError, OSError) as error:
            self.broken = self.broken or f"the connection ended: {error or type(error).__name__}"
        finally:
            if speaking is not None:
                speaking.cancel()
        if self.over_at is None and not self.broken:
            self.broken = "the call did not end"

    def _hello(self) -> dict[str, Any]:
        how = {"mode": "certification"} if self.certification else {"seed": self.number}
        return {"do": "call", "scenario": SCENARIO, "audio": AUDIO, **how}

    async def _told(self, socket: ClientConnection, message: dict[str, Any]) -> str:
        told, now = str(message.get("is")), time.monotonic()
        if told == "ringing":
            await socket.send(json.dumps({"do": "answer"}))
        elif told == "live":
            self.live_at = now
        elif told == "shown":
            self._floor = message["floor"]
        elif told == "scoring":
            self.over_at = now
            self.broken = message["failure"]
        elif told in ("failed", "refused", "unanswered"):
            self.broken = message.get("text", told)
        return told

    def _hear(self, frame: bytes) -> None:
        now, (number,) = time.monotonic(), NUMBER.unpack_from(frame)
        if not _is_loud(np.frombuffer(frame, "<i2", offset=NUMBER.size)):
            return
        self.frames += 1
        self.late += number < len(self.sent) and now - self.sent[number] > BUFFER_S
        self._heard = now
        if self._said is not None and not self.trainee.speaking:
            self.gaps_ms.append(1000 * (now - self._said))
            self._said = None

    async def _speak(self, socket: ClientConnection) -> None:
        due = last = time.monotonic()
        while self.over_at is None:
            block = self.trainee.exchange(SILENCE, customer_speaking=self._floor in ("customer", "both"))
            assert block is not None
            due += self.pace * BLOCK / RATE_HZ
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await socket.send(NUMBER.pack(len(self.sent)) + block.astype("<i2").tobytes())
            now = time.monotonic()
            self.sent.append(now)
            if _is_loud(block):
                last = now
                self._said = None if now - self._heard < 0.1 else now  # said into the customer's words: no reply is due
            if now - max(last, self._heard) > self.pace * SILENT_S:
                await socket.send(json.dumps({"do": "hang_up"}))
                return


def bench(seats: int, *, tell: Callable[[str], None]) -> BenchOutput:
    """Open a room in a process of its own, let so many scripted trainees take a call, and measure.

    Parameters
    ----------
    seats : int >= 1
    tell : callable
        Told in words what happens.
    """
    with tempfile.TemporaryDirectory(prefix="hotseat-bench-", ignore_cleanup_errors=True) as folder:
        root, names = Path(folder), [f"Seat {number + 1}" for number in range(seats)]
        add_people(str(root / "records.db"), names)
        with opened_room(root, str(root / "records.db"), seats=seats) as (_, address):
            cookies = [sign_in(address, name) for name in names]
            taken = [Seat(number, scripted(tell)) for number in range(seats)]
            tell(f"{seats} seats begin, one every {BEGIN_S:g} s; a call takes two to four minutes")
            samples = asyncio.run(take_all(taken, address, cookies))
        return _output(taken, samples)


def _is_loud(block: Samples) -> bool:
    return float(np.sqrt(np.mean(np.square(block, dtype=np.float64)))) > LOUD


def scripted(tell: Callable[[str], None]) -> ScriptHeadset:
    """Return a trainee who takes the call well."""
    trainee = open_trainee(load_scenario(SCENARIO), TRAINEE, tell)
    assert isinstance(trainee, ScriptHeadset)
    return trainee


def add_people(database: str, names: Sequence[str], *, role: AccountRole = "trainee") -> None:
    """Give people accounts, and make the administrator that this takes if there is none."""
    with open_records(database) as records, records.writing() as session:
        secret = invite_first(session)
        first = (
            find_account(session, ADMIN) if secret is None else accept(session, secret, name=ADMIN, password=PASSWORD)
        )
        by = None if first is None else member_of(session, first.id)
        assert by is not None
        for name in names:
            accept(session, invite(session, name, role, by=by), name="", password=PASSWORD)


@contextmanager
def opened_room(out: Path, database: str, *, seats: int, port: int = 0) -> Iterator[tuple[Process, str]]:
    """Run `hotseat lab` in a process of its own; yields it and its address."""
    log = out / "log"
    words = ("lab", "--out", out, "--database", database, "--port", port, "--seats", seats)
    with log.open("wb") as file:
        room = subprocess.Popen(
            [sys.executable, "-m", "simulator.cli.main", *map(str, words)],
            stdout=file, stderr=file, env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    try:
        yield room, _address(room, log)
    finally:
        room.terminate()
        room.wait(120)


def _address(room: Process, log: Path) -> str:
    until = time.monotonic() + 120
    while not (found := re.search(r"open at (http://\S+)", log.read_text("utf-8"))):
        if room.poll() is not None or time.monotonic() > until:
            raise SimulatorError(f"the room does not open: {log.read_text('utf-8')}")
        time.sleep(0.2)
    return found[1]


def sign_in(address: str, name: str) -> str:
    """Sign somebody in; return their cookie."""
    line, headers = HTTPConnection(urlsplit(address).netloc, timeout=60), {"origin": address}
    headers["content-type"] = "application/x-www-form-urlencoded"
    line.request("POST", "/signin", urlencode({"name": name, "password": PASSWORD}), headers)
    cookie = line.getresponse().getheader("set-cookie") or ""
    line.close()
    return cookie.partition(";")[0]


async def take_all(seats: list[Seat], address: str, cookies: list[str]) -> list[tuple[float, float, float]]:
    """Let every seat take its call; return samples of the room: when, seconds of processor, bytes of memory."""
    samples: list[tuple[float, float, float]] = []

    async def watch() -> None:
        while True:
            await asyncio.sleep(SAMPLE_S)
            samples.extend(await asyncio.to_thread(sample, address))

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(seat.take(address, cookie) for seat, cookie in zip(seats, cookies, strict=True)))
    watching.cancel()
    return samples


def sample(address: str) -> list[tuple[float, float, float]]:
    """Return what the room's own figures say now; nothing where the system does not tell, or the room is too busy."""
    line = HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        line.request("GET", "/metrics")
        text = line.getresponse().read().decode()
    except OSError:
        return []
    finally:
        line.close()
    found = [re.search(rf"^{name} (\S+)", text, re.MULTILINE) for name in
             ("process_cpu_seconds_total", "process_resident_memory_bytes")]  # fmt: skip
    return [(time.monotonic(), *(float(each[1]) for each in found if each))] if all(found) else []  # type: ignore[list-item]


def _output(seats: list[Seat], samples: list[tuple[float, float, float]]) -> BenchOutput:
    gaps = [gap for seat in seats for gap in seat.gaps_ms]
    start = max((seat.live_at for seat in seats if seat.live_at is not None), default=0.0)
    stop = min((seat.over_at for seat in seats if seat.over_at is not None), default=float("inf"))
    full = [each for each in samples if start <= each[0] <= stop] or samples
    cores = (full[-1][1] - full[0][1]) / (full[-1][0] - full[0][0]) if len(full) > 1 else None
    return BenchOutput(
        schema="hotseat.bench/1",
        seats=len(seats),
        reply_gap_ms=Gap(
            median=round(statistics.median(gaps)) if gaps else None,
            p95=round(float(np.percentile(gaps, 95))) if gaps else None,
        ),
        replies=len(gaps),
        late_frames=sum(seat.late for seat in seats),
        frames=sum(seat.frames for seat in seats),
        cpu_cores=None if cores is None else round(cores, 2),
        rss_mb=round(max(each[2] for each in full) / 1e6) if full else None,
        broken=[f"seat {seat.number + 1}: {seat.broken}" for seat in seats if seat.broken],
    )
